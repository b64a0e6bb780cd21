"""What nobody may read goes from an answer, in however many pieces it came.

No key stands in this file: each is put together, or drawn by chance, when a test runs.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import httpx_sse
import pytest

from docproof.core.redact import PLACEHOLDER, REMOVED, Redactor

KEY = "sk-" + "proj-" + "Fake7" * 9
UUID = str(uuid.uuid5(uuid.NAMESPACE_URL, "fake"))
WORDS = ["The", " capital", " of", " Argentina", " is", " 42", "."]
ALNUM, HEX = string.ascii_letters + string.digits, "0123456789abcdef"
# How a key begins, what it is made of, and how long that is.
FORMS = [
    ("sk-" + "proj-", ALNUM + "-_", 60), ("sk-" + "ant-api03-", ALNUM, 95), ("sk-", ALNUM, 32),
    ("sk-" + "lf-", "", 0), ("AQ" + ".", ALNUM, 50), ("fw" + "_", ALNUM, 24),
    ("csk" + "-", ALNUM, 48), ("tgp" + "_v1_", ALNUM, 43), ("pcsk" + "_", ALNUM, 60),
    ("vck" + "_", ALNUM, 56), ("tvly" + "-dev-", ALNUM, 32), ("dapi", HEX, 32),
    ("ya29" + ".", ALNUM, 80), ("ABSK", ALNUM, 120), ("gsk" + "_", ALNUM, 52),
    ("hf" + "_", string.ascii_letters, 34), ("ghp" + "_", ALNUM, 36), ("AKIA", "ABCDEF234567", 16),
    ("AIza", ALNUM, 35), ("xoxb" + "-1234567890-1234567890", ALNUM, 24),
    ("glpat" + "-", ALNUM, 20), ("npm" + "_", ALNUM, 36), ("xai" + "-", ALNUM, 80),
]  # fmt: skip


Event = dict[str, Any]


def _chunk(**more: Any) -> Event:
    return {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, **more}


def _delta(choice: int, **delta: Any) -> Event:
    return _chunk(choices=[{"index": choice, "delta": delta, "finish_reason": None}])


def _call(choice: int, text: str) -> Event:
    calls = [{"index": choice + 1, "function": {"arguments": text}}]
    return _delta(0, tool_calls=calls)


def _logged(choice: int, text: str) -> Event:
    content = [{"token": one, "bytes": list(one.encode())} for one in (text[:3], text[3:]) if one]
    return _chunk(choices=[{"index": choice, "delta": {}, "logprobs": {"content": content}}])


# How a piece of text stands in an event of some API, and how somebody gets it out again.
SHAPES: dict[str, tuple[Callable[[int, str], Event], Callable[[Event], str]]] = {
    "content": (
        lambda choice, text: _delta(choice, content=text),
        lambda event: event["choices"][0]["delta"]["content"],
    ),
    "reasoning": (
        lambda choice, text: _delta(choice, reasoning_content=text),
        lambda event: event["choices"][0]["delta"]["reasoning_content"],
    ),
    "either": (  # some of it as reasoning, some as content, which many print one after the other
        lambda choice, text: _delta(choice, **{("content", "thinking")[len(text) % 2]: text}),
        lambda event: "".join(event["choices"][0]["delta"].values()),
    ),
    "call": (
        _call,
        lambda event: event["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"],
    ),
    "call in a list": (  # without an index
        lambda choice, text: _delta(choice, calls=[{"name": "f", "arguments": text}]),
        lambda event: event["choices"][0]["delta"]["calls"][0]["arguments"],
    ),
    "tokens": (
        _logged,
        lambda event: "".join(x["token"] for x in event["choices"][0]["logprobs"]["content"]),
    ),
    "bytes": (
        _logged,
        lambda event: b"".join(
            bytes(x["bytes"]) for x in event["choices"][0]["logprobs"]["content"]
        ).decode("utf-8", "replace"),
    ),
    "completion": (
        lambda choice, text: _chunk(choices=[{"index": choice, "text": text}]),
        lambda event: event["choices"][0]["text"],
    ),
    "block": (
        lambda choice, text: {"type": "delta", "index": choice, "delta": {"thinking": text}},
        lambda event: event["delta"]["thinking"],
    ),
    "output": (
        lambda choice, text: {"type": "text.delta", "output_index": choice, "delta": text},
        lambda event: event["delta"],
    ),
    "anything": (
        lambda choice, text: {"x": [[{"of": {"text": [text]}}, "y"]]},
        lambda event: event["x"][0][0]["of"]["text"][0],
    ),
}


def read(text: str) -> list[str]:
    """The data of each event, as a well-kept client reads it."""
    kind = {"content-type": "text/event-stream"}
    answer = httpx.Response(200, headers=kind, text=text.removeprefix("\ufeff"))
    return [event.data for event in httpx_sse.EventSource(answer).iter_sse() if event.data]


@dataclass(frozen=True)
class Planted:
    """A stream with a key in pieces."""

    body: str
    key: str
    before: str
    after: str
    choice: int
    shape: str

    def told(self, body: str) -> str:
        """What somebody reads there who puts the pieces together."""
        put, take = SHAPES[self.shape]
        mine, found = _numbers(put(self.choice, "x")), ""
        for data in read(body):
            event = json.loads(data) if data != "[DONE]" else {}
            with contextlib.suppress(LookupError, TypeError, AttributeError):
                found += take(event) if _numbers(event) == mine else ""
        return found


def _numbers(event: Any) -> list[int]:
    """How an event says to what it belongs."""
    if isinstance(event, dict):
        own = [n for key, n in event.items() if key.endswith("index")]
        return own + [n for one in event.values() for n in _numbers(one)]
    return [n for one in event for n in _numbers(one)] if isinstance(event, list) else []


def planted(seed: int) -> Planted:
    """One of many streams, drawn by chance."""
    chance = random.Random(seed)
    begins, letters, length = chance.choice(FORMS)
    rest = (
        "".join(chance.choices(letters, k=length))
        if letters
        else str(uuid.UUID(int=chance.getrandbits(128)))
    )
    key = begins + rest
    before = chance.choice(["", "The key is ", "so:", "é\n", '{"a": "', "key"])
    after = chance.choice(["", ".", " and so on", "\n", "é", '"}', "is"])
    text = before + key + after
    cuts = set(chance.sample(range(1, len(text)), chance.randint(1, 12)))
    if before == "key":  # or no key begins there
        cuts.add(len(before))
    if after == "is":
        cuts.add(len(before + key))
    ends = [0, *sorted(cuts), len(text)]
    shape, choice = chance.choice(list(SHAPES)), chance.randint(0, 2)
    line_end = chance.choice(["\n", "\r\n", "\r"])
    is_ascii, indent = chance.random() < 0.5, chance.choice([None, None, 1])
    body = chance.choice(["", "\ufeff", "\n", ": hello\n\n", "\ufeff\n", "id: 1\n"])
    for number, first in enumerate(ends[:-1]):
        for other in chance.choices(["comment", "ping", "choice", "empty"], k=chance.randint(0, 2)):
            beside = SHAPES[shape][0](choice + 4, chance.choice(WORDS))
            body += {
                "comment": ": still here\n\n",
                "ping": 'event: ping\ndata: {"type": "ping"}\n\n',
                "choice": f"data: {json.dumps(beside)}\n\n" if _numbers(beside) else "",
                "empty": "data:\n\n",
            }[other]
        event = SHAPES[shape][0](choice, text[first : ends[number + 1]])
        said = json.dumps(event, ensure_ascii=is_ascii, indent=indent)
        if chance.random() < 0.2:  # which JSON may do with any letter
            said = said.replace("a", "\\u0061")
        body += "".join(f"data: {line}\n" for line in said.split("\n")) + "\n"
    body += "data: [DONE]\n\n"
    return Planted(body.replace("\n", line_end), key, before, after, choice, shape)


def _survives(stream: Planted, clean: str) -> str:
    """What is wrong with a stream that should hold no part of the key any more."""
    told, now = stream.told(clean), read(clean)
    if len(now) != len(read(stream.body)):
        return "it has not as many events"
    for data in now[:-1]:
        json.loads(data)
    if stream.shape == "bytes":
        told = re.sub(r"\*{16,}", PLACEHOLDER, told).replace("*", "")
    before, found, after = told.partition(PLACEHOLDER)
    # What stands right beside a key may go with it.
    if not (found and _is_left_of(stream.before, before) and _is_left_of(stream.after, after)):
        return f"it says {told!r}"
    return ""


def _is_left_of(text: str, rest: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in rest)


def test_no_piece_of_a_key_survives_wherever_it_was_cut(seed: int, at_night: bool) -> None:
    """The numbers of the streams in which one does, and what is left there."""
    numbers = range(seed, seed + (10_000 if at_night else 200))
    streams = {number: planted(number) for number in numbers}
    assert {stream.told(stream.body) for stream in streams.values()} == {
        stream.before + stream.key + stream.after for stream in streams.values()
    }
    left = {
        number: _survives(stream, Redactor().body(stream.body.encode()).decode())
        for number, stream in streams.items()
    }
    assert {number: what for number, what in left.items() if what} == {}


COMPLETION = {"object": "chat.completion", "choices": [{"message": {"content": "Hello."}}]}
IDS = {"organization": "acme inc", "request_id": "a b-1", "user_org": "acme"}
CHUNK = {**IDS, "choices": [{"index": 0, "delta": {"content": "Hello."}}]}


def clean(text: str) -> str:
    return Redactor().body(text.encode()).decode()


@pytest.mark.parametrize(
    "begin", ["", "\n", "\r\n", "\ufeff", "\ufeff\n", ": hello\n\n", "id: 1\n"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_who_recorded_goes_from_a_stream_and_every_other_byte_stays(
    begin: str, line_end: str
) -> None:
    said = json.dumps(CHUNK, indent=2).replace("\n", f"{line_end}data: ")
    body = f"{begin}event: x{line_end}data: {said}{line_end}{line_end}data: [DONE]{line_end * 2}"
    wanted = body.replace('"acme inc"', f'"{REMOVED}"').replace('"a b-1"', f'"{REMOVED}"')
    assert clean(body) == wanted != body


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(CHUNK),
        "\ufeff" + json.dumps(CHUNK),
        json.dumps([CHUNK, {"a": [IDS]}]),
        json.dumps(COMPLETION) + "\n" + json.dumps(CHUNK) + "\n",
        json.dumps(CHUNK)[:-3],
        "--x\r\n\r\n" + json.dumps(CHUNK) + "\r\n--x--\r\n",
        f"it says: {json.dumps(CHUNK)}",
        "data: " + json.dumps(CHUNK)[:-3] + "\n\n",
    ],
    ids=["JSON", "mark", "list", "lines", "cut off", "multipart", "text", "cut off in a stream"],
)
def test_who_recorded_goes_from_every_other_body(body: str) -> None:
    left = clean(body)
    assert left.replace(REMOVED, "") == body.replace("acme inc", "").replace("a b-1", "") != body


def test_in_a_text_only_what_looks_like_an_id_is_one() -> None:
    inside = {"organization": "Red Cross", "request_id": "0a1b2c3d-4e5f"}
    told = json.loads(clean(json.dumps({"error": {"message": json.dumps(inside)}})))
    said = json.loads(told["error"]["message"])
    assert said == {"organization": "Red Cross", "request_id": REMOVED}


@pytest.mark.parametrize(
    "write",
    [
        lambda key: json.dumps({"a": json.dumps({"b": json.dumps([key])})}),
        lambda key: "".join(f"\\u{ord(c):04x}" for c in key).join(['["', '"]']),
        lambda key: json.dumps([key[:9], key[9:20], key[20:]]),
        lambda key: json.dumps([{"text": key[:9]}, {"text": key[9:20]}, {"text": key[20:]}]),
        lambda key: json.dumps({"tokens": [list(key.encode())]}),
        lambda key: "\n".join(json.dumps({"a": key[n : n + 7]}) for n in range(0, 60, 7)),
        lambda key: f"{key[:9]}\n{key[9:20]}\n{key[20:]}\n",
        lambda key: "".join(f": {key[n : n + 7]}\n\ndata: 1\n\n" for n in range(0, 60, 7)),
        lambda key: "".join(f"data: {key[n : n + 7]}\n\n" for n in range(0, 60, 7)),
        lambda key: f"https://example.test/?q={''.join(f'%{ord(c):02x}' for c in key)}",
        lambda key: json.dumps({key: 1}),
        lambda key: f"<p>{key.replace('-', '&#45;')}</p>",
    ],
    ids=[
        "JSON in JSON", "escapes", "pieces", "objects", "bytes", "lines of JSON", "lines",
        "comments", "events of text", "address", "name of a field", "HTML",
    ],
)  # fmt: skip
def test_a_key_goes_from_what_is_no_stream_of_json(write: Callable[[str], str]) -> None:
    left = clean(write(KEY))
    assert left != write(KEY)
    assert "Fake7" not in left.replace("\n", "")
    assert not re.search("ake7F|5c75|115, 107|%61|7Fa", left)


def test_the_key_in_use_and_who_recorded_go_from_pieces() -> None:
    key = "live/FAKE+key=7Qz"
    redactor = Redactor(key, (("llm.acme.example", "api.example.test"),))
    text = f"So {key}, on llm.acme.example for fake.person@fake-company.dev at 93.184.215.14: 1"
    pieces = [text[n : n + 3] for n in range(0, len(text), 3)]
    body = "".join(f"data: {json.dumps({'a': {'b': piece}})}\n\n" for piece in pieces)
    told = "".join(json.loads(one)["a"]["b"] for one in read(redactor.body(body.encode()).decode()))
    assert told == f"So {PLACEHOLDER}, on api.example.test for someone@example.com at 192.0.2.1: 1"
    assert redactor.taken == {"key": 1, "address": 3}


ANYTHING = "Zt7q" + "Fake" + "93kV"
ODD = "999-88888"
GIVEN = [
    "Incorrect API key provided: {}. You can find your key at https://example.test.",
    "key provided: {}", "refused key: {}", "Authorization: Bearer {}", "authorization: {}",
    '{{"authorization": ["Basic {}"]}}', "https://example.test/v1?a=1&key={}", 'api_key="{}"',
    "https://example.test/v1?api_key={}&a=1", "https://{}@example.test/a", "x-api-key: {}",
    '{{"error": {{"message": "no: {{\\"api_key\\": \\"{}\\"}}"}}}}', "client_secret={}",
    "https://example.test/#access_token={}", "password: {}",
]  # fmt: skip
SAID = [
    "refused key {}", "Refused key '{}' today", "invalid API key {}", "The API key `{}` is wrong",
    "with --api-key {}", "Bearer {} is no user",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *((text, key) for text in GIVEN for key in (ANYTHING, UUID, ODD)),
        *((text, key) for text in SAID for key in (ANYTHING, UUID)),
    ],
)
def test_in_an_answer_anything_is_a_key_where_a_key_would_stand(text: str, key: str) -> None:
    assert clean(text.format(key)) == text.format(PLACEHOLDER)


def test_a_user_in_an_address_goes_with_the_password() -> None:
    assert clean(f"https://me:{ODD}@example.test/") == f"https://{PLACEHOLDER}@example.test/"


def test_a_uuid_is_a_key_beside_the_word_unless_the_word_says_that_it_is_none() -> None:
    assert clean(f"token={UUID}, key={UUID}") == f"token={PLACEHOLDER}, key={PLACEHOLDER}"
    kept = f"request {UUID}, cache key: {UUID}, idempotency-key: {UUID}"
    assert clean(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Each token: a piece of text, most often a word.",
        "client = OpenAI(api_key=os.environ['FAKE_KEY'], api_key=settings.fake.key)",
        'api_key="INSERT_API_KEY"',
        "Invalid API key format; the access token: short-lived credentials.",
        '{"choices": [{"logprobs": {"content": [{"token": " 2026-11-22", "bytes": [32, 50]}]}}]}',
        '{"password": null, "api_key": 1234567890, "max_tokens": 16384000}',
        "Authorization: Bearer $FAKE_KEY",
        "https://user:password@example.test/ and https://example.test/@user/post-12345678",
        "token: 0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0",
        '{"system_fingerprint": "fp_9f86d081884c7d659a2f", "id": "chatcmpl-9f86d081884c7d65"}',
        'data: {"id": "1.2", "a": "1"}\n\ndata: {"id": "1.2", "a": "2"}\n\n',
    ],
)
def test_what_is_none_stays_in_an_answer(text: str) -> None:
    assert clean(text) == text
