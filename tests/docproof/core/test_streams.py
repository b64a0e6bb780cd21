"""Is a stream read as the standard says, and does each event know where it stands?"""

from __future__ import annotations

import httpx
import httpx_sse
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docproof.core import streams

# What a line of a stream can be: fields, near misses, comments, breaks that are none.
_LINES = (
    "", "", "", "data: one", "data:two", "data", "data:", "data:  {", "data: \u2028\x85\x0b",
    ": alive", ":", "event: ping", "event", "id: 7", "retry: 3", "retry: soon", " data: no", "x: y",
)  # fmt: skip
_BODIES = st.lists(st.tuples(st.sampled_from(_LINES), st.sampled_from(["\n", "\r\n", "\r"]))).map(
    lambda lines: "".join(text + end for text, end in lines)
)


def _read(body: str) -> list[tuple[str, str]]:
    return [(event.name, event.data) for event in streams.events(body)]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("", []),
        ("data: a\n\ndata: b\n\n", [("", "a"), ("", "b")]),
        ("data: a\r\n\r\n: alive\r\ndata: b\r\n\r\n", [("", "a"), ("", "b")]),
        ("data: a\r\rdata: b\r\r", [("", "a"), ("", "b")]),
        ("\ufeffdata: a\n\n", [("", "a")]),
        ("\n\r\n\rdata: a\n\n", [("", "a")]),
        ("data: {\ndata: }\n\n", [("", "{\n}")]),
        ("data: a\u2028b\u2029c\x85d\n\n", [("", "a\u2028b\u2029c\x85d")]),
        ("event: ping\ndata: {}\n\n", [("ping", "{}")]),
        ("event: ping\n\ndata: a\n\n", [("", "a")]),
        ("data:\n\n", [("", "")]),
        ("data\n\n", [("", "")]),
        ("data: a\n\ndata: [DONE]", [("", "a"), ("", "[DONE]")]),
        (" data: a\n\n", []),
        ('{"data": [1]}', []),
    ],
)
def test_a_stream_is_read(body: str, read: list[tuple[str, str]]) -> None:
    assert _read(body) == read


def test_only_an_event_that_the_body_breaks_off_is_not_whole() -> None:
    assert [event.whole for event in streams.events("data: a\n\ndata: b\n")] == [True, False]


@given(_BODIES)
def test_it_reads_what_a_well_kept_library_reads(body: str) -> None:
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, text=body)
    theirs = [(event.event, event.data) for event in httpx_sse.EventSource(answer).iter_sse()]
    # It tells of events without data, too, and ours of one that is broken off.
    ours = [(event.name, event.data) for event in streams.events(body) if event.whole]
    assert [one for one in ours if one[1]] == [
        ("" if name == "message" else name, data) for name, data in theirs if data
    ]


@given(_BODIES)
def test_each_event_knows_where_it_stands(body: str) -> None:
    for event in streams.events(body):
        assert "\n".join(body[start:end] for start, end in event.spans) == event.data
    if streams.events(body):
        assert b"".join(streams.pieces(body.encode())) == body.encode()
        assert len(streams.pieces(body.encode())) == len(streams.events(body))


@given(_BODIES, st.sampled_from(["", "new", "two\nlines", "\u2028"]), st.data())
def test_a_change_of_one_event_leaves_the_others(body: str, text: str, draw: st.DataObject) -> None:
    before = streams.events(body)
    if not before:
        return
    number = draw.draw(st.integers(0, len(before) - 1))
    after = streams.changed(body, {number: text})
    assert streams.changed(body, {}) == body
    now = streams.events(after)
    assert [event.data for event in now] == [
        text if n == number else event.data for n, event in enumerate(before)
    ]
    first, last = before[number].spans[0][0], before[number].spans[-1][1]
    assert after.startswith(body[: body.rindex("data", 0, first)])
    assert after.endswith(body[last:])


def test_a_change_keeps_what_stands_between_the_lines_of_an_event() -> None:
    body = "id: 1\r\ndata: {\r\n: alive\r\ndata: }\r\nretry: 5\r\n\r\ndata: b\n\n"
    assert streams.changed(body, {0: "{}"}) == (
        "id: 1\r\ndata: {}\r\n: alive\r\nretry: 5\r\n\r\ndata: b\n\n"
    )
