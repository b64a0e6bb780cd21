"""How do the answers reach the program: at what pace, with which faults?

vcrpy takes the place of the HTTP clients' transports (httpx's, its fork's and aiohttp's).
This stands above it; below it, while a program is recorded, stands docproof.sandbox.transport.
"""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import httpx

from docproof.core import streams
from docproof.recordings import recording
from docproof.recordings.expectations import Fault
from docproof.sandbox.spec import Report, RunSpec

# What Linux says when there is no connection.
_NO_CONNECTION = {
    "refused": (111, "Connection refused"),
    "unreachable": (-2, "Name or service not known"),
}

_sleep = time.sleep  # the real one, for the pace that a person sees


def install(spec: RunSpec, report: Report) -> None:
    """Put pace and faults above vcrpy, in a process that does only this run."""
    counter = _Counter(spec, report)
    for package in httpx_packages():
        _stand_above(package, counter, spec.pace)
    aiohttp_inner = aiohttp.ClientSession._request

    async def _request(self: Any, method: str, url: Any, **options: Any) -> Any:
        fault = counter.next(httpx.URL(str(url)).host)
        if fault and fault.kind in _NO_CONNECTION:
            key = SimpleNamespace(host=str(url), port=None, ssl=True)
            raise aiohttp.ClientConnectorError(key, OSError(*_NO_CONNECTION[fault.kind]))  # type: ignore[arg-type]
        if fault and fault.kind == "timeout":
            raise aiohttp.SocketTimeoutError("Timeout on reading data from socket")
        response = await aiohttp_inner(self, method, url, **options)
        await asyncio.sleep(counter.delay(response.headers))
        if counter.shapes(fault, response.headers):
            response.content = _feed(await response.read(), fault, spec.pace)
        return response

    aiohttp.ClientSession._request = _request  # type: ignore[assignment,method-assign]


def httpx_packages() -> list[Any]:
    """httpx, and the fork of it that newer clients bring along, where it is installed."""
    return [httpx, *(importlib.import_module(n) for n in ["httpx2"] if importlib.util.find_spec(n))]


def _stand_above(package: Any, counter: _Counter, pace: float) -> None:
    """Pace and faults for httpx or its fork, whose classes have the same names."""
    sync_inner = package.HTTPTransport.handle_request
    async_inner = package.AsyncHTTPTransport.handle_async_request
    stream = _stream_class(package)

    def handle_request(self: Any, request: Any) -> Any:
        fault = counter.next(request.url.host)
        _fail(package, fault, request)
        response = sync_inner(self, request)
        time.sleep(counter.delay(response.headers))
        if counter.shapes(fault, response.headers):
            response.stream = stream(b"".join(response.stream), fault, pace)
        return response

    async def handle_async_request(self: Any, request: Any) -> Any:
        fault = counter.next(request.url.host)
        _fail(package, fault, request)
        response = await async_inner(self, request)
        await asyncio.sleep(counter.delay(response.headers))
        if counter.shapes(fault, response.headers):
            body = b"".join([part async for part in response.stream])
            response.stream = stream(body, fault, pace)
        return response

    package.HTTPTransport.handle_request = handle_request
    package.AsyncHTTPTransport.handle_async_request = handle_async_request


class _Counter:
    """Numbers the requests, so that each finds the fault meant for it."""

    def __init__(self, spec: RunSpec, report: Report) -> None:
        self._job, self._report = spec, report
        self._faults = {fault.request: fault for fault in spec.faults}

    def next(self, host: str) -> Fault | None:
        """The fault meant for a request to `host`, if any."""
        if host in self._job.unreachable:
            return Fault(0, "unreachable")  # no request: there is nobody to send it to
        self._report.requests += 1
        return self._faults.get(self._report.requests)

    def delay(self, headers: Any) -> float:
        """The seconds to wait before an answer with these headers is given."""
        return float(headers.get(recording.SECONDS, 0)) if self._job.skip_waits else 0

    def shapes(self, fault: Fault | None, headers: Any) -> bool:
        is_stream = "text/event-stream" in headers.get("content-type", "")
        return is_stream and bool(self._job.pace or (fault and fault.kind == "cut"))


def _fail(package: Any, fault: Fault | None, request: Any) -> None:
    if fault and fault.kind in _NO_CONNECTION:
        number, what = _NO_CONNECTION[fault.kind]
        raise package.ConnectError(f"[Errno {number}] {what}", request=request)
    if fault and fault.kind == "timeout":
        raise package.ReadTimeout("The read operation timed out", request=request)


def _events(body: bytes, fault: Fault | None) -> list[bytes]:
    events = streams.pieces(body)
    return events[: fault.after] if fault and fault.kind == "cut" else events


CUT = "peer closed connection without sending complete message body (incomplete chunked read)"


def _stream_class(package: Any) -> Any:
    class Stream(package.SyncByteStream, package.AsyncByteStream):  # type: ignore[misc]
        """A recorded stream, event by event, and its end if it is cut."""

        def __init__(self, body: bytes, fault: Fault | None, pace: float) -> None:
            self._events, self._fault, self._pace = _events(body, fault), fault, pace

        def __iter__(self) -> Iterator[bytes]:
            for event in self._events:
                _sleep(self._pace)
                yield event
            if self._fault:
                raise package.RemoteProtocolError(CUT)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for event in self._events:
                await asyncio.sleep(self._pace)
                yield event
            if self._fault:
                raise package.RemoteProtocolError(CUT)

    return Stream


_FEEDING: set[asyncio.Task[None]] = set()


def _feed(body: bytes, fault: Fault | None, pace: float) -> aiohttp.StreamReader:
    """The same for aiohttp, which reads from a reader that something feeds."""
    connection: Any = SimpleNamespace(
        connected=True,
        _reading_paused=False,
        pause_reading=lambda: None,
        resume_reading=lambda *ignored, **options: None,
    )
    loop = asyncio.get_running_loop()
    reader = aiohttp.StreamReader(connection, max(len(body), 2**16), loop=loop)

    async def feed() -> None:
        for event in _events(body, fault):
            await asyncio.sleep(pace)
            reader.feed_data(event)
        await asyncio.sleep(0)  # whoever waits for the rest of a line has to be waiting again
        if fault:
            reader.set_exception(aiohttp.ClientPayloadError(CUT))
        else:
            reader.feed_eof()

    task = loop.create_task(feed())
    _FEEDING.add(task)  # or it would be collected while it waits
    task.add_done_callback(_FEEDING.discard)
    return reader
