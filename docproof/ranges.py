"""Do the included lines make sense, and do the steps of a page make up its program?"""

from __future__ import annotations

import ast
import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docproof.includes import Include
from docproof.pages import Page
from docproof.project import Project
from docproof.report import Problem, Rule

RULES = (
    Rule(
        "include-malformed",
        "a line that looks like an include and is none: without quotes, with a space after"
        " the closing quote, or a block of includes that is never closed",
        "The page would show the marker itself, or nothing at all.",
        "--8<-- code/x.py:1:4",
    ),
    Rule(
        "include-outside",
        "an include of a file outside the project, also through a symbolic link",
        "Another machine would build another page.",
        '--8<-- "../secret.py"',
    ),
    Rule(
        "include-nested",
        "a line range inside an included file",
        "No command could keep that range true when lines move.",
        '--8<-- "part.md", which has --8<-- "code/x.py:1:4"',
    ),
    Rule(
        "range-form",
        "a range that is negative, a list, or open at its end; pymdownx reads ':5' as"
        " 'from line 5 to the end'",
        "A page would go on showing whatever is added to the program.",
        '--8<-- "code/x.py:5"',
    ),
    Rule(
        "range-bounds",
        "a range that is past the end of its file, reversed, or starts at line 0",
        "pymdownx shows an empty block and says nothing.",
        '--8<-- "code/x.py:90:99"',
    ),
    Rule(
        "range-blank",
        "a range that begins or ends with a blank line",
        "The range has most likely slipped by a line.",
        '--8<-- "code/x.py:5:9", where line 5 is blank',
    ),
    Rule(
        "range-cut",
        "a range that cuts a statement, a bracket, a string or a compound header in two",
        "A reader would copy code that cannot run.",
        '--8<-- "code/x.py:18:22", where a call ends on line 25',
    ),
    Rule(
        "section-empty",
        "a section that its file does not have, or that has no line",
        "pymdownx shows an empty block and says nothing, unless check_paths is set.",
        '--8<-- "code/x.py:setup"',
    ),
    Rule(
        "step-order",
        "a step of a walkthrough that shows lines before those of the step above it",
        "Pasted one after another, the steps would not be the program.",
        "steps 18:32, then 6:9",
    ),
    Rule(
        "step-doubled",
        "a step of a walkthrough that shows a line again",
        "Pasted one after another, the steps would run it twice.",
        "steps 6:9, then 9:11",
    ),
    Rule(
        "step-missing",
        "a walkthrough that leaves a line of its program out",
        "Pasted one after another, the steps would not be the program.",
        "steps 6:9, then 11:16, where line 10 is not blank",
    ),
    Rule(
        "walkthrough",
        "a walkthrough in the front matter of a program that does not exist or has no step",
        "Nothing would be held complete.",
        "walkthrough: [code/y.py]",
    ),
)

_SPEC = re.compile(r"^(?P<path>.*?):(?P<start>\d*)(?::(?P<end>\d*))?$")
_LIKE_AN_INCLUDE = re.compile(r"^[ \t]*;*-+8<-+")
_WHOLE = re.compile(r"""^[ \t]*;*-+8<-+(?:[ \t]+(?:"(?:\\"|[^"])+"|'(?:\\'|[^'])+'))?$""")
_BLOCK = re.compile(r"^[ \t]*-+8<-+$")


@dataclass(frozen=True)
class Range:
    """An include by line range, as written: `start` and `end` are lines from 1, both included.

    `padding` is the width to which numbers are filled with zeros, 0 for none;
    `open_start` is true where the start is left out, as in '::04'.
    """

    include: Include
    file: Path
    path: str
    start: int
    end: int
    padding: int
    open_start: bool

    def respelled(self, start: int, end: int, padding: int) -> str:
        """The target for other lines, in this one's style."""
        first = "" if self.open_start and start == 1 else str(start).zfill(padding)
        return f"{self.path}:{first}:{str(end).zfill(padding)}"


def lines_of(file: Path) -> tuple[str, ...]:
    """The lines of an included file, as pymdownx reads them, less the empty one at its end."""
    return _lines(file, file.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _lines(file: Path, changed: int) -> tuple[str, ...]:
    lines = file.read_text("utf-8", errors="replace").split("\n")
    return tuple(lines[:-1] if lines[-1] == "" else lines)


def ranges(page: Page) -> list[Range]:
    """The page's own includes by line range that can be understood, in its order."""
    found = (_range(include) for include in page.includes if not include.nested)
    return [one for one in found if one is not None]


def problems(project: Project, page: Page) -> Iterator[Problem]:
    """What is wrong with the page's includes, one by one, and with its walkthroughs."""
    yield from _malformed(page)
    for include in page.includes:
        if include.file is not None:
            yield from _one(project, page, include)
    yield from _walkthroughs(project, page)


def _range(include: Include) -> Range | None:
    found = _SPEC.match(include.target)
    if include.file is None or not found or not found["end"]:
        return None
    numbers = [number for number in (found["start"], found["end"]) if number]
    padded = [len(number) for number in numbers if number.startswith("0")]
    return Range(
        include=include,
        file=include.file,
        path=found["path"],
        start=int(found["start"] or 1),
        end=int(found["end"]),
        padding=max(padded, default=0),
        open_start=not found["start"],
    )


def _malformed(page: Page) -> Iterator[Problem]:
    opened = 0
    for number, line in enumerate(page.lines, start=1):
        if not _LIKE_AN_INCLUDE.match(line):
            continue
        if not _WHOLE.match(line):
            yield Problem(
                page.name, number, "include-malformed",
                f"'{line.strip()}' is shown as it is, not as an include",
                'write --8<-- "path:start:end", with nothing after the closing quote',
            )  # fmt: skip
        elif _BLOCK.match(line):
            opened = 0 if opened else number
    if opened:
        yield Problem(
            page.name, opened, "include-malformed", "this block of includes is never closed",
            "close it with a line --8<--",
        )  # fmt: skip


def _one(project: Project, page: Page, include: Include) -> Iterator[Problem]:
    def problem(rule: str, what: str, mend: str) -> Problem:
        return Problem(page.name, include.line, rule, f"{include.target} {what}", mend)

    assert include.file is not None
    if project.root not in include.file.resolve().parents:
        yield problem("include-outside", "is outside the project", "include a file of its own")
        return
    spec = include.target[len(_path(include)) :]
    if not spec:
        return
    if include.nested:
        yield problem("include-nested", "stands in an included file", "include it on the page")
        return
    if re.fullmatch(r":[a-zA-Z].*", spec):
        if not any(line.strip() for line in include.shown):
            yield problem("section-empty", "has no line", "mend the section's name or its markers")
        return
    one = _range(include)
    if "-" in spec or "," in spec or one is None:
        reads = "counts from the end" if "-" in spec else "goes on to the end of the file"
        reads = "is a list" if "," in spec else reads
        yield problem("range-form", reads, "write the first and the last line, as in :5:9")
        return
    total = len(lines_of(one.file))
    if one.start > one.end:
        yield problem("range-bounds", "is reversed", "write the first line first")
    elif one.start < 1 or one.end > total:
        yield problem("range-bounds", f"is not within the file's {total} lines", "mend the range")
    else:
        yield from _edges(one, problem)


def _path(include: Include) -> str:
    found = re.match(r"(.*?)(?::[-0-9:,]*|:[a-zA-Z][-_0-9a-zA-Z]*)?$", include.target)
    return found[1] if found else include.target


def _edges(one: Range, problem: object) -> Iterator[Problem]:
    assert callable(problem)
    lines = lines_of(one.file)
    for number, verb in ((one.start, "begins"), (one.end, "ends")):
        if not lines[number - 1].strip():
            yield problem("range-blank", f"{verb} with a blank line", "leave it out")
            return
    if one.file.suffix != ".py":
        return
    cuts = _cuts(lines_of(one.file))
    for boundary, verb in ((one.start, "begins"), (one.end + 1, "ends")):
        for kind, first, last in cuts.get(boundary, ()):
            # A body may be shown without its header, but no header without its body, and no
            # 'if' or 'try' without its 'else' or 'except'.
            begins_badly = verb == "begins" and kind != "body"
            ends_badly = verb == "ends" and (kind != "clause" or one.start <= first)
            if begins_badly or ends_badly:
                yield problem(
                    "range-cut",
                    f"{verb} inside the statement on lines {first} to {last}",
                    "show it whole, or leave it out",
                )
                return


Cut = tuple[str, int, int]  # the kind of place, and the first and last line of the statement


@functools.lru_cache(maxsize=4096)
def _cuts(lines: tuple[str, ...]) -> dict[int, list[Cut]]:
    """The lines before which a cut would go through a statement.

    The kind is "inside" within a simple statement or a header, "body" before the
    first line of a compound statement's body, and "clause" before an 'else' or
    the like.
    """
    cuts: dict[int, list[Cut]] = defaultdict(list)

    def walk(statement: ast.stmt) -> None:
        first, last = _first(statement), statement.end_lineno or statement.lineno
        suites = _suites(statement)
        for line in range(first + 1, (_first(suites[0][0]) if suites else last + 1)):
            cuts[line].append(("inside", first, last))
        at = first
        for number, suite in enumerate(suites):
            start = _first(suite[0])
            if number:
                cuts[at + 1].append(("clause", first, last))
                for line in range(at + 2, start):
                    cuts[line].append(("inside", first, last))
            if start > at + bool(number):
                cuts[start].append(("body", first, last))
            for inner in suite:
                walk(inner)
            at = suite[-1].end_lineno or at

    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return {}  # its replay says so; the other rules for lines still hold
    for statement in tree.body:
        walk(statement)
    return cuts


def _first(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    lines: list[int] = [statement.lineno, *(decorator.lineno for decorator in decorators)]
    return min(lines)


def _suites(statement: ast.stmt) -> list[list[ast.stmt]]:
    owners: list[object] = [statement]
    owners += getattr(statement, "handlers", []) + getattr(statement, "cases", [])
    found = [getattr(o, name, None) for o in owners for name in ("body", "orelse", "finalbody")]
    suites = [suite for suite in found if isinstance(suite, list) and suite]
    return sorted(suites, key=lambda suite: _first(suite[0]))


def _walkthroughs(project: Project, page: Page) -> Iterator[Problem]:
    declared = page.meta.get("walkthrough") or []
    for name in [declared] if isinstance(declared, str) else declared:
        file = (project.root / str(name)).resolve()
        steps = [one for one in ranges(page) if one.file.resolve() == file]
        if not steps or not file.is_file():
            what = "has no step on this page" if file.is_file() else "does not exist"
            yield Problem(
                page.name, 1, "walkthrough", f"it walks through {name}, which {what}",
                "mend the front matter, or include its lines",
            )  # fmt: skip
            continue
        yield from _walkthrough(page, str(name), lines_of(file), steps)


def _walkthrough(
    page: Page, name: str, lines: tuple[str, ...], steps: list[Range]
) -> Iterator[Problem]:
    shown: set[int] = set()
    last = 0
    for step in steps:
        here = set(range(step.start, min(step.end, len(lines)) + 1))
        again = sorted(shown & here)
        if again:
            yield Problem(
                page.name, step.include.line, "step-doubled",
                f"{step.include.target} shows line {again[0]}, which a step above shows",
                "let each line stand in one step",
            )  # fmt: skip
        elif step.start < last:
            yield Problem(
                page.name, step.include.line, "step-order",
                f"{step.include.target} comes after line {last}, which the step above it shows",
                "put the steps in the order of the program",
            )  # fmt: skip
        shown |= here
        last = max(last, step.end)
    for number, line in enumerate(lines, start=1):
        if line.strip() and number not in shown:
            after = next((s for s in steps if s.start > number), steps[-1])
            yield Problem(
                page.name, after.include.line, "step-missing",
                f"line {number} of {name} is in no step of this walkthrough",
                "show it in the step above or below",
            )  # fmt: skip
            return
