"""`record --compare` says what drifted in the service: shapes, not words; and writes nothing."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from docproof.replay.servers import Servers
from tests.helpers.bench import Bench, problems
from tests.helpers.origin import Answer, Origin

PRINT = "print(reply.status_code)\n"
MODELS = (
    'print(httpx.get("URL/models", headers={"authorization": f"Bearer {key}"}).json()["object"])\n'
)
NEW = {"id": "test/new", "object": "model", "created": 1, "owned_by": "test"}


@pytest.fixture(scope="module")
def all_recorded(
    tmp_path_factory: pytest.TempPathFactory, served: Origin, servers: Servers
) -> Bench:
    """Recorded once for all tests, since none of them writes: that is the promise."""
    served.reset()
    bench = Bench(tmp_path_factory.mktemp("compare"), served, servers)
    bench.program(PRINT + MODELS)
    bench.program(PRINT, sent='"stream": True', name="stream")
    again = "".join(f"    {line}\n" for line in MODELS.splitlines())
    bench.program(f'{PRINT}if "again" in reply.text:\n{again}', name="again")
    done = bench.record("code")
    assert done.returncode == 0, done.stdout + done.stderr
    return bench


@pytest.fixture
def recorded(all_recorded: Bench, origin: Origin) -> Bench:
    return all_recorded


def compare(bench: Bench, name: str = "x", *rules: str) -> list[str]:
    """What drifted; every file is as it was, and the exit code fits."""
    before = bench.state()
    done = bench.record("--compare", f"code/page/{name}.py")
    assert bench.state() == before
    assert bench.left(done.stdout, done.stderr) == {}
    drifted = [line for rule in rules or ("drift",) for line in problems(done, rule)]
    assert done.returncode == (1 if drifted else 0), done.stdout + done.stderr
    assert all(re.match(rf"code/page/{name}\.py:\d+: \w+: .+; .+", line) for line in drifted)
    return drifted


def edit(path: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Answer], Answer]:
    """Change answers that have the field `path`."""

    def changed(answer: Answer) -> Answer:
        status, headers, data = answer
        if isinstance(data, dict) and path in data:
            data = copy.deepcopy(data)
            change(data)
        return status, headers, data

    return changed


def in_events(change: Callable[[dict[str, Any]], object]) -> Callable[[Answer], Answer]:
    """Change each event of a stream; an event that `change` empties is left out."""

    def changed(answer: Answer) -> Answer:
        status, headers, body = answer
        events = []
        for event in body.decode().split("\n\n")[:-2]:
            data = json.loads(event.removeprefix("data: "))
            change(data)
            events += [f"data: {json.dumps(data)}\n\n"] if data else []
        return status, headers, "".join([*events, "data: [DONE]\n\n"]).encode()

    return changed


def without(name: str) -> Callable[[Answer], Answer]:
    """Take a header out of each answer."""
    return lambda answer: (
        answer[0],
        {key: value for key, value in answer[1].items() if key != name},
        answer[2],
    )


def test_the_same_shapes_in_other_words_have_not_drifted(recorded: Bench) -> None:
    assert compare(recorded) == []
    recorded.origin.words = "It is Buenos Aires, on the Río de la Plata; that much is known."
    recorded.origin.change = edit("choices", lambda data: data.update(id="chatcmpl-2", created=9))
    assert compare(recorded) == []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (edit("choices", lambda data: data.pop("usage")), ["usage"]),
        (edit("choices", lambda data: data["usage"].pop("total_tokens")), ["total_tokens"]),
        (
            edit("choices", lambda data: data["usage"].update(total_tokens="9")),
            ["total_tokens is text and was a number"],
        ),
        (edit("choices", lambda data: data.update(created="today")), ["created"]),
        (edit("choices", lambda data: data["choices"][0].pop("finish_reason")), ["finish_reason"]),
        (edit("choices", lambda data: data["choices"][0]["message"].pop("role")), ["role"]),
        (edit("choices", lambda data: data.update(service_tier="flex")), ["service_tier"]),
        (edit("choices", lambda data: data.update(choices={})), ["choices"]),
        (edit("data", lambda data: data["data"].pop(0)), ["test/plain"]),
        (edit("data", lambda data: data["data"].append(NEW)), ["test/new"]),
        (without("x-ratelimit-limit-requests"), ["x-ratelimit-limit-requests"] * 2),
        (lambda answer: (201, *answer[1:]), ["200.*201|201.*200"] * 2),
        (
            lambda answer: (answer[0], answer[1] | {"content-type": "text/plain"}, answer[2]),
            ["content-type|text/plain"] * 2,
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_drifted_is_said_in_a_line(
    recorded: Bench, change: Callable[[Answer], Answer], names: list[str]
) -> None:
    recorded.origin.change = change
    drifted = compare(recorded)
    assert 1 <= len(drifted) <= len(names), drifted  # for each exchange, or for all
    for line, name in zip(drifted, names, strict=False):
        assert re.search(name, line), line


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda data: None, ""),
        (lambda data: data.pop("model"), "model"),
        (lambda data: data.update(created="today"), "created"),
        (lambda data: data["choices"][0].pop("delta"), "delta"),
        (lambda data: data["choices"][0]["delta"].pop("role", None), "role"),
    ],
    ids=["the same", "no model", "a text for a number", "no delta", "no role"],
)
def test_the_events_of_a_stream_are_compared_by_shape(
    recorded: Bench, change: Callable[[dict[str, Any]], object], name: str
) -> None:
    recorded.origin.words = "In other words, and in more events than before."
    recorded.origin.change = in_events(change)
    drifted = compare(recorded, "stream")
    assert len(drifted) == bool(name)
    assert not name or name in drifted[0]


@pytest.mark.parametrize("name", ["x", "stream"])
@pytest.mark.parametrize("status", [401, 429, 503])
def test_an_error_is_said_in_one_line(recorded: Bench, status: int, name: str) -> None:
    error = {"error": {"message": "No.", "type": "error", "param": None, "code": None}}
    kind = {"content-type": "application/json"}
    body = json.dumps(error).encode()
    recorded.origin.change = lambda answer: (status, answer[1] | kind, body)
    said = compare(recorded, name, "drift", "record")  # a refused key is no drift
    assert 1 <= len(said) <= (2 if name == "x" else 1)  # or one for each exchange
    assert str(status) in said[0]


def test_another_number_of_requests_has_drifted(recorded: Bench) -> None:
    recorded.origin.words = "Ask again."
    assert len(compare(recorded, "again")) == 1


def test_without_a_recording_there_is_nothing_to_compare_with(bench: Bench) -> None:
    bench.program()
    (bench.sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    before = bench.state()
    done = bench.record("--compare", "code/page/x.py")
    assert (done.returncode, len(problems(done, "drift"))) == (1, 1)
    assert bench.state() == before
