"""Reads recordings, each once, and says on which line one is not as `record` writes it.

A recording that is cut short or edited by hand is refused. What no rule can see
of an edit, the digests at its end do: the first is that of what stands under
`recorded`, each further one that of an interaction.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

import yaml

from docproof.core.problem import BadInput, Finding, Problem
from docproof.core.project import Program, Project
from docproof.core.rules import rule
from docproof.core.yaml_files import YAML, Document, parse, repeated, yaml_problem
from docproof.inventory.inventory import inventory
from docproof.recordings import answers, parts, recording
from docproof.recordings.answers import WireTypes
from docproof.recordings.recording import RECORDING_UNREADABLE, Recording
from docproof.recordings.spot import Spot

RECORDING_EDITED = rule(
    "recording-edited",
    family="recordings",
    refuses="a recording that is not as it was recorded",
    why="The service never said what the page shows.",
    example="a word changed in an answer",
)


def reader(project: Project) -> Reader:
    """The reader of a project's recordings."""
    if "reader" not in project.kept:
        project.kept["reader"] = Reader(project)
    return cast(Reader, project.kept["reader"])


class Reader:
    """Reads the recordings of a project's programs, each once for as long as it stays the same."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._addresses = tuple(filter(None, (project.base_url, *project.other_addresses)))
        self._versions = project.versions
        self._readings: dict[Path, tuple[tuple[int, int], Reading]] = {}

    def read(self, program: Program) -> Reading | None:
        """The recording of a program; None if there is none."""
        path = program.recording.path
        if not path.is_file():
            return None
        status = path.stat()
        state = (status.st_mtime_ns, status.st_size)
        known = self._readings.get(path)
        if known is None or known[0] != state:
            known = self._readings[path] = (state, Reading(program, self))
        return known[1]

    def recording(self, program: Program) -> Recording | None:
        """The recording of a program, None if there is none; raises `BadInput`."""
        reading = self.read(program)
        if reading and reading.recording is None:
            raise BadInput(reading.problems[0])
        return reading.recording if reading else None

    def again(self, program: Program, new_date: bool = False) -> str:
        """The command that makes a program's recording, from where the last one came.

        `new_date` dates it anew, even if the answers are the same.
        """
        reading = self.read(program)
        origin = reading.origin if reading else "stand-in"
        if origin == "stand-in" and self._by_make:
            return f"make recordings {'ARGS=--new-date ' * new_date}PROGRAM={program.name}"
        elsewhere = f"--base-url {origin} " if origin.startswith("http") else ""
        dated = "--new-date " * new_date
        return f"python -m docproof record {dated}{elsewhere}{program.name}"

    @functools.cached_property
    def _by_make(self) -> bool:
        """Whether `make recordings` makes what a stand-in answers."""
        return "recordings" in inventory(self._project).targets

    @functools.cached_property
    def _wire(self) -> WireTypes | None:
        return answers.wire_types(self._project)

    def lacks(self, data: Any, spot: Spot) -> list[Finding]:
        """The parts that a recording's data lacks, and those that are none."""
        return parts.findings(data, spot, self._versions, self._addresses)

    def wrong(self, made: Recording, spot: Spot) -> dict[int, list[Finding]]:
        """What is wrong with the answers of a recording, by the numbers of its interactions."""
        wire = self._wire
        if wire is None:
            return {}
        found: dict[int, list[Finding]] = {}
        for number, interaction in enumerate(made.interactions):
            wrong = list(answers.findings(interaction, wire, spot.at("interactions", number)))
            if wrong:
                found[number] = wrong
        return found

    def unusual(self, made: Recording) -> list[str]:
        """What servers seldom send in the answers of a recording, and clients take."""
        wire = self._wire
        notes = (answers.unusual(one, wire) for one in made.interactions) if wire else ()
        return list(dict.fromkeys(note for some in notes for note in some))

    def faults(self, made: Recording) -> list[Finding]:
        """What is wrong with a recording that stands in no file yet; raises `BadInput`."""
        spot = Spot(None, "")
        data = {"recorded": made.recorded, "interactions": made.interactions}
        return self.lacks(data, spot) or _flat(self.wrong(made, spot))

    def edits(
        self, made: Recording, said: Any, broken: dict[int, list[Finding]], spot: Spot
    ) -> Iterator[Finding]:
        """Where a digest is not that of what stands there, and nothing else says why."""
        last = len(made.interactions) - 1
        if said is None:
            if self._wire:
                what = "it has no digests at its end, so it is cut short or edited"
                yield spot.at("interactions", max(last, 0)).finding(RECORDING_EDITED, what)
            return
        numbers = [-1, *range(last + 1)]  # -1 is the head
        digests = zip_longest(numbers, said, recording.digests(made))
        for number, was, now in digests:
            if was == now:
                continue
            if number is None:
                what = "an interaction is missing before"
                yield spot.at("digests").finding(RECORDING_EDITED, what)
            elif number not in broken:
                here = spot.at("recorded") if number < 0 else spot.at("interactions", number)
                yield here.finding(RECORDING_EDITED, "it is not as it was recorded")
            if len(said) != len(numbers):
                return  # all that follow have moved


class Reading:
    """The recording of a program as its file has it.

    `recording` is None if it could not even be replayed; `problems` is all that is wrong.
    """

    def __init__(self, program: Program, reader: Reader) -> None:
        self._program, self._reader = program, reader
        self.document: Document | None = None
        self.recording: Recording | None = None
        self._error: Exception | None = None
        try:
            self.document = parse(program.recording.path.read_text("utf-8"))
            self.recording = recording.of(self.document.data)
        except (
            yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError
        ) as error:  # fmt: skip
            self._error = error

    @functools.cached_property
    def origin(self) -> str:
        """Where the answers come from, if its text says so: it may be no YAML any more."""
        text = self._program.recording.path.read_text("utf-8", errors="replace")
        found = re.search(r"""\borigin: ['"]?([^\s'",}]+)""", text)
        if found:
            return found[1]
        # vcrpy's own format has all headers, with that of a stand-in.
        is_stand_in = self.document is None or "x-stand-in" in text.lower()
        return "stand-in" if is_stand_in else ""

    @functools.cached_property
    def day_line(self) -> int:
        """The line of the day on which it was made."""
        return self.document.line_of("recorded", "date") if self.document else 1

    @functools.cached_property
    def lacks(self) -> list[Finding]:
        """The parts that it lacks, and those that are none."""
        data = self.document.data if self.document else None
        return self._reader.lacks(data, self._top)

    @functools.cached_property
    def problems(self) -> list[Problem]:
        """All that is wrong, each with its line; raises `BadInput` if no wire types can be read."""
        if self.document is None:
            return [self._no_yaml()]
        found = self.lacks or self._found()
        twice = (self._top.at(*place) for place in repeated(self.document.tree))
        found = found + [
            spot.finding(RECORDING_UNREADABLE, "the key stands here twice") for spot in twice
        ]
        if self._error and not found:
            found = [self._top.finding(RECORDING_UNREADABLE, f"it lacks or garbles {self._error}")]
        return [finding.on(self._program.recording.name) for finding in found]

    def _found(self) -> list[Finding]:
        assert self.document
        data = self.document.data
        made = Recording(data["recorded"], data["interactions"])
        wrong = self._reader.wrong(made, self._top)
        edits = self._reader.edits(made, data.get("digests"), wrong, self._top)
        return _flat(wrong) + list(edits)

    def _no_yaml(self) -> Problem:
        name, error = self._program.recording.name, self._error
        if isinstance(error, UnicodeDecodeError):
            line = error.object.count(b"\n", 0, error.start) + 1
            return YAML.problem(name, line, "it is not UTF-8 text", self._top.hint)
        assert error
        bad = yaml_problem(name, error)
        return YAML.problem(name, bad.line, bad.what, self._top.hint)

    @functools.cached_property
    def _top(self) -> Spot:
        return Spot(self.document, self.mend)

    @functools.cached_property
    def mend(self) -> str:
        """What mends whatever is wrong with it."""
        again = self._reader.again(self._program)
        return f"take the edit back, or make it again: {again}"


def _flat(found: dict[int, list[Finding]]) -> list[Finding]:
    return [finding for findings in found.values() for finding in findings]
