"""Are a block's highlighted lines there, and its line numbers the program's own?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docproof.pages.includes import Include, Row
from docproof.pages.page import Block, Page


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


def shown_rows(page: Page, block: Block) -> list[Row]:
    """The lines that the block shows; blank ones at its ends are not shown."""
    rows = [row for row in page.rows if block.line < row.line < block.end]
    full = [number for number, row in enumerate(rows) if row.text.strip()]
    return rows[full[0] : full[-1] + 1] if full else []


def placed(page: Page, block: Block) -> list[tuple[Include, int]]:
    """The block's includes, each with the number of lines that the block shows above it."""
    offsets: dict[int, int] = {}
    for place, row in enumerate(shown_rows(page, block)):
        if row.include:
            offsets.setdefault(row.line, place - row.index)
    here = [i for i in page.includes if block.line < i.line < block.end and not i.nested]
    return [(include, offsets.get(include.line, 0)) for include in here]
