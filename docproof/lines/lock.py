"""Which lines did each include show when a person last accepted it?

The lock file is text that merges line by line. Each include by line range is a
line that names its page and its target, followed by the lines that it showed,
each behind a bar, or behind a star if the page highlights it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docproof.core.files import replace
from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project
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


def entries(project: Project) -> dict[str, list[Entry]] | None:
    """The entries of the lock by page, None without a lock; raises `BadInput`.

    They are read once for each Project, which lives for one run.
    """
    if "lock" not in project.kept:
        try:
            project.kept["lock"] = _by_page(load(project.root))
        except BadInput as bad:
            project.kept["lock"] = bad.problem
    kept: dict[str, list[Entry]] | Problem | None = project.kept["lock"]
    if isinstance(kept, Problem):
        raise BadInput(kept)
    return kept


def _by_page(entries: list[Entry] | None) -> dict[str, list[Entry]] | None:
    pages: dict[str, list[Entry]] = {}
    for entry in entries or ():
        pages.setdefault(entry.page, []).append(entry)
    return None if entries is None else pages


def save(root: Path, entries: Iterable[Entry]) -> None:
    """Write the lock file, whole or not at all; entries of a page keep their order."""
    rows = [_HEAD, _HINT]
    for entry in sorted(entries, key=lambda entry: entry.page):
        accepted = f" <- {entry.accepted}" if entry.accepted else ""
        rows += ["", f"{entry.page} <- {entry.target}{accepted}"]
        for number, line in enumerate(entry.lines):
            bar = "*" if number in entry.marked else "|"
            rows.append(f"{bar} {line}" if line else bar)
    replace({root / NAME: "\n".join(rows) + "\n"})


def _damaged(line: int, what: str) -> Problem:
    return LOCK.problem(NAME, line, what, "take the lock file from the last commit, then: make fix")
