"""Does a recording have all its parts, and no others?"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterator
from typing import Any

from docproof.core.project import Project
from docproof.core.yaml_lines import Place
from docproof.recordings import recording
from docproof.recordings.schema import Finding, shown

_OLD, _UNREADABLE = "recording-format", "recording-unreadable"
_TOP = ({"recorded", "interactions"}, {"digests"})
_RECORDED = ({"origin", "date", "packages"}, set[str]())
_BODIES = {"json", "events", "text", "base64"}
_REQUEST = ({"method", "uri", "headers"}, _BODIES)
_RESPONSE = ({"status", "headers"}, _BODIES | {"seconds"})


def findings(project: Project, data: Any) -> Iterator[Finding]:
    """What is missing, unknown or no value of its kind in a recording as it is read from YAML."""
    old = list(_age(data))
    yield from old or _all_parts(project, data)


def _age(data: Any) -> Iterator[Finding]:
    """Whether a recording is of a time when recordings said less, or of vcrpy itself."""
    if not isinstance(data, dict) or "interactions" not in data:
        return
    if "version" in data and "recorded" not in data:
        yield Finding(("version",), _OLD, "it is in vcrpy's own format, an older one")
    elif "recorded" not in data:
        what = "it is in an older format, which does not say where it comes from"
        yield Finding(("interactions",), _OLD, what)
    elif isinstance(data["recorded"], dict) and "origin" not in data["recorded"]:
        what = "it is in an older format, which does not say whether it is of the real service"
        yield Finding(("recorded",), _OLD, what)


def _all_parts(project: Project, data: Any) -> Iterator[Finding]:
    wrong = list(_keys(data, (), _TOP))
    if wrong:
        yield from wrong
        return
    recorded, interactions = data["recorded"], data["interactions"]
    yield from _keys(recorded, ("recorded",), _RECORDED) or _head(project, recorded)
    if not isinstance(data.get("digests", []), list):
        yield Finding(("digests",), _UNREADABLE, "digests is no list")
    if not isinstance(interactions, list):
        yield Finding(("interactions",), _UNREADABLE, "there is no list of interactions")
        return
    for number, one in enumerate(interactions):
        place: Place = ("interactions", number)
        yield from _keys(one, place, ({"request", "response"}, set())) or _pair(project, one, place)


def _keys(value: Any, place: Place, keys: tuple[set[str], set[str]]) -> list[Finding]:
    """What `value` lacks of the first keys, and what it has beyond both."""
    name = str(place[-1]) if place and isinstance(place[-1], str) else "it"
    if not isinstance(value, dict):
        return [
            Finding(place, _UNREADABLE, f"{name} is no mapping of {', '.join(sorted(keys[0]))}")
        ]
    needed, others = keys
    lacks = [
        Finding(place, _UNREADABLE, f"{name} has no '{key}'")
        for key in sorted(needed - value.keys())
    ]
    return lacks + [
        Finding((*place, key), _UNREADABLE, f"{name} has '{key}', which no recording has")
        for key in value
        if key not in needed | others
    ]


def _head(project: Project, recorded: Any) -> Iterator[Finding]:
    origin, packages = recorded["origin"], recorded["packages"]
    if origin not in ("live", "stand-in") and not str(origin).startswith("http"):
        what = f"the origin is {shown(origin)}, and not live, stand-in or an address"
        yield Finding(("recorded", "origin"), _UNREADABLE, what)
    if not _is_date(recorded["date"]):
        what = f"the date is {shown(recorded['date'])}, and not YYYY-MM-DD in quotes"
        yield Finding(("recorded", "date"), _UNREADABLE, what)
    place: Place = ("recorded", "packages")
    if not isinstance(packages, dict):
        yield Finding(place, _UNREADABLE, "packages is no mapping of names to versions")
        return
    for name in project.versions:
        if name not in packages:
            yield Finding(place, _UNREADABLE, f"the version of {name} is missing")
    for name, version in packages.items():
        if not isinstance(version, str):
            yield Finding((*place, name), _UNREADABLE, f"the version of {name} is no text")


def _pair(project: Project, one: Any, place: Place) -> Iterator[Finding]:
    wrong = _keys(one["request"], (*place, "request"), _REQUEST)
    wrong += _keys(one["response"], (*place, "response"), _RESPONSE)
    if wrong:
        yield from wrong
        return
    for name, value, is_right, what in (
        ("method", one["request"], _is_text, "is no text"),
        ("uri", one["request"], _is_text, "is no text"),
        ("status", one["response"], _is_status, "is no HTTP status"),
        ("seconds", one["response"], _is_seconds, "is no number of seconds"),
    ):
        if name in value and not is_right(value[name]):
            side = "request" if value is one["request"] else "response"
            said = f"{name} is {shown(value[name])}, which {what}"
            yield Finding((*place, side, name), _UNREADABLE, said)
    yield from _address(project, one["request"]["uri"], (*place, "request", "uri"))
    for side in ("request", "response"):
        yield from _message(one[side], (*place, side))
    try:
        json.dumps(one, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        yield Finding(place, _UNREADABLE, f"it holds what JSON cannot: {error}")


def _address(project: Project, uri: Any, place: Place) -> Iterator[Finding]:
    addresses = [one for one in (project.base_url, *project.other_addresses) if one]
    if addresses and not any(str(uri).startswith(f"{one.rstrip('/')}/") for one in addresses):
        what = f"{shown(uri)} is not below {' or '.join(addresses)}"
        yield Finding(place, _UNREADABLE, what)


def _message(message: Any, place: Place) -> Iterator[Finding]:
    headers = message["headers"]
    if not isinstance(headers, dict):
        yield Finding((*place, "headers"), _UNREADABLE, "headers is no mapping")
        return
    for name, value in headers.items():
        if not recording.kept({str(name): value}):
            what = f"the header '{name}' is kept in no recording"
            yield Finding((*place, "headers", name), _UNREADABLE, what)
        elif not isinstance(value, str):
            yield Finding((*place, "headers", name), _UNREADABLE, f"the header '{name}' is no text")
    bodies = sorted(_BODIES & message.keys())
    if len(bodies) > 1:
        what = f"it has two bodies, {' and '.join(bodies)}"
        yield Finding((*place, bodies[1]), _UNREADABLE, what)
        return
    for kind in bodies:
        body = message[kind]
        is_stream = "event-stream" in str(headers.get("content-type", ""))
        if kind != "json" and not isinstance(body, str):
            yield Finding((*place, kind), _UNREADABLE, f"{kind} is no text")
        elif kind in ("json", "events") and is_stream != (kind == "events"):
            what = f"the body is {kind}, and the content-type is {headers.get('content-type')}"
            yield Finding((*place, kind), _UNREADABLE, what)
        elif kind == "events":
            for number, line in enumerate(recording.events(body) or [""]):
                if not line.strip():
                    yield Finding((*place, kind, number), _UNREADABLE, "the line is no event")


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
