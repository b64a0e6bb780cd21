"""Drift of the service: does it still answer in the shape that was recorded?

Words differ with every answer; what a program builds on does not: statuses, the
fields of JSON and their types, the headers that matter, the models listed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from docproof.core.problem import Problem, rule
from docproof.record.target import Target
from docproof.recordings.expectations import Expectations
from docproof.recordings.recording import Data, Recording, read, stream

DRIFT = rule(
    "drift",
    refuses=(
        "an answer of the live service whose shape differs from the recorded one; only `record "
        "--compare` looks for this"
    ),
    why="The guide would be true only of the day of its recordings.",
    example="a field that is gone, another status, a model that is no longer listed",
)

# Statuses that nobody can ask a service for.
_OF_ITS_OWN = {408, 409, 425, 429}


def unanswerable(expected: Expectations, old: Recording | None, base_url: str) -> str:
    """Why no live service can be expected to answer a program as it was recorded; "" if it can."""
    trouble = {s for s in expected.statuses or () if s in _OF_ITS_OWN or s >= 500}
    if trouble:
        said = ", ".join(map(str, sorted(trouble)))
        return f"it is about answers that a service gives when it is in trouble ({said})"
    sent_to = {one["request"]["uri"] for one in old.interactions} if old else set()
    if any(not uri.startswith(base_url + "/") for uri in sent_to):
        return "it asks other servers, too"
    return ""


def problems(name: str, old: Recording | None, made: Recording, to: Target) -> list[Problem]:
    """How the answers of `made`, given by `to`, differ in shape from those of `old`.

    `name` is the program.
    """
    if old is None:
        return [_drift(name, "there is no recording to compare with", to)]
    found: list[str] = []
    waiting = list(made.interactions)
    for before in old.interactions:
        now = next((one for one in waiting if one["request"] == before["request"]), None)
        if now is None:
            found.append(f"{_said(before)} is no longer sent")
            continue
        waiting.remove(now)
        found += [f"{_said(before)}: {what}" for what in _differences(before, now)]
    found += [f"{_said(one)} was not recorded, and is sent" for one in waiting]
    statuses = {one["response"]["status"] for one in made.interactions}
    first = "look at the key" if statuses & {401, 403} else "wait" if 429 in statuses else ""
    return [
        _drift(name, what + (f" ({count} times)" if count > 1 else ""), to, first)
        for what, count in Counter(found).items()
    ]


def _drift(name: str, what: str, to: Target, first: str = "") -> Problem:
    again = f"python -m docproof record {to.options}{name}"
    mend = f"if the service has changed, record it again: {again}"
    return DRIFT.problem(name, 1, what, f"{first}; {mend}" if first else mend)


def _said(interaction: Data) -> str:
    return f"{interaction['request']['method']} {interaction['request']['uri']}"


def _differences(before: Data, now: Data) -> Iterator[str]:
    before, now = read(before["response"]), read(now["response"])
    if before["status"] != now["status"]:
        yield f"the status is {now['status']} and was {before['status']}"
        return  # an error has another shape than an answer
    for name in sorted({*before["headers"], *now["headers"]}):
        if name not in now["headers"]:
            yield f"the header {name} is gone"
        elif name not in before["headers"]:
            yield f"the header {name} is new"
    kinds = [one["headers"].get("content-type", "").split(";")[0] for one in (before, now)]
    if all(kinds) and kinds[0] != kinds[1]:
        yield f"the content type is {kinds[1]} and was {kinds[0]}"
        return
    yield from _shapes_apart(_shape(before), _shape(now))
    listed, lists = _models(before), _models(now)
    yield from (f"the model {model} is no longer listed" for model in sorted(listed - lists))
    yield from (f"the model {model} is listed, and was not" for model in sorted(lists - listed))


def _shapes_apart(before: dict[str, set[str]], now: dict[str, set[str]]) -> Iterator[str]:
    for path, types in before.items():
        if path not in now:
            if not _below_nothing(path, now):
                yield f"{path} is gone"
        elif not now[path] <= types or (now[path] == {"null"} and types != {"null"}):
            yield f"{path} is {_named(now[path])} and was {_named(types)}"
    for path, types in now.items():
        if path not in before and not _below_nothing(path, before):
            yield f"{path} is new ({_named(types)})"


def _below_nothing(path: str, shape: dict[str, set[str]]) -> bool:
    """Whether `path` lies in a list that is empty there, or another path says so already."""
    parent = path.rpartition("[]" if path.endswith("[]") else ".")[0]
    return bool(parent) and (parent not in shape or path.endswith("[]"))


def _named(types: set[str]) -> str:
    return " or ".join(sorted(types))


def _shape(response: Data) -> dict[str, set[str]]:
    """The types that stand at each path of a body; those of all events together."""
    shape: dict[str, set[str]] = {}
    for data in _bodies(response):
        _walk(data, "", shape)
    return shape


def _bodies(response: Data) -> Iterator[Any]:
    if "json" in response:
        yield response["json"]
    for _, event in stream(response):
        try:
            yield json.loads(event)
        except ValueError:
            yield {event: None}  # such as [DONE]


_TYPES = {bool: "true or false", int: "a number", float: "a number", str: "text"}


def _walk(data: Any, path: str, shape: dict[str, set[str]]) -> None:
    if isinstance(data, dict):
        kind = "an object"
        for name, value in data.items():
            _walk(value, f"{path}.{name}" if path else str(name), shape)
    elif isinstance(data, list):
        kind = "a list"
        for value in data:
            _walk(value, f"{path}[]", shape)
    else:
        kind = _TYPES.get(type(data), "null")
    if path:
        shape.setdefault(path, set()).add(kind)


def _models(response: Data) -> set[str]:
    body = response.get("json")
    rows = body.get("data") if isinstance(body, dict) and body.get("object") == "list" else None
    rows = rows if isinstance(rows, list) else []
    return {
        str(row["id"]) for row in rows if isinstance(row, dict) and row.get("object") == "model"
    }
