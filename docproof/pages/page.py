"""What stands on this page: which front matter, blocks, code spans and includes?

Blocks are found by pymdownx.superfences' own preprocessor, run over the page as
it is written, before includes are put in; so line numbers are the page's. Code
spans are found by Python-Markdown's own pattern.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import markdown
import yaml

from docproof.core.problem import BadInput, Problem, rule
from docproof.core.project import Project
from docproof.core.yaml_files import SAFE_LOADER, UNREADABLE, yaml_problem
from docproof.pages import includes
from docproof.pages.includes import Include, Row

FRONT_MATTER = rule(
    "front-matter",
    refuses=(
        "front matter that is not YAML, lacks a title or a description, or has those of "
        "another page"
    ),
    why="Search results, tabs and menus would name the page by its file, or two pages alike.",
    example="title: [Streaming",
)


_FENCE = re.compile(r"[ >\t]*(?:`{3,}[^`]*|~{3,}.*)")
_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*[\w{.][^`]*")
_CLOSING = re.compile(r"[ >\t]*(?:`{3,}|~{3,})[ \t]*")
_HEADING = re.compile(r"#{2,6} ")


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
    the file. `body` is the same number of lines without front matter, without the lines
    that pymdownx.snippets takes away, and without what follows a fence that is not
    closed, up to where it can be read again; `prose` lacks fenced blocks, includes and
    comments, too; `plain` also lacks code spans. What is lacking is blank. `rows` are
    the lines of `body` when the includes are put in. `meta` is the front matter.
    `unclosed` are the fences that are not closed as they were meant, and `problem` is what
    keeps part of the page from being read.
    """

    path: Path
    name: str
    lines: tuple[str, ...]
    body: tuple[str, ...]
    prose: tuple[str, ...]
    plain: tuple[str, ...]
    meta: dict[str, Any] = field(hash=False)
    includes: tuple[Include, ...]
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...]
    spans: tuple[Span, ...]
    unclosed: tuple[Unclosed, ...]
    problem: Problem | None = None

    @property
    def walkthroughs(self) -> list[str]:
        """The programs that the page walks through."""
        return walkthroughs(self.meta)


def front_matter(name: str, text: str) -> tuple[dict[str, Any], Problem | None]:
    """The front matter of a page's text, as far as it can be read, and why not all of it can."""
    found = includes.FRONT_MATTER.match(text)
    if not found:
        return {}, None
    try:
        meta = yaml.load(found[1], SAFE_LOADER)
    except yaml.YAMLError as error:
        bad = yaml_problem(name, error)
        problem = FRONT_MATTER.problem(name, bad.line + 1, bad.what, bad.hint)
        return _salvaged(found[1]), problem
    return meta if isinstance(meta, dict) else {}, None


def walkthroughs(meta: Mapping[str, Any]) -> list[str]:
    """The programs that a page's front matter says it walks through."""
    names = meta.get("walkthrough") or []
    return [str(name) for name in ([names] if isinstance(names, str) else names)]


def read_page(project: Project, path: Path) -> Page:
    """The page at `path`; raises `BadInput` if it is not UTF-8 or its front matter not YAML."""
    page = read_anyway(project, path)
    if page.problem:
        raise BadInput(page.problem)
    return page


def read_anyway(project: Project, path: Path) -> Page:
    """The page at `path`, as far as it can be read."""
    name = project.relative(path)
    problem = None
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problem = UNREADABLE.problem(name, line, "it is not UTF-8 text", "save it as UTF-8")
        text = path.read_text("utf-8-sig", errors="replace")
    meta, bad = front_matter(name, text)
    shown, rows = includes.expand(project, text)
    left = {row.line for row in rows} | {include.line for include in shown}
    body = [
        line if number in left else ""
        for number, line in enumerate(includes.without_front_matter(text).split("\n"), start=1)
    ]
    unclosed: list[Unclosed] = []
    while True:
        blocks = blocks_of(body)
        prose = _prose(body, blocks, shown)
        bad_fence = min(_unclosed(body, prose, blocks), key=lambda fence: fence.line, default=None)
        if bad_fence is None:
            break
        unclosed.append(bad_fence)
        start, end = bad_fence.line, _readable_again(body, bad_fence)
        body[start - 1 : end - 1] = [""] * (end - start)
        rows = [replace(row, text="") if start <= row.line < end else row for row in rows]
    spans, plain = _spans(prose)
    return Page(
        path=path,
        name=name,
        lines=tuple(text.split("\n")),
        body=tuple(body),
        prose=tuple(prose),
        plain=tuple(plain),
        meta=meta,
        includes=tuple(shown),
        rows=tuple(rows),
        blocks=tuple(blocks),
        spans=tuple(spans),
        unclosed=tuple(unclosed),
        problem=problem or bad,
    )


def _salvaged(text: str) -> dict[str, Any]:
    """What can be read of front matter that is not YAML, key by key; the rest as it is typed."""
    meta: dict[str, Any] = {}
    for part in re.split(r"^(?=[\w-]+:)", text, flags=re.MULTILINE):
        key, _, value = part.partition(":")
        try:
            meta |= yaml.load(part, SAFE_LOADER) or {}
        except (yaml.YAMLError, TypeError):
            meta[key] = value.strip()
    return meta


def _prose(body: list[str], blocks: list[Block], shown: list[Include]) -> list[str]:
    prose = list(body)
    for block in blocks:
        prose[block.line - 1 : block.end] = [""] * (block.end - block.line + 1)
    for include in shown:
        prose[include.line - 1] = ""
    return _without_comments(prose) if any("<!--" in line for line in prose) else prose


def _without_comments(prose: list[str]) -> list[str]:
    """The prose with its comments blanked; what begins one in a code span begins none."""
    text, plain = "\n".join(prose), "\n".join(_spans(prose)[1])
    place = 0
    while (start := plain.find("<!--", place)) >= 0 and (end := text.find("-->", start)) >= 0:
        place = end + len("-->")
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:place]) + text[place:]
    return [line if line.strip() else "" for line in text.split("\n")]


def _unclosed(body: list[str], prose: list[str], blocks: list[Block]) -> Iterator[Unclosed]:
    for number, line in enumerate(prose, start=1):
        if _FENCE.fullmatch(line):
            yield Unclosed(number, line.strip())
            break
    for block in blocks:
        fence = body[block.line - 1].strip(" >\t")
        run = fence[: len(fence) - len(fence.lstrip(fence[0]))]
        for number, line in enumerate(block.body, start=block.line + 1):
            other = _OPENING.fullmatch(line)
            if other and other[1].startswith(run):
                yield Unclosed(block.line, fence, number)
                return


def _readable_again(body: list[str], fence: Unclosed) -> int:
    """The line from which on the page can be read as if the block had been closed.

    It ends at the fence that it swallows, after the one that may be meant to close it, or
    before another one or a heading.
    """
    if fence.swallowed:
        return fence.swallowed
    for number, line in enumerate(body[fence.line :], start=fence.line + 1):
        if _CLOSING.fullmatch(line):
            return number + 1
        if _FENCE.fullmatch(line) or (_HEADING.match(line) and not body[number - 2].strip()):
            return number
    return len(body) + 1


def _spans(prose: list[str]) -> tuple[list[Span], list[str]]:
    """The code spans of the prose, and the prose without them."""
    spans: list[Span] = []
    plain = list(prose)
    start = 0
    for end in range(len(prose) + 1):
        if end == len(prose) or not prose[end].strip():  # a span ends with its paragraph
            paragraph = "\n".join(prose[start:end])
            if "`" in paragraph:
                for first, last, text in _code(paragraph):
                    line = start + paragraph.count("\n", 0, first) + 1
                    spans.append(Span(line, " ".join(text.split())))
                    blank = re.sub(r"[^\n]", " ", paragraph[first:last])
                    paragraph = paragraph[:first] + blank + paragraph[last:]
                plain[start:end] = paragraph.split("\n")
            start = end + 1
    return spans, plain


def _code(paragraph: str) -> Iterator[tuple[int, int, str]]:
    """Where each code span of a paragraph begins and ends, and its text."""
    pattern = _backtick()
    place = 0
    while found := pattern.getCompiledRegExp().search(paragraph, place):
        code, start, end = pattern.handleMatch(found, paragraph)
        place = found.end() if end is None else end
        if start is not None and end is not None and not isinstance(code, str | None):
            yield start, end, html.unescape(code.text or "")


@functools.cache
def _backtick() -> Any:
    return markdown.Markdown().inlinePatterns["backtick"]


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
