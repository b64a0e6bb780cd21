"""Reads recordings, each once, and refuses one that is not as `record` wrote it."""

from __future__ import annotations

import re

import yaml

from docproof.core.files import text_of
from docproof.core.problem import BadInput, rule
from docproof.core.project import Program, Project
from docproof.core.yaml_files import SAFE_LOADER
from docproof.inventory.inventory import inventory
from docproof.recordings import recording
from docproof.recordings.recording import Recording

RECORDING = rule(
    "recording",
    refuses=(
        "a recording that lacks what a replay needs, or has an answer with an error "
        "status that its program is not expected to meet"
    ),
    why="A guide would be proved by a failure.",
    example="status: 429",
)
RECORDING_EDITED = rule(
    "recording-edited",
    refuses=(
        "a recording that is not as docproof recorded it: it was edited or cut short, or another "
        "tool wrote it"
    ),
    why="The page would show what the service never said.",
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
    state = (path, status.st_mtime_ns, status.st_size)
    return project.once(state, lambda: _read(project, program))


def again(project: Project, program: Program) -> str:
    """The command that makes a program's recording, from where the last one came."""
    said = re.search(r"""\borigin: ['"]?([^\s'",}]+)""", text_of(program.recording.path))
    origin = said[1] if said else "stand-in"
    if origin == "stand-in" and "recordings" in inventory(project).targets:
        return f"make recordings PROGRAM={program.name}"
    elsewhere = f"--base-url {origin} " if origin.startswith("http") else ""
    return f"python -m docproof record {elsewhere}{program.name}"


def mend(project: Project, program: Program) -> str:
    """What fixes whatever is wrong with a program's recording."""
    return f"take the edit back, or make it again: {again(project, program)}"


def _read(project: Project, program: Program) -> Recording:
    name, text = program.recording.name, text_of(program.recording.path)
    edit = recording.edited(text)
    if edit:
        raise BadInput(RECORDING_EDITED.problem(name, *edit, mend(project, program)))
    try:
        return recording.of(yaml.load(text, SAFE_LOADER))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"it lacks or garbles {error}"
        raise BadInput(RECORDING.problem(name, 1, what, mend(project, program))) from None
