"""How old is what was recorded, and is that too old?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone

from docproof.core.problem import BadInput, Problem
from docproof.core.project import Program
from docproof.core.rules import Rule, rule
from docproof.recordings.reader import Reader
from docproof.recordings.recording import Recording

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
MAX_AGE = rule(
    "max-age",
    family="input",
    refuses="an age that is none",
    why="Recordings would be held to another age than was meant.",
    example="python -m docproof check --max-age 6",
)

_DAYS = {"d": 1, "w": 7, "m": 30}
_AGE = re.compile(r"([0-9]{1,5})([dwm])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FURTHEST_EAST = timezone(timedelta(hours=14))  # where a day begins first


def days(text: str) -> int:
    """The days that an age such as 180d, 26w or 6m (of 30 days) has; raises `BadInput`."""
    found = _AGE.fullmatch(text)
    if found is None:
        what, mend = "it is no age", "write days, weeks or months of 30 days: 180d, 26w or 6m"
        raise BadInput(MAX_AGE.problem(f"--max-age {text}".strip(), 1, what, mend))
    return int(found[1]) * _DAYS[found[2]]


def day_of(made: Recording) -> date | None:
    """The day on which a recording was made; None if it says no such day."""
    said = str(made.recorded.get("date"))  # YAML reads a day without quotation marks as a date
    try:
        return date.fromisoformat(said) if _DAY.fullmatch(said) else None
    except ValueError:
        return None


def in_words(day: date) -> str:
    """A day as a sentence says it: 22 November 2026."""
    return f"{day.day} {day:%B %Y}"


def problems(
    reader: Reader,
    programs: Iterable[Program],
    oldest: int | None = None,
    today: date | None = None,
) -> Iterator[Problem]:
    """The recordings of `programs` of a day to come, or older than `oldest` days."""
    for program in programs:
        reading = reader.read(program)
        if reading is None or reading.recording is None:  # which is said where it is read
            continue
        for refused, what in _faults(reading.recording, oldest, today):
            again = _again(program, str(reading.recording.recorded["origin"]), reader.by_make)
            hint = f"record it again: {again}"
            yield refused.problem(program.recording.name, reading.day_line, what, hint)


def _again(program: Program, origin: str, by_make: bool) -> str:
    """The command that dates a recording anew, if the answers are the same, too."""
    if origin == "stand-in" and by_make:
        return f"make recordings ARGS=--new-date PROGRAM={program.name}"
    elsewhere = f"--base-url {origin} " if origin.startswith("http") else ""
    return f"python -m docproof record --new-date {elsewhere}{program.name}"


def _faults(made: Recording, oldest: int | None, today: date | None) -> Iterator[tuple[Rule, str]]:
    """The rule that a recording's day breaks, and how; `parts` refuses one without a day."""
    day = day_of(made)
    here, latest = today or date.today(), today or datetime.now(_FURTHEST_EAST).date()
    if day is None:
        return
    if day > latest:
        yield RECORDING_DATE, f"the day on which it was made, {in_words(day)}, is still to come"
    elif oldest is not None and (here - day).days > oldest:
        what = f"it was recorded on {in_words(day)}, {(here - day).days} days ago"
        yield RECORDING_OLD, f"{what}, and the limit is {oldest}"
