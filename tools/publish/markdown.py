"""What is a page as Markdown, without anything that only this site's build understands?

A Python-Markdown extension keeps each page as the engine has it once includes, tables and
the list of rules are put in, so the text has what the site shows, byte for byte. A page
stands at the path of its source: links between pages hold.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable
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
_LIST = r"\{[:#.][^}\n]*\}"
_OF_A_BLOCK = re.compile(rf"^ *{_LIST} *(?:\n|\Z)", re.MULTILINE)
_OF_A_HEADING = re.compile(rf"^( *#+ .*?) +{_LIST} *$", re.MULTILINE)
_OF_AN_ELEMENT = re.compile(rf"((`+)(?!`).*?(?<!`)\2(?!`)|[)\]*_])(?:{_LIST})?")
_FROM_THE_ROOT = re.compile(r"\]\(/(?!/)([^)\s]+)")
_FIGURE = re.compile(r"^<figure>\n.*?^</figure>$", re.DOTALL | re.MULTILINE)
_WORDS = re.compile(r"<(title|desc)\b[^>]*>(.*?)</\1>", re.DOTALL)
_CODE = re.compile("\ue000(\\d+)\ue001")  # in the place of a line of code, which stays as it is


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
    code: list[str] = []
    for block in blocks_of(lines):
        lines[block.line - 1] = _ATTRIBUTES.sub(r"\1\2", lines[block.line - 1])
        for number in range(block.line - 1, block.end):
            if said := lines[number].lstrip():
                lines[number] = f"{lines[number].removesuffix(said)}\ue000{len(code)}\ue001"
                code.append(said)
    text = _OF_A_HEADING.sub(r"\1", _OF_A_BLOCK.sub("", "\n".join(lines)))
    text = "\n".join(_without_boxes(_OF_AN_ELEMENT.sub(r"\1", text).split("\n")))
    folder = posixpath.dirname(page.uri) or "."
    text = _FROM_THE_ROOT.sub(
        lambda found: "](" + posixpath.relpath(found[1], folder), _FIGURE.sub(_words_of, text)
    )
    text = _CODE.sub(lambda found: code[int(found[1])], text)
    if not text.startswith("# "):
        text = f"# {page.title}\n{text}"
    heading, _, body = text.partition("\n")
    summary = ["", f"> {page.description}"] if page.description else []
    return "\n".join([heading, *summary, "", body.strip("\n")]).rstrip("\n") + "\n"


def _without_boxes(lines: list[str]) -> list[str]:
    """Notes (`!!!`) as quotes; what is collapsed (`???`) and tabs (`===`) below their titles."""
    plain: list[str] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        found = _BOX.match(line)
        if found is None:
            plain.append(line)
            continue
        width = len(found["indent"]) + 4
        inside = []
        while rest and (not rest[0].strip() or rest[0].startswith(" " * width)):
            inside.append(rest.pop(0))
        while inside and not inside[-1].strip():
            rest.insert(0, inside.pop())
        body = _without_boxes([line[width:] for line in inside])
        while body and not body[0].strip():
            body.pop(0)
        title = found["title"]
        if title is None:
            title = found["kind"].capitalize()
        elif found["mark"] == "!!!" and title:
            title = f"{found['kind'].capitalize()}: {title}"
        head = [f"**{title}**", ""] if title else []
        mark = "> " if found["mark"] == "!!!" else ""
        for line in [*head, *body]:
            text = f"{found['indent']}{mark}{line}"
            plain.append(text if line else text.rstrip())
    return plain


def _words_of(drawing: re.Match[str]) -> str:
    """The words that a drawing in a figure carries: its title and its description."""
    words = dict(reversed(_WORDS.findall(drawing[0])))  # the first of each counts
    said = [words[kind].rstrip(".") for kind in ("title", "desc") if kind in words]
    return f"*Picture: {html.unescape('. '.join(said))}.*"
