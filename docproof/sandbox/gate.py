"""What passes between a program that is recorded and the network?

It stands below vcrpy, at the edge: the key is put in on the way out, and what
nobody may read is taken out on the way in. So neither the program nor the
recording ever holds a secret, and there is nothing to take out later. Requests
to other addresses than the documented ones do not pass.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from docproof.recordings import recording
from docproof.sandbox import redact
from docproof.sandbox.job import Job, Report

LARGEST = 8 * 2**20  # bytes of an answer; what a page shows is thousands of times less

# A server that is not the real service says so in this header of its answers.
STAND_IN_HEADER = "x-stand-in"

_open: list[Gate] = []
_passing = contextvars.ContextVar("passing", default=False)


def open_for(job: Job, report: Report, key: str) -> None:
    """Let the requests of one job through; the process is good for nothing else afterwards."""
    _open[:] = [Gate(job, report, key)]


def gate() -> Gate | None:
    """The gate that is open, if one is."""
    return _open[0] if _open else None


def past(what: str, host: str) -> ConnectionError | None:
    """The error for a connection, or a look-up of `host`, that is not made by a client in here."""
    gate = _open[0]
    hosts = {urlsplit(url).hostname for url in (gate.job.redirect, *gate.job.addresses)}
    if _passing.get() or (what == "looks up" and host in hosts):
        return None
    return gate.refused(f"it {what} {host} by itself, and not through httpx or aiohttp")


class NotPassed(ConnectionError):
    """A request, or an answer, that the gate does not let through."""


@dataclass
class Gate:
    """The edge of one job; what it refused and what went wrong is noted in the report."""

    job: Job
    report: Report
    key: str

    def __post_init__(self) -> None:
        to, documented = self.job.redirect, self.job.addresses[0] if self.job.addresses else ""
        self.redactor = redact.Redactor(self.key, redact.moved(to, documented) if to else ())

    def sent(self, method: str, url: str, headers: Any) -> tuple[str, list[tuple[str, str]]]:
        """The URL and the headers with which a request goes out; raises `NotPassed`."""
        if self.report.refusals:
            raise NotPassed(self.report.refusals[0])  # or it would be tried again and again
        for number, address in enumerate(self.job.addresses):
            if url == address or url.startswith((address + "/", address + "?")):
                # The live service's key is for its own address, another one's for where it is sent.
                key = self.key if self.job.redirect or number == 0 else ""
                url = (self.job.redirect or address) + url[len(address) :]
                break
        else:
            where = " or ".join(self.job.addresses)
            raise self.refused(f"it sends a {method} to {url}, which is not below {where}")
        unlisted = ("host", "accept-encoding", "content-length", "transfer-encoding")
        kept = [(name, text) for name, text in headers if name.lower() not in unlisted]
        if key:
            for placeholder in self.job.placeholders:
                url = url.replace(placeholder, quote(key, safe=""))
                kept = [(name, text.replace(placeholder, key)) for name, text in kept]
        return url, [*kept, ("accept-encoding", "identity")]

    def refused(self, why: str) -> NotPassed:
        """Note why something does not pass; the error to raise."""
        self.report.refusals.append(self.redactor.text(why))
        return NotPassed(self.report.refusals[-1])

    @contextlib.contextmanager
    def passing(self, method: str, url: str) -> Iterator[Exchange]:
        """One exchange; an error of the network is noted, whatever the program makes of it."""
        token = _passing.set(True)
        try:
            yield Exchange(self, method, url)
        except NotPassed:
            raise
        except Exception as error:
            said = f"{type(error).__name__}: {error}".rstrip(": ")
            self.refused(f"the connection to {method} {url} fails ({said})")
            raise
        finally:
            _passing.reset(token)


@dataclass
class Exchange:
    """A request that was sent, and its answer as it arrives."""

    gate: Gate
    method: str
    url: str
    body: Any = b""
    start: float = field(default_factory=time.monotonic)
    _parts: list[bytes] = field(default_factory=list)
    _size: int = 0

    def take(self, part: bytes) -> None:
        """Take in the next part of the answer; raises `NotPassed` if it is too much."""
        self._parts.append(part)
        self._size += len(part)
        if self._size > LARGEST:
            what = f"the answer to {self.method} {self.url} is over {LARGEST // 2**20} MB"
            raise self.gate.refused(f"{what}, and was not read on")

    def answer(self, status: int, headers: Any) -> tuple[list[tuple[str, str]], bytes]:
        """The headers and the body that the program gets; `headers` are those that came."""
        gate, seconds = self.gate, round(time.monotonic() - self.start, 1)
        names = {name.lower(): text for name, text in headers}
        gate.redactor.taken.clear()
        body = gate.redactor.body(b"".join(self._parts))
        kept = {name: gate.redactor.text(text) for name, text in recording.kept(names).items()}
        if STAND_IN_HEADER in names:
            gate.report.marked_servers.append(names[STAND_IN_HEADER])
        self._tell(status, kept, body, seconds)
        if seconds:
            kept[recording.SECONDS] = str(seconds)
        return list(kept.items()), body

    def _tell(self, status: int, headers: dict[str, str], body: bytes, seconds: float) -> None:
        """Let whoever started the recording know of this exchange, a line for each."""
        if self.gate.job.progress:
            said = {
                "method": self.method, "url": self.url, "status": status, "seconds": seconds,
                "headers": headers, "taken": dict(self.gate.redactor.taken),
                **_told(self.body, body),
            }  # fmt: skip
            with open(self.gate.job.progress, "a", encoding="utf-8") as file:
                file.write(json.dumps(said) + "\n")


def _told(sent: Any, answer: bytes) -> dict[str, Any]:
    """The model that was asked for, and what the answer says was used: JSON, or a stream of it."""
    asked = _json(sent)
    used: Any = None
    lines = answer.decode("utf-8", "replace").split("\n")
    for text in [line[5:] for line in lines if line.startswith("data:")] or ["\n".join(lines)]:
        data = _json(text)
        used = data.get("usage") or used
    return {"model": asked.get("model"), "usage": used if isinstance(used, dict) else {}}


def _json(text: Any) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
