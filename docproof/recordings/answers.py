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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from docproof.core import streams
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
    why="No client could read the answer.",
    example="a chat completion without choices",
)
RECORDING_STREAM = rule(
    "recording-stream",
    family="recordings",
    refuses="a recorded stream that is not whole, or has an event that is not JSON",
    why="A reader's stream would end otherwise than the page's.",
    example="events that end before a finish_reason and [DONE]",
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
# What clients do without, though it has parts: what was used, a change that changes nothing.
_MAY_LACK = ("usage", "delta")
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


Note = Callable[[str], None]  # what is told of an answer that is unusual, and no more


def unusual(interaction: Data, wire: WireTypes) -> list[str]:
    """What servers seldom send in the answer of one interaction, and clients take."""
    notes: dict[str, None] = {}
    for _ in findings(interaction, wire, Spot(None, ""), notes.setdefault):
        pass  # what is wrong has been said
    return list(notes)


def findings(
    interaction: Data, wire: WireTypes, spot: Spot, note: Note = lambda what: None
) -> Iterator[Finding]:
    """What is wrong with the answer of one interaction, which stands at `spot`."""
    request, response = map(recording.read, (interaction["request"], interaction["response"]))
    below = spot.at("response")
    if response["status"] >= 400:
        yield from _error(response, below)
    name, inside = wire.of(request)
    if not 200 <= response["status"] < 300 or not wire.answers.get(name):
        return
    sent = request["json"] if isinstance(request.get("json"), dict) else {}
    if name in wire.events and sent.get("stream"):
        yield from _Stream(sent, response, wire, wire.events[name], below, note).findings()
    elif "json" not in response:
        what = f"is no JSON, and {wire.answers[name]} was to be answered"
        yield _body(response, below).finding(RECORDING_ANSWER, f"the answer {what}")
    else:
        body, here = response["json"], below.at("json")
        wrong = list(_misfits(body, wire.answers[name], wire, here, note))
        yield from wrong
        if not wrong:
            yield from _whole(sent, inside, body, here, note)


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


def _misfits(value: Any, name: str, wire: WireTypes, spot: Spot, note: Note) -> Iterator[Finding]:
    """Where an answer has another structure than its type; a value of another kind is noted."""
    for place, what, structural, lacks in misfits(value, {"$ref": name}, wire.types):
        inside = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
        said = f"{inside.lstrip('.')} {what}" if inside else f"the answer {what}"
        if structural and lacks not in _MAY_LACK:
            yield spot.at(*place).finding(RECORDING_ANSWER, f"{said} (it is {name})")
        else:
            note(said)


def _whole(sent: Data, inside: str, body: Data, spot: Spot, note: Note) -> Iterator[Finding]:
    yield from _model(sent, body, spot)
    _usage(body, note)
    if inside and body.get("id", inside) != inside:
        what = f"the address asks for {shown(inside)} and the answer is {shown(body['id'])}"
        yield spot.at("id").finding(RECORDING_DISAGREES, what)
    for name in _REPEATED:
        if name in sent and name in body and sent[name] != body[name]:
            what = f"{name} is {shown(body[name])}, and {shown(sent[name])} was sent"
            yield spot.at(name).finding(RECORDING_DISAGREES, what)
    if body.get("choices") == []:
        yield spot.at("choices").finding(RECORDING_ANSWER, "the answer has no choice")


def _model(sent: Data, body: Data, spot: Spot) -> Iterator[Finding]:
    asked, answers = sent.get("model"), body.get("model")
    if not isinstance(asked, str) or not isinstance(answers, str) or answers == asked:
        return
    if not answers.startswith(asked) or not _REVISION.fullmatch(answers[len(asked) :]):
        what = f"{shown(answers)} answers, and {shown(asked)} was asked"
        yield spot.at("model").finding(RECORDING_DISAGREES, what)


def _usage(body: Data, note: Note) -> None:
    usage = body.get("usage") or {}
    for sent, got in (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens")):
        details = usage.get(f"{got}_details") or {}
        counts: list[Any] = [usage.get(name) for name in (sent, got, "total_tokens")]
        if not all(isinstance(count, int) for count in counts):
            continue
        # Some count the tokens of reasoning among the completion's, some on top of them.
        total = counts[0] + counts[1]
        if counts[2] not in (total, total + (details.get("reasoning_tokens") or 0)):
            note(f"{counts[0]} and {counts[1]} tokens are {total}, and not {counts[2]} in total")


@dataclass(frozen=True)
class _Stream:
    """A stream that answers the request which sent `sent`; its events are of the type `name`."""

    sent: Data
    response: Data
    wire: WireTypes
    name: str
    spot: Spot
    note: Note

    def findings(self) -> Iterator[Finding]:
        """What is wrong with it."""
        events = list(self._events())
        if not events:
            what = "the request asks for a stream, and the answer is none"
            yield _body(self.response, self.spot).finding(RECORDING_STREAM, what)
            return
        if self.response.get("text", "").startswith(streams.MARK):
            self.note("a byte order mark stands first, and some clients lose the first event")
        chunks: list[tuple[Spot, Data]] = []
        done: Spot | None = None
        for here, data in events:
            if data == DONE:
                if done:
                    self.note(f"{DONE} stands there twice")
                done = here
                continue
            if done:
                yield done.finding(RECORDING_STREAM, f"{DONE} stands before the end")
                return
            if not data:
                self.note("an event has no data, which some clients take for broken JSON")
                continue
            try:
                chunk = json.loads(data)
            except ValueError:
                yield here.finding(RECORDING_STREAM, "the event is not JSON")
                return
            if isinstance(chunk, dict) and chunk.get("choices") is None:
                if "error" in chunk:
                    self.note("an event is an error")
                    return  # the service broke it off itself, and said so
                self.note("an event has no choices")
                continue
            wrong = list(_misfits(chunk, self.name, self.wire, here, self.note))
            yield from wrong
            if wrong:
                return
            chunks.append((here, chunk))
        yield from self._whole(chunks, done or events[-1][0], done is not None)

    def _whole(
        self, chunks: list[tuple[Spot, Data]], end: Spot, is_done: bool
    ) -> Iterator[Finding]:
        """What is wrong with events that are each as they should be."""
        reasons: dict[int, bool] = {}  # by choice: whether it has said why it ends
        named = [(here, chunk) for here, chunk in chunks if chunk.get("model")]
        for here, chunk in named[:1]:  # a first event without choices may name none
            yield from _model(self.sent, chunk, here)
        for _, chunk in chunks:
            _usage(chunk, self.note)
            for key in ("id", "model", "created"):
                if chunk.get(key) != chunks[0][1].get(key):
                    self.note(f"{key} changes within the stream")
            for choice in chunk["choices"]:
                number = choice.get("index", 0)
                if reasons.get(number) and (choice.get("delta") or {}).get("content"):
                    self.note("text follows the finish_reason")
                reasons[number] = bool(reasons.get(number) or choice.get("finish_reason"))
        if not reasons:
            yield self.spot.at("events", 0).finding(RECORDING_STREAM, "no event has a choice")
        elif not is_done and not all(reasons.values()):
            what = f"the stream ends without a finish_reason and without {DONE}"
            yield end.finding(RECORDING_STREAM, what)
        elif not is_done:
            self.note(f"the stream ends without {DONE}")
        elif not all(reasons.values()):
            self.note("the stream ends without a finish_reason")

    def _events(self) -> Iterator[tuple[Spot, str]]:
        """The data of each event, and where it stands."""
        kind = "events" if "events" in self.response else "text"
        for number, data in recording.stream(self.response):
            yield self.spot.at(kind, number), data.strip()


def _body(response: Data, spot: Spot) -> Spot:
    """Where the body stands, if there is one."""
    return spot.at(*(name for name in ("json", "events", "text") if name in response))
