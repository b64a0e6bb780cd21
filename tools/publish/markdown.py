"""What is a page as Markdown, without anything that only this site's build understands?

The includes, the tables and the list of rules are put in by the very
preprocessors that the build runs, so the text has what the site shows, byte
for byte. A page stands at the path of its source: links between pages hold.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from markdown import Markdown

from docproof.pages.includes import without_front_matter
from docproof.pages.page import blocks_of
from tools.publish.site import Page, Site

# The extensions that put text into a page, and the names of their preprocessors, in their order.
_PUT_IN = {
    "docproof.markdown.provenance": "docproof-origins",
    "pymdownx.snippets": "snippet",
    "docproof.markdown.tables": "docproof-tables",
    "docproof.markdown.rules": "docproof-rules",
}
_BOX = re.compile(
    r'^(?P<indent> *)(?P<mark>!!!|\?\?\?\+?) ?(?P<kind>[\w-]+)[^"]*?(?:"(?P<title>.*)")? *$'
)
_FROM_THE_ROOT = re.compile(r"\]\(/(?!/)([^)\s]+)")


@dataclass(frozen=True)
class _Line:
    text: str
    is_code: bool


def texts(site: Site) -> dict[str, str]:
    """The pages of a site as Markdown, by the paths of their sources."""
    options = site.project.mkdocs["markdown_extensions"]
    used = [name for name in _PUT_IN if name in options]
    md = Markdown(extensions=used, extension_configs=options)
    return {one.uri: _text(md, one) for one in site.pages}


def _text(md: Markdown, page: Page) -> str:
    source = without_front_matter("\n".join(page.source.lines))
    lines = source.strip("\n").split("\n")
    for name in _PUT_IN.values():
        if name in md.preprocessors:
            lines = md.preprocessors[name].run(lines)
    code = {
        number
        for block in blocks_of(lines)
        for number in range(block.line, block.end + 1)
    }  # fmt: skip
    marked = [_Line(line, number in code) for number, line in enumerate(lines, start=1)]
    body = [
        line.text if line.is_code else _relative(line.text, page.uri)
        for line in _without_boxes(marked)
    ]
    heading = body.pop(0) if body[0].startswith("# ") else f"# {page.title}"
    summary = ["", f"> {page.description}"] if page.description else []
    return "\n".join([heading, *summary, "", "\n".join(body).strip("\n")]).rstrip("\n") + "\n"


def _without_boxes(lines: list[_Line]) -> list[_Line]:
    """Notes (`!!!`) as quotes, and what is collapsed (`???`) opened below its title."""
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


def _relative(line: str, uri: str) -> str:
    folder = posixpath.dirname(uri) or "."
    return _FROM_THE_ROOT.sub(lambda found: "](" + posixpath.relpath(found[1], folder), line)
