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
from typing import Any
from urllib.parse import unquote, urlsplit

from docproof.core.problem import BadInput, Finding
from docproof.core.project import SETTING, Project
from docproof.core.rules import rule
from docproof.recordings import recording
from docproof.recordings.schema import misfits, shown
from docproof.recordings.spot import Spot

RECORDING_ANSWER = rule(
    "recording-answer",
    family="recordings",
    refuses="a recorded answer that has not the shape of the API's wire types",
    why="A page would show what the service never answers.",
    example="a chat completion without choices",
)
RECORDING_STREAM = rule(
    "recording-stream",
    family="recordings",
    refuses="a recorded stream that is not whole: without [DONE], an id or a finish_reason",
    why="A reader's stream would end otherwise than the page's.",
    example="events that end before [DONE]",
)
RECORDING_DISAGREES = rule(
    "recording-disagrees",
    family="recordings",
    refuses="a recorded answer that is not the one to its request",
    why="The page would show what somebody else asked for.",
    example="an answer of another model, or with another id than its address",
)

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


def findings(interaction: Data, wire: WireTypes, spot: Spot) -> Iterator[Finding]:
    """What is wrong with the answer of one interaction, which stands at `spot`."""
    request, response = interaction["request"], interaction["response"]
    below = spot.at("response")
    if response["status"] >= 400:
        yield from _error(response, below)
    name, inside = wire.of(request)
    if not 200 <= response["status"] < 300 or not wire.answers.get(name):
        return
    sent = request["json"] if isinstance(request.get("json"), dict) else {}
    if name in wire.events and sent.get("stream"):
        yield from _stream(sent, response, wire, wire.events[name], below)
    elif "json" not in response:
        what = f"is no JSON, and {wire.answers[name]} was to be answered"
        yield _body(response, below).finding(RECORDING_ANSWER, f"the answer {what}")
    else:
        wrong = list(_misfits(response["json"], wire.answers[name], wire, below.at("json")))
        yield from wrong
        if not wrong:
            yield from _whole(sent, inside, response["json"], below.at("json"))


@functools.cache
def _patterns(names: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    made = []
    for name in names:
        method, _, end = name.partition(" ")
        made.append((name, re.compile(f"{method} .*{end.replace('{id}', '(?P<id>[^/]+)')}")))
    return made


def _error(response: Data, spot: Spot) -> Iterator[Finding]:
    """Services answer errors in HTML too, but what says that it is JSON has to be."""
    if "json" not in response:
        if "json" in response["headers"].get("content-type", ""):
            what = "the answer's content-type is JSON, and its body is not"
            yield _body(response, spot).finding(RECORDING_ANSWER, what)
        return
    body = response["json"]
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and not isinstance(error.get("message"), str):
        here = spot.at("json", "error")
        if "message" in error:
            here = here.at("message")
        yield here.finding(RECORDING_ANSWER, "the error's message is no text")


def _misfits(value: Any, name: str, wire: WireTypes, spot: Spot) -> Iterator[Finding]:
    for place, what in misfits(value, {"$ref": name}, wire.types):
        inside = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
        said = f"{inside.lstrip('.')} {what}" if inside else f"the answer {what}"
        yield spot.at(*place).finding(RECORDING_ANSWER, f"{said} (it is {name})")


def _whole(sent: Data, inside: str, body: Data, spot: Spot) -> Iterator[Finding]:
    yield from _model(sent, body, spot)
    yield from _usage(body, spot)
    if inside and body.get("id", inside) != inside:
        what = f"the address asks for {shown(inside)} and the answer is {shown(body['id'])}"
        yield spot.at("id").finding(RECORDING_DISAGREES, what)
    for name in _REPEATED:
        if name in sent and name in body and sent[name] != body[name]:
            what = f"{name} is {shown(body[name])}, and {shown(sent[name])} was sent"
            yield spot.at(name).finding(RECORDING_DISAGREES, what)
    if body.get("object") == "chat.completion" and not body["choices"]:
        yield spot.at("choices").finding(RECORDING_ANSWER, "the answer has no choice")


def _model(sent: Data, body: Data, spot: Spot) -> Iterator[Finding]:
    asked, answers = sent.get("model"), body.get("model")
    if not isinstance(asked, str) or not isinstance(answers, str) or answers == asked:
        return
    if not answers.startswith(asked) or not _REVISION.fullmatch(answers[len(asked) :]):
        what = f"{shown(answers)} answers, and {shown(asked)} was asked"
        yield spot.at("model").finding(RECORDING_DISAGREES, what)


def _usage(body: Data, spot: Spot) -> Iterator[Finding]:
    usage = body.get("usage") or {}
    for sent, got in (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens")):
        if sent in usage and got in usage:
            total = usage[sent] + usage[got]
            if total != usage["total_tokens"]:
                what = f"{usage[sent]} and {usage[got]} tokens are {total}"
                what += f", and not {usage['total_tokens']} in total"
                yield spot.at("usage", "total_tokens").finding(RECORDING_DISAGREES, what)


def _stream(
    sent: Data, response: Data, wire: WireTypes, name: str, spot: Spot
) -> Iterator[Finding]:
    lines = list(_events(response, spot))
    if not lines:
        what = "the request asks for a stream, and the answer is none"
        yield _body(response, spot).finding(RECORDING_STREAM, what)
        return
    chunks: list[tuple[Spot, Data]] = []
    for number, (here, line) in enumerate(lines, start=1):
        if line == DONE:
            if number < len(lines):
                yield here.finding(RECORDING_STREAM, f"{DONE} stands before the end")
            continue
        try:
            chunk = json.loads(line)
        except ValueError:
            yield here.finding(RECORDING_STREAM, "the event is not JSON")
            return
        wrong = list(_misfits(chunk, name, wire, here))
        if wrong:
            yield from wrong
            return
        chunks.append((here, chunk))
    last, line = lines[-1]
    if line != DONE:
        yield last.finding(RECORDING_STREAM, f"the stream ends without {DONE}")
    yield from _chunks(sent, chunks, spot)


def _chunks(sent: Data, chunks: list[tuple[Spot, Data]], spot: Spot) -> Iterator[Finding]:
    """What is wrong with events that are each as they should be."""
    waiting: dict[int, Spot] = {}  # choices that have not said why they end
    ended: set[int] = set()
    for here, chunk in chunks[:1]:
        yield from _model(sent, chunk, here)
    for here, chunk in chunks:
        yield from _usage(chunk, here)
        for key in ("id", "model", "created"):
            if chunk[key] != chunks[0][1][key]:
                what = f"the event's {key} is {shown(chunk[key])}, and the first event's is"
                what += f" {shown(chunks[0][1][key])}"
                yield here.finding(RECORDING_STREAM, what)
        for choice in chunk["choices"]:
            number = choice["index"]
            if number in ended and choice["delta"].get("content"):
                yield here.finding(RECORDING_STREAM, "text follows the finish_reason")
            waiting[number] = here
            if choice.get("finish_reason"):
                ended.add(number)
    if not waiting:
        yield spot.at("events", 0).finding(RECORDING_STREAM, "no event has a choice")
    for number, here in waiting.items():
        if number not in ended:
            what = "the last of the choice has no finish_reason"
            yield here.finding(RECORDING_STREAM, what)


def _events(response: Data, spot: Spot) -> Iterator[tuple[Spot, str]]:
    """The data of each event, and where it stands."""
    kind = "events" if "events" in response else "text"
    for number, data in recording.stream(response):
        yield spot.at(kind, number), data.strip()


def _body(response: Data, spot: Spot) -> Spot:
    """Where the body stands, if there is one."""
    return spot.at(*(name for name in ("json", "events", "text") if name in response))
