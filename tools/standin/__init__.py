"""What answers a program when the real service is not asked?

A small HTTP server that speaks the service's wire format: chat completions,
whole or as server-sent events, the list of models, and embeddings, of which
`embeddings` tells. Its answers are ours and stand in answers/, in one file for
each program, found by the text of the last user message. It is not the service
and says so in a header of every answer.

An entry has the `user` message, a `model` if it is for that one only, and what
comes back: an `answer`, or a `status` with a `message` (and `code`, `type`), in
OpenAI's form; `headers` and the `seconds` that it takes may be added. `answers`
is a list of such outcomes for requests that come one after another; the last
one is given to all that follow. `turns` is a list of them as well: for the user's
message itself, for what follows on one answer of the assistant, on two, and so on.

An answer may call tools instead, or as well: `calls` is a list of them, each with the
`name` of the tool and its `arguments` as the model writes them, text that may be broken.
As OpenAI does, it then refuses a request in which a call has no result.

An answer may have thoughts as well, in the field that the entry names, one of `thoughts.FIELDS`.
They are left out if the request says `reasoning_effort: none`, or has `enable_thinking: false`
in its `chat_template_kwargs`. They count as tokens of the answer, and in DeepSeek's field, how
many they are is said as DeepSeek says it.

It sees no image. One that is sent counts as `images.TOKENS`, and a model that is not listed
with the ability `vision` refuses it in vLLM's words (its issue 23402).

What a request asks for and the stand-in does not simulate, it refuses by name: `_PARAMETERS`
has what it honours. Its answer is written down, so it is the same at any `temperature`.

Tokens are counted with the cl100k_base encoding that LiteLLM ships, which is
not the model's own: the counts are near the service's, not equal to them.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import json
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from tools.answers import ANSWERS, read, text_of
from tools.standin import calls, images, thoughts
from tools.standin.embeddings import embedded

HERE = Path(__file__).parent
MODELS = HERE.parent.parent / "docs" / "api-reference" / "models.yml"
ANSWERS_KEY = web.AppKey("answers", dict[tuple[str, str | None], list[dict[str, Any]]])
MODELS_KEY = web.AppKey("models", list[str])
SIGHTED_KEY = web.AppKey("sighted", set[str])
OTHERS_KEY = web.AppKey("others", set[str])
ENCODING_KEY = web.AppKey("encoding", Any)
PACE_KEY = web.AppKey("pace", float)
HEADERS = {"x-stand-in": "1"}
CREATED = 1_795_305_600  # 2026-11-22; a fixed moment, so that a recording can be made again
PER_MESSAGE = 4  # tokens that a chat template adds to each message, roughly
PER_EVENT = 10  # tokens in each event of a stream; services send one or several
PACE = 0.12  # seconds from one event to the next, which makes some 80 tokens a second
PER_CALL = 3  # the same, of a tool's arguments, which are short


def application(answers: Path = ANSWERS, models: Path = MODELS, pace: float = 0) -> web.Application:
    """The server, ready to be run; `answers` is the folder of them, `models` the file of those.

    `pace` is in seconds from one event of a stream to the next.
    """
    app = web.Application(middlewares=[_mark])
    app[PACE_KEY] = pace
    app[ANSWERS_KEY] = read(answers)
    listed = yaml.safe_load(models.read_text("utf-8"))["models"]
    app[MODELS_KEY] = [model["id"] for model in listed]
    app[SIGHTED_KEY] = {one["id"] for one in listed if "vision" in one.get("abilities", "")}
    app[OTHERS_KEY] = {model for _, model in app[ANSWERS_KEY] if model}
    app[ENCODING_KEY] = _encoding()
    app.router.add_post("/v1/chat/completions", _complete)
    app.router.add_post("/v1/embeddings", _embed)
    app.router.add_get("/v1/models", _list_models)
    return app


@contextlib.contextmanager
def serving(app: web.Application) -> Iterator[str]:
    """Serve from a thread of its own, at a free port: the base URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait(what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, loop).result(30)

    runner = web.AppRunner(app, shutdown_timeout=0.1)
    wait(runner.setup())
    wait(web.TCPSite(runner, "127.0.0.1", 0).start())
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        wait(runner.cleanup())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@web.middleware
async def _mark(request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        response: web.StreamResponse = await handler(request)
    except web.HTTPException as error:  # such as for a path that it does not serve
        error.headers.update(HEADERS)
        raise
    response.headers.update(HEADERS)
    return response


async def _list_models(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "object": "list",
            "data": [
                {"id": name, "object": "model", "created": CREATED, "owned_by": name.split("/")[0]}
                for name in request.app[MODELS_KEY]
            ],
        }
    )


async def _embed(request: web.Request) -> web.Response:
    body = await _body(request)
    if isinstance(body, web.Response):
        return body
    try:
        return web.json_response(embedded(body, request.app[ENCODING_KEY]))
    except ValueError as error:
        return _error(400, str(error), "", "BadRequestError")


async def _body(request: web.Request) -> Any:
    """What a request holds, or the answer that refuses it."""
    try:
        body = await request.json()
    except ValueError:
        return _error(400, "The body is not JSON.", "invalid_json")
    if not request.headers.get("authorization", "").removeprefix("Bearer ").strip():
        return _error(401, "Incorrect API key provided.", "invalid_api_key")
    return body


async def _complete(request: web.Request) -> web.StreamResponse:
    body = await _body(request)
    if isinstance(body, web.Response):
        return body
    model = body.get("model")
    if model not in request.app[MODELS_KEY] and model not in request.app[OTHERS_KEY]:
        return _error(404, f"The model {model!r} does not exist.", "model_not_found")
    if refused := _not_simulated(body):
        return _error(400, f"The stand-in does not simulate {refused}.", "not_simulated")
    is_blind = model in request.app[MODELS_KEY] and model not in request.app[SIGHTED_KEY]
    if is_blind and images.count(body):
        return _error(400, f"{model} is not a multimodal model", "", "BadRequestError")
    question = next(text_of(m) for m in reversed(body["messages"]) if m["role"] == "user")
    answers = request.app[ANSWERS_KEY]
    outcomes = answers.get((question, model)) or answers.get((question, None))
    if outcomes is None:
        return _error(400, f"The stand-in has no answer to {question!r}.", "no_answer")
    outcome = outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]
    if turns := outcome.get("turns"):
        outcome = turns[min(calls.turn(body["messages"]), len(turns) - 1)]
    await asyncio.sleep(outcome.get("seconds", 0))
    if "status" in outcome:
        kind = outcome.get("type", "invalid_request_error")
        said = _error(outcome["status"], outcome["message"], outcome.get("code", ""), kind)
        said.headers.update(outcome.get("headers", {}))
        return said
    if wrong := calls.wrong(body, outcome.get("calls")):
        return _error(400, wrong, "")
    return await _answer(request, body, outcome)


def _is_whole(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _is_limit(number: Any) -> bool:
    return _is_whole(number) and number > 0


def _is_share(number: Any) -> bool:
    return isinstance(number, (int, float)) and 0 <= number <= 2


# What a request may hold, and which values are honoured; null stands for what is left out.
_PARAMETERS: dict[str, Callable[[Any], bool]] = {
    "chat_template_kwargs": lambda chosen: chosen.keys() <= {"enable_thinking"},
    "model": lambda name: isinstance(name, str),
    "messages": lambda said: isinstance(said, list) and any(m.get("role") == "user" for m in said),
    "max_tokens": _is_limit,
    "max_completion_tokens": _is_limit,
    "n": lambda number: _is_whole(number) and number == 1,
    "reasoning_effort": lambda effort: effort in {"none", "low", "medium", "high"},
    "response_format": lambda form: form["type"] in ("text", "json_object", "json_schema"),
    "seed": _is_whole,
    "stop": lambda stop: all(isinstance(one, str) and one for one in _stops(stop)),
    "stream": lambda flag: isinstance(flag, bool),
    "stream_options": lambda options: options.keys() <= {"include_usage"},
    "temperature": _is_share,
    "tool_choice": lambda choice: choice in ("auto", "required"),
    "tools": lambda tools: tools and all(one["function"]["name"] for one in tools),
    "top_p": _is_share,
    "user": lambda name: isinstance(name, str),
}


def _not_simulated(body: dict[str, Any]) -> str:
    """What of a request is not honoured here, with its name; "" if all is."""
    for name, value in body.items():
        if value is None:
            continue
        honours = _PARAMETERS.get(name)
        if honours is None:
            return f"'{name}'"
        try:
            is_honoured = honours(value)
        except (AttributeError, KeyError, TypeError):
            is_honoured = False
        if not is_honoured:
            return f"'{name}': {json.dumps(value)[:80]}"
    if body.get("stream_options") and not body.get("stream"):
        return "'stream_options' without 'stream'"
    for message in _plain(body):
        if message.keys() != {"role", "content"} or not isinstance(message["content"], str):
            return f"a message such as {json.dumps(message)[:80]}"
    return ""


def _plain(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages without their parts in calls, thoughts and images."""
    return [images.plain(thoughts.plain(calls.plain(m))) for m in body["messages"]]


def _stops(stop: Any) -> list[Any]:
    return [stop] if isinstance(stop, str) else list(stop or [])


async def _answer(
    request: web.Request, body: dict[str, Any], outcome: dict[str, Any]
) -> web.StreamResponse:
    encoding = request.app[ENCODING_KEY]
    text, called = outcome.get("answer", ""), outcome.get("calls", [])
    field = thoughts.field(body, outcome)
    thinking = encoding.encode(outcome.get(field, ""))
    ends = (text.find(stop) for stop in _stops(body.get("stop")))
    tokens = encoding.encode(text[: min((end for end in ends if end >= 0), default=None)])
    written = len(thinking) + len(tokens)
    calling = sum(len(encoding.encode(json.dumps(one))) for one in called)
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or written + calling
    if called and written + calling > limit:
        return _error(400, "The stand-in does not simulate a 'max_tokens' that cuts a call.", "")
    finish = "length" if written > limit else "stop"
    thinking = thinking[:limit]
    tokens = tokens[: limit - len(thinking)]
    head = {
        "id": "chat-" + hashlib.md5(json.dumps(body, sort_keys=True).encode()).hexdigest(),
        "created": CREATED,
        "model": body["model"],
    }
    made = calls.made(called, head["id"])
    finish = "tool_calls" if made else finish
    told = [message["content"] for message in _plain(body)]
    prompt = sum(len(encoding.encode(one)) for one in [*told, *calls.texts(body)])
    prompt += PER_MESSAGE * len(told) + images.TOKENS * images.count(body)
    written = min(written, limit) + calling
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "total_tokens": prompt + written,
        "completion_tokens": written,
    }
    if field == "reasoning_content":
        usage["completion_tokens_details"] = {"reasoning_tokens": len(thinking)}
    if not body.get("stream"):
        whole = _whole(head, encoding.decode(tokens), finish, usage)
        if made:
            whole["choices"][0]["message"] |= {"content": text or None, "tool_calls": made}
        if thinking:
            whole["choices"][0]["message"][field] = encoding.decode(thinking)
        return web.json_response(whole)
    response = web.StreamResponse(headers={**HEADERS, "content-type": "text/event-stream"})
    await response.prepare(request)
    pieces: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    pieces += [{field: piece} for piece in _pieces(encoding, thinking)]
    pieces += [{"content": piece} for piece in _pieces(encoding, tokens)]
    pieces += calls.deltas(made, lambda text: _pieces(encoding, encoding.encode(text), PER_CALL))
    for delta in pieces:
        await asyncio.sleep(request.app[PACE_KEY])
        await response.write(_event(_chunk(head, delta, None)))
    await response.write(_event(_chunk(head, {}, finish)))
    if (body.get("stream_options") or {}).get("include_usage"):
        await response.write(_event(_chunk(head, {}, None) | {"choices": [], "usage": usage}))
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


def _whole(head: dict[str, Any], text: str, finish: str, usage: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": head["id"],
        "object": "chat.completion",
        "created": head["created"],
        "model": head["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "tool_calls": []},
                "logprobs": None,
                "finish_reason": finish,
                "stop_reason": None,
            }
        ],
        "usage": usage,
        "prompt_logprobs": None,
    }


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {
        "id": head["id"],
        "object": "chat.completion.chunk",
        "created": head["created"],
        "model": head["model"],
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _pieces(encoding: Any, tokens: list[int], size: int = PER_EVENT) -> list[str]:
    """The text of a few tokens at a time; a character cut in two waits for its rest."""
    pieces, waiting = [], b""
    for start in range(0, len(tokens), size):
        waiting += encoding.decode_bytes(tokens[start : start + size])
        try:
            pieces.append(waiting.decode("utf-8"))
        except UnicodeDecodeError:
            continue
        waiting = b""
    return pieces


def _error(
    status: int, message: str, code: str, kind: str = "invalid_request_error"
) -> web.Response:
    """In OpenAI's form; the service documents none of its own."""
    error = {"message": message, "type": kind, "param": None, "code": code or None}
    return web.json_response({"error": error}, status=status)


def _encoding() -> Any:
    litellm = importlib.util.find_spec("litellm")  # found, not imported
    assert litellm is not None
    assert litellm.origin is not None
    folder = Path(litellm.origin).parent / "litellm_core_utils" / "tokenizers"
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    import tiktoken

    return tiktoken.get_encoding("cl100k_base")
