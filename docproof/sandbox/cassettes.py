"""Which recorded answer belongs to which request, and which requests have none?"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from typing import Any

from docproof.core import redact
from docproof.recordings import recording
from docproof.sandbox.questions import Questions
from docproof.sandbox.spec import Report, RunSpec, line_in

_BOUNDARY = re.compile(r"multipart/[\w-]+;.*boundary=\"?([^\s\";]+)")


def played(spec: RunSpec) -> Any:
    """The recording of a run, played or being made; a context manager."""
    import vcr  # here, since transport.install() must come first

    machine = vcr.VCR(
        match_on=["method", "scheme", "host", "port", "path", "query", "json"],
        before_record_request=_clean,
        serializer="recording",
        record_mode=vcr.mode.ALL if spec.record else vcr.mode.NONE,
    )
    machine.register_matcher("json", _bodies_agree)
    machine.register_serializer("recording", recording)
    return machine.use_cassette(spec.cassette or os.devnull + "/none")


def _clean(request: Any) -> Any:
    """A request as it is recorded, and as it is looked for: the same whoever sends it, and when."""
    content_type = _first(request.headers.get("content-type", ""))
    request.headers = recording.kept(request.headers)
    request.uri = _redacted(request.uri.encode()).decode()
    body = request.body
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes):
        found = _BOUNDARY.search(content_type)
        if found:  # drawn at random for each request
            body = body.replace(found[1].encode(), b"boundary")
            request.headers["content-type"] = content_type.replace(found[1], "boundary")
        request.body = _redacted(body)
    return request


@functools.cache  # vcrpy asks three times for each request that it answers
def _redacted(text: bytes) -> bytes:
    return redact.Redactor().body(text)


def _first(header: Any) -> str:
    text = header[0] if isinstance(header, list) else header
    return text.decode("latin-1") if isinstance(text, bytes) else str(text)


def _bodies_agree(sent: Any, recorded: Any) -> None:
    if _parsed(sent.body) != _parsed(recorded.body):
        raise AssertionError("the bodies differ")


def _parsed(body: Any) -> Any:
    if body is None:  # aiohttp's word for no body; httpx says b""
        return ""
    if isinstance(body, (bytes, str)):
        try:
            return json.loads(body)
        except ValueError:
            return body if isinstance(body, str) else body.decode("utf-8", "replace")
    return body


def watch(cassette: Any, spec: RunSpec, report: Report) -> None:
    """Note each request that the cassette cannot answer, whatever the program makes of it.

    And each that is asked at once with an equal one, and is answered otherwise.
    """
    can_play, play, append = (
        cassette.can_play_response_for, cassette.play_response, cassette.append
    )  # fmt: skip
    questions = Questions(report)

    def playing(request: Any) -> Any:
        response = play(request)
        questions.answered(request, response)
        return response

    def appending(request: Any, response: Any) -> None:
        append(request, response)
        questions.answered(request, response)

    def noting(request: Any) -> bool:
        found = bool(can_play(request))
        questions.asked(request, _parsed(request.body), line_in(spec.program, sys._getframe()))
        if not found and not spec.record:
            report.missed.append(
                {
                    "line": line_in(spec.program, sys._getframe()),
                    "sent": _described(request),
                    "recorded": _closest(cassette, request),
                }
            )
        return found

    cassette.can_play_response_for = noting
    cassette.play_response = playing
    cassette.append = appending


def _closest(cassette: Any, request: Any) -> dict[str, Any] | None:
    """The recorded request that this one was most likely meant to be."""
    waiting = [n for n in range(len(cassette)) if not cassette.play_counts[n]]
    order = waiting or list(range(len(cassette)))
    return _described(cassette.requests[order[0]]) if order else None


def _described(request: Any) -> dict[str, Any]:
    return {"method": request.method, "uri": request.uri, "body": _parsed(request.body)}
