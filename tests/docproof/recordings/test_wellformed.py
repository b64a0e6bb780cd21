"""A recording that is cut short, edited, old or no answer of the API is refused with its line."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docproof.check import check
from docproof.core.project import Program, load_project
from docproof.core.yaml_files import SAFE_LOADER
from docproof.recordings import recording
from docproof.recordings.reader import reader
from docproof.recordings.recording import Recording
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import Sandbox

URL = "https://api.example.test/v1"
PATH = "tests/cassettes/page/x.yaml"
JSON = {"content-type": "application/json"}
RECORDED = {"origin": "live", "date": "2026-11-22", "packages": {"thing": "1.0"}}
HELLO = {"role": "assistant", "content": "Hello!"}
USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}


def interaction(
    request: str, sent: Any = None, body: Any = None, status: int = 200, **other: Any
) -> dict[str, Any]:
    """One request and its answer, both as they stand in a recording."""
    method, _, path = request.partition(" ")
    asked = {} if sent is None else {"json": sent}
    answered = {"json": body, **other} if body is not None else other
    kind = "text/event-stream" if "events" in other else JSON["content-type"]
    headers = {"content-type": kind}
    return {
        "request": {"method": method, "uri": URL + path, "headers": dict(JSON), **asked},
        "response": {"status": status, "headers": headers, **answered},
    }


def completion(**changed: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": HELLO, "finish_reason": "stop"}
    return {
        "id": "chat-1", "object": "chat.completion", "created": 1, "model": "a/b",
        "choices": [choice], "usage": USAGE, **changed,
    }  # fmt: skip


def chunk(content: str | None = None, finish: str | None = None, **changed: Any) -> str:
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {"id": "chat-2", "object": "chat.completion.chunk", "created": 1, "model": "a/b"}
    return json.dumps({**data, "choices": [choice], **changed})


def events(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _wire(lines: tuple[str, ...], end: str = "\n") -> str:
    return "".join(f"data: {line}{end}{end}" for line in lines)


ASKED = {"model": "a/b", "messages": [{"role": "user", "content": "Hello?"}]}
STREAM = (
    chunk(""), chunk("Hello"), chunk("!"), chunk(finish="stop"),
    chunk(choices=[], usage=USAGE), "[DONE]",
)  # fmt: skip
FILE = {
    "id": "file-1", "object": "file", "bytes": 9, "created_at": 1, "filename": "in.jsonl",
    "purpose": "batch", "status": "processed",
}  # fmt: skip
START = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h"}
BATCH = {"id": "batch-1", "object": "batch", "created_at": 1, "status": "validating", **START}
MODEL = {"id": "a/b", "object": "model", "created": 1, "owned_by": "a"}
VECTOR = {"index": 0, "object": "embedding", "embedding": [0.5, -1]}
EMBEDDED = {
    "object": "list", "model": "a/b", "data": [VECTOR],
    "usage": {"prompt_tokens": 3, "total_tokens": 3},
}  # fmt: skip
CHAT = interaction("POST /chat/completions", ASKED, completion())
STREAMED = interaction("POST /chat/completions", {**ASKED, "stream": True}, events=events(*STREAM))
REFUSED = {"error": {"message": "No.", "type": "t", "param": None, "code": None}}
GOOD = {
    "chat": CHAT,
    "stream": STREAMED,
    "models": interaction("GET /models", body={"object": "list", "data": [MODEL]}),
    "model": interaction("GET /models/a%2Fb", body=MODEL),
    "upload": interaction("POST /files", body=FILE),
    "file": interaction("GET /files/file-1", body=FILE),
    "content": interaction("GET /files/file-1/content", body={"custom_id": "1"}),
    "lines": interaction("GET /files/file-1/content", text="{}\n{}\n"),
    "batch": interaction("POST /batches", START, BATCH),
    "status": interaction("GET /batches/batch-1", body=BATCH),
    "cancel": interaction("POST /batches/batch-1/cancel", body=BATCH),
    "embeddings": interaction("POST /embeddings", {"model": "a/b", "input": "x"}, EMBEDDED),
    "dated": interaction("POST /chat/completions", ASKED, completion(model="a/b-2024-08-06")),
    "refused": interaction("POST /chat/completions", ASKED, REFUSED, status=401),
    "detail": interaction("POST /chat/completions", ASKED, {"detail": "No."}, status=404),
    "unknown": interaction("POST /verify", {"x": 1}, {"y": 2}),
}


def changed(name: str, *path: Any, **to: Any) -> dict[str, Any]:
    """A good interaction, changed at the path: a value set (`to=…`), or without it removed."""
    made = copy.deepcopy(GOOD[name])
    inside: Any = made
    for key in path[:-1]:
        inside = inside[key]
    if to:
        inside[path[-1]] = to["to"]
    else:
        del inside[path[-1]]
    return made


def store(sandbox: Sandbox, *interactions: dict[str, Any], strict: bool = True) -> str:
    """Save a recording of the sandbox's program; its text."""
    if strict:
        settings = f'time-limit = 60\nbase-url = "{URL}"\nversions = ["thing"]\n'
        settings += f'wire-types = "{ROOT}/proof/wire-types.json"\n'
        sandbox.write("pyproject.toml", f"[tool.docproof]\n{settings}")
    statuses = [one["response"]["status"] for one in interactions]
    sandbox.expect(statuses=statuses)
    sandbox.write(PATH, recording.text(Recording(RECORDED, list(interactions)), "x.py"))
    return sandbox.read(PATH)


def found(sandbox: Sandbox) -> list[str]:
    return [str(problem) for problem in check(sandbox.project)]


def only(sandbox: Sandbox, rule: str, mark: str | int) -> str:
    """The one problem there is, which is of `rule` and at the last line with `mark` in it."""
    said = found(sandbox)
    assert len(said) == 1, said
    lines = sandbox.read(PATH).split("\n")
    number = mark if isinstance(mark, int) else 0
    if isinstance(mark, str):
        number = max(n for n, line in enumerate(lines, 1) if mark in line)
    assert said[0].startswith(f"{PATH}:{number}: {rule}: "), (number, said[0])
    assert "make it again: " in said[0]
    return said[0]


def test_what_an_api_answers_is_well_formed(sandbox: Sandbox) -> None:
    store(sandbox, *GOOD.values())
    assert found(sandbox) == []


def test_an_error_page_in_html_is_an_answer(sandbox: Sandbox) -> None:
    one = interaction("POST /chat/completions", ASKED, status=502, text="<html>Bad gateway</html>")
    one["response"]["headers"] = {"content-type": "text/html"}
    store(sandbox, one)
    assert found(sandbox) == []


@pytest.mark.parametrize(
    ("one", "mark", "what"),
    [
        (changed("chat", "response", "json", "choices"), "  json:", "the answer has no 'choices'"),
        (changed("chat", "response", "json", "choices", to=[]), "choices:", "has no choice"),
        (changed("chat", "response", "json", "choices", to=None), "choices:", "not a list"),
        (
            changed("chat", "response", "json", "choices", 0, "message"),
            "- index",
            "choices[0] has no 'message' (it is ChatCompletion)",
        ),
        (
            changed("chat", "response", "json", "choices", 0, "message", "content", to=["Hi"]),
            "content:",
            "choices[0].message.content is a list and not text",
        ),
        (
            changed("chat", "response", "json", "choices", 0, "message", "tool_calls", to=[
                {"id": "call-1", "type": "function"}
            ]),
            "id: call-1",
            "tool_calls[0] has no 'function'",
        ),
        (changed("chat", "response", "json", "usage", to=[]), "usage:", "usage is a list"),
        (changed("models", "response", "json", "data", to={}), "data:", "data is a mapping"),
        (
            changed("refused", "response", "json", "error", "message", to={}),
            "message:",
            "the error's message is no text",
        ),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_refused_at_its_line(
    sandbox: Sandbox, one: dict[str, Any], mark: str, what: str
) -> None:
    store(sandbox, GOOD["lines"], one)
    assert what in only(sandbox, "recording-answer", mark)


@pytest.mark.parametrize("status", [200, 500])
def test_text_that_was_to_be_json_is_refused(sandbox: Sandbox, status: int) -> None:
    store(sandbox, interaction("POST /chat/completions", ASKED, status=status, text="Hello!"))
    assert "JSON" in only(sandbox, "recording-answer", "text: Hello!")


@pytest.mark.parametrize(
    ("lines", "number", "what"),
    [
        (STREAM[:3], 2, "the stream ends without a finish_reason and without [DONE]"),
        (("[DONE]", *STREAM), 0, "[DONE] stands before the end"),
        ((STREAM[0], STREAM[1][:-9], *STREAM[2:]), 1, "the event is not JSON"),
        (STREAM[4:], 0, "no event has a choice"),
    ],
)
def test_a_stream_that_is_not_whole_is_refused_at_its_event(
    sandbox: Sandbox, lines: tuple[str, ...], number: int, what: str
) -> None:
    store(sandbox, CHAT, changed("stream", "response", "events", to=events(*lines)))
    first = sandbox.read(PATH).split("events: |\n")[0].count("\n") + 2
    assert what in only(sandbox, "recording-stream", first + number)


REASONED = {**USAGE, "completion_tokens_details": {"reasoning_tokens": 5}, "total_tokens": 12}
CALL = {"id": "call-1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
AT_FIRST = {"id": "", "object": "", "created": 0, "model": "", "choices": []}


def _streamed(*lines: str) -> dict[str, Any]:
    return changed("stream", "response", "events", to=events(*lines))


def _sse(text: str) -> dict[str, Any]:
    one = changed("stream", "response", "events")
    one["response"]["text"] = text
    return one


@pytest.mark.parametrize(
    ("one", "notes"),
    [
        (changed("chat", "response", "json", "id"), ["the answer has no 'id'"]),
        (
            changed("chat", "response", "json", "object", to=""),
            ["object is '' and not 'chat.completion'"],
        ),
        (
            changed("chat", "response", "json", "created", to="today"),
            ["created is 'today' and not a whole number"],
        ),
        (
            changed("chat", "response", "json", "choices", 0, "message", to={"content": "Hi"}),
            ["choices[0].message has no 'role'"],
        ),
        (
            changed("chat", "response", "json", "usage", "total_tokens", to=8),
            ["3 and 4 tokens are 7, and not 8 in total"],
        ),
        (changed("chat", "response", "json", "usage", "total_tokens"), ["usage has no 'total_to"]),
        (changed("chat", "response", "json", "usage", to=REASONED), []),
        (
            changed("upload", "response", "json", "created_at", to="2026-11-22T00:00:00Z"),
            ["created_at is '2026-11-22T00:00:00Z' and not a whole number"],
        ),
        (changed("upload", "response", "json", "bytes"), ["the answer has no 'bytes'"]),
        (changed("status", "response", "json", "status", to="fine"), ["status is 'fine' and none"]),
        (changed("models", "response", "json", "data", 0, "id", to=None), ["data[0].id is null"]),
        (
            changed("embeddings", "response", "json", "usage", "total_tokens"),
            ["usage has no 'total_tokens'"],
        ),
        (changed("embeddings", "response", "json", "usage"), ["the answer has no 'usage'"]),
        (_streamed(*STREAM[:-1]), ["the stream ends without [DONE]"]),
        (_streamed(*STREAM, "[DONE]"), ["[DONE] stands there twice"]),
        (_streamed(*STREAM[:3], *STREAM[4:]), ["the stream ends without a finish_reason"]),
        (_streamed(*STREAM[:4], *STREAM[2:]), ["text follows the finish_reason"]),
        (
            _streamed(*STREAM[:2], chunk("!", created=2), chunk("!", created=3), *STREAM[3:]),
            ["created changes within the stream"],
        ),
        (
            _streamed(*STREAM[:2], chunk("!", id="chat-3", model="a/c"), *STREAM[3:]),
            ["id changes within the stream", "model changes within the stream"],
        ),
        (
            _streamed(json.dumps(AT_FIRST), *STREAM),
            [
                "object is '' and not 'chat.completion.chunk'",
                "id changes within the stream",
                "model changes within the stream",
                "created changes within the stream",
            ],
        ),
        (
            _streamed(chunk("", ""), chunk("Hello", ""), *STREAM[3:]),
            ["choices[0].finish_reason is '' and none of stop"],
        ),
        (
            _streamed(chunk(choices=[{"index": 0, "delta": {"tool_calls": [CALL]}}]), *STREAM[3:]),
            ["choices[0].delta.tool_calls[0] has no 'index'"],
        ),
        (
            _streamed(
                *STREAM[:3], chunk(choices=[{"index": 0, "finish_reason": "stop"}]), "[DONE]"
            ),
            ["choices[0] has no 'delta'"],
        ),
        (_streamed(*STREAM[:4], chunk(choices=[], usage=REASONED), "[DONE]"), []),
        (_streamed('{"type": "ping"}', *STREAM), ["an event has no choices"]),
        (_streamed(*STREAM[:2], '{"error": {"message": "No."}}'), ["an event is an error"]),
        (_sse("data:\n\n" + _wire(STREAM)), ["an event has no data, which some clients"]),
        (_sse("event: ping\ndata: {}\n\n" + _wire(STREAM)), ["an event has no choices"]),
        (_sse(": alive\r\n\r\n" + _wire(STREAM, "\r\n")), []),
        (_sse(_wire(STREAM, "\r")), []),
        (_sse("\ufeff" + _wire(STREAM)), ["a byte order mark stands first"]),
        (_sse("\n\n" + _wire(STREAM)), []),
        (_sse(_wire(STREAM).replace('{"id"', '{\ndata: "id"')), []),
        (_streamed(STREAM[0], STREAM[1].replace("Hello", "\u2028\u2029\x85"), *STREAM[2:]), []),
        (_sse(": alive\n\n" + _wire(STREAM).replace("Hello", "a\u2028b\u2029c\x85d")), []),
    ],
)
def test_what_clients_take_is_no_fault_and_is_noted(
    sandbox: Sandbox, one: dict[str, Any], notes: list[str]
) -> None:
    store(sandbox, one)
    assert found(sandbox) == []
    said = reader(sandbox.project).unusual(Recording(RECORDED, [one]))
    assert [note.startswith(start) for note, start in zip(said, notes, strict=True)] == [
        True for _ in notes
    ], said


def test_an_event_of_another_shape_is_refused_at_its_line(sandbox: Sandbox) -> None:
    lines = (*STREAM[:2], chunk("!", choices={}), *STREAM[3:])
    store(sandbox, changed("stream", "response", "events", to=events(*lines)))
    assert "choices is a mapping" in only(sandbox, "recording-answer", '"choices": {}')


def test_a_stream_that_is_more_than_its_events_is_looked_at_too(sandbox: Sandbox) -> None:
    text = ": a comment\n\n" + "".join(f"data: {event}\n\n" for event in STREAM)
    one = interaction("POST /chat/completions", {**ASKED, "stream": True}, text=text)
    one["response"]["headers"] = {"content-type": "text/event-stream"}
    store(sandbox, one)
    assert found(sandbox) == []
    one["response"]["text"] = text.split("data: ")[0] + f"data: {STREAM[0]}\n\n"
    store(sandbox, one)
    only(sandbox, "recording-stream", "data: ")


def test_a_whole_answer_to_a_request_for_a_stream_is_refused(sandbox: Sandbox) -> None:
    store(sandbox, changed("chat", "request", "json", to={**ASKED, "stream": True}))
    assert "the answer is none" in only(sandbox, "recording-stream", "  json:")


def test_a_stream_that_was_not_asked_for_is_refused(sandbox: Sandbox) -> None:
    store(sandbox, changed("stream", "request", "json", "stream"))
    assert "is no JSON" in only(sandbox, "recording-answer", "events:")


@pytest.mark.parametrize(
    ("one", "mark", "what"),
    [
        (changed("chat", "response", "json", "model", to="a/c"), "model: a/c", "'a/b' was asked"),
        (changed("chat", "response", "json", "model", to="a/b-mini-2024"), "-mini", "was asked"),
        (changed("stream", "request", "json", "model", to="a"), "chat-2", "'a' was asked"),
        (changed("embeddings", "request", "json", "model", to="c"), "model: a/b", "'c' was asked"),
        (changed("file", "response", "json", "id", to="file-2"), "id: file-2", "'file-1'"),
        (changed("cancel", "response", "json", "id", to="batch-2"), "id: batch-2", "'batch-1'"),
        (
            changed("batch", "response", "json", "input_file_id", to="file-2"),
            "input_file_id: file-2",
            "'file-1' was sent",
        ),
    ],
)
def test_an_answer_to_another_request_is_refused_at_its_line(
    sandbox: Sandbox, one: dict[str, Any], mark: str, what: str
) -> None:
    store(sandbox, one)
    first = sandbox.read(PATH).split(mark)[0].count("\n") + 1
    assert what in only(sandbox, "recording-disagrees", first)


@pytest.mark.parametrize(
    ("old", "new", "mark", "what"),
    [
        ("    method: POST\n", "", "- request:", "request has no 'method'"),
        ("    status: 200\n", "", "  response:", "response has no 'status'"),
        ("    uri: ", "    url: ", "- request:", "request has no 'uri'"),
        ("    status: 200\n", "    status: 200\n    note: x\n", "note:", "has 'note'"),
        ("recorded:", "by: me\nrecorded:", "by:", "it has 'by', which no recording has"),
        ("status: 200", "status: OK", "status:", "status is 'OK', which is no HTTP status"),
        ("status: 200", "status: 200\n    seconds: long", "seconds:", "no number of seconds"),
        ("status: 200", "status: 200\n    seconds: .inf", "seconds:", "no number of seconds"),
        ("status: 200", "status: 200\n    seconds: -1", "seconds:", "no number of seconds"),
        ("status: 200", "status: 1000", "status:", "status is '1000', which is no HTTP status"),
        ("status: 200", "status: true", "status:", "status is 'True', which is no HTTP status"),
        ("method: POST", "method: 1", "method:", "method is '1', which is no text"),
        ("uri: https://", "uri: 2 # https://", "uri:", "uri is '2', which is no text"),
        ("- request:", "- none\n- request:", "- none", "it is no mapping of request, response"),
        (
            "type: application/json\n    json:\n      id",
            "type: 3\n    json:\n      id",
            "type: 3",
            "the header 'content-type' is no text",
        ),
        (
            "headers:\n      content-type: application/json\n    json:\n      id",
            "headers: none\n    json:\n      id",
            "headers: none",
            "headers is no mapping",
        ),
        ("interactions:\n", "interactions: 1\nothers:\n", "others:", "it has 'others'"),
        ("status: 200", "status: 200\n    status: 200", "status:", "the key stands here twice"),
        ("status: 200", "status: 200\n    text: x", "text:", "it has two bodies, json and text"),
        (
            "  response:\n    status: 200\n    headers:\n",
            "  response:\n    status: 200\n    headers:\n      set-cookie: a=b\n",
            "set-cookie",
            "the header 'set-cookie' is kept in no recording",
        ),
        (
            "    headers:\n      content-type: application/json\n    json:\n      model",
            "    headers:\n      user-agent: me\n    json:\n      model",
            "user-agent",
            "the header 'user-agent' is kept in no recording",
        ),
        (
            "      content-type: application/json\n    json:\n      id",
            "      content-type: text/event-stream\n    json:\n      id",
            "  json:",
            "the body is json, and the content-type is text/event-stream",
        ),
        ("uri: https://api.example.test", "uri: https://a.test", "uri:", "is not below https://"),
        ("created: 1", "created: 2026-11-22", "- request:", "it holds what JSON cannot"),
        ("    thing: '1.0'\n", "", "packages:", "packages is no mapping"),
        ("thing: '1.0'", "other: '1.0'", "packages:", "the version of thing is missing"),
        ("thing: '1.0'", "thing: 1.0", "thing:", "the version of thing is no text"),
        ("origin: live", "origin: real", "origin:", "the origin is 'real'"),
        ("'2026-11-22'", "'2026-11-32'", "date:", "the date is '2026-11-32'"),
        ("'2026-11-22'", "2026-11-22", "date:", "and not YYYY-MM-DD in quotes"),
    ],
)
def test_a_recording_without_its_parts_or_with_others_is_refused_at_the_line(
    sandbox: Sandbox, old: str, new: str, mark: str, what: str
) -> None:
    text = store(sandbox, CHAT)
    assert old in text
    sandbox.write(PATH, text.replace(old, new, 1))
    said = [line for line in found(sandbox) if what in line]
    lines = sandbox.read(PATH).split("\n")
    number = max(n for n, line in enumerate(lines, 1) if mark in line)
    assert [line.split(": ")[:2] for line in said] == [
        [f"{PATH}:{number}", "recording-unreadable"]
    ], found(sandbox)


@pytest.mark.parametrize(
    ("body", "mark", "what"),
    [
        ("events: [a, b]", "events:", "events is no text"),
        ('events: "a\\n\\nb\\n"', "events:", "the line is no event"),
        ("events: |\n      {}\n\n      [DONE]", 26, "the line is no event"),
        ("json: {}", "  json:", "the body is json, and the content-type is text/event-stream"),
    ],
)
def test_events_that_do_not_stand_one_a_line_are_refused(
    sandbox: Sandbox, body: str, mark: str | int, what: str
) -> None:
    text = store(sandbox, changed("stream", "response", "events", to="x\n"))
    sandbox.write(PATH, text.replace("events: |\n      x", body))
    assert what in only(sandbox, "recording-unreadable", mark)


def test_yaml_that_is_cut_in_a_line_is_refused_at_its_end(sandbox: Sandbox) -> None:
    text = store(sandbox, CHAT)
    sandbox.write(PATH, text[: text.index("/json")].replace("application", "'application"))
    assert only(sandbox, "yaml", "'application").endswith("record code/page/x.py")
    sandbox.write(PATH, text[: text.index("/json")].replace("application", "'application")
                  .replace("origin: live", "origin: stand-in"))  # fmt: skip
    sandbox.write("Makefile", "recordings:\n\ttrue\n")
    assert only(sandbox, "yaml", "'application").endswith("make recordings PROGRAM=code/page/x.py")
    sandbox.write(PATH, "<<<<<<< HEAD: {\n")  # who knows what it was
    assert found(sandbox)[0].endswith("make recordings PROGRAM=code/page/x.py")


def test_a_recording_that_is_not_utf_8_is_refused_at_its_line(sandbox: Sandbox) -> None:
    text = store(sandbox, CHAT)
    path = sandbox.root / PATH
    path.write_bytes(text.encode().replace(b"Hello!", b"Gr\xfc\xdfe"))
    number = text[: text.index("Hello!")].count("\n") + 1
    assert found(sandbox)[0].startswith(f"{PATH}:{number}: yaml: it is not UTF-8 text")


VCR = """\
interactions:
- request: {method: POST, uri: 'https://api.example.test/v1/models', body: '{}', headers: {}}
  response:
    body: {string: '{}'}
    headers: {x-stand-in: ['1']}
    status: {code: 200, message: OK}
version: 1
"""


@pytest.mark.parametrize(
    ("text", "mark", "what", "mend"),
    [
        (VCR, "version:", "it is in vcrpy's own format", "make recordings"),
        (VCR.replace("x-stand-in", "date"), "version:", "vcrpy", "docproof record code/page/x.py"),
        ("interactions: []\n", "interactions:", "an older format", "docproof record code/page/x"),
        ("recorded: {date: x}\ninteractions: []\n", "recorded:", "an older format", "record code"),
    ],
)
def test_a_recording_in_an_older_format_is_refused_in_a_line_that_says_how_to_renew_it(
    sandbox: Sandbox, text: str, mark: str, what: str, mend: str
) -> None:
    sandbox.write("Makefile", "recordings:\n\ttrue\n")
    sandbox.write(PATH, text)
    line = only(sandbox, "recording-format", mark)
    assert what in line
    assert mend in line.rpartition("make it again: ")[2]


def test_run_says_the_same_of_a_recording_in_an_older_format(sandbox: Sandbox) -> None:
    sandbox.write(PATH, VCR)
    done = sandbox.docproof("run", "code/page/x.py")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{PATH}:7: recording-format: it is in vcrpy's own format")
    assert done.stderr.endswith("docproof record code/page/x.py\n")


def test_without_a_target_for_it_a_stand_in_s_recording_is_made_by_record(sandbox: Sandbox) -> None:
    sandbox.write(PATH, VCR)
    assert only(sandbox, "recording-format", "version:").endswith("docproof record code/page/x.py")


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ("content: Hello!", "content: Goodbye!", "- request:"),
        ("content: Hello?", "content: Who?", "- request:"),
        ("origin: live", "origin: stand-in", "recorded:"),
        ("'2026-11-22'", "'2026-11-23'", "recorded:"),
        ("    status: 200\n", "    status: 200\n    seconds: 2\n", "- request:"),
    ],
)
def test_what_no_other_rule_sees_of_an_edit_the_digests_do(
    sandbox: Sandbox, old: str, new: str, mark: str
) -> None:
    text = store(sandbox, CHAT)
    sandbox.write(PATH, text.replace(old, new, 1))
    assert "it is not as it was recorded" in only(sandbox, "recording-edited", mark)


def test_interactions_that_are_no_list_are_refused(sandbox: Sandbox) -> None:
    text = store(sandbox, CHAT)
    sandbox.write(PATH, text.split("interactions:")[0] + "interactions:\n")
    line = only(sandbox, "recording-unreadable", "interactions:")
    assert "there is no list of interactions" in line


def test_digests_that_are_no_list_are_refused(sandbox: Sandbox) -> None:
    text = store(sandbox, CHAT)
    sandbox.write(PATH, text.split("digests:")[0] + "digests: none\n")
    assert "digests is no list" in only(sandbox, "recording-unreadable", "digests:")


def test_an_edit_that_another_rule_sees_is_said_once(sandbox: Sandbox) -> None:
    text = store(sandbox, CHAT)
    sandbox.write(
        PATH, text.replace("    model: a/b\n      choices", "    model: a/c\n      choices")
    )
    only(sandbox, "recording-disagrees", "model: a/c")


def test_without_its_digests_a_recording_is_cut_short(sandbox: Sandbox) -> None:
    text = store(sandbox, GOOD["models"], CHAT)
    sandbox.write(PATH, text.split("digests:")[0])
    assert "it has no digests at its end" in only(sandbox, "recording-edited", "- request:")


def test_a_first_interaction_that_is_gone_is_said_once(sandbox: Sandbox) -> None:
    text = store(sandbox, GOOD["models"], CHAT)
    start, end = text.index("- request:"), text.rindex("- request:")
    sandbox.write(PATH, text[:start] + text[end:])
    sandbox.expect(statuses=[200])
    only(sandbox, "recording-edited", "- request:")


def test_interactions_that_changed_places_are_refused(sandbox: Sandbox) -> None:
    store(sandbox, GOOD["models"], CHAT)
    text = sandbox.read(PATH)
    head, one, other, end = text.replace("digests", "- request:digests").split("- request:")
    sandbox.write(PATH, "- request:".join((head, other, one)) + end)
    said = found(sandbox)
    assert len(said) == 2
    assert all(": recording-edited: " in line for line in said)


def test_an_interaction_that_is_gone_is_missed(sandbox: Sandbox) -> None:
    text = store(sandbox, GOOD["models"], CHAT)
    start, end = text.rindex("- request:"), text.index("digests:")
    sandbox.write(PATH, text[:start] + text[end:])
    sandbox.expect(statuses=[200])
    assert "an interaction is missing" in only(sandbox, "recording-edited", "digests:")


def test_a_recording_without_any_interaction_is_refused(sandbox: Sandbox) -> None:
    text = store(sandbox)
    sandbox.write(PATH, text.split("digests:")[0])
    assert "it has no digests at its end" in only(sandbox, "recording-edited", "interactions:")


def test_a_project_without_wire_types_looks_at_no_shapes(sandbox: Sandbox) -> None:
    text = store(sandbox, changed("chat", "response", "json", "choices"), strict=False)
    sandbox.write(PATH, text.split("digests:")[0])
    assert found(sandbox) == []


def test_wire_types_that_are_none_are_refused(sandbox: Sandbox) -> None:
    sandbox.write("types.json", "[]")
    sandbox.write("pyproject.toml", '[tool.docproof]\nwire-types = "types.json"\n')
    assert found(sandbox)[0].startswith("pyproject.toml:1: setting: wire-types names types.json")


def test_a_recording_can_be_judged_before_it_is_written(sandbox: Sandbox) -> None:
    store(sandbox, CHAT)
    bad = Recording(RECORDED, [changed("chat", "response", "json", "choices", to=None)])
    here = reader(sandbox.project)
    assert here.faults(Recording(RECORDED, [CHAT])) == []
    assert [(one.rule, one.line, one.what) for one in here.faults(bad)] == [
        (
            "recording-answer",
            1,
            "choices is null and not a list"
            " (it is ChatCompletion) (interactions.0.response.json.choices)",
        )
    ]


def test_a_recording_is_checked_by_its_own_path(sandbox: Sandbox) -> None:
    text = store(sandbox, CHAT)
    sandbox.write(PATH, text.replace("Hello!", "Bye!"))
    said = check(sandbox.project, [sandbox.root / PATH])
    assert [problem.rule for problem in said] == ["recording-edited"]


Lines = list[str]
EDITS: dict[str, Callable[[Lines, int, str], Lines]] = {
    "a line dropped": lambda lines, n, _: lines[:n] + lines[n + 1 :],
    "cut after a line": lambda lines, n, _: lines[: n + 1],
    "a line twice": lambda lines, n, _: lines[: n + 1] + lines[n:],
    "two lines swapped": lambda lines, n, _: lines[:n] + lines[n : n + 2][::-1] + lines[n + 2 :],
    "indented": lambda lines, n, _: [*lines[:n], "  " + lines[n], *lines[n + 1 :]],
    "a character changed": lambda lines, n, new: [
        *lines[:n],
        lines[n][: len(lines[n]) // 2] + new + lines[n][len(lines[n]) // 2 + 1 :],
        *lines[n + 1 :],
    ],
}


@cache
def recorded_programs() -> list[Program]:
    guide = load_project(ROOT)
    return [one for one in guide.all_programs() if one.recording.path.is_file()]


def test_what_the_stand_in_answers_is_not_unusual() -> None:
    guide = reader(load_project(ROOT))
    made = [guide.recording(program) for program in recorded_programs()]
    ours = [one for one in made if one and one.recorded["origin"] == "stand-in"]
    assert ours
    assert [guide.unusual(one) for one in ours] == [[] for _ in ours]


def meaning(text: str) -> str:
    """What a recording says, whatever it looks like; "" if it says nothing."""
    try:
        data = yaml.load(text, SAFE_LOADER)
    except yaml.YAMLError:
        return ""
    return json.dumps(data, sort_keys=True, default=str)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_edit_of_a_recording_of_this_guide_is_refused_where_it_is(
    tmp_path: Path, data: st.DataObject
) -> None:
    guide = load_project(ROOT)
    program = data.draw(st.sampled_from(recorded_programs()))
    text = program.recording.path.read_text("utf-8")
    lines = text.rstrip("\n").split("\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    edit = EDITS[data.draw(st.sampled_from(sorted(EDITS)))]
    # A quote is not among them: YAML may not miss its fellow before that of another interaction.
    edited = edit(lines, number, data.draw(st.sampled_from("x 7:")))
    if meaning("\n".join(edited)) == meaning(text):
        return
    elsewhere = dataclasses.replace(guide, recordings=tmp_path)
    program = elsewhere.program(program.path)
    copied = program.recording.path
    copied.parent.mkdir(parents=True, exist_ok=True)
    copied.write_text("\n".join(edited) + "\n", "utf-8")
    reading = reader(elsewhere).read(program)
    assert reading
    said = reading.problems
    assert said
    if number < lines.index("digests:"):
        first, last = _part(lines, number)
        assert any(first <= problem.line <= last + 1 for problem in said), [
            str(one) for one in said
        ]


def _part(lines: Lines, number: int) -> tuple[int, int]:
    """The lines, from 1, of the interaction with line `number` in it, or of what is above all."""
    starts = [0, *(n for n, line in enumerate(lines) if line.lstrip() == "- request:")]
    before = max(n for n in starts if n <= number)
    after = min((n for n in starts if n > number + 1), default=len(lines))
    return before + 1, after + 1
