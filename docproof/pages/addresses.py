"""Which address does each page have, which anchors, and which were ever published?

proof/addresses.txt, if a project has it, remembers each page's address and each
heading's anchor, one a line. `fix` adds what is new; nothing forgets. A page that took
another's place says so in its front matter (`moved-from: /old/address/`), and
the site is built with a redirect there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import markdown

from docproof.core.files import replace
from docproof.core.problem import diff
from docproof.core.project import Project
from docproof.pages.page import Page

NAME = "addresses.txt"
_HEADING = re.compile(r" {0,3}#{1,6}(?!#)")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")
_WITH_ID = re.compile(r"\{[^}\n]*#|\bid=")
_ID = re.compile(r"<[a-z][^>]*?\sid=\"([^\"]+)\"")


def of(project: Project, page: Path) -> str:
    """The address of the page at `page`, from the root of the site."""
    inside = page.relative_to(project.docs)
    folder = "/".join(inside.parts[:-1])
    base = f"/{folder}/" if folder else "/"
    if inside.stem in ("index", "README"):
        return base
    if project.mkdocs.get("use_directory_urls", True):
        return f"{base}{inside.stem}/"
    return f"{base}{inside.stem}.html"


def moved_from(meta: Mapping[str, Any]) -> list[str]:
    """The addresses that a page's front matter says it had before, each from the site's root."""
    old = meta.get("moved-from") or []
    return [f"/{path}".replace("//", "/") for path in ([old] if isinstance(old, str) else old)]


def anchors(project: Project, page: Page, rules: Iterable[str] = ()) -> dict[str, int]:
    """The anchors that are written on the page, those of headings and others, with their lines.

    `rules` are the names that stand as headings in the place of a block `rules`.
    Python-Markdown makes the anchors, of a page on which nothing is left but what can
    have one: the whole page would take a hundred times as long.
    """
    kept: list[tuple[int, str]] = []
    paragraph: list[tuple[int, str]] = []
    lines = [*enumerate(page.prose, start=1), (len(page.prose) + 1, "")]
    listed = {block.line for block in page.blocks if block.language == "rules"}
    for number, line in lines:
        if line.strip():
            paragraph.append((number, line))
            continue
        whole = any(_UNDERLINE.fullmatch(text) or _WITH_ID.search(text) for _, text in paragraph)
        kept += [row for row in paragraph if whole or _HEADING.match(row[1])]
        kept.append((number, ""))
        paragraph = []
        if number in listed:
            kept += [(number, f"## {name}\n") for name in rules]
    html = _parser(*_options(project)).reset().convert("\n".join(line for _, line in kept))
    headings = [number for number, line in kept if _HEADING.match(line)]
    ids = _ID.findall(html)
    if len(ids) != len(headings):
        return dict.fromkeys(ids, 1)
    return dict(zip(ids, headings, strict=True))


def together(address: str, anchors: Iterable[str]) -> Iterator[str]:
    """The address of a page, and those of its anchors."""
    yield address
    yield from (f"{address}#{anchor}" for anchor in anchors)


def remembered(project: Project) -> list[str]:
    """The addresses that were ever published, as they stand in the file that remembers them."""
    path = project.proof(NAME).path
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def remember(project: Project, pages: Iterable[Page], rules: Iterable[str]) -> str:
    """Remember the addresses of `pages`, too; what was added to the file, as a diff."""
    path, file = project.proof(NAME)
    if not path.is_file():
        return ""
    before, names = remembered(project), list(rules)
    known = set(before)
    for page in pages:
        known.update(together(of(project, page.path), anchors(project, page, names)))
    if known == set(before):
        return ""
    after = sorted(known)
    replace({path: "\n".join(after) + "\n"})
    return diff("\n".join(before), "\n".join(after), file)


def _options(project: Project) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """The extensions of mkdocs.yml that make anchors, and the options of `toc`, hashable."""
    names = [name for name in ("attr_list", "md_in_html") if project.extension(name) is not None]
    separator = (project.extension("toc") or {}).get("separator", "-")
    return ("toc", *names), (("separator", separator),)


@functools.cache
def _parser(names: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> markdown.Markdown:
    return markdown.Markdown(extensions=list(names), extension_configs={"toc": dict(options)})
