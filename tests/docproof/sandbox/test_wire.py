"""httpx's fork, on which newer clients stand, is counted, paced and broken like httpx itself."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import pytest

from docproof.recordings.expectations import Fault
from docproof.sandbox import faults
from docproof.sandbox.spec import Report, RunSpec

BODY = b"data: 1\n\ndata: 2\n\ndata: 3\n\n"


class Refused(Exception):
    """The fork's own error."""


def in_a_loop(what: Any) -> Any:
    """Run it in a thread of its own: a browser that tests used before has left a loop in this."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, what).result()


def fork() -> Any:
    """A package with the names of httpx, none of them httpx's own, whose server streams."""

    def answer() -> Any:
        return SimpleNamespace(headers={"content-type": "text/event-stream"}, stream=Bytes([BODY]))

    class Bytes(list):  # type: ignore[type-arg]
        async def __aiter__(self) -> Any:
            for part in list.__iter__(self):
                yield part

    class Sync:
        def handle_request(self, request: Any) -> Any:
            return answer()

    class Async:
        async def handle_async_request(self, request: Any) -> Any:
            return answer()

    def error(name: str) -> Any:
        return type(name, (Refused,), {"__init__": lambda self, *words, **more: None})

    return SimpleNamespace(
        HTTPTransport=Sync, AsyncHTTPTransport=Async,
        SyncByteStream=type("S", (), {}), AsyncByteStream=type("A", (), {}),
        **{name: error(name) for name in ("ConnectError", "ReadTimeout", "RemoteProtocolError")},
    )  # fmt: skip


def stood_above(package: Any, *given: Fault) -> Report:
    report = Report()
    spec = RunSpec(program="x.py", report="", faults=given)
    faults._stand_above(package, faults._Counter(spec, report), 0)
    return report


REQUEST = SimpleNamespace(url=httpx.URL("https://api.example.test/v1"))


def send(package: Any, kind: str) -> Any:
    if kind == "sync":
        return package.HTTPTransport().handle_request(REQUEST)
    return in_a_loop(package.AsyncHTTPTransport().handle_async_request(REQUEST))


def read(response: Any, kind: str, into: list[bytes]) -> None:
    async def drain() -> None:
        async for part in response.stream:
            into.append(part)

    if kind == "sync":
        for part in response.stream:
            into.append(part)  # one by one, since the stream ends with an error
    else:
        in_a_loop(drain())


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_its_requests_are_counted(kind: str) -> None:
    package = fork()
    report = stood_above(package)
    send(package, kind)
    send(package, kind)
    assert report.requests == 2


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [("refused", "ConnectError"), ("unreachable", "ConnectError"), ("timeout", "ReadTimeout")],
)
def test_a_fault_is_its_own_error(kind: str, fault: str, error: str) -> None:
    package = fork()
    stood_above(package, Fault(1, fault))
    with pytest.raises(getattr(package, error)):
        send(package, kind)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_stream_that_is_cut_ends_with_its_own_error(kind: str) -> None:
    package = fork()
    stood_above(package, Fault(1, "cut", after=2))
    response = send(package, kind)
    assert isinstance(response.stream, package.SyncByteStream)
    assert isinstance(response.stream, package.AsyncByteStream)
    seen: list[bytes] = []
    with pytest.raises(package.RemoteProtocolError):
        read(response, kind, seen)
    assert seen == [b"data: 1\n\n", b"data: 2\n\n"]


def test_it_is_stood_above_where_it_is_installed_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert faults.httpx_packages() == [httpx]
    made = ModuleType("httpx2")
    monkeypatch.setitem(sys.modules, "httpx2", made)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "httpx2")
    assert faults.httpx_packages() == [httpx, made]
