"""Is each recording of a program that is there, and of a day that may be?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone

from docproof.core.files import below
from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project
from docproof.core.rules import Rule, rule
from docproof.pages.page import Page
from docproof.recordings import age, compatibility
from docproof.recordings.reader import reader
from docproof.recordings.recording import Recording
from docproof.rules import Scope, Selection, check

RECORDING_DATE = rule(
    "recording-date",
    family="recordings",
    refuses="a recording whose day is still to come",
    why="The page would say wrongly when the output was recorded.",
    example="date: '2062-11-22'",
)
RECORDING_OLD = rule(
    "recording-old",
    family="recordings",
    refuses="a recording older than `check --max-age` allows; without that, none is too old",
    why="The page would show what a service answered long ago.",
    example="date: '2026-01-31', with --max-age 180d in November",
)
RECORDING_ORPHAN = rule(
    "recording-orphan",
    family="recordings",
    refuses="a recording, or a file of expectations, whose program does not exist",
    why="It looks like a proof and proves nothing.",
    example="tests/cassettes/page/old.yaml without code/page/old.py",
)

_FURTHEST_EAST = timezone(timedelta(hours=14))  # where a day begins first


@check(Scope.PROJECT)
def ages(selection: Selection, today: date | None = None) -> Iterator[Problem]:
    """The recordings of a day to come, or older than they may be.

    They are those of the chosen programs and of those that a chosen page shows.
    """
    project = selection.project
    if not project.configured:
        return
    includes = (include for page in selection.pages for include in page.includes)
    shown = {include.file.resolve() for include in includes if include.file}
    recordings = reader(project)
    for program in project.all_programs():
        if program.path not in shown and program not in selection.programs:
            continue
        reading = recordings.read(program)
        if reading is None or reading.recording is None:  # `programs.proofs` says so
            continue
        for refused, what in _faults(reading.recording, selection.oldest, today):
            hint = f"record it again: {recordings.again(program, new_date=True)}"
            yield refused.problem(program.recording.name, reading.day_line, what, hint)


@check(Scope.PROJECT)
def releases(selection: Selection) -> Iterator[Problem]:
    """What keeps the data of the releases that programs were tried with from being read."""
    try:
        if selection.project.configured:
            compatibility.load(selection.project)
    except BadInput as bad:
        yield bad.problem


@check(Scope.PAGES)
def orphans(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The recordings and expectations of no program, in a project with settings of its own."""
    if not project.configured:
        return
    programs = list(project.all_programs())
    known = {program.recording.path for program in programs}
    known |= {program.expectations.path for program in programs}
    names = {program.name for program in programs}
    for path in below(project.recordings, {".yaml", ".yml"}):
        if path not in known:
            inside = path.relative_to(project.recordings)
            program = project.programs / inside.parent / f"{inside.name.split('.')[0]}.py"
            name = project.relative(program)
            if name in names:
                what = f"nothing reads it; {name} reads files of other names"
            else:
                what = f"there is no {name}"
            yield RECORDING_ORPHAN.problem(
                project.relative(path), 1, what, "delete it, or name it after its program"
            )


def _faults(made: Recording, oldest: int | None, today: date | None) -> Iterator[tuple[Rule, str]]:
    """The rule that a recording's day breaks, and how; `parts` refuses one without a day."""
    day = age.day_of(made)
    here, latest = today or date.today(), today or datetime.now(_FURTHEST_EAST).date()
    if day is None:
        return
    if day > latest:
        yield RECORDING_DATE, f"the day on which it was made, {age.in_words(day)}, is still to come"
    elif oldest is not None and (here - day).days > oldest:
        what = f"it was recorded on {age.in_words(day)}, {(here - day).days} days ago"
        yield RECORDING_OLD, f"{what}, and the limit is {oldest}"
