"""Are a block's highlighted lines there, and its line numbers the program's own?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docproof.core.problem import Problem
from docproof.core.rules import rule
from docproof.pages.includes import Include
from docproof.pages.page import Block, Page
from docproof.pages.ranges import ranges

HIGHLIGHT = rule(
    "highlight",
    family="lines",
    refuses="a highlighted line that is past the end of its block or blank",
    why="The page would point at nothing, or at the wrong line.",
    example='```python hl_lines="9" above five lines',
)
LINE_NUMBERS = rule(
    "line-numbers",
    family="lines",
    refuses="line numbers that are not those of the included lines in their program",
    why="A reader would look for line 1 of the step and find line 1 of the program.",
    example='```python linenums="1" above code/x.py:18:32',
)


def marked(page: Page) -> dict[int, frozenset[int]]:
    """By the line of an include, which of the lines it shows are highlighted, counted from 0.

    An include may share its block with other lines; what is highlighted is
    counted from the first line of the block, as the page does.
    """
    marks: dict[int, frozenset[int]] = {}
    for block in page.blocks:
        numbers = wanted(block)
        for include, offset in placed(page, block):
            here = {n - 1 - offset for n in numbers if 0 < n - offset <= len(include.shown)}
            if here:
                marks[include.line] = frozenset(here)
    return marks


def spelled(numbers: Iterable[int]) -> str:
    """Line numbers as hl_lines has them: '1 3-5'."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def wanted(block: Block) -> set[int]:
    """The lines of a block that it asks to be highlighted, from 1."""
    numbers: set[int] = set()
    for found in re.finditer(r"(\d+)(?:-(\d+))?", block.options.get("hl_lines", "")):
        first, last = int(found[1]), int(found[2] or found[1])
        numbers |= set(range(first, min(last, first + 10_000) + 1))
    return numbers


def placed(page: Page, block: Block) -> list[tuple[Include, int]]:
    """The block's includes, each with the number of lines that the block shows above it."""
    placed = []
    offset = 0
    for number in range(block.line + 1, block.end):
        here = [i for i in page.includes if i.line == number and not i.nested]
        for include in here:
            placed.append((include, offset))
            offset += len(include.shown)
        offset += not here
    return placed


def problems(page: Page) -> Iterator[Problem]:
    """The highlights and line numbers of a page's blocks that are wrong."""
    starts = {one.include.line: one.start for one in ranges(page)}
    for block in page.blocks:
        here = placed(page, block)
        if "hl_lines" in block.options and all(include.shown for include, _ in here):
            yield from _highlights(page, block)
        first = block.options.get("linenums", "").split(" ")[0]
        if first and len(here) == 1 and here[0][1] == 0:
            start = starts.get(here[0][0].line, 1)
            if first != str(start):
                yield LINE_NUMBERS.problem(
                    page.name,
                    block.line,
                    f"the block counts from {first}, and its first line is line {start}",
                    f'write linenums="{start}"',
                )


def _highlights(page: Page, block: Block) -> Iterator[Problem]:
    lines = _shown(page, block)
    for first, last in re.findall(r"(\d+)-(\d+)", block.options["hl_lines"]):
        if int(first) > int(last):
            yield HIGHLIGHT.problem(
                page.name, block.line, f"{first}-{last} is reversed", "write the first line first"
            )
            return
    for number in sorted(wanted(block)):
        if not 0 < number <= len(lines):
            what = f"line {number} is highlighted, and the block has {len(lines)}"
        elif not lines[number - 1].strip():
            what = f"line {number} is highlighted, and it is blank"
        else:
            continue
        yield HIGHLIGHT.problem(page.name, block.line, what, "mend hl_lines")
        return


def _shown(page: Page, block: Block) -> list[str]:
    lines: list[str] = []
    for number, text in enumerate(block.body, start=block.line + 1):
        here = [i for i in page.includes if i.line == number and not i.nested]
        lines += [line for include in here for line in include.shown] if here else [text]
    while lines and not lines[-1]:  # a whole file ends with an empty line, which is not shown
        lines.pop()
    return lines
