"""Events of a stream (server-sent events): what does each say, and where does that stand?

This is the one reader of streams, and it is our own for two reasons: the libraries that
read them (httpx-sse, openai's own) do not say where in the body an event stands, which
whoever changes one event has to know; and they need an HTTP client, which `check` does
without. What it reads is what https://html.spec.whatwg.org/multipage/server-sent-events.html
says, section 9.2.6; the tests hold it against httpx-sse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# A line ends with one of these three and nothing else: U+2028 may stand in a text.
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
MARK = "\ufeff"  # a byte order mark, which may stand before the first line


@dataclass(frozen=True)
class Event:
    """An event that has data.

    `data` is the values of its `data:` lines, joined with a line feed; `spans` is where each
    value begins and ends in the body. `name` is what its `event:` line says, "" if it has
    none. The event ends before `end`, behind the blank line, if it is `whole`: one that
    the body breaks off is read by some clients, and by others not.
    """

    data: str
    spans: tuple[tuple[int, int], ...]
    end: int
    name: str = ""
    whole: bool = True


def events(body: str) -> list[Event]:
    """The events of a stream, in order; none, if the body is something else than one."""
    found: list[Event] = []
    spans: list[tuple[int, int]] = []
    name = ""

    def dispatch(end: int, whole: bool) -> None:
        data = "\n".join(body[slice(*span)] for span in spans)
        found.append(Event(data, tuple(spans), end, name, whole))

    for line in _LINE.finditer(body, int(body.startswith(MARK))):
        if line[1]:
            field, _, value = line[1].partition(":")
            start = line.end(1) - len(value) + value.startswith(" ")
            if field == "data":
                spans.append((start, line.end(1)))
            elif field == "event":
                name = body[start : line.end(1)]
        elif line[2]:
            if spans:
                dispatch(line.end(), whole=True)
            spans, name = [], ""
    if spans:
        dispatch(len(body), whole=False)
    return found


def changed(body: str, data: Mapping[int, str]) -> str:
    """`body` with other data in the events that `data` numbers, from 0; all else stays."""
    for number, event in reversed(list(enumerate(events(body)))):
        if data.get(number, event.data) == event.data:
            continue
        (start, end), *others = event.spans
        for further, last in reversed(others):  # what they say stands in the first line, or below
            line = body.rindex("data", 0, further)
            body = body[: line - len(_line_end_before(body, line))] + body[last:]
        line = body.rindex("data", 0, start)
        head = body[line:start]
        if head == "data" or data[number].startswith(" "):
            head = "data: "
        line_end = "\r\n" if body.startswith("\r\n", end) else body[end : end + 1] or "\n"
        value = f"{line_end}data: ".join(re.split("\r\n|\r|\n", data[number]))
        body = body[:line] + head + value + body[end:]
    return body


def pieces(body: bytes) -> list[bytes]:
    """A body cut behind each of its events; what stands before an event comes with it."""
    text = body.decode("utf-8", "surrogateescape")
    ends = [event.end for event in events(text)][:-1]
    cuts = zip([0, *ends], [*ends, len(text)], strict=True)
    return [text[start:end].encode("utf-8", "surrogateescape") for start, end in cuts]


def _line_end_before(body: str, line: int) -> str:
    return "\r\n" if body.endswith("\r\n", 0, line) else body[line - 1]
