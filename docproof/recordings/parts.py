"""Does a recording have all its parts, and no others?"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from docproof.core.problem import Finding
from docproof.core.rules import rule
from docproof.recordings import recording
from docproof.recordings.recording import RECORDING_UNREADABLE
from docproof.recordings.schema import shown
from docproof.recordings.spot import Spot

RECORDING_FORMAT = rule(
    "recording-format",
    family="recordings",
    refuses="a recording in an older format, such as vcrpy's own",
    why="Where it comes from would stand nowhere.",
    example="version: 1",
)

_TOP = ({"recorded", "interactions"}, {"digests"})
_PAIR = ({"request", "response"}, set[str]())
_RECORDED = ({"origin", "date", "packages"}, set[str]())
_BODIES = {"json", "events", "text", "base64"}
_REQUEST = ({"method", "uri", "headers"}, _BODIES)
_RESPONSE = ({"status", "headers"}, _BODIES | {"seconds"})


def findings(
    data: Any, spot: Spot, versions: Sequence[str], addresses: Sequence[str]
) -> list[Finding]:
    """What is missing, unknown or no value of its kind in a recording as it is read from YAML.

    It has to name the `versions` of these packages; `addresses` are those that programs ask.
    """
    old = _age(data, spot)
    return [old] if old else list(_all_parts(data, spot, versions, addresses))


def _age(data: Any, spot: Spot) -> Finding | None:
    """Whether a recording is of a time when recordings said less, or of vcrpy itself."""
    if not isinstance(data, dict) or "interactions" not in data:
        return None
    if "version" in data and "recorded" not in data:
        what = "it is in vcrpy's own format, an older one"
        return spot.at("version").finding(RECORDING_FORMAT, what)
    if "recorded" not in data:
        what = "it is in an older format, which does not say where it comes from"
        return spot.at("interactions").finding(RECORDING_FORMAT, what)
    if isinstance(data["recorded"], dict) and "origin" not in data["recorded"]:
        what = "it is in an older format, which does not say whether it is of the real service"
        return spot.at("recorded").finding(RECORDING_FORMAT, what)
    return None


def _all_parts(
    data: Any, spot: Spot, versions: Sequence[str], addresses: Sequence[str]
) -> Iterator[Finding]:
    wrong = _keys(data, spot, _TOP)
    if wrong:
        yield from wrong
        return
    recorded, interactions = data["recorded"], data["interactions"]
    wrong = _keys(recorded, spot.at("recorded"), _RECORDED)
    yield from wrong
    if not wrong:
        yield from _head(recorded, spot.at("recorded"), versions)
    if not isinstance(data.get("digests", []), list):
        yield _unreadable(spot.at("digests"), "digests is no list")
    if not isinstance(interactions, list):
        yield _unreadable(spot.at("interactions"), "there is no list of interactions")
        return
    for number, interaction in enumerate(interactions):
        here = spot.at("interactions", number)
        wrong = _keys(interaction, here, _PAIR)
        yield from wrong
        if not wrong:
            yield from _pair(interaction, here, addresses)


def _unreadable(spot: Spot, what: str) -> Finding:
    return spot.finding(RECORDING_UNREADABLE, what)


def _keys(value: Any, spot: Spot, keys: tuple[set[str], set[str]]) -> list[Finding]:
    """What `value` lacks of the first keys, and what it has beyond both."""
    last = spot.keys[-1] if spot.keys else 0
    name = last if isinstance(last, str) else "it"
    needed, others = keys
    if not isinstance(value, dict):
        return [_unreadable(spot, f"{name} is no mapping of {', '.join(sorted(needed))}")]
    lacks = [_unreadable(spot, f"{name} has no '{key}'") for key in sorted(needed - value.keys())]
    return lacks + [
        _unreadable(spot.at(key), f"{name} has '{key}', which no recording has")
        for key in value
        if key not in needed | others
    ]


def _head(recorded: Any, spot: Spot, versions: Sequence[str]) -> Iterator[Finding]:
    origin, packages = recorded["origin"], recorded["packages"]
    if origin not in ("live", "stand-in") and not str(origin).startswith("http"):
        what = f"the origin is {shown(origin)}, and not live, stand-in or an address"
        yield _unreadable(spot.at("origin"), what)
    if not _is_date(recorded["date"]):
        what = f"the date is {shown(recorded['date'])}, and not YYYY-MM-DD in quotes"
        yield _unreadable(spot.at("date"), what)
    here = spot.at("packages")
    if not isinstance(packages, dict):
        yield _unreadable(here, "packages is no mapping of names to versions")
        return
    for name in versions:
        if name not in packages:
            yield _unreadable(here, f"the version of {name} is missing")
    for name, version in packages.items():
        if not isinstance(version, str):
            yield _unreadable(here.at(name), f"the version of {name} is no text")


def _pair(interaction: Any, spot: Spot, addresses: Sequence[str]) -> Iterator[Finding]:
    wrong = _keys(interaction["request"], spot.at("request"), _REQUEST)
    wrong += _keys(interaction["response"], spot.at("response"), _RESPONSE)
    if wrong:
        yield from wrong
        return
    for side, name, is_right, what in _VALUES:
        message = interaction[side]
        if name in message and not is_right(message[name]):
            said = f"{name} is {shown(message[name])}, which {what}"
            yield _unreadable(spot.at(side, name), said)
    uri = interaction["request"]["uri"]
    if addresses and not any(str(uri).startswith(f"{one.rstrip('/')}/") for one in addresses):
        said = f"{shown(uri)} is not below {' or '.join(addresses)}"
        yield _unreadable(spot.at("request", "uri"), said)
    for side in ("request", "response"):
        yield from _message(interaction[side], spot.at(side))
    try:
        json.dumps(interaction, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        yield _unreadable(spot, f"it holds what JSON cannot: {error}")


def _message(message: Any, spot: Spot) -> Iterator[Finding]:
    headers = message["headers"]
    if not isinstance(headers, dict):
        yield _unreadable(spot.at("headers"), "headers is no mapping")
        return
    for name, value in headers.items():
        here = spot.at("headers", name)
        if not recording.kept({str(name): value}):
            yield _unreadable(here, f"the header '{name}' is kept in no recording")
        elif not isinstance(value, str):
            yield _unreadable(here, f"the header '{name}' is no text")
    bodies = sorted(_BODIES & message.keys())
    if len(bodies) > 1:
        what = f"it has two bodies, {' and '.join(bodies)}"
        yield _unreadable(spot.at(bodies[1]), what)
        return
    for kind in bodies:
        body, here = message[kind], spot.at(kind)
        is_stream = "event-stream" in str(headers.get("content-type", ""))
        if kind != "json" and not isinstance(body, str):
            yield _unreadable(here, f"{kind} is no text")
        elif kind == "json" and is_stream and message.get("status", 200) < 400:
            what = f"the body is {kind}, and the content-type is {headers.get('content-type')}"
            yield _unreadable(here, what)
        elif kind == "events":
            for number, line in enumerate(recording.events(body) or [""]):
                if not line.strip():
                    yield _unreadable(here.at(number), "the line is no event")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_status(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value < 600


def _is_seconds(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value >= 0


def _is_date(value: Any) -> bool:
    try:
        is_day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        return bool(is_day and datetime.date.fromisoformat(value))
    except ValueError:
        return False


_VALUES: tuple[tuple[str, str, Callable[[Any], bool], str], ...] = (
    ("request", "method", _is_text, "is no text"),
    ("request", "uri", _is_text, "is no text"),
    ("response", "status", _is_status, "is no HTTP status"),
    ("response", "seconds", _is_seconds, "is no number of seconds"),
)
