"""What stands on this page: which front matter, blocks, code spans and includes?

Blocks are found by pymdownx.superfences' own preprocessor, run over the page as
it is written, before includes are put in; so line numbers are the page's.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import markdown
import yaml
from markdown.inlinepatterns import BACKTICK_RE

from docproof.core.problem import BadInput
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.core.yaml_files import SAFE_LOADER, yaml_problem
from docproof.pages import includes
from docproof.pages.includes import Include

NOT_UTF_8 = rule(
    "not-utf-8",
    family="formatting",
    refuses="a page or an included file that is not UTF-8 text",
    why="The build would stop with a traceback, or show the wrong letters.",
    example="Gr\\xfc\\xdfe in a page saved as Latin-1",
)
FRONT_MATTER = rule(
    "front-matter",
    family="formatting",
    refuses="front matter that is not YAML",
    why="The page would have neither title nor description.",
    example="title: [Streaming",
)


_FENCE = re.compile(r"[ >\t]*(?:`{3,}[^`]*|~{3,}.*)")
_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*[\w{.][^`]*")
_SPAN = re.compile(BACKTICK_RE, re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: `line` and `end` are those of its fences, from 1.

    `options` holds what stands after the language (hl_lines, linenums, title);
    `body` the lines between the fences as written, without the indentation of
    the fence, whose width in columns is `indent`.
    """

    line: int
    end: int
    indent: int
    language: str
    options: dict[str, str] = field(hash=False)
    body: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """An inline code span: the text between its backticks, and the line it begins on."""

    line: int
    text: str


@dataclass(frozen=True)
class Unclosed:
    """A line that looks like a fence and begins no block, or one whose block goes too far.

    `line` is its line and `fence` what stands on it; `swallowed` is the line of
    another fence that its block holds, 0 if no block comes of it.
    """

    line: int
    fence: str
    swallowed: int = 0


@dataclass(frozen=True)
class Page:
    """A page as it is written.

    `name` is its path in messages. `lines` are all its lines as they stand in
    the file, `prose` the same number of lines with front matter, fenced blocks,
    includes and comments blanked. `meta` is the front matter.
    """

    path: Path
    name: str
    lines: tuple[str, ...]
    prose: tuple[str, ...]
    meta: dict[str, Any] = field(hash=False)
    includes: tuple[Include, ...]
    blocks: tuple[Block, ...]
    spans: tuple[Span, ...]

    @property
    def walkthroughs(self) -> list[str]:
        """The programs that the front matter says the page walks through."""
        names = self.meta.get("walkthrough") or []
        return [str(name) for name in ([names] if isinstance(names, str) else names)]

    @functools.cached_property
    def unclosed(self) -> Unclosed | None:
        """The first fence that is not closed as it was meant; what follows it means nothing."""
        return min(self._unclosed(), key=lambda fence: fence.line, default=None)

    def _unclosed(self) -> Iterator[Unclosed]:
        for number, line in enumerate(self.prose, start=1):
            if _FENCE.fullmatch(line):
                yield Unclosed(number, line.strip())
                break
        for block in self.blocks:
            fence = self.lines[block.line - 1].strip(" >\t")
            run = fence[: len(fence) - len(fence.lstrip(fence[0]))]
            for number, line in enumerate(block.body, start=block.line + 1):
                other = _OPENING.fullmatch(line)
                if other and other[1].startswith(run):
                    yield Unclosed(block.line, fence, number)
                    return


def read_page(project: Project, path: Path) -> Page:
    """The page at `path`; raises `BadInput` if it is not UTF-8 or its front matter not YAML."""
    name = project.relative(path)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput(
            NOT_UTF_8.problem(name, line, "it is not UTF-8 text", "save it as UTF-8")
        ) from None
    lines = tuple(text.split("\n"))
    body = includes.without_front_matter(text).split("\n")
    found = includes.FRONT_MATTER.match(text)
    try:
        meta = yaml.load(found[1], SAFE_LOADER) if found else {}
    except yaml.YAMLError as error:
        bad = yaml_problem(name, error)
        raise BadInput(FRONT_MATTER.problem(name, bad.line + 1, bad.what, bad.hint)) from None
    shown = includes.read(project, text)
    blocks = blocks_of(body)
    prose = list(body)
    for block in blocks:
        prose[block.line - 1 : block.end] = [""] * (block.end - block.line + 1)
    for include in shown:
        prose[include.line - 1] = ""
    prose = _COMMENT.sub(lambda c: "\n" * c[0].count("\n"), "\n".join(prose)).split("\n")
    return Page(
        path=path,
        name=name,
        lines=lines,
        prose=tuple(prose),
        meta=meta if isinstance(meta, dict) else {},
        includes=tuple(shown),
        blocks=tuple(blocks),
        spans=tuple(_spans(prose)),
    )


def _spans(prose: list[str]) -> list[Span]:
    spans = []
    start = 0
    for end in range(len(prose) + 1):
        if end == len(prose) or not prose[end].strip():  # a span ends with its paragraph
            paragraph = "\n".join(prose[start:end])
            for found in _SPAN.finditer(paragraph) if "`" in paragraph else ():
                if found[3]:
                    line = start + paragraph.count("\n", 0, found.start()) + 1
                    spans.append(Span(line, " ".join(found[3].split())))
            start = end + 1
    return spans


def blocks_of(body: list[str]) -> list[Block]:
    """The fenced blocks in the lines of a page that has no front matter, or whose is blanked."""
    preprocessor, found = _superfences()
    found.clear()
    preprocessor.extension.stash.clear_stash()
    preprocessor.run(list(body))
    return [
        Block(
            line,
            end,
            indent,
            language,
            options,
            tuple(text[indent:] for text in body[line : end - 1]),
        )
        for line, end, indent, language, options in found
    ]


@functools.cache
def _superfences() -> tuple[Any, list[tuple[int, int, int, str, dict[str, str]]]]:
    """superfences' preprocessor, made to note its blocks instead of turning them to HTML."""
    md = markdown.Markdown(extensions=["pymdownx.superfences"])
    preprocessor: Any = md.preprocessors["fenced_code_block"]
    found: list[tuple[int, int, int, str, dict[str, str]]] = []

    def note(ws: str, content: str, start: int, end: int) -> None:
        options = {name: str(value) for name, value in preprocessor.options.items()}
        indent = preprocessor.ws_virtual_len
        found.append((start + 1, end, indent, preprocessor.lang or "", options))
        preprocessor.clear()

    preprocessor.process_nested_block = note
    return preprocessor, found
