"""Stands between a program that is recorded and the network.

It is below vcrpy, at the edge: the key is put in on the way out, and what
nobody may read is taken out on the way in. So neither the program nor the
recording ever holds a secret, and there is nothing to take out later. Requests
to other addresses than the documented ones do not pass.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from docproof.core import redact, streams
from docproof.recordings import recording
from docproof.sandbox import faults
from docproof.sandbox.spec import Report, RunSpec

LARGEST = 8 * 2**20  # bytes of an answer; what a page shows is thousands of times less

# A server that is not the real service says so in this header of its answers.
STAND_IN_HEADER = "x-stand-in"


@dataclass
class Transport:
    """What the HTTP clients of a process go through; nothing is looked at until a run opens it."""

    key: str
    gate: Gate | None = None

    def open_for(self, spec: RunSpec, report: Report) -> Gate:
        """Let the requests of one run through; the process is good for nothing else afterwards."""
        self.gate = Gate(spec, report, self.key)
        return self.gate


def install(key_from: int) -> Transport:
    """Stand between the HTTP clients of this process and the network.

    The key is read from the file descriptor `key_from`, where no program finds
    it. Must come before vcrpy is first imported, which is when it looks up the
    transports it stands in for.
    """
    with open(key_from, encoding="utf-8") as pipe:
        transport = Transport(pipe.read())
    for package in faults.httpx_packages():
        _through_httpx(package, transport)
    _through_aiohttp(transport)
    return transport


class NotPassed(ConnectionError):
    """A request, or an answer, that the gate does not let through."""


@dataclass
class Gate:
    """The edge of one run; what it refused and what went wrong is noted in the report."""

    spec: RunSpec
    report: Report
    key: str
    _passing: ContextVar[bool] = field(default_factory=lambda: ContextVar("passing", default=False))

    def __post_init__(self) -> None:
        to, documented = self.spec.redirect, self.spec.addresses[0] if self.spec.addresses else ""
        self.redactor = redact.Redactor(self.key, redact.moved(to, documented) if to else ())

    def sent(self, method: str, url: str, headers: Any) -> tuple[str, list[tuple[str, str]]]:
        """The URL and the headers with which a request goes out; raises `NotPassed`."""
        if self.report.refusals:
            raise NotPassed(self.report.refusals[0])  # or it would be tried again and again
        for number, address in enumerate(self.spec.addresses):
            if url == address or url.startswith((address + "/", address + "?")):
                # The live service's key is for its own address, another one's for where it is sent.
                key = self.key if self.spec.redirect or number == 0 else ""
                url = (self.spec.redirect or address) + url[len(address) :]
                break
        else:
            where = " or ".join(self.spec.addresses)
            raise self.refused(f"it sends a {method} to {url}, which is not below {where}")
        unlisted = ("host", "accept-encoding", "content-length", "transfer-encoding")
        kept = [(name, text) for name, text in headers if name.lower() not in unlisted]
        if key:
            for placeholder in self.spec.placeholders:
                url = url.replace(placeholder, quote(key, safe=""))
                kept = [(name, text.replace(placeholder, key)) for name, text in kept]
        return url, [*kept, ("accept-encoding", "identity")]

    def past(self, verb: str, host: str) -> ConnectionError | None:
        """The error for a connection, or a look-up of `host`, that no client in here makes."""
        hosts = {urlsplit(url).hostname for url in (self.spec.redirect, *self.spec.addresses)}
        if self._passing.get() or (verb == "looks up" and host in hosts):
            return None
        return self.refused(f"it {verb} {host} by itself, and not through httpx or aiohttp")

    def refused(self, why: str) -> NotPassed:
        """Note why something does not pass; the error to raise."""
        self.report.refusals.append(self.redactor.text(why))
        return NotPassed(self.report.refusals[-1])

    @contextlib.contextmanager
    def passing(self, method: str, url: str) -> Iterator[Exchange]:
        """One exchange; an error of the network is noted, whatever the program makes of it."""
        token = self._passing.set(True)
        try:
            yield Exchange(self, method, url)
        except NotPassed:
            raise
        except Exception as error:
            said = f"{type(error).__name__}: {error}".rstrip(": ")
            self.refused(f"the connection to {method} {url} fails ({said})")
            raise
        finally:
            self._passing.reset(token)


@dataclass
class Exchange:
    """A request that was sent, and its answer as it arrives."""

    gate: Gate
    method: str
    url: str
    body: Any = b""
    start: float = field(default_factory=time.monotonic)
    _body: bytearray = field(default_factory=bytearray)
    _arrived: list[tuple[int, float]] = field(default_factory=list)

    def take(self, part: bytes) -> None:
        """Take in the next part of the answer; raises `NotPassed` if it is too much."""
        self._body += part
        self._arrived.append((len(self._body), time.monotonic() - self.start))
        if len(self._body) > LARGEST:
            what = f"the answer to {self.method} {self.url} is over {LARGEST // 2**20} MB"
            raise self.gate.refused(f"{what}, and was not read on")

    def answer(self, status: int, headers: Any) -> tuple[list[tuple[str, str]], bytes]:
        """The headers and the body that the program gets; `headers` are those that came."""
        gate, seconds = self.gate, round(time.monotonic() - self.start, 1)
        names = {name.lower(): text for name, text in headers}
        gate.redactor.taken.clear()
        body = gate.redactor.body(bytes(self._body))
        kept = {name: gate.redactor.text(text) for name, text in recording.kept(names).items()}
        if STAND_IN_HEADER in names:
            gate.report.marked_servers.append(names[STAND_IN_HEADER])
        self._tell(status, kept, body, seconds)
        if seconds:
            kept[recording.SECONDS] = str(seconds)
        if "event-stream" in names.get("content-type", ""):
            kept[recording.TIMES] = " ".join(self._times())
        return list(kept.items()), body

    def _times(self) -> Iterator[str]:
        """When each event of a stream was there, in seconds after its request was sent."""
        arrived, end = iter(self._arrived), 0
        there, moment = 0, 0.0
        for piece in filter(None, streams.pieces(bytes(self._body))):
            end += len(piece)
            while there < end:
                there, moment = next(arrived)
            yield f"{moment:.2f}"

    def _tell(self, status: int, headers: dict[str, str], body: bytes, seconds: float) -> None:
        """Let whoever started the recording know of this exchange, a line for each."""
        if self.gate.spec.progress:
            said = {
                "method": self.method, "url": self.url, "status": status, "seconds": seconds,
                "headers": headers, "taken": dict(self.gate.redactor.taken),
                **_told(self.body, body),
            }  # fmt: skip
            with open(self.gate.spec.progress, "a", encoding="utf-8") as file:
                file.write(json.dumps(said) + "\n")


def _told(sent: Any, answer: bytes) -> dict[str, Any]:
    """The model that was asked for, and what the answer says was used: JSON, or a stream of it."""
    asked = _json(sent)
    used: Any = None
    text = answer.decode("utf-8", "replace")
    for said in [event.data for event in streams.events(text)] or [text]:
        data = _json(said)
        used = data.get("usage") or used
    return {"model": asked.get("model"), "usage": used if isinstance(used, dict) else {}}


def _json(text: Any) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _through_httpx(client: Any, transport: Transport) -> None:
    """`client` is httpx, or a module of the same shape."""
    sync_inner = client.HTTPTransport.handle_request
    async_inner = client.AsyncHTTPTransport.handle_async_request

    def outgoing(request: Any, exchange: Exchange) -> Any:
        url, headers = exchange.gate.sent(
            request.method, str(request.url), request.headers.multi_items()
        )
        return client.Request(
            request.method,
            url,
            headers=headers,
            content=exchange.body,
            extensions=request.extensions,
        )

    def answer(request: Any, response: Any, exchange: Exchange) -> Any:
        headers, body = exchange.answer(response.status_code, response.headers.multi_items())
        given = client.Response(
            response.status_code,
            headers=headers,
            stream=client.ByteStream(body),
        )
        given.request = request
        return given

    def handle_request(self: Any, request: Any) -> Any:
        if not (gate := transport.gate):
            return sync_inner(self, request)
        with gate.passing(request.method, str(request.url)) as exchange:
            exchange.body = b"".join(request.stream)
            sent = outgoing(request, exchange)
            response = sync_inner(self, sent)
            response.request = sent
            try:
                for part in response.iter_bytes():
                    exchange.take(part)
            finally:
                response.close()
            return answer(request, response, exchange)

    async def handle_async_request(self: Any, request: Any) -> Any:
        if not (gate := transport.gate):
            return await async_inner(self, request)
        with gate.passing(request.method, str(request.url)) as exchange:
            exchange.body = b"".join([part async for part in request.stream])
            sent = outgoing(request, exchange)
            response = await async_inner(self, sent)
            response.request = sent
            try:
                async for part in response.aiter_bytes():
                    exchange.take(part)
            finally:
                await response.aclose()
            return answer(request, response, exchange)

    client.HTTPTransport.handle_request = handle_request
    client.AsyncHTTPTransport.handle_async_request = handle_async_request


def _through_aiohttp(transport: Transport) -> None:
    inner = aiohttp.ClientSession._request

    async def _request(self: Any, method: str, url: Any, **options: Any) -> Any:
        if not (gate := transport.gate):
            return await inner(self, method, url, **options)
        with gate.passing(method, str(url)) as exchange:
            given = self._prepare_headers(options.get("headers"))
            named = [(str(name), str(text)) for name, text in given.items()]
            there, headers = gate.sent(method, str(url), named)
            exchange.body = options.get("data")
            options |= {"headers": headers, "allow_redirects": False}  # a redirect comes back here
            options.pop("server_hostname", None)
            response = await inner(self, method, there, **options)
            try:
                async for part in response.content.iter_any():
                    exchange.take(part)
            finally:
                response.close()
            return _given(method, str(url), response, exchange)

    aiohttp.ClientSession._request = _request  # type: ignore[assignment,method-assign]


def _given(method: str, url: str, response: Any, exchange: Exchange) -> Any:
    """aiohttp's answer as vcrpy makes one from a recording."""
    from vcr.request import Request  # here, since it must be imported after `install`
    from vcr.stubs.aiohttp_stubs import build_response

    headers, body = exchange.answer(response.status, response.headers.items())
    made = {
        "status": {"code": response.status, "message": ""},
        "headers": {name: [text] for name, text in headers},
        "body": {"string": body},
    }
    return build_response(Request(method, url, None, {}), made, [])
