"""Where do the HTTP clients meet the network, so that docproof.sandbox.gate can stand there?"""

from __future__ import annotations

from typing import Any

import aiohttp

from docproof.sandbox import faults, gate
from docproof.sandbox.gate import Exchange

_key: list[str] = [""]


def key() -> str:
    """The key that `install` was given."""
    return _key[0]


def install(key_from: int) -> None:
    """Stand between the HTTP clients and the network, closed until `open_for` is called.

    The key is read from the file descriptor `key_from`, where no program finds
    it. Must come before vcrpy is first imported, which is when it looks up the
    transports it stands in for.
    """
    with open(key_from, encoding="utf-8") as pipe:
        _key[0] = pipe.read()
    for package in faults.httpx_packages():
        _through_httpx(package)
    _through_aiohttp()


def _through_httpx(client: Any) -> None:
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
        if not (open_gate := gate.gate()):
            return sync_inner(self, request)
        with open_gate.passing(request.method, str(request.url)) as exchange:
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
        if not (open_gate := gate.gate()):
            return await async_inner(self, request)
        with open_gate.passing(request.method, str(request.url)) as exchange:
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


def _through_aiohttp() -> None:
    inner = aiohttp.ClientSession._request

    async def _request(self: Any, method: str, url: Any, **options: Any) -> Any:
        if not (open_gate := gate.gate()):
            return await inner(self, method, url, **options)
        with open_gate.passing(method, str(url)) as exchange:
            given = self._prepare_headers(options.get("headers"))
            named = [(str(name), str(text)) for name, text in given.items()]
            there, headers = open_gate.sent(method, str(url), named)
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
