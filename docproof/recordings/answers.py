"""Is a recorded answer whole, of the API's own shape, and the answer to its request?

The shapes are in the file that the setting `wire-types` names, as JSON with
`answers` and `events` (a method and the end of an address, and the type of the
whole answer or of each event of a stream; null: it may be anything) and `types`
(a JSON Schema by name).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from docproof.core.problem import BadInput
from docproof.core.project import SETTING, Project
from docproof.core.yaml_lines import Place
from docproof.recordings import recording
from docproof.recordings.schema import Finding, misfits, shown

Data = dict[str, Any]
DONE = "[DONE]"
# What may follow the requested name in the name of the model that answers: a date, a revision.
_REVISION = re.compile(r"[-@](?:\d[\d-]*|v\d[\d.]*)")
# What an answer about a batch repeats from the request.
_REPEATED = ("input_file_id", "endpoint", "completion_window")


@dataclass(frozen=True)
class WireTypes:
    """The types of an API's answers."""

    answers: Data
    events: Data
    types: Data

    def of(self, request: Data) -> tuple[str, str]:
        """The answers' name for what is requested, and the id in its address; "" if unknown."""
        path = urlsplit(request["uri"]).path
        for name, pattern in _patterns(tuple(self.answers)):
            found = pattern.fullmatch(f"{request['method']} {path}")
            if found:
                return name, unquote(found.groupdict().get("id") or "")
        return "", ""


def wire_types(project: Project) -> WireTypes | None:
    """What the setting `wire-types` names; None if it is not set. Raises `BadInput`."""
    if not project.wire_types:
        return None
    path = project.root / project.wire_types
    return _load(path, path.stat().st_mtime_ns if path.is_file() else 0)


def findings(interaction: Data, wire: WireTypes) -> Iterator[Finding]:
    """What is wrong with the answer of one interaction; places begin in the interaction."""
    request, response = interaction["request"], interaction["response"]
    if response["status"] >= 400:
        yield from _error(response)
    name, inside = wire.of(request)
    if not 200 <= response["status"] < 300 or not wire.answers.get(name):
        return
    sent = request["json"] if isinstance(request.get("json"), dict) else {}
    if name in wire.events and sent.get("stream"):
        yield from _stream(sent, response, wire, wire.events[name])
    elif "json" not in response:
        what = f"is no JSON, and {wire.answers[name]} was to be answered"
        yield Finding(_body(response), "recording-answer", f"the answer {what}")
    else:
        place: Place = ("response", "json")
        wrong = list(_misfits(response["json"], wire.answers[name], wire, place))
        yield from wrong or _whole(sent, inside, response["json"], place)


@functools.lru_cache(maxsize=1)
def _load(path: Path, changed: int) -> WireTypes:
    try:
        data = json.loads(path.read_text("utf-8"))
        return WireTypes(data["answers"], data["events"], data["types"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(
            SETTING.problem(
                "pyproject.toml",
                1,
                f"wire-types names {path.name}, which holds no answers, events and types",
                "mend the path or write the file",
            )
        ) from None


@functools.cache
def _patterns(names: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    made = []
    for name in names:
        method, _, end = name.partition(" ")
        made.append((name, re.compile(f"{method} .*{end.replace('{id}', '(?P<id>[^/]+)')}")))
    return made


def _error(response: Data) -> Iterator[Finding]:
    """Services answer errors in HTML too, but what says that it is JSON has to be."""
    if "json" not in response:
        if "json" in response["headers"].get("content-type", ""):
            what = "the answer's content-type is JSON, and its body is not"
            yield Finding(_body(response), "recording-answer", what)
        return
    body = response["json"]
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and not isinstance(error.get("message"), str):
        place = ("response", "json", "error", *(["message"] if "message" in error else []))
        yield Finding(place, "recording-answer", "the error's message is no text")


def _misfits(value: Any, name: str, wire: WireTypes, place: Place) -> Iterator[Finding]:
    for at, what in misfits(value, {"$ref": name}, wire.types):
        inside = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in at)
        said = f"{inside.lstrip('.')} {what}" if inside else f"the answer {what}"
        yield Finding((*place, *at), "recording-answer", f"{said} (it is {name})")


def _whole(sent: Data, inside: str, body: Data, place: Place) -> Iterator[Finding]:
    yield from _model(sent, body, place)
    yield from _usage(body, place)
    if inside and body.get("id", inside) != inside:
        what = f"the address asks for {shown(inside)} and the answer is {shown(body['id'])}"
        yield Finding((*place, "id"), "recording-disagrees", what)
    for name in _REPEATED:
        if name in sent and name in body and sent[name] != body[name]:
            what = f"{name} is {shown(body[name])}, and {shown(sent[name])} was sent"
            yield Finding((*place, name), "recording-disagrees", what)
    if body.get("object") == "chat.completion" and not body["choices"]:
        yield Finding((*place, "choices"), "recording-answer", "the answer has no choice")


def _model(sent: Data, body: Data, place: Place) -> Iterator[Finding]:
    asked, answers = sent.get("model"), body.get("model")
    if not isinstance(asked, str) or not isinstance(answers, str) or answers == asked:
        return
    if not answers.startswith(asked) or not _REVISION.fullmatch(answers[len(asked) :]):
        what = f"{shown(answers)} answers, and {shown(asked)} was asked"
        yield Finding((*place, "model"), "recording-disagrees", what)


def _usage(body: Data, place: Place) -> Iterator[Finding]:
    usage = body.get("usage") or {}
    for one, other in (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens")):
        if one in usage and other in usage:
            total = usage[one] + usage[other]
            if total != usage["total_tokens"]:
                what = f"{usage[one]} and {usage[other]} tokens are {total}"
                what += f", and not {usage['total_tokens']} in total"
                yield Finding((*place, "usage", "total_tokens"), "recording-disagrees", what)


def _stream(sent: Data, response: Data, wire: WireTypes, name: str) -> Iterator[Finding]:
    lines = list(_events(response))
    if not lines:
        what = "the request asks for a stream, and the answer is none"
        yield Finding(_body(response), "recording-stream", what)
        return
    chunks: list[tuple[Place, Data]] = []
    for place, line in lines:
        try:
            chunk = None if line == DONE else json.loads(line)
        except ValueError:
            yield Finding(place, "recording-stream", "the event is not JSON")
            return
        if chunk is None and place != lines[-1][0]:
            yield Finding(place, "recording-stream", f"{DONE} stands before the end")
        elif chunk is not None:
            wrong = list(_misfits(chunk, name, wire, place))
            yield from wrong
            if wrong:
                return
            chunks.append((place, chunk))
    if lines[-1][1] != DONE:
        yield Finding(lines[-1][0], "recording-stream", f"the stream ends without {DONE}")
    yield from _chunks(sent, chunks)


def _chunks(sent: Data, chunks: list[tuple[Place, Data]]) -> Iterator[Finding]:
    """What is wrong with events that are each as they should be."""
    waiting: dict[int, Place] = {}  # choices that have not said why they end
    ended: set[int] = set()
    for place, chunk in chunks[:1]:
        yield from _model(sent, chunk, place)
    for place, chunk in chunks:
        yield from _usage(chunk, place)
        for key in ("id", "model", "created"):
            if chunk[key] != chunks[0][1][key]:
                what = f"the event's {key} is {shown(chunk[key])}, and the first event's is"
                what += f" {shown(chunks[0][1][key])}"
                yield Finding(place, "recording-stream", what)
        for choice in chunk["choices"]:
            number = choice["index"]
            if number in ended and choice["delta"].get("content"):
                yield Finding(place, "recording-stream", "text follows the finish_reason")
            waiting[number] = place
            if choice.get("finish_reason"):
                ended.add(number)
    if not waiting:
        yield Finding(("response", "events", 0), "recording-stream", "no event has a choice")
    for number, place in waiting.items():
        if number not in ended:
            yield Finding(place, "recording-stream", "the last of the choice has no finish_reason")


def _events(response: Data) -> Iterator[tuple[Place, str]]:
    """The data of each event, and where it stands."""
    if "events" in response:
        for number, line in enumerate(recording.events(response["events"])):
            yield ("response", "events", number), line
    elif "event-stream" in response["headers"].get("content-type", ""):
        for number, line in enumerate(response.get("text", "").splitlines()):
            if line.startswith("data:"):
                yield ("response", "text", number), line[len("data:") :].strip()


def _body(response: Data) -> Place:
    """Where the body stands, if there is one."""
    return ("response", *(name for name in ("json", "events", "text") if name in response))
