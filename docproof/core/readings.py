"""What would somebody read who puts the pieces of an answer together?

An answer's text may come in pieces: over the events of a stream, the lines of a file, the
items of a list; in JSON, and there in JSON again. A `Reading` is such a text as a reader
has it in the end, and knows where each of its characters stands in the body as it was sent.
"""

from __future__ import annotations

import bisect
import functools
import html
import itertools
import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from docproof.core import streams
from docproof.core.streams import Event

Path = tuple[Any, ...]
Spans = tuple[tuple[int, int], ...]

_LINE = re.compile(r"[^\r\n]*")
_FIELD = re.compile("\ufeff?(data|event|id|retry|)(?:: ?|$)")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*')
_INDEX = re.compile("index|.*_index")
_ESCAPES: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("\\", re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)"), lambda one: _unescaped(one)),
    ("%", re.compile(r"(?:%[0-9A-Fa-f]{2})+"), unquote),
    ("&", re.compile(r"&(?:#\d+|#x[0-9A-Fa-f]+|amp|quot|lt|gt);"), html.unescape),
)
_DEEPEST = 3  # times that one is written in the other
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_NAME = "name of"  # ends, with the name, the path of the name of a field
_LINES = "lines"  # begins the path of what is no JSON


@dataclass(frozen=True)
class Reading:
    """A text, and where its characters stand: the n-th from `starts[n]` to `ends[n]`.

    At its `edges` a piece begins or ends. `is_whole` says that its pieces belong together:
    they are one, or the same field of several events.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    edges: frozenset[int] = frozenset()
    is_whole: bool = True
    is_bytes: bool = False  # each character is a number of JSON
    depth: int = 0  # how often an escape was resolved

    def decoded(self) -> Iterator[Reading]:
        """This one, then what its escapes stand for, each on its own and one in the other."""
        yield self
        if self.depth < _DEEPEST:
            for mark, escape, meaning in _ESCAPES:
                if mark in self.text:
                    made = self._resolved(escape, meaning)
                    if made.text != self.text:
                        yield from made.decoded()

    def _resolved(self, escape: re.Pattern[str], meaning: Callable[[str], str]) -> Reading:
        text, starts, ends, edges, at = "", list[int](), list[int](), set[int](), 0
        waiting = sorted(self.edges, reverse=True)
        for found in (*escape.finditer(self.text), None):
            first, last = found.span() if found else (len(self.text),) * 2
            while waiting and waiting[-1] <= first:
                edges.add(len(text) + waiting.pop() - at)
            text += self.text[at:first]
            starts += self.starts[at:first]
            ends += self.ends[at:first]
            if found:
                stands_for = meaning(found[0])
                text += stands_for
                starts += [self.starts[first]] * len(stands_for)
                ends += [self.ends[last - 1]] * len(stands_for)
                while waiting and waiting[-1] < last:
                    waiting.pop()
            at = last
        return Reading(text, starts, ends, frozenset(edges), self.is_whole, depth=self.depth + 1)


@dataclass(frozen=True)
class Piece:
    """A text that stands from `start` to `end` in a body.

    `kind` is "string" or "number" in JSON, where a number stands for a byte; elsewhere
    "text" in a stream, "line" in none.
    """

    start: int
    end: int
    kind: str


@dataclass
class Body:
    """What a server sent: a stream of events, JSON, lines of JSON, or any other text.

    Parts of it can be taken out, and it stays what it is: a stream, JSON.
    """

    text: str
    fields: list[tuple[str, Piece]] = field(default_factory=list)  # of JSON that hold a text

    def __post_init__(self) -> None:
        said = streams.events(self.text)
        self._fixed = bytearray(bool(said) for _ in self.text)  # what no reading may take away
        self._gone = bytearray(len(self.text))
        self._put: dict[int, str] = {}  # what stands there instead
        self._by_path: dict[Path, list[Piece]] = {}
        for name, spans in self._split(said):
            self._take(name, spans)
        for piece in itertools.chain(*self._by_path.values()):
            self._fixed[piece.start : piece.end] = bytes(piece.end - piece.start)

    def take(self, reading: Reading, start: int, end: int, instead: str) -> int:
        """Take a part of a reading out, wherever it stands; 1 if it was there until now."""
        spans = list(zip(reading.starts[start:end], reading.ends[start:end], strict=True))
        if not reading.is_bytes and any(any(self._fixed[first:last]) for first, last in spans):
            return 0
        is_new = not any(any(self._gone[first:last]) for first, last in spans)
        for first, last in spans:
            self._gone[first:last] = b"\1" * (last - first)
        if reading.is_bytes:  # a number has to stay one
            self._put |= {first: str(ord("*")) for first, _ in spans}
        elif is_new and spans:
            self._put[spans[0][0]] = instead
        return int(is_new)

    def left(self) -> str:
        """What is left, with what was put in the place of the rest."""
        left, at = "", 0
        for run in re.finditer(b"\1+", self._gone):
            puts = [self._put[n] for n in range(*run.span()) if n in self._put]
            left += self.text[at : run.start()] + "".join(puts)
            at = run.end()
        return left + self.text[at:]

    def readings(self) -> Iterator[Reading]:
        """Each way to put the pieces together, the most likely first; then the body as it is."""
        seen: set[tuple[int, ...]] = set()
        for number, groups in enumerate(self._groupings()):
            for pieces in groups:
                which = tuple(piece.start for piece in pieces)
                if which not in seen and len(self._texts(pieces)) > 1:
                    seen.add(which)
                    yield self._joined(pieces, number < 2 and pieces[0].kind != "line")
        yield Reading(self.text, range(len(self.text)), range(1, len(self.text) + 1))

    def _split(self, said: list[Event]) -> Iterator[tuple[str, Spans]]:
        """What each event says, and each other line; "line" for those of what is no stream."""
        lines = (line for line in _LINE.finditer(self.text) if line[0])
        if said:
            yield from (("data", event.spans) for event in said)
            for line in lines:
                field = _FIELD.match(line[0])
                if not field or field[1] != "data":
                    start = line.start() + (field.end() if field else 0)
                    yield field[1] if field else "", ((start, line.end()),)
            return
        start = len("\ufeff") if self.text.startswith("\ufeff") else 0
        try:
            json.loads(self.text[start:])
            yield "line", ((start, len(self.text)),)
        except (ValueError, RecursionError):
            yield from (("line", (line.span(),)) for line in lines)

    def _take(self, name: str, spans: Spans) -> None:
        text = "\n".join(self.text[start:end] for start, end in spans)
        begins = [0]
        for start, end in spans:
            begins.append(begins[-1] + end - start + 1)
        try:
            # NaN and its like are no tokens here.
            data = json.loads(text, object_pairs_hook=_Pairs, parse_constant=lambda constant: None)
            walked = list(_walk(data, (), ""))
        except (ValueError, RecursionError):
            walked = []
        tokens = list(_TOKEN.finditer(text)) if walked else []
        if not walked or len(tokens) != len(walked):
            for span in spans:
                self._by_path.setdefault((_LINES, name), []).append(
                    Piece(*span, "line" if name == "line" else "text")
                )
            return
        for first, last in spans:
            self._fixed[first:last] = b"\1" * (last - first)
        for token, (path, kind, held_by) in zip(tokens, walked, strict=True):
            line = bisect.bisect_right(begins, token.start()) - 1
            start = spans[line][0] + token.start() - begins[line]
            inside = 1 if kind == "string" else 0
            piece = Piece(start + inside, start + len(token[0]) - inside, kind)
            if kind:
                self._by_path.setdefault(path, []).append(piece)
            if held_by and kind == "string":
                self.fields.append((held_by, piece))

    def _groupings(self) -> Iterator[list[list[Piece]]]:
        """The pieces by their field; then by less of it, as far as one could read them on."""
        yield self._grouped(lambda path: [s for s in path if not getattr(s, "is_numbered", False)])
        yield self._grouped(lambda path: path)
        # Texts that are always the same are an id or a model, seldom the pieces of something.
        told = [self._told(most) for most in (1, 3)]
        for said in told:
            yield self._grouped(lambda path: [s for s in path if isinstance(s, _Index)], said)
        places = (sum(isinstance(step, _Place) for step in path) for path in self._by_path)
        most = min(max(places, default=0), _DEEPEST)
        for has_index, kept, is_last in itertools.product(
            (True, False), range(most + 1), (False, True)
        ):
            yield self._grouped(
                functools.partial(_less, kept=kept, is_last=is_last, has_index=has_index)
            )
        for said in told:
            yield self._grouped(lambda path: [], said)

    def _told(self, most: int) -> set[Path]:
        """The fields that tell of something else each time, or only so many times."""
        return {
            path
            for path, pieces in self._by_path.items()
            if path[-2:-1] != (_NAME,) and (len(pieces) <= most or len(self._texts(pieces)) > 1)
        }

    def _texts(self, pieces: list[Piece]) -> set[str]:
        return {self.text[piece.start : piece.end] for piece in pieces}

    def _grouped(
        self, key: Callable[[Path], Any], among: Collection[Path] | None = None
    ) -> list[list[Piece]]:
        """Those pieces together for whose paths `key` is the same; those `among` so many paths."""
        groups: dict[Any, list[Piece]] = {}
        for path, pieces in self._by_path.items():
            if among is None or path in among:
                # The numbers of bytes are no text, though they stand beside one.
                group = groups.setdefault((pieces[0].kind == "number", *key(path)), [])
                group += pieces
        return [sorted(group, key=lambda piece: piece.start) for group in groups.values()]

    def _joined(self, pieces: list[Piece], is_whole: bool) -> Reading:
        text, starts, ends, edges = "", list[int](), list[int](), {0}
        for piece in pieces:
            raw = self.text[piece.start : piece.end]
            places = range(piece.start, piece.end), range(piece.start + 1, piece.end + 1)
            if piece.kind == "number":
                text += chr(int(raw))
                starts.append(piece.start)
                ends.append(piece.end)
            elif piece.kind == "string" and "\\" in raw:
                made = Reading(raw, *places)._resolved(*_ESCAPES[0][1:])
                text += made.text
                starts += made.starts
                ends += made.ends
            else:
                text += raw
                starts += places[0]
                ends += places[1]
            edges.add(len(text))
        return Reading(text, starts, ends, frozenset(edges), is_whole, pieces[0].kind == "number")


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON, with a name that stands there twice."""


class _Index(NamedTuple):
    """How JSON numbers what it stands in: the choice, the call."""

    numbers: tuple[tuple[str, int], ...]


class _Place(NamedTuple):
    """Where it stands in a list; `is_numbered` if the item says its number itself."""

    number: int
    is_numbered: bool


def _walk(data: Any, path: Path, name: str) -> Iterator[tuple[Path, str, str]]:
    """Each string and number, names of fields included, in the order in which they stand.

    With its path, what kind of piece it is ("": none), and the name of its field.
    """
    if isinstance(data, _Pairs):
        numbers = tuple(
            (key, value) for key, value in data if type(value) is int and _INDEX.fullmatch(key)
        )
        inside = (*path, _Index(numbers)) if numbers else path
        for key, value in data:
            yield (*path, _NAME, key), "string", ""
            yield from _walk(value, (*inside, key), key)
    elif isinstance(data, list):
        is_bytes = bool(data) and all(type(one) is int and 0 <= one < 256 for one in data)
        for number, one in enumerate(data):
            if is_bytes:
                yield path, "number", ""
            else:
                numbered = isinstance(one, _Pairs) and any(_INDEX.fullmatch(k) for k, _ in one)
                yield from _walk(one, (*path, _Place(number, numbered)), name)
    elif isinstance(data, str):
        yield path, "string", name
    elif type(data) in (int, float):
        yield path, "", name


def _less(path: Path, kept: int, is_last: bool, has_index: bool) -> Path:
    """A path with only so many of its places in lists, and maybe without its indexes."""
    places = [number for number, step in enumerate(path) if isinstance(step, _Place)]
    chosen = places[len(places) - kept :] if is_last else places[:kept]
    return tuple(
        step
        for number, step in enumerate(path)
        if not isinstance(step, _Place if has_index else (_Place, _Index)) or number in chosen
    )


def _unescaped(escape: str) -> str:
    if escape[1] == "u" and len(escape) == 6:
        return chr(int(escape[2:], 16))
    return _SIMPLE.get(escape[1], escape[1])
