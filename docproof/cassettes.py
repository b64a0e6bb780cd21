"""Which recorded answer belongs to which request, and which requests have none?"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from docproof import recording
from docproof.job import Job, Report, line_in


def played(job: Job) -> Any:
    """The job's recording while its answers are given, or while it is made; a context manager."""
    import vcr  # here, since wire.redirect() must come first

    machine = vcr.VCR(match_on=["method", "scheme", "host", "port", "path", "query", "json"])
    machine.register_matcher("json", _bodies_agree)
    if job.record:
        return machine.use_cassette(
            job.cassette,
            record_mode=vcr.mode.ALL,
            serializer="json",
            decode_compressed_response=True,
            before_record_request=_without_secrets,
        )
    machine.register_serializer("recording", recording)
    path = job.cassette or os.devnull + "/none"
    return machine.use_cassette(path, record_mode=vcr.mode.NONE, serializer="recording")


def _without_secrets(request: Any) -> Any:
    request.headers = recording.kept(request.headers)
    return request


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


def watch(cassette: Any, job: Job, report: Report) -> None:
    """Note each request that the cassette cannot answer, whatever the program makes of it."""
    can_play = cassette.can_play_response_for

    def noting(request: Any) -> bool:
        found = bool(can_play(request))
        if not found and not job.record:
            report.missed.append(
                {
                    "line": line_in(job.program, sys._getframe()),
                    "sent": _described(request),
                    "recorded": _closest(cassette, request),
                }
            )
        return found

    cassette.can_play_response_for = noting


def _closest(cassette: Any, request: Any) -> dict[str, Any] | None:
    """The recorded request that this one was most likely meant to be."""
    waiting = [n for n in range(len(cassette)) if not cassette.play_counts[n]]
    order = waiting or list(range(len(cassette)))
    return _described(cassette.requests[order[0]]) if order else None


def _described(request: Any) -> dict[str, Any]:
    return {"method": request.method, "uri": request.uri, "body": _parsed(request.body)}
