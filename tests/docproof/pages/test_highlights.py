"""A highlight or a line number that points at the wrong line is refused."""

from __future__ import annotations

import pytest

from docproof.check import check
from tests.helpers.sandbox import PAGE, Sandbox

PROGRAM = "import os\n\nfirst = 1\nsecond = 2\n\nprint(first)\n"


def found(sandbox: Sandbox, fence: str, include: str) -> list[str]:
    sandbox.write("code/page/p.py", PROGRAM)
    head = PAGE.split("```python")[0]
    sandbox.write("docs/page.md", f'{head}{fence}\n--8<-- "code/page/p.py{include}"\n```\n')
    said = check(sandbox.project, [sandbox.root / "docs"])
    return [str(problem) for problem in said if problem.rule != "lock"]


@pytest.mark.parametrize(
    ("fence", "include"),
    [
        ('```python hl_lines="1 3-4 6"', ""),
        ('```python hl_lines="2"', ":3:4"),
        ('```python linenums="3"', ":3:4"),
        ('```python linenums="1" hl_lines="6"', ""),
        ('```{.python linenums="3" hl_lines="1-2"}', ":3:4"),
    ],
)
def test_highlights_and_line_numbers_that_are_right_are_good(
    sandbox: Sandbox, fence: str, include: str
) -> None:
    assert found(sandbox, fence, include) == []


@pytest.mark.parametrize(
    ("fence", "include", "what"),
    [
        ('```python hl_lines="3"', ":3:4", "highlight: line 3 is highlighted, and the block has 2"),
        ('```python hl_lines="7"', "", "highlight: line 7 is highlighted, and the block has 6"),
        ('```python hl_lines="0"', "", "highlight: line 0 is highlighted"),
        ('```python hl_lines="4-3"', "", "highlight: 4-3 is reversed"),
        (
            '```python hl_lines="2"',
            "",
            "highlight: line 2 is highlighted, and a blank",
        ),
        (
            '```python hl_lines="1-9"',
            "",
            "highlight: lines 7-9 are highlighted, and the block has 6",
        ),
        ('```python linenums="1"', ":3:4", "line-numbers: the block counts from 1"),
        ('```python linenums="2"', "", "line-numbers: the block counts from 2"),
    ],
)
def test_highlights_and_line_numbers_that_are_wrong_are_refused(
    sandbox: Sandbox, fence: str, include: str, what: str
) -> None:
    lines = found(sandbox, fence, include)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"docs/page.md:8: {what}")
