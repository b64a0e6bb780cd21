"""Which lines did each include show when a person last accepted it?

The lock file is text that merges line by line. Each include by line range is a
line that names its page and its target, followed by the lines that it showed,
each behind a bar, or behind a star if the page highlights it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docproof.core import files
from docproof.core.problem import BadInput, Problem
from docproof.core.rules import rule

NAME = "docproof.lock"
VERSION = 1
_HEAD = f"docproof lock {VERSION}: what the pages showed when they were last accepted"
_HINT = "Written by `python -m docproof fix`. Not for editing by hand."

LOCK = rule(
    "lock",
    family="lines",
    refuses="a lock file that is missing, damaged, or written by a newer docproof",
    why="Nothing would be known of what the pages are meant to show.",
    example="<<<<<<< HEAD in docproof.lock",
)
LINES_CHANGED = rule(
    "lines-changed",
    family="lines",
    refuses=(
        "an include that shows other lines than those last accepted, by a word, a comment"
        " or a blank line"
    ),
    why="The words around it were written for the lines that it showed before.",
    example='--8<-- "code/x.py:6:9" after a line was inserted above line 6',
)
LINES_UNACCEPTED = rule(
    "lines-unaccepted",
    family="lines",
    refuses="an include whose lines nobody has accepted yet, or one that was accepted and is gone",
    why="A later move of its lines could not be told from an edit.",
    example='a new --8<-- "code/x.py:6:9"',
)

ACCEPT = rule(
    "accept",
    family="input",
    refuses="an `--accept` of a place where there is no page or no include by line range",
    why="Nothing would be accepted, and nobody would know.",
    example="python -m docproof fix --accept docs/page.md:1",
)

# The target of an entry that remembers a walkthrough of the page's front matter.
WALKTHROUGH = "walkthrough: "


@dataclass(frozen=True)
class Entry:
    """What one include showed: `lines` with the text, `marked` the highlighted ones, from 0.

    `target` is what the include says now, `accepted` what it said when it was
    accepted, if `fix` has moved it since.
    """

    page: str
    target: str
    lines: tuple[str, ...]
    marked: frozenset[int] = frozenset()
    accepted: str = ""


def load(root: Path) -> list[Entry] | None:
    """The entries of the project's lock file, None if it has none; raises `BadInput`."""
    path = root / NAME
    if not path.is_file():
        return None
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise BadInput(_damaged(1, "it is not UTF-8 text")) from None
    rows = text.split("\n")
    if not rows[0].startswith("docproof lock "):
        raise BadInput(_damaged(1, "it does not begin as a lock file does"))
    version = rows[0].split(":")[0].removeprefix("docproof lock ")
    if version != str(VERSION):
        what = f"it is of version {version}, and this docproof knows {VERSION}"
        mend = "install the requirements again: make"
        raise BadInput(LOCK.problem(NAME, 1, what, mend))
    entries: list[Entry] = []
    head: list[str] = []
    lines: list[str] = []
    marked: set[int] = set()

    def finish() -> None:
        if head:
            page, target, *accepted = head
            entries.append(Entry(page, target, tuple(lines), frozenset(marked), *accepted))

    for number, row in enumerate(rows[2:], start=3):
        if row[:1] in ("|", "*") and head and row[1:2] in (" ", ""):
            if row[0] == "*":
                marked.add(len(lines))
            lines.append(row[2:])
        elif row.count(" <- ") in (1, 2) and row[0] not in "<=>|*":
            finish()
            head, lines, marked = row.split(" <- "), [], set()
        elif row:
            raise BadInput(_damaged(number, f"'{row[:40]}' is no line of a lock file"))
    finish()
    return entries


def save(root: Path, entries: Iterable[Entry]) -> None:
    """Write the lock file, whole or not at all; entries of a page keep their order."""
    rows = [_HEAD, _HINT]
    for entry in sorted(entries, key=lambda entry: entry.page):
        accepted = f" <- {entry.accepted}" if entry.accepted else ""
        rows += ["", f"{entry.page} <- {entry.target}{accepted}"]
        for number, line in enumerate(entry.lines):
            bar = "*" if number in entry.marked else "|"
            rows.append(f"{bar} {line}" if line else bar)
    files.replace({root / NAME: "\n".join(rows) + "\n"})


def _damaged(line: int, what: str) -> Problem:
    return LOCK.problem(NAME, line, what, "take the lock file from the last commit, then: make fix")
