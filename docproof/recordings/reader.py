"""Reads recordings, each once, and refuses one that is not as `record` wrote it."""

from __future__ import annotations

import re

import yaml

from docproof.core.problem import BadInput, Problem
from docproof.core.project import Program, Project
from docproof.core.rules import rule
from docproof.core.yaml_files import SAFE_LOADER
from docproof.inventory.inventory import inventory
from docproof.recordings import recording
from docproof.recordings.recording import Recording

RECORDING = rule(
    "recording",
    family="recordings",
    refuses="a recording that lacks what a replay needs",
    why="The page could not say where its output comes from.",
    example="a recording by another docproof, without its origin",
)
RECORDING_EDITED = rule(
    "recording-edited",
    family="recordings",
    refuses="a recording that is not as it was recorded: edited, cut short, or of another tool",
    why="The service never said what the page shows.",
    example="a word changed in an answer",
)


def read(project: Project, program: Program) -> Recording | None:
    """The recording of a program, None if there is none; raises `BadInput`.

    It is read once for as long as it stays the same.
    """
    path = program.recording.path
    if not path.is_file():
        return None
    status = path.stat()
    state = (status.st_mtime_ns, status.st_size)
    known = project.kept.setdefault("recordings", {})
    if path not in known or known[path][0] != state:
        known[path] = (state, _read(project, program))
    made: Recording | Problem = known[path][1]
    if isinstance(made, Problem):
        raise BadInput(made)
    return made


def _read(project: Project, program: Program) -> Recording | Problem:
    name, text = program.recording.name, program.recording.path.read_text("utf-8", errors="replace")
    origin = re.search(r"^  origin: (\S+)$", text, re.MULTILINE)
    command = "python -m docproof record "
    if origin and origin[1] == "stand-in" and "recordings" in inventory(project).targets:
        command = "make recordings PROGRAM="
    elif origin and origin[1] != "live":
        command += f"--base-url {origin[1]} "
    hint = f"take the edit back, or make it again: {command}{program.name}"
    edit = recording.edited(text)
    if edit:
        return RECORDING_EDITED.problem(name, *edit, hint)
    try:
        return recording.of(yaml.load(text, SAFE_LOADER))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        return RECORDING.problem(name, 1, f"it lacks or garbles {error}", hint)
