"""Are the steps of a page, pasted one after another, the program that it walks through?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.lines.lock import WALKTHROUGH, Entry
from docproof.pages.page import Page
from docproof.pages.ranges import Range, lines_of, ranges

STEP_ORDER = rule(
    "step-order",
    family="lines",
    refuses="a step of a walkthrough that shows lines before those of the step above it",
    why="Pasted one after another, the steps would not be the program.",
    example="steps 18:32, then 6:9",
)
STEP_DOUBLED = rule(
    "step-doubled",
    family="lines",
    refuses="a step of a walkthrough that shows a line again",
    why="Pasted one after another, the steps would run it twice.",
    example="steps 6:9, then 9:11",
)
STEP_MISSING = rule(
    "step-missing",
    family="lines",
    refuses="a walkthrough that leaves a line of its program out",
    why="Pasted one after another, the steps would not be the program.",
    example="steps 6:9, then 11:16, where line 10 is not blank",
)
WALKTHROUGH_LOST = rule(
    "walkthrough",
    family="lines",
    refuses=(
        "a walkthrough of a program that does not exist or has no step, or one that was"
        " accepted and that the front matter declares no more"
    ),
    why="Nothing would be held complete.",
    example="walkthrough: [code/y.py]",
)


def declared(page: Page) -> list[str]:
    """The programs that the page's front matter says it walks through."""
    names = page.meta.get("walkthrough") or []
    return [str(name) for name in ([names] if isinstance(names, str) else names)]


def problems(
    project: Project, page: Page, entries: Iterable[Entry] | None = None
) -> Iterator[Problem]:
    """What is wrong with a page's walkthroughs; `entries` are those of the lock file."""
    names = declared(page)
    for name in names:
        file = (project.root / name).resolve()
        steps = [one for one in ranges(page) if one.path == name or one.file.resolve() == file]
        if not steps or not file.is_file():
            what = "has no step on this page" if file.is_file() else "does not exist"
            yield WALKTHROUGH_LOST.problem(
                page.name,
                1,
                f"it walks through {name}, which {what}",
                "mend the front matter, or include its lines",
            )
            continue
        yield from _walkthrough(page, name, lines_of(file), steps)
    for entry in entries or ():
        name = entry.target.removeprefix(WALKTHROUGH)
        if entry.page == page.name and name != entry.target and name not in names:
            yield WALKTHROUGH_LOST.problem(
                page.name,
                1,
                f"it was accepted as a walkthrough of {name}",
                f"declare it again, or: python -m docproof fix --accept {page.name}",
            )


def _walkthrough(
    page: Page, name: str, lines: tuple[str, ...], steps: list[Range]
) -> Iterator[Problem]:
    shown: set[int] = set()
    last = 0
    for step in steps:
        here = set(range(step.start, min(step.end, len(lines)) + 1))
        again = sorted(shown & here)
        if again:
            yield STEP_DOUBLED.problem(
                page.name,
                step.include.line,
                f"{step.include.target} shows line {again[0]}, which a step above shows",
                "let each line stand in one step",
            )
        elif step.start < last:
            yield STEP_ORDER.problem(
                page.name,
                step.include.line,
                f"{step.include.target} comes after line {last}, which the step above it shows",
                "put the steps in the order of the program",
            )
        shown |= here
        last = max(last, step.end)
    for number, line in enumerate(lines, start=1):
        if line.strip() and number not in shown:
            after = next((s for s in steps if s.start > number), steps[-1])
            yield STEP_MISSING.problem(
                page.name,
                after.include.line,
                f"line {number} of {name} is in no step of this walkthrough",
                "show it in the step above or below",
            )
            return
