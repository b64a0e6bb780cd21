"""Which lines does each include ask for, and do they make sense by themselves?"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages.includes import Include
from docproof.pages.page import Page
from docproof.pages.statements import cuts_of

INCLUDE_MALFORMED = rule(
    "include-malformed",
    family="lines",
    refuses=(
        "a line that looks like an include and is none: without quotes, with a space after"
        " the closing quote, or a block of includes that is never closed"
    ),
    why="The page would show the marker itself, or nothing at all.",
    example="--8<-- code/x.py:1:4",
)
INCLUDE_OUTSIDE = rule(
    "include-outside",
    family="lines",
    refuses="an include of a file outside the project, also through a symbolic link",
    why="Another machine would build another page.",
    example='--8<-- "../secret.py"',
)
INCLUDE_NESTED = rule(
    "include-nested",
    family="lines",
    refuses="a line range inside an included file",
    why="No command could keep that range true when lines move.",
    example='--8<-- "part.md", which has --8<-- "code/x.py:1:4"',
)
RANGE_FORM = rule(
    "range-form",
    family="lines",
    refuses=(
        "a range that is negative, a list, or open at its end; pymdownx reads ':5' as"
        " 'from line 5 to the end'"
    ),
    why="A page would go on showing whatever is added to the program.",
    example='--8<-- "code/x.py:5"',
)
RANGE_BOUNDS = rule(
    "range-bounds",
    family="lines",
    refuses="a range that is past the end of its file, reversed, or starts at line 0",
    why="pymdownx shows an empty block and says nothing.",
    example='--8<-- "code/x.py:90:99"',
)
RANGE_BLANK = rule(
    "range-blank",
    family="lines",
    refuses="a range that begins or ends with a blank line",
    why="The range has most likely slipped by a line.",
    example='--8<-- "code/x.py:5:9", where line 5 is blank',
)
RANGE_CUT = rule(
    "range-cut",
    family="lines",
    refuses="a range that cuts a statement, a bracket, a string or a compound header in two",
    why="A reader would copy code that cannot run.",
    example='--8<-- "code/x.py:18:22", where a call ends on line 25',
)
SECTION_EMPTY = rule(
    "section-empty",
    family="lines",
    refuses="a section that its file does not have, or that has no line",
    why="pymdownx shows an empty block and says nothing, unless check_paths is set.",
    example='--8<-- "code/x.py:setup"',
)

_SPEC = re.compile(r"^(?P<path>.*?):(?P<start>\d*)(?::(?P<end>\d*))?$")
_LIKE_AN_INCLUDE = re.compile(r"^[ \t]*;*-+8<-+")
_WHOLE = re.compile(r"""^[ \t]*;*-+8<-+(?:[ \t]+(?:"(?:\\"|[^"])+"|'(?:\\'|[^'])+'))?$""")
_BLOCK = re.compile(r"^[ \t]*-+8<-+$")


@dataclass(frozen=True)
class Range:
    """An include by line range, as written: `start` and `end` are lines from 1, both included.

    `padding` is the width to which numbers are filled with zeros, 0 for none;
    `open_start` is true where the start is left out, as in '::04'. `is_whole` is true for an
    include of a whole file or a section, which has no numbers to follow its lines.
    """

    include: Include
    file: Path
    path: str
    start: int
    end: int
    padding: int
    open_start: bool
    is_whole: bool = False

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


def whole(include: Include) -> Range:
    """An include of a whole file or a section, where what it shows must be remembered, too."""
    assert include.file is not None
    last = len(include.shown)
    return Range(include, include.file, include.target, 1, last, 0, True, is_whole=True)


def problems(project: Project, page: Page) -> Iterator[Problem]:
    """What is wrong with the page's includes, one by one."""
    yield from _malformed(page)
    for include in page.includes:
        if include.file is not None:
            yield from _one(project, page, include)


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
            yield INCLUDE_MALFORMED.problem(
                page.name,
                number,
                f"'{line.strip()}' is shown as it is, not as an include",
                'write --8<-- "path:start:end", with nothing after the closing quote',
            )
        elif _BLOCK.match(line):
            opened = 0 if opened else number
    if opened:
        yield INCLUDE_MALFORMED.problem(
            page.name,
            opened,
            "this block of includes is never closed",
            "close it with a line --8<--",
        )


def _one(project: Project, page: Page, include: Include) -> Iterator[Problem]:
    def problem(rule: str, what: str, mend: str) -> Problem:
        return Problem(page.name, include.line, rule, f"{include.target} {what}", mend)

    assert include.file is not None
    if not _is_below(include.file, project.root):
        yield problem("include-outside", "is outside the project", "include a file of its own")
        return
    if include.shown and include.shown[0].startswith("\ufeff"):
        yield problem("include-outside", "begins with a byte order mark", "save it without")
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


@functools.lru_cache(maxsize=4096)
def _is_below(file: Path, root: Path) -> bool:
    return root in file.resolve().parents


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
    cuts = cuts_of(lines_of(one.file))
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
