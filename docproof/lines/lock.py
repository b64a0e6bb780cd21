"""Which lines did each include show when a person last accepted it?

The lock file is text that merges line by line. Each include by line range is a line that
names its page and its file, followed by the lines that it showed, each behind a bar, or
behind a star if the page highlights it. No line has a number: `+1` says that there was one
line of the file between those that the page showed before and these. So lines that are put
into a program change one entry at most, whatever they move.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from docproof.core import files
from docproof.core.problem import BadInput, Problem, rule
from docproof.core.project import Project

NAME = "docproof.lock"
VERSION = 2
_HEAD = f"docproof lock {VERSION}: what the pages showed when they were last accepted"
_HINT = "Written by `python -m docproof fix`. Not for editing by hand."

LOCK = rule(
    "lock",
    refuses="a lock file that is missing, damaged, or written by another docproof",
    why="Nothing would say what the pages are meant to show.",
    example="<<<<<<< HEAD in docproof.lock",
)


# The target of an entry that remembers a walkthrough of the page's front matter.
WALKTHROUGH = "walkthrough: "


_ENTRY = re.compile(r"(?P<page>[^<=>|*].*?) <- (?P<target>.+?)(?: (?P<apart>[+-]\d+))?")


@dataclass(frozen=True)
class Entry:
    """What one include showed: `lines` with the text, `marked` the highlighted ones, from 0.

    `target` is the include without its numbers. `start` is the number that the first line
    had when it was accepted, 0 where a whole file or a section is included. Entries of a page
    stand in its order.
    """

    page: str
    target: str
    lines: tuple[str, ...]
    marked: frozenset[int] = frozenset()
    start: int = 0

    @property
    def end(self) -> int:
        """The number that the last line had."""
        return self.start + len(self.lines) - 1


def load(root: Path) -> list[Entry] | None:
    """The entries of the project's lock file, None if it has none; raises `BadInput`."""
    path = root / NAME
    if not path.is_file():
        return None
    try:
        return read(path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise BadInput(_damaged(1, "it is not UTF-8 text")) from None


def read(text: str) -> list[Entry]:
    """The entries in the text of a lock file; raises `BadInput`."""
    rows = text.split("\n")
    if not rows[0].startswith("docproof lock "):
        raise BadInput(_damaged(1, "it does not begin as a lock file does"))
    version = rows[0].split(":")[0].removeprefix("docproof lock ")
    if version != str(VERSION):
        what = f"it is of version {version}, and this docproof knows {VERSION}"
        mend = "remove it, then: python -m docproof fix --accept docs"
        if version > str(VERSION):
            mend = "install the requirements again: make"
        raise BadInput(LOCK.problem(NAME, 1, what, mend))
    entries: list[Entry] = []
    ends: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows[2:], start=3):
        head = _ENTRY.fullmatch(row)
        if row[:1] in ("|", "*") and entries and row[1:2] in (" ", ""):
            last = entries[-1]
            marked = last.marked | ({len(last.lines)} if row[0] == "*" else set())
            entries[-1] = replace(last, lines=(*last.lines, row[2:]), marked=marked)
        elif head:
            if entries and entries[-1].start:
                ends[entries[-1].page, entries[-1].target] = entries[-1].end
            start, key = 0, (head["page"], head["target"])
            if head["apart"]:
                start = ends.get(key, 0) + 1 + int(head["apart"])
            entries.append(Entry(*key, (), start=start))
        elif row:
            raise BadInput(_damaged(number, f"'{row[:40]}' is no line of a lock file"))
    return entries


def entries(project: Project) -> dict[str, list[Entry]] | None:
    """The entries of the lock by page, None without a lock; raises `BadInput`.

    They are read once for each Project, which lives for one run.
    """
    if "lock" not in project.kept:
        found = load(project.root)
        pages: dict[str, list[Entry]] = {}
        for entry in found or ():
            pages.setdefault(entry.page, []).append(entry)
        project.kept["lock"] = None if found is None else pages
    kept: dict[str, list[Entry]] | None = project.kept["lock"]
    return kept


def save(root: Path, entries: Iterable[Entry]) -> None:
    """Write the lock file, whole or not at all."""
    files.replace({root / NAME: text(entries)})


def text(entries: Iterable[Entry]) -> str:
    """What a lock file says; entries of a page keep their order."""
    rows = [_HEAD, _HINT]
    ends: dict[tuple[str, str], int] = {}
    for entry in sorted(entries, key=lambda entry: entry.page):
        key = (entry.page, entry.target)
        apart = f" {entry.start - ends.get(key, 0) - 1:+d}" if entry.start else ""
        ends |= {key: entry.end} if entry.start else {}
        rows += ["", f"{entry.page} <- {entry.target}{apart}"]
        for number, line in enumerate(entry.lines):
            bar = "*" if number in entry.marked else "|"
            rows.append(f"{bar} {line}" if line else bar)
    return "\n".join(rows) + "\n"


def _damaged(line: int, what: str) -> Problem:
    return LOCK.problem(NAME, line, what, "take the lock file from the last commit, then: make fix")
