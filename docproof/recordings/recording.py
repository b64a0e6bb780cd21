"""What did the API answer, and where did the answer come from?

A recording is a YAML file that a reviewer can read: JSON bodies stand as YAML
mappings, a stream as its events, one a line. To vcrpy this module is a
serializer, so a recording is a vcrpy cassette in every other respect.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from docproof.core import streams
from docproof.core.yaml_files import SAFE_LOADER

# Headers that can change what a client does with an answer. All others name
# the machine, the account or the moment, and are left out of a recording.
KEPT_HEADERS = {"content-type", "location", "retry-after", "retry-after-ms"}
# How long an answer took, and when each event of a stream came; they were on no wire.
SECONDS, TIMES = "docproof-seconds", "docproof-times"
KEPT_PREFIX = "x-ratelimit-"
_DIGESTS = "\ndigests:\n"
_ROW = 32  # lines

Data = dict[str, Any]


@dataclass(frozen=True)
class Recording:
    """The exchanges of one run of a program.

    `recorded` says where they come from: `origin` ("live", "stand-in" or the
    address of another endpoint), `date` (YYYY-MM-DD) and `packages` (versions
    by name). Each interaction is a mapping of `request` and `response`, each
    body under one of the keys `json`, `events`, `text` and `base64`. `seconds` of a
    response is how long it took, to a tenth; it is left out if it took no time. `times` of
    a stream has a number for each event: when it came, in seconds after the request.
    """

    recorded: Data
    interactions: list[Data]

    @property
    def day(self) -> str:
        """The day on which it was made, as a sentence says it: 22 November 2026."""
        day = date.fromisoformat(self.recorded["date"])
        return f"{day.day} {day:%B %Y}"

    @property
    def statuses(self) -> list[int]:
        """The HTTP status of each response, in order."""
        return [interaction["response"]["status"] for interaction in self.interactions]


def of(data: Any) -> Recording:
    """The recording that a YAML file says, if a replay can do with it.

    Raises `KeyError`, `TypeError`, `ValueError` or `AttributeError` if not.
    """
    made = Recording(dict(data["recorded"]), list(data["interactions"]))
    for interaction in made.interactions:
        _to_vcr(interaction)
        times(interaction["response"])
    if not (made.day and re.match("live$|stand-in$|http", made.recorded["origin"])):
        raise ValueError(f"its origin, which is '{made.recorded['origin']}'")
    return made


def text(recording: Recording, program: str) -> str:
    """The file that keeps the recording of `program`."""
    head = (
        f"# The recorded responses of {program}.\n"
        "# Made by `python -m docproof record`; never by hand.\n"
    )
    said = {"recorded": recording.recorded, "interactions": recording.interactions, "digests": []}
    body: str = yaml.dump(said, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return sealed(head + body.removesuffix("digests: []\n"))


def sealed(text: str) -> str:
    """A recording with its digests below it: what shows where it was edited."""
    text = text.removesuffix("\n")
    return "\n".join([text + _DIGESTS[:-1], *(f"- '{row}'" for row in _digests(text)), ""])


def edited(text: str) -> tuple[int, str] | None:
    """The first line, from 1, of a recording that is not as it was recorded, and how."""
    recorded, digests, rows = text.rpartition(_DIGESTS)
    if not digests:
        return len(text.rstrip("\n").split("\n")), "it ends here, without its digests"
    was, now = re.findall(r"\w+", rows), _digests(recorded)
    if was == now:
        return None
    before, after = (re.findall("...", "".join(some[1:])) for some in (was, now))
    pairs = enumerate(zip(before, after, strict=False))
    same = next((n for n, (old, new) in pairs if old != new), min(len(before), len(after)))
    if len(after) < len(before):
        return max(same, 1), "something is missing behind this line"
    return same + 1, "this line is not as it was recorded"


def _digests(text: str) -> list[str]:
    """One of all, then three letters for each line."""
    lines = [hashlib.sha256(line.encode()).hexdigest()[:3] for line in text.split("\n")]
    rows = ["".join(lines[start : start + _ROW]) for start in range(0, len(lines), _ROW)]
    return [hashlib.sha256(text.encode()).hexdigest()[:16], *rows]


def events(body: str) -> list[str]:
    """The events of a stream, which stand one a line."""
    return body.removesuffix("\n").split("\n") if body else []


def read(message: Data) -> Data:
    """A request or an answer with its JSON under `json`, which YAML cannot say of some texts."""
    if "text" in message and "json" in message["headers"].get("content-type", ""):
        with contextlib.suppress(ValueError):
            return {**message, "json": json.loads(message["text"])}
    return message


def stream(response: Data) -> list[tuple[int, str]]:
    """The data of each event of an answer, with its line in the text that keeps the body."""
    if "events" in response:
        return list(enumerate(events(response["events"])))
    if "event-stream" not in response["headers"].get("content-type", ""):
        return []
    body = response.get("text", "")
    return [(body.count("\n", 0, one.spans[0][0]), one.data) for one in streams.events(body)]


def times(response: Data) -> list[float]:
    """When each event of a stream came, in seconds after the request; none of old recordings."""
    return [float(one) for one in response.get("times", "").split()]


def deserialize(text: str) -> Data:
    """A recording's text as vcrpy wants it (vcrpy's serializer interface)."""
    data = yaml.load(text, SAFE_LOADER)
    return {"interactions": [_to_vcr(interaction) for interaction in data["interactions"]]}


def serialize(cassette: Data) -> str:
    """What vcrpy recorded, as JSON of its interactions (vcrpy's serializer interface)."""
    return json.dumps([_from_vcr(interaction) for interaction in cassette["interactions"]])


def kept(headers: Any) -> dict[str, Any]:
    """The headers worth keeping, by their lower-case names."""
    return {
        name.lower(): value
        for name, value in dict(headers).items()
        if name.lower() in KEPT_HEADERS or name.lower().startswith(KEPT_PREFIX)
    }


def _from_vcr(interaction: Data) -> Data:
    request, response = interaction["request"], interaction["response"]
    noted = {name: value[0] for name, value in response["headers"].items()}
    return {
        "request": {
            "method": request["method"],
            "uri": request["uri"],
            "headers": _joined(kept(request["headers"])),
            **_readable(request["body"]),
        },
        "response": {
            "status": response["status"]["code"],
            "headers": _joined(kept(response["headers"])),
            **_readable(response["body"].get("string")),
            **({"seconds": float(noted[SECONDS])} if SECONDS in noted else {}),
            **({"times": noted[TIMES]} if noted.get(TIMES) else {}),
        },
    }


def _to_vcr(interaction: Data) -> Data:
    request, response = interaction["request"], interaction["response"]
    return {
        "request": {
            "method": request["method"],
            "uri": request["uri"],
            "headers": {name: [value] for name, value in request["headers"].items()},
            "body": body(request),
        },
        "response": {
            "status": {"code": int(response["status"]), "message": ""},
            "headers": {
                **{name: [value] for name, value in response["headers"].items()},
                **({SECONDS: [str(float(response["seconds"]))]} if "seconds" in response else {}),
            },
            "body": {"string": body(response)},
        },
    }


def _joined(headers: dict[str, Any]) -> dict[str, str]:
    return {
        name: ", ".join(value) if isinstance(value, list) else str(value)
        for name, value in sorted(headers.items())
    }


def _readable(body: Any) -> Data:
    """A body under the key that says how it is written down."""
    if body in (None, "", b""):
        return {}
    if isinstance(body, bytes):  # vcrpy found no text in it
        return {"base64": base64.b64encode(body).decode()}
    text = body if isinstance(body, str) else json.dumps(body)
    said = [event.data for event in streams.events(text) if event.data.strip()]
    if "".join(f"data: {data}\n\n" for data in said) == text.replace("\r\n", "\n"):
        return {"events": "\n".join(said) + "\n"}
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()
    except ValueError:  # no JSON, or half of a character written as two, which YAML cannot say
        return {"text": text}
    return {"json": data}


def body(message: Data) -> str | bytes:
    """The body as it goes over the wire."""
    if "base64" in message:
        return base64.b64decode(message["base64"])
    if "events" in message:
        return "".join(f"data: {event}\n\n" for event in events(message["events"]))
    if "json" in message:
        return json.dumps(message["json"], ensure_ascii=False, separators=(",", ":"))
    text: str = message.get("text", "")
    return text


# YAML breaks a block at these too, and some of them come back as others.
_OTHER_BREAKS = {"\r", "\x85", "\u2028", "\u2029"}


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, as a reviewer would."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = ("|" if "\n" in text else None) if _OTHER_BREAKS.isdisjoint(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
