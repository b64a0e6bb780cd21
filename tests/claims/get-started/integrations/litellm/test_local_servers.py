"""What the page docs/get-started/integrations/litellm/local-servers.md claims, one test each."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.helpers.stage import Stage, lines

NAME = "prefixes"
PREFIXES = ("openai", "hosted_vllm", "lm_studio", "llamafile")

# Stands in for the network: prints each request, and answers as Ollama or OpenAI would.
WIRE = """
import json, os, httpx
os.environ.pop("OPENAI_API_KEY", None)
os.environ.update(ENVIRONMENT)
TOLD = {"role": "assistant", "content": "Long."}
CHOICE = {"index": 0, "message": TOLD, "finish_reason": "stop"}
ANSWER = {
    "model": "m", "created_at": "2026-11-27T00:00:00Z", "done": True, "done_reason": "stop",
    "response": "Long.", "message": TOLD, "prompt_eval_count": 1, "eval_count": 1,
    "id": "a", "object": "chat.completion", "created": 1, "choices": [CHOICE],
}
def send(self, request, **options):
    body = json.loads(request.content)
    print(json.dumps([str(request.url), request.headers.get("authorization"), body]))
    return httpx.Response(200, json=ANSWER, request=request)
httpx.Client.send = send
import litellm
litellm.completion(
    model="PREFIX/gemma3:1b",
    messages=[{"role": "user", "content": "How long is Chile?"}],
    max_retries=0,
    OPTIONS
)
"""


def sent(stage: Stage, prefix: str, options: str, environment: str = "{}") -> list[Any]:
    """The URL, the key and the body of the one request about a chat that such a call makes."""
    text = WIRE.replace("PREFIX", prefix).replace("OPTIONS", options)
    expect = "requests: 0\n"
    outcome = stage.run(text.replace("ENVIRONMENT", environment), NAME, expect, lambda made: [])
    assert lines(outcome) == ""
    asked = [json.loads(line) for line in outcome.stdout.splitlines()]
    (one,) = [request for request in asked if not request[0].endswith("/api/show")]
    found: list[Any] = one
    return found


def test_all_send_the_same_request_to_the_same_path(stage: Stage) -> None:
    """All of them send the same request to the same path."""
    requests = [one["request"] for one in stage.recorded(NAME).interactions]
    assert (
        len(requests) == len(PREFIXES) == len(re.findall(r"^HTTP Request", stage.shown(NAME), re.M))
    )
    assert all(request == requests[0] for request in requests)
    assert requests[0]["uri"] == "http://localhost:11434/v1/chat/completions"


def test_a_stand_in_answered(stage: Stage) -> None:
    """Here the stand-in answered [...] in the place of Ollama."""
    assert stage.recorded(NAME).recorded["origin"] == "stand-in"


def test_the_name_has_the_prefix(stage: Stage) -> None:
    """With all but `openai/` and `hosted_vllm/`, `response.model` has the prefix in front."""
    named = dict(re.findall(r"^(\w+): .* \((.*)\)$", stage.shown(NAME), re.M))
    assert tuple(named) == PREFIXES
    for prefix, name in named.items():
        has_it = prefix not in ("openai", "hosted_vllm")
        assert name == (f"{prefix}/gemma3:1b" if has_it else "gemma3:1b")


BASE = "api_base='http://localhost:11434/v1',"


@pytest.mark.parametrize("prefix", PREFIXES[1:])
def test_the_others_send_no_key_of_openai_s(stage: Stage, prefix: str) -> None:
    """The others read a variable of their own [...] and otherwise send `fake-api-key`."""
    own = f"{prefix.upper()}_API_KEY"
    openai = "'OPENAI_API_KEY': 'fake-openai-key'"
    assert sent(stage, prefix, BASE, f"{{{openai}}}")[1] == "Bearer fake-api-key"
    assert sent(stage, prefix, BASE, f"{{{openai}, '{own}': 'fake-own'}}")[1] == "Bearer fake-own"


@pytest.mark.parametrize(("prefix", "path"), [("ollama_chat", "chat"), ("ollama", "generate")])
def test_ollama_s_own_protocol(stage: Stage, prefix: str, path: str) -> None:
    """Two more prefixes speak Ollama's own protocol. They need the address without `/v1`"""
    host = "http://localhost:11434"
    bare = sent(stage, prefix, f"api_base='{host}', num_ctx=8192,")
    assert bare[0] == f"{host}/api/{path}"
    assert bare[2]["options"]["num_ctx"] == 8192
    assert sent(stage, prefix, BASE)[0] == f"{host}/v1/api/{path}"
    if prefix == "ollama":
        assert bare[2]["prompt"].startswith("### User:\n")
    else:
        assert bare[2]["messages"][0]["content"] == "How long is Chile?"


def test_with_v1_they_ask_other_paths(stage: Stage) -> None:
    """With `/v1` at the end, they ask `/v1/api/chat` and `/v1/api/generate`"""
    page = {prefix: sent(stage, prefix, BASE)[0] for prefix in ("ollama_chat", "ollama")}
    assert page == {
        "ollama_chat": "http://localhost:11434/v1/api/chat",
        "ollama": "http://localhost:11434/v1/api/generate",
    }


def test_openai_needs_a_key(stage: Stage) -> None:
    """Without `api_key`, `openai/` takes `OPENAI_API_KEY`, and sends nothing if there is none."""
    assert sent(stage, "openai", BASE, "{'OPENAI_API_KEY': 'fake-own'}")[1] == "Bearer fake-own"
    text = WIRE.replace("PREFIX", "openai").replace("OPTIONS", BASE).replace("ENVIRONMENT", "{}")
    expect = "requests: 0\nexit: 1\nstderr: Missing credentials\n"
    assert lines(stage.run(text, NAME, expect, lambda made: [])) == ""


def test_lm_studio_s_words_are_not_read(stage: Stage) -> None:
    """LiteLLM does not read this form."""
    error = {"error": "Unexpected endpoint or method. (POST /chat/completions)"}

    def odd(made: list[Any]) -> list[Any]:
        return [made[0] | {"response": {"status": 200, "headers": {}, "json": error}}]

    text = stage.source(NAME).replace("{error}", "{type(error).__name__}: {error}")
    outcome = stage.run(text, NAME, "exit: 1\nstderr: BadRequestError\nrequests: 1\n", odd)
    assert lines(outcome) == ""
    assert "Unexpected endpoint" not in outcome.stdout
