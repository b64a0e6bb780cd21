"""What the page docs/get-started/integrations/litellm/local-servers.md claims, one test each."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.helpers.stage import Stage, lines

NAME = "prefixes"
PREFIXES = ("openai", "hosted_vllm", "lm_studio", "llamafile")

# Stands in for the network: prints each request, and answers as Ollama or OpenAI would.
WIRE = """
import json, os, httpx
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
for prefix, environment, options in CALLS:
    os.environ.pop("OPENAI_API_KEY", None)
    os.environ.update(environment)
    litellm.completion(
        model=f"{prefix}/gemma3:1b",
        messages=[{"role": "user", "content": "How long is Chile?"}],
        max_retries=0,
        **options,
    )
"""
HOST = "http://localhost:11434"
BASE = {"api_base": f"{HOST}/v1"}

Call = tuple[str, dict[str, str], dict[str, Any]]  # a prefix, variables, options


def sent(stage: Stage, *calls: Call) -> list[Any]:
    """The URL, the key and the body of the chat that each such call asks for."""
    text = WIRE.replace("CALLS", repr(calls))
    outcome = stage.run(text, NAME, "requests: 0\n", lambda made: [])
    assert lines(outcome) == ""
    asked = [json.loads(line) for line in outcome.stdout.splitlines()]
    chats = [request for request in asked if not request[0].endswith("/api/show")]
    assert len(chats) == len(calls)
    return chats


def test_all_send_the_same_request_to_the_same_path(stage: Stage) -> None:
    """All of them send the same request to the same path."""
    requests = [one["request"] for one in stage.recorded(NAME).interactions]
    assert (
        len(requests) == len(PREFIXES) == len(re.findall(r"^HTTP Request", stage.shown(NAME), re.M))
    )
    assert all(request == requests[0] for request in requests)
    assert requests[0]["uri"] == "http://localhost:11434/v1/chat/completions"


def test_a_stand_in_answered(stage: Stage) -> None:
    """Here the stand-in [...] answered in place of Ollama."""
    assert stage.recorded(NAME).recorded["origin"] == "stand-in"


def test_the_name_has_the_prefix(stage: Stage) -> None:
    """With all but `openai/` and `hosted_vllm/`, `response.model` has the prefix in front."""
    named = dict(re.findall(r"^(\w+): .* \((.*)\)$", stage.shown(NAME), re.M))
    assert tuple(named) == PREFIXES
    for prefix, name in named.items():
        has_it = prefix not in ("openai", "hosted_vllm")
        assert name == (f"{prefix}/gemma3:1b" if has_it else "gemma3:1b")


def test_the_others_send_no_key_of_openai_s(stage: Stage) -> None:
    """The others read a variable of their own [...] and otherwise send `fake-api-key`."""
    calls: list[Call] = []
    for prefix in PREFIXES[1:]:
        environment = {"OPENAI_API_KEY": "fake-openai-key"}
        own = environment | {f"{prefix.upper()}_API_KEY": f"fake-{prefix}"}
        calls += [(prefix, environment, BASE), (prefix, own, BASE)]
    keys = [key for _, key, _ in sent(stage, *calls)]
    assert keys[::2] == ["Bearer fake-api-key"] * 3
    assert keys[1::2] == [f"Bearer fake-{prefix}" for prefix in PREFIXES[1:]]


def test_openai_needs_a_key(stage: Stage) -> None:
    """Without `api_key`, `openai/` takes `OPENAI_API_KEY`. If there is none, it makes no [...]."""
    calls: list[Call] = [("openai", {"OPENAI_API_KEY": "fake-own"}, BASE), ("openai", {}, BASE)]
    text = WIRE.replace("CALLS", repr(calls))
    expect = "requests: 0\nexit: 1\nstderr: Missing credentials\n"
    outcome = stage.run(text, NAME, expect, lambda made: [])
    assert lines(outcome) == ""
    assert outcome.stdout.count("Bearer ") == outcome.stdout.count("Bearer fake-own") == 1


def test_ollama_s_own_protocol(stage: Stage) -> None:
    """Two more prefixes speak Ollama's own protocol. [...] with headings such as `### User:`."""
    options = {"api_base": HOST, "num_ctx": 8192}
    chat, generate = sent(stage, ("ollama_chat", {}, options), ("ollama", {}, options))
    assert [chat[0], generate[0]] == [f"{HOST}/api/chat", f"{HOST}/api/generate"]
    assert chat[2]["options"]["num_ctx"] == generate[2]["options"]["num_ctx"] == 8192
    assert chat[2]["messages"][0]["content"] == "How long is Chile?"
    assert generate[2]["prompt"].startswith("### User:\n")


def test_with_v1_they_ask_other_paths(stage: Stage) -> None:
    """With `/v1` at the end, they ask `/v1/api/chat` and `/v1/api/generate`"""
    asked = [url for url, _, _ in sent(stage, ("ollama_chat", {}, BASE), ("ollama", {}, BASE))]
    assert asked == [f"{HOST}/v1/api/chat", f"{HOST}/v1/api/generate"]


def test_lm_studio_s_words_are_not_read(stage: Stage) -> None:
    """LiteLLM does not read this form."""
    error = {"error": "Unexpected endpoint or method. (POST /chat/completions)"}

    def odd(made: list[Any]) -> list[Any]:
        return [made[0] | {"response": {"status": 200, "headers": {}, "json": error}}]

    text = stage.source(NAME).replace("{error}", "{type(error).__name__}: {error}")
    outcome = stage.run(text, NAME, "exit: 1\nstderr: BadRequestError\nrequests: 1\n", odd)
    assert lines(outcome) == ""
    assert "Unexpected endpoint" not in outcome.stdout
