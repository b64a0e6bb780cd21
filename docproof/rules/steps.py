"""Do the numbered steps of this page show the numbers that were meant?

Python-Markdown's own block parser is asked: each step and each fenced block of
the page is marked, and the marks are looked for in the tree that it makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.pages import structure
from docproof.pages.page import Page
from docproof.rules import Scope, check
from docproof.rules.formatting import STRUCTURE

_ITEM = re.compile(r"[ >\t]*(?:(\d+)\.|[*+-])[ \t]+(?=\S)(?!(?:\d+\.|[*+-])[ \t])")
_STEP = re.compile("\ue000(\\d*):(\\d+)\ue001")
_BLOCK = re.compile("\ue002(\\d+)\ue001")
_BREAKS = {"h1", "h2", "h3", "h4", "h5", "h6", "hr"}
_INDENT = "indent by 4 columns (8 in a nested list)"


@dataclass(frozen=True)
class _Item:
    """An item of a list: the number typed, or None for a bullet; its line; the number shown."""

    typed: int | None
    line: int
    shown: int


@check(Scope.PAGE)
def steps(project: Project, page: Page) -> Iterator[Problem]:
    """The steps of a page that lost their number, and the blocks that lost their step."""
    if not any(_ITEM.match(line) for line in page.prose):
        return
    first: dict[tuple[int, str], Problem] = {}
    parted: set[int] = set()  # what follows a lost item is read as if it were an item
    while True:
        tree = _tree(project, page, parted)
        lost = [finding for finding in _lost(tree) if finding.line not in parted]
        if not lost:
            break
        yield from lost
        parted |= {finding.line for finding in lost}
    for finding in _findings(page, tree):
        first.setdefault((finding.line, finding.rule), finding)
    yield from first.values()


def _tree(project: Project, page: Page, parted: set[int]) -> Element:
    """The blocks of the page, with a mark at each step and for each fenced block.

    The lines of `parted` are parted by a blank line from what is above them.
    """
    lines = list(page.body)
    for number, line in enumerate(page.prose):
        item = _ITEM.match(line)
        if item:
            lines[number] += f"\ue000{item[1] or ''}:{number + 1}\ue001"
    for number in parted:
        lines[number - 1] = f"{_prefix(lines[number - 1])}\n{lines[number - 1]}"
    includes = ((i.line, i.line) for i in page.includes if page.body[i.line - 1])
    blocks = ((block.line, block.end) for block in page.blocks)
    for start, end in (*includes, *blocks, *((fence.line, fence.line) for fence in page.unclosed)):
        mark = f"{_prefix(page.lines[start - 1])}\ue002{start}\ue001"
        lines[start - 1 : end] = [mark, *[""] * (end - start)]
    md = structure.parser(project)
    lines = "\n".join(lines).split("\n")
    for preprocessor in md.preprocessors:
        lines = preprocessor.run(lines)
    root: Element | None = md.parser.parseDocument(lines).getroot()
    assert root is not None
    return root


def _prefix(line: str) -> str:
    """What a line is indented with, marks of quotes included."""
    return line[: len(line) - len(line.lstrip(" >\t"))]


def _findings(page: Page, root: Element) -> Iterator[Problem]:
    for parent in root.iter():
        last: Element | None = None
        between: list[Element] = []
        for child in parent:
            if child.tag in ("ol", "ul"):
                yield from _mixed(child)
                if child.tag == "ol" and last is not None and last.tag == "ol":
                    yield from _restart(last, between, child)
                elif child.tag == "ol":
                    yield from _renumbered(child)
                last, between = child, []
            elif child.tag in _BREAKS:
                last = None
            else:
                if last is not None and not between:
                    yield from _fallen(page, last, child)
                between.append(child)


def _lost(root: Element) -> Iterator[Problem]:
    """The first item of each list that is none. A 2. at the start of a line may be prose."""
    for element in root.iter():
        own = (element.text or "").strip().split("\n")
        may_begin = element.tag in ("p", "li")
        for line in own[1:] if may_begin else ():
            mark = _STEP.search(line)
            if mark and mark[1] in ("", "1"):
                yield STRUCTURE.at(
                    int(mark[2]),
                    "this item of a list is shown inside the paragraph above it",
                    "put a blank line before it",
                )
                break


def _mixed(items: Element) -> Iterator[Problem]:
    for item in _items(items):
        if item.line and (item.typed is None) != (items.tag == "ul"):
            what = f"a bullet is shown as step {item.shown}"
            if items.tag == "ul":
                what = "a step is shown as a bullet"
            hint = f"{_INDENT} what belongs to the item above, or part the lists by a sentence"
            yield STRUCTURE.at(item.line, what, hint)
            return


def _renumbered(steps: Element) -> Iterator[Problem]:
    first = next(_items(steps), None)
    start = int(steps.get("start", "1"))
    if first and first.typed is not None and first.shown == start != first.typed:
        yield STRUCTURE.at(
            first.line,
            f"the step typed {first.typed}. is shown as {start}.",
            f"{_INDENT} what stands before it, begin with 1., or type {first.typed}\\. if it is"
            " no step",
        )


def _restart(before: Element, between: list[Element], after: Element) -> Iterator[Problem]:
    """The second of two lists, if it was meant to go on with the first."""
    restarts = list(_renumbered(after))
    typed = {item.typed for item in (*_items(before), *_items(after))}
    first = next(_items(after), None)
    if between and not restarts and typed == {1} and first and first.shown == 1:
        introduced = between[-1].tag == "p" and _text(between[-1]).endswith(":")
        if not introduced:
            what = "the numbers start again at 1. with this step"
            hint = f"{_INDENT} what stands before it"
            restarts = [STRUCTURE.at(first.line, what, hint)]
    yield from restarts
    if restarts:
        for element in between:
            for block in _BLOCK.finditer(element.text or ""):
                what = "this block stands between two steps and in neither"
                hint = f"{_INDENT} it and its fences"
                yield STRUCTURE.at(int(block[1]), what, hint)


def _fallen(page: Page, items: Element, child: Element) -> Iterator[Problem]:
    """The block right after a list, if it was meant to be in its last item."""
    block = _BLOCK.match(child.text or "")
    if not block:
        return
    number = int(block[1])
    _quote, mark, indent = _prefix(page.lines[number - 1]).rpartition(">")
    indent = (indent.removeprefix(" ") if mark else indent).expandtabs(4)
    if len(indent) % 4 or (len(items) and _text(items[-1]).endswith(":")):
        what = "this block follows an item of a list and is not in it"
        yield STRUCTURE.at(number, what, f"{_INDENT} it and its fences")


def _items(items: Element) -> Iterator[_Item]:
    """The items of a list that have a mark, as far as their own text goes."""
    start = int(items.get("start", "1"))
    for shown, item in enumerate(items, start):
        own = item.text or ""
        if not own.strip() and len(item) and item[0].tag == "p":
            own = item[0].text or ""
        mark = _STEP.search(own.strip().split("\n")[0])
        if mark:
            yield _Item(int(mark[1]) if mark[1] else None, int(mark[2]), shown)


def _text(element: Element) -> str:
    """All the text of an element, as it ends for a reader."""
    return _STEP.sub("", "".join(element.itertext())).rstrip(" *_\n")
