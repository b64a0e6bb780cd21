"""Events of a stream (server-sent events): what does each say, and where does that stand?

This is the one reader of streams, and it is our own for two reasons: the libraries that
read them (httpx-sse, openai's own) do not say where in the body an event stands, which
whoever changes one event has to know; and they need an HTTP client, which `check` does
without. What it reads is what https://html.spec.whatwg.org/multipage/server-sent-events.html
says, section 9.2.6; the tests hold it against httpx-sse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A line ends with one of these three and nothing else: U+2028 may stand in a text.
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
MARK = "\ufeff"  # a byte order mark, which may stand before the first line


@dataclass(frozen=True)
class Event:
    """An event that has data.

    `data` is the values of its `data:` lines, joined with a line feed; `spans` is where each
    value begins and ends in the body. The event ends before `end`, behind the blank line.
    One that the body breaks off is an event, too: some clients read it, and others do not.
    """

    data: str
    spans: tuple[tuple[int, int], ...]
    end: int


def events(body: str) -> list[Event]:
    """The events of a stream, in order; none, if the body is something else than one."""
    found: list[Event] = []
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(body, int(body.startswith(MARK))):
        if line[1]:
            field, _, value = line[1].partition(":")
            if field == "data":
                start = line.end(1) - len(value) + value.startswith(" ")
                spans.append((start, line.end(1)))
        elif spans:  # a blank line, or the end of the body
            data = "\n".join(body[slice(*span)] for span in spans)
            found.append(Event(data, tuple(spans), line.end()))
            spans = []
    return found


def pieces(body: bytes) -> list[bytes]:
    """A body cut behind each of its events; what stands before an event comes with it."""
    text = body.decode("utf-8", "surrogateescape")
    ends = [event.end for event in events(text)][:-1]
    cuts = zip([0, *ends], [*ends, len(text)], strict=True)
    return [text[start:end].encode("utf-8", "surrogateescape") for start, end in cuts]
