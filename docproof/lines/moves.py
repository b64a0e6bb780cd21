"""Where did the lines of each include go when their program changed?

The lock says which lines each include showed. The includes of one page that
show one file, in its order, are aligned with the file as it is now; where a
step's lines are found again, its range follows them. What cannot be told
without guessing is left as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from docproof.lines.lock import WALKTHROUGH, Entry
from docproof.pages import highlights
from docproof.pages.page import Page
from docproof.pages.ranges import Range, lines_of, ranges, whole

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """An include by line range of a page, with what the lock remembers of it, if anything."""

    range: Range
    entry: Entry | None
    shown: Lines
    marked: frozenset[int]

    @property
    def is_accepted(self) -> bool:
        """Whether it shows just what was accepted."""
        entry = self.entry
        return entry is not None and (entry.lines, entry.marked) == (self.shown, self.marked)


def seen(page: Page, entries: Iterable[Entry]) -> tuple[list[Seen], list[Entry]]:
    """The page's includes that are remembered, each with its entry, and the entries left over.

    Remembered are those by line range, and those in which lines are highlighted.
    An entry belongs to the include of the same target; what remains on both
    sides is paired in order, file by file, if it comes out even.
    """
    marks = highlights.marked(page)
    found = ranges(page)
    numbered = {one.include.line for one in found}
    found += [whole(i) for i in page.includes if i.file and i.line in marks and not i.nested
              and i.line not in numbered]  # fmt: skip
    found.sort(key=lambda one: one.include.line)
    waiting = [
        entry
        for entry in entries
        if entry.page == page.name and not entry.target.startswith(WALKTHROUGH)
    ]
    pairs: dict[int, Entry] = {}
    for number, one in enumerate(found):
        same = next((e for e in waiting if e.target == one.include.target), None)
        if same:
            pairs[number] = same
            waiting.remove(same)
    for path in {one.path for one in found}:
        numbers = [n for n, one in enumerate(found) if n not in pairs and one.path == path]
        rest = [entry for entry in waiting if entry.target.rsplit(":", 2)[0] == path]
        if len(numbers) == len(rest):
            pairs |= dict(zip(numbers, rest, strict=True))
            waiting = [entry for entry in waiting if entry not in rest]
    return [
        Seen(one, pairs.get(n), one.include.shown, marks.get(one.include.line, frozenset()))
        for n, one in enumerate(found)
    ], waiting


def follow(page: Page, entries: Iterable[Entry]) -> dict[int, tuple[str, str]]:
    """The old and the new target of each include whose lines have moved, by its line."""
    here, _ = seen(page, entries)
    moved: dict[int, tuple[str, str]] = {}
    files: dict[Path, list[Seen]] = defaultdict(list)
    for step in here:
        if step.entry is not None and step.entry.lines and not step.range.is_whole:
            files[step.range.file].append(step)
    for file, steps in files.items():
        lines = lines_of(file)
        padding = max(step.range.padding for step in steps)
        for chain in _chains(steps):
            for step, place in zip(chain, _places(chain, lines), strict=True):
                assert step.entry is not None
                if place and step.shown != step.entry.lines:
                    include, target = step.range.include, step.range.respelled(*place, padding)
                    if target != include.target:
                        moved[include.line] = (include.target, target)
    return moved


def rehighlighted(page: Page, entries: Iterable[Entry]) -> dict[int, tuple[str, str]]:
    """The old and the new hl_lines of blocks whose lines have moved, by the line of their fence.

    A block that says something else than was accepted was edited by a person,
    and is left as it is; so is one of whose highlighted lines one is gone.
    """
    here = {step.range.include.line: step for step in seen(page, entries)[0]}
    changed: dict[int, tuple[str, str]] = {}
    for block in page.blocks:
        before: set[int] = set()
        after: set[int | None] = set()
        grown = 0
        for include, offset in highlights.placed(page, block):
            step = here.get(include.line)
            if step is None or step.entry is None:
                after.add(None)
                break
            place = _followed(step.entry.lines, step.shown)
            for number in step.entry.marked:
                before.add(offset - grown + number + 1)
                after.add(offset + place[number] + 1 if number in place else None)
            grown += len(step.shown) - len(step.entry.lines)
        sure = {number for number in after if number is not None}
        if before and sure == after and sure != before and highlights.wanted(block) == before:
            _, option, value = page.lines[block.line - 1].partition("hl_lines=")
            begun = f"{option}{value[:1]}"  # with its quotation mark
            old, new = block.options["hl_lines"], highlights.spelled(sure)
            changed[block.line] = (f"{begun}{old}", f"{begun}{new}")
    return changed


def _followed(old: Lines, new: Lines) -> dict[int, int]:
    """Where each of the old lines is among the new ones, both from 0."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def _chains(steps: list[Seen]) -> list[list[Seen]]:
    """The steps that followed one another when they were accepted, together; others alone."""
    chain: list[Seen] = []
    alone: list[list[Seen]] = []
    last = 0
    for step in steps:
        start, end = _accepted_at(step)
        if start > last:
            chain.append(step)
            last = end
        else:
            alone.append([step])
    return [chain, *alone] if chain else alone


def _accepted_at(step: Seen) -> tuple[int, int]:
    assert step.entry is not None
    target = step.entry.accepted or step.entry.target
    _, start, end = target.rsplit(":", 2)
    return int(start or 1), int(end)


def _places(steps: list[Seen], lines: Lines) -> list[tuple[int, int] | None]:
    """Where each step's lines are now (first and last, from 1), None if that is not certain."""
    remembered = [step.entry.lines if step.entry else () for step in steps]
    old = [line for one in remembered for line in one]
    owner = [number for number, one in enumerate(remembered) for _ in one]
    claimed: dict[int, set[int]] = defaultdict(set)
    survived: set[int] = set()
    unsure: set[int] = set()
    matcher = SequenceMatcher(None, old, lines, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        owners = set(owner[i1:i2])
        if tag == "equal":
            survived |= owners
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                claimed[owner[i]].add(j)
        elif tag == "replace" and len(owners) == 1:
            # An edit inside one step: what stands there now is the step's, too.
            claimed[owner[i1]] |= set(range(j1, j2))
        elif tag == "replace" and any(line.strip() for line in lines[j1:j2]):
            unsure |= owners  # an edit across two steps: whose line is whose?
    places: list[tuple[int, int] | None] = []
    for number, one in enumerate(remembered):
        place = _trimmed(claimed[number], lines) if number in survived - unsure else None
        if place is None or lines[place[0] - 1 : place[1]] != one:
            place = _only_place(one, lines) or place
        places.append(place)
    return places


def _only_place(wanted: Lines, lines: Lines) -> tuple[int, int] | None:
    """Where `wanted` stands as it is, if it does so just once."""
    size = len(wanted)
    starts = [n for n, line in enumerate(lines) if line == wanted[0]]
    found = [n for n in starts if lines[n : n + size] == wanted]
    return (found[0] + 1, found[0] + size) if len(found) == 1 else None


def _trimmed(claimed: set[int], lines: Lines) -> tuple[int, int] | None:
    """First and last of the claimed lines that are not blank."""
    full = [n for n in claimed if lines[n].strip()]
    return (min(full) + 1, max(full) + 1) if full else None
