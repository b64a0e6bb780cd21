"""Whatever a server can send as a stream is recorded, and replays."""

from __future__ import annotations

import json
import random
from typing import Any

import httpx
import httpx_sse

from tests.helpers.bench import Bench

SSE = {"content-type": "text/event-stream"}
JSON = {"content-type": "application/json"}

# Sends COUNT questions, prints what a well-kept reader of streams reads in each answer.
MANY = """\
import json
import os

import httpx
import httpx_sse

client = httpx.Client(headers={"authorization": f"Bearer {os.environ.get('FAKE_API_KEY')}"})
for number in range(COUNT):
    asked = [{"role": "user", "content": f"Question {number}?"}]
    body = {"model": "test/plain", "messages": asked, "stream": True}
    with client.stream("POST", "URL/chat/completions", json=body) as reply:
        read = [(event.event, event.data) for event in httpx_sse.EventSource(reply).iter_sse()]
    print(json.dumps(read))
"""
# Texts that break lines where a stream has none, or stand for half a character.
TEXTS = (
    "one",
    " two",
    "",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b\x0c\x1c",
    "\u00e9\U0001f600",
    "data: x",
)
BETWEEN = (": alive", "", "event: ping\ndata: {}", "event: ping", "id: 7", "retry: 300", "data:")


def chunk(content: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "test/plain"}
    return {**head, "choices": [choice], **more}


def stream(chance: random.Random) -> bytes:
    """A well-formed stream of as many kinds as a server can think of."""
    chunks = [chunk("", created=chance.choice((0, 1)), object=chance.choice(("", "chunk")))]
    if chance.random() < 0.3:
        chunks.insert(0, chunk(choices=[], id="", created=0))
    chunks += [chunk(chance.choice(TEXTS), chance.choice((None, "")))] * chance.randint(0, 5)
    chunks += [chunk(None, "stop")]
    if chance.random() < 0.5:
        usage = {
            "prompt_tokens": 32,
            "completion_tokens": 9,
            "total_tokens": chance.randint(41, 99),
        }
        chunks.append(chunk(choices=[], usage=usage))
    lines: list[str] = []
    is_odd = chance.random() < 0.7
    for data in (*chunks, None):
        text = "[DONE]"
        if data:
            indent = chance.choice((None, None, 1)) if is_odd else None
            text = json.dumps(data, ensure_ascii=chance.random() < 0.3, indent=indent)
        space = " " * (not is_odd or chance.random() < 0.7)
        if is_odd and chance.random() < 0.3:
            lines += [*chance.choice(BETWEEN).split("\n"), ""]
        lines += [f"data:{space}{line}" for line in text.split("\n")] + [""]
    end = chance.choice(("\n", "\r\n", "\r", ""))
    body = "".join(line + (end or chance.choice(("\n", "\r\n"))) for line in lines)
    return (chance.choice(("", "", "\n", "\r\n\n") if is_odd else ("",)) + body).encode()


def read(body: bytes) -> list[Any]:
    answer = httpx.Response(200, headers=SSE, content=body)
    return [[event.event, event.data] for event in httpx_sse.EventSource(answer).iter_sse()]


def answer_with(bench: Bench, bodies: list[bytes]) -> None:
    left = iter(bodies)
    bench.origin.change = lambda answer: (200, SSE, next(left))


def test_streams_of_every_kind_are_recorded_and_replay(
    bench: Bench, at_night: bool, seed: int
) -> None:
    """A thousand at night; vcrpy compares each request with all that are recorded."""
    chance = random.Random(seed)
    path = bench.program()
    count = 50 if at_night else 10
    path.write_text(MANY.replace("COUNT", str(count)).replace("URL", bench.documented), "utf-8")
    for _ in range(20 if at_night else 1):
        sent = [stream(chance) for _ in range(count)]
        answer_with(bench, sent)
        done = bench.record()
        assert done.returncode == 0, done.stdout[-2000:]
        replayed = bench.sandbox.read("code/page/terminal/x.md").split("\n")[2:-2]
        assert list(map(json.loads, replayed)) == list(map(read, sent))
        assert "recording-" not in bench.sandbox.docproof("check").stdout


def test_half_a_character_is_recorded(bench: Bench) -> None:
    """Services cut texts in the middle of an emoji, which JSON writes as two."""
    said = {"role": "assistant", "content": "cut \ud83d"}
    whole = {
        "id": "1", "object": "chat.completion", "created": 1, "model": "test/plain",
        "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
    }  # fmt: skip
    bench.origin.change = lambda answer: (200, JSON, whole)
    bench.program("print(ascii(reply.json()['choices'][0]['message']['content']))\n")
    done = bench.record()
    assert done.returncode == 0, done.stdout
    assert "'cut \\ud83d'" in bench.sandbox.read("code/page/terminal/x.md")
    assert bench.sandbox.docproof("check").stdout.count("recording-") == 0


def test_a_program_that_prints_half_a_character_is_refused_by_its_name(bench: Bench) -> None:
    bench.origin.change = lambda answer: (200, JSON, {"cut": "\ud83d"})
    bench.program("print(reply.json()['cut'])\n")
    done = bench.record()
    assert "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud83d'" in done.stdout


def test_half_a_character_beside_a_key_is_recorded_without_the_key(bench: Bench) -> None:
    events = chunk(f"cut \ud83d {bench.origin.key}"), chunk(None, "stop")
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    bench.origin.change = lambda answer: (200, SSE, body.encode())
    bench.program("print(len(reply.text.split('data: ')))\n", sent='"stream": True')
    done = bench.record()
    assert done.returncode == 0, done.stdout
    assert "\\ud83d INSERT_API_KEY" in bench.sandbox.read("tests/cassettes/page/x.yaml")
