"""What is a page as Markdown, without anything that only this site's build understands?

A Python-Markdown extension keeps each page as the engine has it once includes, tables and
the list of rules are put in, so the text has what the site shows, byte for byte. A page
stands at the path of its source: links between pages hold.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from docproof.markdown import provenance
from docproof.markdown.extension import extension, path_of
from docproof.pages.page import blocks_of

if TYPE_CHECKING:
    from tools.publish.site import Page, Site

_PRIORITY = 31.4  # after the tables and the rules (31.5)


class Kept(NamedTuple):
    """What the engine has of a page: its lines, and the files that it includes."""

    lines: list[str]
    files: set[Path]


kept: dict[str, Kept] = {}  # the last build's pages, by the paths of their sources
_BOX = re.compile(
    r'^(?P<indent> *)(?P<mark>!!!|\?\?\?\+?|===(?=[+!]* "))[+!]* ?(?P<kind>[\w-]*)[^"]*?'
    r'(?:"(?P<title>.*)")? *$'
)
# Those that docproof.markdown.blocks gives a fence; the file's name stays, an output has none.
_ATTRIBUTES = re.compile(
    r"\{\.([\w+-]+)(?: \.output\b[^}]*)?(?:[^}]*?( title=\"[^\"]*\"))?[^}]*\}$"
)
# Ids and classes of attr_list, which mean nothing elsewhere: on a line of their own for a whole
# block, at the end of a heading, and right after an element of a sentence, code included.
_LIST = r"\{[:#.][^}]*\}"
_OF_A_BLOCK = re.compile(rf" *{_LIST} *")
_OF_A_HEADING = re.compile(rf"^( *#+ .*?) +{_LIST} *$")
_OF_AN_ELEMENT = re.compile(rf"((`+)(?!`).*?(?<!`)\2(?!`)|[)\]*_])(?:{_LIST})?")
_FROM_THE_ROOT = re.compile(r"\]\(/(?!/)([^)\s]+)")
_WORDS = re.compile(r"<(title|desc)\b[^>]*>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True)
class _Line:
    text: str
    is_code: bool


def _keep(md: Markdown, lines: list[str]) -> list[str]:
    origins: Any = md.preprocessors[provenance.NAME]
    kept[path_of(md)] = Kept(lines, origins.files)
    return lines


makeExtension = extension((Preprocessor, _PRIORITY, _keep))


def texts(site: Site) -> dict[str, str]:
    """The pages of a site that was built in this process as Markdown, by their sources' paths."""
    return {one.uri: plain(kept[one.uri].lines, one) for one in site.pages}


def plain(lines: Iterable[str], page: Page) -> str:
    """The Markdown of a page from its lines, in which all includes are put in."""
    lines = "\n".join(lines).strip("\n").split("\n")
    code: set[int] = set()
    for block in blocks_of(lines):
        code.update(range(block.line, block.end + 1))
        lines[block.line - 1] = _ATTRIBUTES.sub(r"\1\2", lines[block.line - 1])
    marked = [_Line(line, number in code) for number, line in enumerate(lines, start=1)]
    body = [
        line.text if line.is_code else _relative(line.text, page.uri)
        for line in _without_drawings(_without_boxes([*_without_attributes(marked)]))
    ]
    heading = body.pop(0) if body[0].startswith("# ") else f"# {page.title}"
    summary = ["", f"> {page.description}"] if page.description else []
    return "\n".join([heading, *summary, "", "\n".join(body).strip("\n")]).rstrip("\n") + "\n"


def _without_boxes(lines: list[_Line]) -> list[_Line]:
    """Notes (`!!!`) as quotes; what is collapsed (`???`) and tabs (`===`) below their titles."""
    plain: list[_Line] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        found = None if line.is_code else _BOX.match(line.text)
        if found is None:
            plain.append(line)
            continue
        width = len(found["indent"])
        inside = []
        while rest and (not rest[0].text.strip() or rest[0].text.startswith(" " * (width + 4))):
            inside.append(rest.pop(0))
        while inside and not inside[-1].text.strip():
            rest.insert(0, inside.pop())
        body = _without_boxes([_Line(one.text[width + 4 :], one.is_code) for one in inside])
        while body and not body[0].text.strip():
            body.pop(0)
        if found["title"] is None:
            title = [found["kind"].capitalize()]
        elif found["mark"] == "!!!" and found["title"]:
            title = [f"{found['kind'].capitalize()}: {found['title']}"]
        else:
            title = [found["title"]] if found["title"] else []
        head = [_Line(text, False) for one in title for text in (f"**{one}**", "")]
        mark = "> " if found["mark"] == "!!!" else ""
        for one in [*head, *body]:
            text = f"{found['indent']}{mark}{one.text}"
            plain.append(_Line(text if one.text else text.rstrip(), one.is_code))
    return plain


def _without_drawings(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Each drawing in a figure as the words that it carries: its title and its description."""
    drawing: list[str] = []
    for line in lines:
        if line.is_code or not (drawing or line.text == "<figure>"):
            yield line
            continue
        drawing.append(line.text)
        if line.text == "</figure>":
            words = dict(reversed(_WORDS.findall("\n".join(drawing))))  # the first of each counts
            said = [words[kind].rstrip(".") for kind in ("title", "desc") if kind in words]
            yield _Line(f"*Picture: {html.unescape('. '.join(said))}.*", False)
            drawing = []
    yield from (_Line(text, False) for text in drawing)


def _without_attributes(lines: Iterable[_Line]) -> Iterator[_Line]:
    for line in lines:
        if line.is_code:
            yield line
        elif not _OF_A_BLOCK.fullmatch(line.text):
            text = _OF_A_HEADING.sub(r"\1", line.text)
            yield _Line(_OF_AN_ELEMENT.sub(r"\1", text), False)


def _relative(line: str, uri: str) -> str:
    folder = posixpath.dirname(uri) or "."
    return _FROM_THE_ROOT.sub(lambda found: "](" + posixpath.relpath(found[1], folder), line)
