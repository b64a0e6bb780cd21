"""Where did the lines of each include go when their program changed?

The lock says which lines each include showed. Where a step's first and last line
are found again, between the steps above and below it, its range follows them. What
cannot be told without guessing is left as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path

from docproof.core import files
from docproof.core.problem import diff
from docproof.lines.lock import WALKTHROUGH, Entry
from docproof.pages import highlights
from docproof.pages.page import Page
from docproof.pages.ranges import Range, lines_of, ranges, whole

Lines = tuple[str, ...]
Place = tuple[int, int]  # the first and the last line, from 1


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
    for key in {(one.path, one.is_whole) for one in found}:
        here = [(n, one) for n, one in enumerate(found) if (one.path, one.is_whole) == key]
        there = [entry for entry in waiting if (entry.target, not entry.start) == key]
        pairs |= _paired(here, there)
    left = [entry for entry in waiting if not any(entry is one for one in pairs.values())]
    return [
        Seen(one, pairs.get(n), one.include.shown, marks.get(one.include.line, frozenset()))
        for n, one in enumerate(found)
    ], left


def _paired(here: list[tuple[int, Range]], there: list[Entry]) -> dict[int, Entry]:
    """Which entry is that of each range of one file, both in the order of the page.

    If there are as many, they belong together one by one, unless that would say that lines
    have moved past others: then steps were put elsewhere on the page. Otherwise an entry
    is that of the range with its numbers, or that shows its lines.
    """
    in_order = {number: entry for (number, _), entry in zip(here, there, strict=False)}
    pairs: dict[int, Entry] = {}
    rest = list(there)
    for is_same in (_has_numbers_of, _shows):
        for number, one in here:
            entry = next((e for e in rest if number not in pairs and is_same(one, e)), None)
            if entry:
                pairs[number] = entry
                rest.remove(entry)
        if len(here) == len(there) and len(pairs) < len(here) and is_same is _has_numbers_of:
            both = [(one, in_order[number]) for number, one in here]
            now = sorted(both, key=lambda pair: (pair[0].start, pair[0].end))
            then = sorted(both, key=lambda pair: (pair[1].start, pair[1].end))
            if now == then and sum(_size(one, entry) for one, entry in both) >= len(pairs):
                return in_order
    if len(rest) == len(here) - len(pairs):
        pairs |= dict(zip((n for n, _ in here if n not in pairs), rest, strict=True))
    return pairs


def _size(one: Range, entry: Entry) -> bool:
    """Whether a range asks for as many lines as were accepted; it may go past the file's end."""
    return len(entry.lines) in (one.end - one.start + 1, len(one.include.shown))


def _has_numbers_of(one: Range, entry: Entry) -> bool:
    return one.is_whole or (one.start == entry.start and _size(one, entry))


def _shows(one: Range, entry: Entry) -> bool:
    return one.include.shown == entry.lines


def _still(pairs: Iterable[tuple[Range, Entry]]) -> int:
    """The last of the numbers at which lines stand where they were accepted, 0 for none.

    No line is put in above it, or taken out.
    """
    still = (e.start for one, e in pairs if _has_numbers_of(one, e) and _shows(one, e))
    return max(still, default=0)


@dataclass
class Following:
    """Which includes of a page can follow their lines, each by the line that it stands on.

    `moved` has the old and the new target where the range is to be another. `kept` says
    why a range that shows other lines than were accepted has to be left as it is. A range
    that its author has widened, narrowed or put elsewhere goes with the lines that it had if
    these have moved; `apart` has the target that would show just these.
    """

    moved: dict[int, tuple[str, str]] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    apart: dict[int, str] = field(default_factory=dict)


def follow(page: Page, entries: Iterable[Entry], merged: Collection[int] = ()) -> Following:
    """Find the accepted lines of a page's includes where they are now.

    `merged` are the lines of includes whose numbers nobody has written as they stand.
    """
    here, _ = seen(page, entries)
    following = Following()
    files: dict[Path, list[tuple[Seen, Entry]]] = defaultdict(list)
    for step in here:
        if step.entry is not None and step.entry.lines and not step.range.is_whole:
            files[step.range.file].append((step, step.entry))
    for file, steps in files.items():
        padding = max(step.range.padding for step, _ in steps)
        if all(step.shown == entry.lines for step, entry in steps):
            continue
        still = _still((step.range, entry) for step, entry in steps)
        places = _places([entry for _, entry in steps], lines_of(file))
        for (step, entry), place in zip(steps, places, strict=True):
            one, line = step.range, step.range.include.line
            if step.shown == entry.lines:
                continue
            by_hand = not _has_numbers_of(one, entry) and line not in merged
            if by_hand and not (_size(one, entry) and still < entry.start):
                if not isinstance(place, str) and place != (one.start, one.end):
                    following.apart[line] = one.respelled(*place, padding)
                place = _by_hand(one, entry, place)
            if isinstance(place, str):
                following.kept[line] = place
                continue
            target = one.respelled(*place, padding)
            if target != one.include.target:
                following.moved[line] = (one.include.target, target)
    return following


def followed(page: Page, entries: Iterable[Entry]) -> dict[int, tuple[str, str]]:
    """The old and the new target of the includes whose lines have moved, by their lines."""
    return follow(page, entries).moved


def _by_hand(one: Range, entry: Entry, place: Place | str) -> Place:
    """Where a range is to be whose numbers its author has changed, for lines now at `place`.

    It stays as it is, but if its lines have left it, with lines above or below them or
    without some of them, it goes along, wider or narrower than they are.
    """
    here, before = (one.start, one.end), (entry.start, entry.end)
    if isinstance(place, str) or _around(here, place) or not _around(here, before):
        return here
    return place[0] + here[0] - before[0], place[1] + here[1] - before[1]


def _around(one: Place, other: Place) -> bool:
    """Whether one of the two is within the other."""
    outer = min(one[0], other[0]), max(one[1], other[1])
    return outer in (one, other)


def rewrite(page: Page, changes: dict[int, tuple[str, str]]) -> str:
    """Put the second of two texts in the place of the first, on these lines of a page; a diff."""
    with page.path.open(encoding="utf-8", newline="") as file:  # newline="": keep CRLF as it is
        before = file.read()
    lines = before.split("\n")
    for number, (old, new) in changes.items():
        lines[number - 1] = lines[number - 1].replace(old, new)
    files.replace({page.path: "\n".join(lines)})
    return diff(before, "\n".join(lines), page.name)


def settled(page: Page, entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a page with the numbers that their lines have now.

    Lines that are not found move along with those above them.
    """
    entries = list(entries)
    now: dict[int, int] = {}
    steps = [(one, one.entry) for one in seen(page, entries)[0] if one.entry and one.entry.start]
    apart: dict[str, int] = defaultdict(int)
    for step, entry in sorted(steps, key=lambda pair: pair[1].start):
        if step.is_accepted or not _has_numbers_of(step.range, entry):
            apart[entry.target] = step.range.start - entry.start
        now[id(entry)] = entry.start + apart[entry.target]
    return [replace(entry, start=now.get(id(entry), entry.start)) for entry in entries]


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


@dataclass
class _Step:
    """What a step showed, on which lines that was then, and where these are now, or why not."""

    old: Lines
    start: int
    end: int
    place: Place | str


def _places(entries: list[Entry], lines: Lines) -> list[Place | str]:
    """Where each step's lines are now, or why that is not certain.

    Steps that stand somewhere as they were, and only there, come first. Each other one
    is looked for between those that are found, until no more are.
    """
    known = [_step(entry, lines) for entry in entries]
    found = -1
    while found != (found := sum(isinstance(step.place, tuple) for step in known)):
        for step in known:
            if isinstance(step.place, str):
                apart = [one for one in known if one.end < step.start or one.start > step.end]
                others = {line for one in apart for line in one.old}
                step.place = _window(step, apart, lines).place_of(step.old, others)
    return [step.place for step in known]


def _step(entry: Entry, lines: Lines) -> _Step:
    found = starts(entry.lines, lines)
    place = (found[0] + 1, found[0] + len(entry.lines)) if len(found) == 1 else ""
    return _Step(entry.lines, entry.start, entry.end, place)


def starts(wanted: Lines, lines: Lines) -> list[int]:
    """Where `wanted` begins in `lines`, from 0."""
    last = len(lines) - len(wanted) + 1
    return [
        n for n in range(last) if lines[n] == wanted[0] and lines[n : n + len(wanted)] == wanted
    ]


def _window(step: _Step, others: list[_Step], lines: Lines) -> _Window:
    """The lines between the nearest steps that are found, above and below a step."""
    above = [one for one in others if one.end < step.start]
    below = [one for one in others if one.start > step.end]
    first = max((one.place[1] for one in above if isinstance(one.place, tuple)), default=0)
    last = min(
        (one.place[0] - 1 for one in below if isinstance(one.place, tuple)), default=len(lines)
    )
    before = after = None
    nearest = max(above, key=lambda one: one.end, default=None)
    if nearest is None or nearest.place[1:] == (first,):
        before = step.start - (nearest.end if nearest else 0) - 1
    nearest = min(below, key=lambda one: one.start, default=None)
    if nearest is not None and nearest.place[:1] == (last + 1,):
        after = nearest.start - step.end - 1
    return _Window(first, lines[first:last], before, after)


@dataclass(frozen=True)
class _Window:
    """Lines of a file in which those of a step have to be, `first` being the number above them.

    `before` and `after` say how many lines there were above and below the step when it was
    accepted, None if that is not known. A step that was edited is certain to be where
    there are still as many, or where its first or last two lines stand and nothing like them.
    """

    first: int
    lines: Lines
    before: int | None
    after: int | None

    def place_of(self, old: Lines, others: Container[str]) -> Place | str:
        """Where the step is, or why that is not certain; `others` are the lines of other steps."""
        found = starts(old, self.lines)
        if found:
            return self._only(found, len(old)) or "they stand there twice"
        here = self._between(old)
        if not here:
            start = _edge(old, self.lines, self.before)
            end = _edge(old[::-1], self.lines[::-1], self.after)
            if start is None or end is None:
                line = old[0] if start is None else old[-1]
                if self.lines.count(line) == 1:
                    return f"what stands beside '{line.strip()}' may be one of them or not"
                state = "stands there twice" if line in self.lines else "is gone"
                return f"'{line.strip()}' {state}"
            here = range(start, len(self.lines) - end)
        return self._doubt(here, old, others) or self._at(here)

    def _doubt(self, here: range, old: Lines, others: Container[str]) -> str:
        """Why an edited step may not be just these lines; empty if it is."""
        inside = self.lines[here.start : here.stop]
        outside = {*self.lines[: here.start], *self.lines[here.stop :]}
        for line in filter(str.strip, old):
            if line in outside and inside.count(line) < old.count(line):
                return f"'{line.strip()}' stands apart from the others"
        framed = here.start == self.before and len(self.lines) - here.stop == self.after
        for number, line in enumerate(inside):
            if line in others and line not in old and line.strip():
                return f"'{line.strip()}', which another include shows, is among them"
            # Where more is new than this step, a line like its own or less indented may be too.
            is_new = inside.count(line) > old.count(line) and line.strip()
            if is_new and not framed and (line in old or not _is_amid(number, inside, old)):
                return f"'{line.strip()}' may be one of them or not"
        return "" if here else "they stand in another order"

    def _only(self, starts: list[int], size: int) -> Place | None:
        """The one of several places at which as many lines are above, or below, as there were."""
        end = len(self.lines) - size
        same = {self.before, None if self.after is None else end - self.after}
        sure = [n for n in starts if n in same] if len(starts) > 1 else starts
        return self._at(range(sure[0], sure[0] + size)) if len(sure) == 1 else None

    def _between(self, old: Lines) -> range:
        """What stands where the step stood, if it begins and ends with lines that the step had."""
        if self.before is not None and self.after is not None:
            here = range(self.before, len(self.lines) - self.after)
            there = self.lines[here.start : here.stop]
            left = [line for line in old if line.strip() and line in there]
            if left and (left[0], left[-1]) == (there[0], there[-1]):
                return here
        return range(0)

    def _at(self, here: range) -> Place:
        return self.first + here[0] + 1, self.first + here[-1] + 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_amid(number: int, inside: Lines, old: Lines) -> bool:
    """Whether a new line stands plainly between old ones, and not only before or after them.

    It does if it belongs to the block that the old line above it is in, or begins, or if
    there are two old lines on either side.
    """
    own = [line for line in old if line.strip()]
    above = [line for line in inside[:number] if line in own]
    below = [line for line in inside[number:] if line in own]
    return _indent(inside[number]) >= _indent(above[-1]) or min(len(above), len(below)) > 1


def _edge(old: Lines, lines: Lines, gap: int | None) -> int | None:
    """How many lines stand before the first old one, if that is certain.

    As many as there were, or as many as stand before the first two, if those stand once.
    """
    if gap is not None and lines[gap : gap + 1] == old[:1]:
        return gap
    second = next((n for n, line in enumerate(old[1:], start=1) if line.strip()), None)
    found = starts(old[: second + 1], lines) if second else []
    return found[0] if len(found) == 1 else None
