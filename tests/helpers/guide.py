"""The guide itself, as its files are: where it is, its pages, and what their blocks show."""

from __future__ import annotations

from pathlib import Path

from docproof.core.project import load_project
from docproof.markdown.provenance import outputs
from docproof.pages.page import Block, Page, read_page
from tools.publish.keyless import Box, box

ROOT = Path(__file__).parents[2]
GUIDE = load_project(ROOT)


def address(path: Path) -> str:
    """The address of a page, as MkDocs makes it."""
    inside = path.relative_to(GUIDE.docs).with_suffix("").as_posix()
    return "" if inside == "index" else f"{inside}/"


SOURCES = {address(path): path for path in GUIDE.pages()}
READ = {key: read_page(GUIDE, path) for key, path in SOURCES.items()}  # for all who only look
PAGES = {key: page.meta["title"] for key, page in READ.items()}


def shown(page: Page, block: Block) -> str:
    """The text of a block, its includes put in, without the line end that is not copied."""
    lines: list[str] = []
    for number, text in enumerate(block.body, start=block.line + 1):
        here = [include for include in page.includes if include.line == number]
        lines += [line for include in here for line in include.shown] if here else [text]
    return "\n".join(lines).rstrip("\n")


def boxed(page: Page) -> Box | None:
    """The box that the build puts on a page, about its programs; None on one without any."""
    found = outputs(GUIDE, page.lines, page.includes, page.blocks)
    return box(GUIDE, found, page.walkthroughs, page.path.relative_to(GUIDE.docs).as_posix())
