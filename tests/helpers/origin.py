"""What answers when recording is tried, over real TLS, with secrets in every answer?

An API in OpenAI's form on https://localhost:PORT/v1, with a certificate of its
own authority. It wants the right key and remembers what it received. The name
of the model says how it behaves:

    test/plain        answers; test/gzip: compressed; test/priced: with usage.cost;
                      test/tools: with calls of tools, if tools are sent
    test/slow         a stream of a minute
    test/spread       a key in pieces, over three events (test/spread-real: the one in use)
    test/401, /404 …  an error of that status (test/429 with Retry-After: 7)
    test/hang         never answers; test/stall: stops in the middle of its answer
    test/cut          closes the connection in the middle of its answer
    test/html         a page of HTML
    test/redirect     to the same API at another address; test/redirect-here: to this one
    test/huge         never ends; test/bomb: small on the wire, 64 MB when unpacked
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import functools
import gzip
import hashlib
import json
import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import trustme
from aiohttp import web

from tests.helpers import plants

CREATED = 1_795_305_600  # 2026-11-22
MODELS = ["test/plain", "test/tools", "test/priced"]
WORDS = "The capital of Argentina is Buenos Aires."
TOKENS = {"prompt_tokens": 1100, "completion_tokens": 300, "total_tokens": 1400}
RETRY_AFTER = "7"
PIECE = 50  # bytes that go out at once, so that a key arrives in two parts
WEATHER = {"name": "weather", "arguments": '{"city": "Buenos Aires"}'}


@functools.cache
def _bomb() -> bytes:
    """Little that becomes a lot."""
    return gzip.compress(b'{"a": "' + b" " * 2**26)


Answer = tuple[int, dict[str, str], Any]


@dataclass(frozen=True)
class Received:
    """One request, as it came in at `port`."""

    port: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Origin:
    """The server; a context manager that serves from a thread of its own.

    `change` may turn each answer (status, headers, JSON) into another, `words`
    is what the assistant says. `sent` counts the bytes of an endless answer.
    """

    folder: Path
    key: str = plants.KEY
    words: str = WORDS
    change: Callable[[Answer], Answer] = lambda answer: answer
    received: list[Received] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    sent: int = 0
    ports: tuple[int, ...] = ()

    def reset(self) -> None:
        """Forget what was received, and answer as at first."""
        self.received.clear()
        self.sent, self.words, self.change = 0, WORDS, lambda answer: answer

    @property
    def host(self) -> str:
        """Its host and port."""
        return f"localhost:{self.ports[0]}"

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"https://{self.host}/v1"

    @property
    def elsewhere(self) -> str:
        """The base URL of the same API at another host and port."""
        return f"https://127.0.0.1:{self.ports[1]}/v1"

    @property
    def authority(self) -> Path:
        """The file with the certificate of its authority."""
        return self.folder / "authority.pem"

    def __enter__(self) -> Origin:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.authority))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._wait(self._start(context))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wait(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    async def _start(self, context: ssl.SSLContext) -> None:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        for _ in range(2):
            await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        self.ports = tuple(address[1] for address in self._runner.addresses)

    async def _end(self) -> None:
        await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:  # those that never answer
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
        self.received.append(
            Received(port, request.method, request.raw_path, dict(request.headers), body)
        )
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        key = request.query.get("api_key", key)
        return await _Exchange(self, request, body, key).answer()


@dataclass
class _Exchange:
    """One request, made with `key`."""

    origin: Origin
    request: web.Request
    body: bytes
    key: str

    async def answer(self) -> web.StreamResponse:
        if self.key != self.origin.key:
            message = f"Incorrect API key provided: {self.key}. See {self.origin.url}/keys."
            return await self._error(401, message, "invalid_api_key")
        path, method = self.request.path, self.request.method
        if path == "/v1/chat/completions" and method == "POST":
            return await self._behave(json.loads(self.body))
        if path == "/v1/files" and method == "POST":
            return await self._json(self._upload())
        if found := re.fullmatch("/v1/files/([^/]+)/content", path):
            return await self._content(found[1])
        if path == "/v1/embeddings":
            return await self._json(_embedding(json.loads(self.body)))
        if path == "/v1/models":
            data = [{"id": name, "object": "model"} | _OWNED for name in MODELS]
            return await self._json({"object": "list", "data": data})
        if path == "/v1/batches" and method == "POST":
            return await self._json(self._batch(json.loads(self.body), "validating"))
        if path == "/v1/batches":
            return await self._json({"object": "list", "data": [], "has_more": False})
        if found := re.fullmatch("/v1/batches/batch_(.+)", path):
            wanted = {"input_file_id": f"file-{found[1]}", "endpoint": "/v1/chat/completions"}
            return await self._json(self._batch(wanted, "completed"))
        return await self._error(404, f"There is no {path}.", "not_found")

    async def _give(self, status: int, headers: dict[str, str], data: Any) -> web.StreamResponse:
        headers = {"content-type": "application/json"} | self._headers() | headers
        status, headers, data = self.origin.change((status, headers, data))
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        if "content-encoding" in headers:
            body = gzip.compress(body)
        return await _send(self.request, status, headers, body)

    async def _json(self, data: dict[str, Any], **headers: str) -> web.StreamResponse:
        return await self._give(200, headers, {**data, "planted": self._plants()})

    async def _error(self, status: int, message: str, code: str) -> web.StreamResponse:
        """In OpenAI's form."""
        said = f"{message} {plants.sentence(self.key, self.origin.host)}"
        error = {"message": said, "type": "invalid_request_error", "param": None, "code": code}
        headers = {"retry-after": RETRY_AFTER} if status == 429 else {}
        return await self._give(status, headers, {"error": error | {"planted": self._plants()}})

    def _plants(self) -> dict[str, Any]:
        return plants.data(self.key, self.origin.host)

    def _headers(self) -> dict[str, str]:
        return plants.headers(self.key, self.origin.host)

    def _says(self) -> str:
        return f"{self.origin.words} {plants.sentence(self.key, self.origin.host)}"

    async def _behave(self, asked: dict[str, Any]) -> web.StreamResponse:
        behaviour = str(asked["model"]).removeprefix("test/")
        if behaviour.isdigit():
            return await self._error(int(behaviour), "It is as you ask.", f"code_{behaviour}")
        if behaviour == "hang":
            await asyncio.sleep(600)
        if behaviour == "html":
            page = plants.page(self.key, self.origin.host).encode()
            return await self._give(200, {"content-type": "text/html; charset=utf-8"}, page)
        if behaviour.startswith("redirect"):
            here = behaviour.endswith("here")
            to = (self.origin.url if here else self.origin.elsewhere) + "/models"
            return await self._give(303, {"location": to}, {})
        if behaviour == "bomb":
            return await _send(self.request, 200, _GZIP, _bomb())
        if behaviour in ("huge", "stall", "cut"):
            return await self._break_off(behaviour, bool(asked.get("stream")))
        if asked.get("stream"):
            return await self._stream(asked, behaviour)
        headers = _GZIP if behaviour == "gzip" else {}
        return await self._json(self._completion(asked), **headers)

    def _completion(self, asked: dict[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self._says(), "refusal": None}
        message["planted"] = self._plants()
        calls = _wants_tool(asked)
        if calls:
            function = WEATHER | {"arguments": self._arguments()}
            call = {"id": "call_1", "type": "function", "function": function}
            message |= {"content": None, "tool_calls": [call]}
        reason = "tool_calls" if calls else "stop"
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        head = _head(asked, "chat.completion")
        return {**head, "choices": [choice], "usage": _usage(asked)}

    def _arguments(self) -> str:
        hidden = {"city": "Buenos Aires", "token": plants.KEYS["GitHub"], "key": self.key}
        return json.dumps(hidden)

    async def _stream(self, asked: dict[str, Any], behaviour: str) -> web.StreamResponse:
        head = _head(asked, "chat.completion.chunk")

        def event(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
            choices = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
            data = {**head, "choices": choices, "planted": self._plants()} | more
            return f"data: {json.dumps(data)}\n\n".encode()

        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        calls = _wants_tool(asked)
        if calls:
            deltas += _call_in_parts(self._arguments())
        elif behaviour.startswith("spread"):
            key = self.key if behaviour == "spread-real" else plants.KEYS["GitHub"]
            deltas += [{"content": part} for part in (key[:9], key[9:20], key[20:] + " ")]
        else:
            deltas += [{"content": f"{word} "} for word in self.origin.words.split()]
            deltas += [{"content": self._says()}]
        events = [event(delta) for delta in deltas]
        events.append(event({}, "tool_calls" if calls else "stop"))
        if (asked.get("stream_options") or {}).get("include_usage"):
            events.append(event({}, None, choices=[], usage=_usage(asked)))
        events.append(b"data: [DONE]\n\n")
        headers = {"content-type": "text/event-stream; charset=utf-8"} | self._headers()
        status, headers, body = self.origin.change((200, headers, b"".join(events)))
        return await _send(self.request, status, headers, body, 60 * (behaviour == "slow"))

    async def _break_off(self, behaviour: str, is_stream: bool) -> web.StreamResponse:
        kind = "text/event-stream" if is_stream else "application/json"
        response = web.StreamResponse(headers={"content-type": kind})
        await response.prepare(self.request)
        start = b'data: {"a":' if is_stream else b'{"choices": "'
        await response.write(start + self._says().encode())
        if behaviour == "stall":
            await asyncio.sleep(600)
        line = self.request.transport
        with contextlib.suppress(ConnectionError):
            while behaviour == "huge" and line and not line.is_closing():
                await response.write(b" " * 2**16)
                self.origin.sent += 2**16
                await asyncio.sleep(0)  # or nobody would hear that the client is gone
        if line:
            line.abort()
        return response

    def _upload(self) -> dict[str, Any]:
        kind = f"content-type: {self.request.headers['content-type']}\r\n\r\n".encode()
        parts = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in email.message_from_bytes(kind + self.body).walk()
            if not part.is_multipart()
        }
        name = f"file-{hashlib.md5(parts['file']).hexdigest()}"
        self.origin.files[name] = parts["file"]
        size = {"bytes": len(parts["file"]), "filename": "batch.jsonl", "status": "processed"}
        purpose = parts["purpose"].decode()
        return {"id": name, "object": "file", "created_at": CREATED, "purpose": purpose} | size

    async def _content(self, name: str) -> web.StreamResponse:
        """What came back for each line of the file that was uploaded."""
        lines = []
        for line in self.origin.files[name.replace("answers", "file")].splitlines():
            asked = json.loads(line)
            response = {"status_code": 200, "body": self._completion(asked["body"])}
            response["request_id"] = plants.TRACES["request"]
            answer = {"id": "batch_req_1", "custom_id": asked["custom_id"], "response": response}
            lines.append(json.dumps(answer | {"error": None}))
        kind = {"content-type": "application/octet-stream"}
        return await self._give(200, kind, "\n".join([*lines, ""]).encode())

    def _batch(self, asked: dict[str, Any], status: str) -> dict[str, Any]:
        name = asked["input_file_id"].removeprefix("file-")
        done = status == "completed"
        return {
            "id": f"batch_{name}",
            "object": "batch",
            "endpoint": asked["endpoint"],
            "errors": None,
            "input_file_id": f"file-{name}",
            "completion_window": asked.get("completion_window", "24h"),
            "status": status,
            "output_file_id": f"answers-{name}" if done else None,
            "error_file_id": None,
            "created_at": CREATED,
            "request_counts": {"total": 1, "completed": int(done), "failed": 0},
            "metadata": None,
        }


_GZIP = {"content-encoding": "gzip"}
_OWNED = {"created": CREATED, "owned_by": "test"}


def _head(asked: dict[str, Any], kind: str) -> dict[str, Any]:
    name = hashlib.md5(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return {"id": f"chatcmpl-{name}", "object": kind, "created": CREATED, "model": asked["model"]}


def _usage(asked: dict[str, Any]) -> dict[str, Any]:
    return TOKENS | ({"cost": 0.0123} if asked["model"] == "test/priced" else {})


def _embedding(asked: dict[str, Any]) -> dict[str, Any]:
    data = [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5, 0.125]}]
    usage = {"prompt_tokens": 4, "total_tokens": 4}
    return {"object": "list", "data": data, "model": asked["model"], "usage": usage}


def _wants_tool(asked: dict[str, Any]) -> bool:
    return bool(asked.get("tools")) and asked["messages"][-1]["role"] != "tool"


def _call_in_parts(arguments: str) -> list[dict[str, Any]]:
    """A tool call as a stream has it: its name, then its arguments (any key in one piece)."""
    first = {
        "index": 0,
        "id": "call_1",
        "type": "function",
        "function": WEATHER | {"arguments": ""},
    }
    parts = re.split("(?<=,)", arguments)
    rest = [{"index": 0, "function": {"arguments": part}} for part in parts]
    return [{"tool_calls": [call]} for call in (first, *rest)]


async def _send(
    request: web.Request, status: int, headers: dict[str, str], body: bytes, seconds: float = 0
) -> web.StreamResponse:
    """Send `body` in pieces that end anywhere, all of it in `seconds`."""
    size = max(PIECE, len(body) // 500)
    response = web.StreamResponse(status=status, headers=headers)
    await response.prepare(request)
    for start in range(0, len(body), size):
        await response.write(body[start : start + size])
        await asyncio.sleep(seconds * size / len(body))
    await response.write_eof()
    return response
