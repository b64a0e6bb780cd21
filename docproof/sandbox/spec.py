"""What is asked of a program's own process, and what does it tell of the run?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from docproof.recordings.expectations import Fault

CURRENT = "current"  # the program's current folder, beside its report


@dataclass(frozen=True)
class RunSpec:
    """One run of `program`, whose answers are in `cassette` (None: it needs none).

    With `record`, the answers come from the network, through docproof.sandbox.transport, and
    are written to `cassette`; requests to `addresses` go to `redirect` instead,
    if there is one, and no others go anywhere. What stands for the key in the
    program is among `placeholders`, and each exchange is told in the file
    `progress`, a line of JSON each. `pace` is in seconds for each event of a
    stream, `time_limit` in seconds for the whole (0: none). `report` is the
    file that the report goes to. `preload` names modules
    to import first, also from the folder `root`. What else there is comes from
    the program's expectations.
    """

    program: str
    report: str
    cassette: str | None = None
    arguments: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    time_limit: float = 0
    pace: float = 0
    record: bool = False
    addresses: tuple[str, ...] = ()
    redirect: str = ""
    placeholders: tuple[str, ...] = ()
    progress: str = ""
    interactive: bool = False
    environment: dict[str, str | None] = field(default_factory=dict)
    unreachable: tuple[str, ...] = ()
    skip_waits: bool = False
    root: str = ""
    preload: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The spec as a line of text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> RunSpec:
        """The spec that `to_json` wrote."""
        values = json.loads(text)
        for name in ("arguments", "addresses", "placeholders", "unreachable", "preload"):
            values[name] = tuple(values[name])
        values["faults"] = tuple(Fault(**fault) for fault in values["faults"])
        return cls(**values)


@dataclass
class Report:
    """What happened; lines are the program's, 0 if unknown.

    `at_once` is the lines that asked what was being asked already, and got another answer.
    `refusals` is what did not pass the gate while it was recorded, and why.
    """

    raised: str = ""
    raised_line: int = 0
    requests: int = 0
    missed: list[dict[str, Any]] = field(default_factory=list)
    at_once: list[int] = field(default_factory=list)
    reached_out: list[dict[str, Any]] = field(default_factory=list)
    unplayed: list[int] = field(default_factory=list)
    read_input_line: int | None = None
    marked_servers: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def write(self, path: str) -> None:
        """Write it to the file at `path`, again if it was written before."""
        # Not open(): Python takes that away before it runs the last finalizers.
        Path(path).write_text(json.dumps(asdict(self)), "utf-8")


def line_in(program: str, frame: FrameType | None) -> int:
    """The line of `program` that `frame` was called from; 0 if it was not."""
    while frame is not None:
        if frame.f_code.co_filename == program:
            return frame.f_lineno
        frame = frame.f_back
    return 0
