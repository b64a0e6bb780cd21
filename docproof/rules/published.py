"""Does every address that was ever published still lead somewhere?

A file that the settings name remembers each page's address and each heading's
anchor, one a line. `fix` adds what is new; nothing forgets. A page that took
another's place says so in its front matter (`moved-from: /old/address/`), and
the site is built with a redirect there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import markdown

from docproof.core import files
from docproof.core.problem import Problem, diff
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages.page import Page
from docproof.rules import addresses

ADDRESS_GONE = rule(
    "address-gone",
    family="site",
    refuses="an address or an anchor that was published and leads nowhere any more",
    why="Readers' bookmarks, and links from other sites, would end at nothing.",
    example="a heading with other words, and no {#anchor} that keeps its old address",
)
ADDRESS_NEW = rule(
    "address-new",
    family="site",
    refuses="a page or a heading whose address is not remembered yet",
    why="It could get lost later, and nothing would notice.",
    example="a new heading, before `python -m docproof fix` was run",
)
MOVED_FROM = rule(
    "moved-from",
    family="site",
    refuses="an address in a page's moved-from that is none, that a page has, or that two pages"
    " claim",
    why="The redirect would stand in the place of a page, or lead to the wrong one.",
    example="moved-from: /get-started/, where a page has this address",
)

_HEADING = re.compile(r" {0,3}#{1,6}(?!#)")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")
_WITH_ID = re.compile(r"\{[^}\n]*#|\bid=")
_ID = re.compile(r"<[a-z][^>]*?\sid=\"([^\"]+)\"")
_ADDRESS = re.compile(r"/[^\s#]*(#\S+)?")


def problems(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """What is published no more, and what is not remembered; `pages` are all there are."""
    pages = list(pages)
    at = {addresses.of(project, page.path): page for page in pages}
    moved: dict[str, str] = {}
    for address, page in at.items():
        for old in moved_from(page.meta):
            what = ""
            if not _ADDRESS.fullmatch(old) or "#" in old:
                what = f"it has moved from {old}, which is no address such as /old/address/"
            elif old in at:
                what = f"it has moved from {old}, where {at[old].name} is"
            elif old in moved:
                what = f"it has moved from {old}, and so has {at[moved[old]].name}"
            if what:
                yield MOVED_FROM.problem(page.name, 1, what, "mend its front matter")
            moved[old] = address
    if not project.addresses:
        return
    found = {address: anchors(project, page) for address, page in at.items()}
    remembered = _remembered(project)
    for number, entry in enumerate(remembered, start=1):
        address, _, anchor = entry.partition("#")
        page_there = at.get(moved.get(address, address))
        if page_there is None:
            what = f"{entry} was published and leads nowhere"
            mend = f"write 'moved-from: {address}' into the front matter of what took its place"
        elif anchor and anchor not in found[moved.get(address, address)]:
            what = f"{entry} was published, and {page_there.name} has no such anchor"
            mend = f"give it back to its heading: {{#{anchor}}}"
        else:
            continue
        mend += ", or take the line out if it was never published"
        yield ADDRESS_GONE.problem(project.addresses, number, what, mend)
    for address, page in at.items():
        new = set(_all(address, found[address])) - set(remembered)
        if new:
            first = min(found[address].get(one.partition("#")[2], 1) for one in new)
            what = f"{min(new)} is not remembered in {project.addresses}"
            if len(new) > 1:
                what = f"{len(new)} addresses are not remembered in {project.addresses}"
            mend = f"python -m docproof fix {page.name}"
            yield ADDRESS_NEW.problem(page.name, first, what, mend)


def remember(project: Project, pages: Iterable[Page]) -> str:
    """Remember the addresses of `pages`, too; what was added to the file, as a diff."""
    if not project.addresses:
        return ""
    before = _remembered(project)
    known = set(before)
    for page in pages:
        known.update(_all(addresses.of(project, page.path), anchors(project, page)))
    if known == set(before):
        return ""
    after = sorted(known)
    files.replace({project.root / project.addresses: "\n".join(after) + "\n"})
    return diff("\n".join(before), "\n".join(after), project.addresses)


def moved_from(meta: Mapping[str, Any]) -> list[str]:
    """The addresses that a page's front matter says it had before, each from the site's root."""
    old = meta.get("moved-from") or []
    return [f"/{one}".replace("//", "/") for one in ([old] if isinstance(old, str) else old)]


def anchors(project: Project, page: Page) -> dict[str, int]:
    """The anchors that are written on the page, those of headings and others, with their lines.

    Python-Markdown makes them, of a page on which nothing is left but what can have one:
    the whole page would take a hundred times as long.
    """
    kept: list[tuple[int, str]] = []
    paragraph: list[tuple[int, str]] = []
    lines = [*enumerate(page.prose, start=1), (len(page.prose) + 1, "")]
    generated = {block.line: block for block in page.blocks if block.language == "rules"}
    for number, line in lines:
        if line.strip():
            paragraph.append((number, line))
            continue
        whole = any(_UNDERLINE.fullmatch(text) or _WITH_ID.search(text) for _, text in paragraph)
        kept += [one for one in paragraph if whole or _HEADING.match(one[1])]
        kept.append((number, ""))
        paragraph = []
        if number in generated:
            kept += [(number, f"## {name}\n") for name in _rules()]
    html = _parser(*_options(project)).reset().convert("\n".join(line for _, line in kept))
    found: dict[str, int] = {}
    headings = [number for number, line in kept if _HEADING.match(line)]
    ids = _ID.findall(html)
    for position, anchor in enumerate(ids):
        found[anchor] = headings[position] if len(ids) == len(headings) else 1
    return found


def _all(address: str, anchors: Iterable[str]) -> Iterator[str]:
    yield address
    yield from (f"{address}#{anchor}" for anchor in anchors)


def _remembered(project: Project) -> list[str]:
    path = project.root / project.addresses
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def _rules() -> list[str]:
    from docproof.rules import rules  # it knows this module, too

    return sorted(rule.name for rule in rules())


def _options(project: Project) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """The extensions of mkdocs.yml that make anchors, and the options of `toc`, hashable."""
    names = [name for name in ("attr_list", "md_in_html") if project.extension(name) is not None]
    separator = (project.extension("toc") or {}).get("separator", "-")
    return ("toc", *names), (("separator", separator),)


@functools.cache
def _parser(names: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> markdown.Markdown:
    return markdown.Markdown(extensions=list(names), extension_configs={"toc": dict(options)})
