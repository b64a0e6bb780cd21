"""Is this a recording as `record` writes it, whole and untouched?

A recording that is cut short or edited by hand is refused with the line. What
no rule can see of an edit, the digests at its end do: the first is that of what
stands under `recorded`, each further one that of an interaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from docproof.core.problem import Problem
from docproof.core.project import SAFE_LOADER, YAML, Project, yaml_problem
from docproof.core.rules import declared, rule
from docproof.core.yaml_lines import line_of, repeated
from docproof.inventory.inventory import inventory
from docproof.recordings import answers, parts, recording
from docproof.recordings.recording import Recording
from docproof.recordings.schema import Finding

RECORDING_FORMAT = rule(
    "recording-format",
    family="recordings",
    refuses="a recording in an older format, such as vcrpy's own",
    why="Where it comes from would stand nowhere.",
    example="version: 1",
)
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
RECORDING_EDITED = rule(
    "recording-edited",
    family="recordings",
    refuses="a recording that is not as it was recorded",
    why="The service never said what the page shows.",
    example="a word changed in an answer",
)

_TWICE = "the key stands here twice"


def read(project: Project, program: Path) -> tuple[Recording | None, list[Problem]]:
    """The recording of `program`, and what is wrong with it.

    None if there is none or it cannot be used. Raises `BadInput` if the
    project's wire types cannot be read.
    """
    path = project.recording_of(program)
    if not path.is_file():
        return None, []
    name = project.relative(path)
    try:
        tree, data = _parsed(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        bad = YAML.problem(name, line, "it is not UTF-8 text", "")
    except yaml.YAMLError as error:
        bad = yaml_problem(name, error)
    else:
        made, found = _judged(project, data)
        found += [Finding(place, "recording-unreadable", _TWICE) for place in repeated(tree)]
        again = _again(project, program, data) if found else ""
        return made, [
            declared()[one.rule].problem(name, line_of(tree, one.place), one.what, again)
            for one in found
        ]
    return None, [replace(bad, hint=_again(project, program, None))]


def problems(project: Project, made: Recording, name: str, mend: str) -> list[Problem]:
    """What is wrong with a recording that stands in no file yet, as problems of `name`."""
    data = {"recorded": made.recorded, "interactions": made.interactions}
    found = list(parts.findings(project, data)) or list(_answers(project, made))
    return [
        declared()[one.rule].problem(name, 1, f"{one.what} ({'.'.join(map(str, one.place))})", mend)
        for one in found
    ]


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    loader = SAFE_LOADER(text)
    try:
        tree = loader.get_single_node()
        return tree, loader.construct_document(tree) if tree else None
    finally:
        loader.dispose()


def _judged(project: Project, data: Any) -> tuple[Recording | None, list[Finding]]:
    found = list(parts.findings(project, data))
    if found:
        return None, found
    made = Recording(data["recorded"], data["interactions"])
    found = list(_answers(project, made))
    return made, found + list(_edits(made, data.get("digests"), found, bool(project.wire_types)))


def _answers(project: Project, made: Recording) -> Iterator[Finding]:
    wire = answers.wire_types(project)
    for number, one in enumerate(made.interactions if wire else ()):
        assert wire
        for found in answers.findings(one, wire):
            yield Finding(("interactions", number, *found.place), found.rule, found.what)


def _edits(made: Recording, said: Any, found: list[Finding], needed: bool) -> Iterator[Finding]:
    """Where a digest is not that of what stands there, and no other rule says why."""
    last = len(made.interactions) - 1
    if said is None:
        if needed:
            what = "it has no digests at its end, so it is cut short or edited"
            yield Finding(("interactions", last), "recording-edited", what)
        return
    known = {one.place[:2] for one in found}
    places = [("recorded",), *(("interactions", number) for number in range(last + 1))]
    for place, was, now in zip_longest(places, said, recording.digests(made)):
        if was != now and place not in known:
            what = "it is not as it was recorded" if place else "an interaction is missing before"
            yield Finding(place or ("digests",), "recording-edited", what)
        if was != now and len(said) != len(places):
            return  # all that follow have moved


def _again(project: Project, program: Path, data: Any) -> str:
    """How to make the recording again, given what can be read of it."""
    name = project.relative(program)
    recorded = data.get("recorded") if isinstance(data, dict) else None
    if isinstance(recorded, dict):
        is_stand_in = recorded.get("origin") == "stand-in"
    else:  # vcrpy's own format has all headers, with that of a stand-in
        is_stand_in = "x-stand-in" in str(data).lower()
    if is_stand_in and "recordings" in inventory(project).targets:
        return f"take the edit back, or make it again: make recordings PROGRAM={name}"
    return f"take the edit back, or make it again: python -m docproof record {name}"
