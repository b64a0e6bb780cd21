"""What is a program expected to do?

Without a word, it exits 0, writes nothing to standard error, and makes at
least one request, each of them answered with a status below 400. What differs
is said in a small file beside its recording, NAME.expected.yaml:

    why: shows what LiteLLM raises when the key is wrong
    exit: 1                       # its exit code
    stderr: AuthenticationError   # text that must stand in its standard error
    requests: 1                   # how many requests it makes
    statuses: [401]               # their statuses; requests sent at once end in any order
    time-limit: 40                # seconds
    faults:                       # faults of the transport, put in on purpose
      - {request: 1, kind: refused}       # the connection is refused
      - {request: 2, kind: timeout}       # no answer in time
      - {request: 3, kind: cut, after: 5} # the stream breaks after 5 events
    unreachable: [huggingface.co] # hosts that it looks up and does not find
    environment: {NAME: value}    # variables that it finds besides the usual; null: one less
    fresh: true                   # in an interpreter of its own, for what happens at an import
    waits: skipped                # waiting takes no time; the clock runs ahead instead, and
                                  # each answer takes the seconds on it that were recorded
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docproof.core import yaml_files
from docproof.core.problem import BadInput, rule
from docproof.core.project import File

EXPECTATIONS = rule(
    "expectations",
    refuses=(
        "a file `NAME.expected.yaml` with a key or a value that docproof does not know, or without "
        "`why`, the reason"
    ),
    why=(
        "This file says what a program may do: with which exit code it ends, what it writes to "
        "standard error, how many requests it makes. A misspelled line would expect nothing."
    ),
    example="exits: 1, where exit: 1 is meant",
)


KINDS = ("refused", "timeout", "cut")


@dataclass(frozen=True)
class Fault:
    """A fault of the transport: `kind` befalls request number `request` (from 1).

    `after` is the number of events of a stream that arrive before it is cut.
    """

    request: int
    kind: str
    after: int = 0


@dataclass(frozen=True)
class Expectations:
    """What one program does when all is well; `requests` None means at least one."""

    why: str = ""
    exit: int = 0
    stderr: str = ""
    requests: int | None = None
    statuses: tuple[int, ...] | None = None
    time_limit: float | None = None
    faults: tuple[Fault, ...] = ()
    unreachable: tuple[str, ...] = ()
    environment: dict[str, str | None] = field(default_factory=dict, hash=False)
    fresh: bool = False
    waits: str = ""

    def needs_recording(self) -> bool:
        """Whether there is anything that could have been recorded."""
        return self.requests is None or self.requests > len(
            [fault for fault in self.faults if fault.kind != "cut"]
        )


def load(file: File) -> Expectations:
    """What a file of expectations says; raises `BadInput`.

    A file that is not there leaves everything as usual.
    """
    if not file.path.is_file():
        return Expectations()
    document = yaml_files.read(*file)
    data = document.data

    def refuse(what: str, key: str = "") -> BadInput:
        hint = "see docproof/recordings/expectations.py for what it may say"
        return BadInput(EXPECTATIONS.problem(file.name, document.line_of(key), what, hint))

    if not isinstance(data, dict):
        raise refuse("it is not a mapping")
    for key, value in data.items():
        if key not in _VALID:
            raise refuse(f"it says '{key}', which is not a thing to expect", str(key))
        if not _VALID[key](value):
            raise refuse(f"'{value}' is not something that '{key}' can be", key)
    if not data.get("why"):
        raise refuse("it does not say why")
    values: dict[str, Any] = {
        key.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
    }
    values["faults"] = tuple(Fault(**fault) for fault in values.get("faults", ()))
    return Expectations(**values)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_variable(item: tuple[Any, Any]) -> bool:
    name, value = item
    return isinstance(name, str) and (value is None or isinstance(value, str))


def _is_fault(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"request", "kind"} <= set(value) <= {"request", "kind", "after"}
        and value["kind"] in KINDS
        and _is_whole(value["request"])
        and value["request"] > 0
        and _is_whole(value.get("after", 0))
    )


def _each(valid: Any) -> Any:
    return lambda value: isinstance(value, list) and all(valid(item) for item in value)


_VALID: dict[str, Any] = {
    "why": lambda value: isinstance(value, str),
    "exit": _is_whole,
    "stderr": lambda value: isinstance(value, str) and bool(value),
    "requests": _is_whole,
    "statuses": _each(_is_whole),
    "time-limit": lambda value: isinstance(value, (int, float)) and value > 0,
    "faults": _each(_is_fault),
    "unreachable": _each(lambda value: isinstance(value, str)),
    "environment": lambda value: isinstance(value, dict) and all(map(_is_variable, value.items())),
    "fresh": lambda value: isinstance(value, bool),
    "waits": lambda value: value == "skipped",
}
