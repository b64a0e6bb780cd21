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


def _read(body: str) -> list[str]:
    return [event.data for event in streams.events(body)]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("", []),
        ("data: a\n\ndata: b\n\n", ["a", "b"]),
        ("data: a\r\n\r\n: alive\r\ndata: b\r\n\r\n", ["a", "b"]),
        ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("\ufeffdata: a\n\n", ["a"]),
        ("\n\r\n\rdata: a\n\n", ["a"]),
        ("data: {\ndata: }\n\n", ["{\n}"]),
        ("data: a\u2028b\u2029c\x85d\n\n", ["a\u2028b\u2029c\x85d"]),
        ("event: ping\ndata: {}\n\n", ["{}"]),
        ("event: ping\n\ndata: a\n\n", ["a"]),
        ("data:\n\n", [""]),
        ("data\n\n", [""]),
        ("data: a\n\ndata: [DONE]", ["a", "[DONE]"]),
        (" data: a\n\n", []),
        ('{"data": [1]}', []),
    ],
)
def test_a_stream_is_read(body: str, read: list[str]) -> None:
    assert _read(body) == read


@given(_BODIES)
def test_it_reads_what_a_well_kept_library_reads(body: str) -> None:
    # It leaves out an event that the body breaks off, so here none is.
    head = {"content-type": "text/event-stream"}
    answer = httpx.Response(200, headers=head, text=f"{body}\n\n")
    theirs = [event.data for event in httpx_sse.EventSource(answer).iter_sse()]
    # It tells of events without data, too.
    assert [data for data in _read(body) if data] == [data for data in theirs if data]


@given(_BODIES)
def test_each_event_knows_where_it_stands(body: str) -> None:
    for event in streams.events(body):
        assert "\n".join(body[start:end] for start, end in event.spans) == event.data
    if streams.events(body):
        assert b"".join(streams.pieces(body.encode())) == body.encode()
        assert len(streams.pieces(body.encode())) == len(streams.events(body))
