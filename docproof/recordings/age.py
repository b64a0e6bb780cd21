"""On which day was this recorded, and how many days has an age?"""

from __future__ import annotations

import re
from datetime import date

from docproof.core.problem import BadInput
from docproof.core.rules import rule
from docproof.recordings.recording import Recording

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
