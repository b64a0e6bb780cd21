"""Which address does each page have, which anchors, and which were ever published?

proof/addresses.txt, if a project has it, remembers each page's address and each
heading's anchor, one a line. `fix` adds what is new; nothing forgets. A heading that was
reworded keeps its anchor: `fix` writes `{#old-anchor}` behind it, if there is no doubt
which it was, and remembers nothing new of a page before that is settled. A page that took
another's place says so in its front matter (`moved-from: /old/address/`), and the site is
built with a redirect there.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace as replaced
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
_COUNTED = re.compile(r"_\d+$")
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


def lost(
    project: Project, page: Page, remembered: Iterable[str], written: Mapping[str, int]
) -> list[str]:
    """The anchors that were published on a page, here or where it was, and are not `written`."""
    own = {of(project, page.path), *moved_from(page.meta)}
    parts = (entry.partition("#") for entry in remembered)
    return [anchor for old, _, anchor in parts if old in own and anchor and anchor not in written]


def added(
    project: Project, page: Page, remembered: Iterable[str], written: Mapping[str, int]
) -> dict[str, int]:
    """The anchors that a page has and that were not published, with their lines."""
    own = {of(project, page.path), *moved_from(page.meta)}
    known = {entry.partition("#")[2] for entry in remembered if entry.partition("#")[0] in own}
    return {anchor: line for anchor, line in written.items() if anchor not in known}


def restored(project: Project, page: Page, rules: Iterable[str]) -> dict[int, tuple[str, str]]:
    """The headings of a page to which published anchors are to be given back, by line.

    Gives each line as it is and as it is to be. A heading that lost its anchor is the only
    new one, if only one was lost; or that whose anchor is the most like it. What has an id
    of its own was named so by a person.
    """
    rules, known = list(rules), remembered(project)
    written = anchors(project, page, rules)
    gone = lost(project, page, known, written)
    new = {
        anchor: line
        for anchor, line in added(project, page, known, written).items()
        if anchor not in rules
        and _HEADING.match(page.lines[line - 1])
        and not _WITH_ID.search(page.lines[line - 1])
    }
    if project.extension("attr_list") is None or not gone:
        return {}
    pairs = {old: _likest(old, new) for old in gone}
    if len(gone) == len(new) == 1:
        pairs = {gone[0]: next(iter(new))}
    sure = {
        old: new[one] for old, one in pairs.items() if [*pairs.values()].count(one) == 1 and one
    }
    changes = {
        line: (page.lines[line - 1], _with_id(page.lines[line - 1], _numbered(old, line, written)))
        for old, line in sure.items()
    }
    prose = tuple(changes.get(n, ("", text))[1] for n, text in enumerate(page.prose, start=1))
    left = lost(project, page, known, anchors(project, replaced(page, prose=prose), rules))
    return changes if len(left) == len(gone) - len(changes) else {}


def _likest(old: str, new: Iterable[str]) -> str:
    """The one of several anchors that is much like an old one, "" if none or more are."""
    likeness = {one: difflib.SequenceMatcher(None, old, one).ratio() for one in new}
    near = [one for one, ratio in likeness.items() if ratio > 0.6]
    return near[0] if len(near) == 1 else ""


def _numbered(old: str, line: int, written: Mapping[str, int]) -> str:
    """The anchor of the heading on a line; of headings of one name it has as many above it."""
    name = _COUNTED.sub("", old)
    alike = [at for anchor, at in written.items() if _COUNTED.sub("", anchor) == name]
    above = sum(at < line for at in alike)
    if old == name or not alike:
        return old
    return f"{name}_{above}" if above else name


def _with_id(heading: str, anchor: str) -> str:
    attributes = re.search(r"(.*\{:?[ ]*)([^{}]+\}\s*)$", heading)
    if attributes:
        return f"{attributes[1]}#{anchor} {attributes[2]}"
    return f"{heading.rstrip()} {{#{anchor}}}"


def remember(project: Project, pages: Iterable[Page], rules: Iterable[str]) -> str:
    """Remember the addresses of `pages`, too; what was added to the file, as a diff."""
    path, file = project.proof(NAME)
    if not path.is_file():
        return ""
    before, names = remembered(project), list(rules)
    known = set(before)
    for page in pages:
        written = anchors(project, page, names)
        if not lost(project, page, before, written):
            known.update(together(of(project, page.path), written))
    after = sorted(known)
    if after == before:
        return ""
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
