"""Does something stand in what is published that could be somebody's key?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docproof.core import secrets
from docproof.core.files import text_of
from docproof.core.problem import Problem, rule
from docproof.core.project import Project
from docproof.recordings.reader import mend as mend_recording
from docproof.rules import Scope, Selection, check

SECRET = rule(
    "secret",
    refuses="anything that looks like a key in a page, program, recording, output or data file",
    why=(
        "Whoever reads the page or the repository could use the key, and a commit keeps it for "
        "good."
    ),
    example='client = OpenAI(api_key="sk-…") with a key of full length',
)

INSTEAD = "write INSERT_API_KEY in its place"
_FOLDERS_LEFT_OUT = {"__pycache__", ".git"}


@check(Scope.PROJECT)
def keys(selection: Selection) -> Iterator[Problem]:
    """What is shaped like a key in the chosen files."""
    project = selection.project
    made = {program.recording.path: program for program in project.all_programs()}
    for path in filter(selection.has, files(project)):
        mend = INSTEAD
        if path in made:  # another word in it would be one more edit
            mend = mend_recording(project, made[path])
        elif program := project.program_of(path):
            mend = f"let the program print no key, then: python -m docproof fix {program.name}"
        for finding in keys_in(text_of(path), mend):
            yield finding.on(project.relative(path))


def files(project: Project) -> Iterator[Path]:
    """Every file that should be looked at, binary ones included, in the order of its path."""
    for folder in sorted({project.docs, project.programs, project.recordings}):
        for path in sorted(folder.rglob("*")):
            if _FOLDERS_LEFT_OUT.isdisjoint(path.parts) and path.is_file():
                yield path
    for name in ("README.md", "mkdocs.yml"):
        if (project.root / name).is_file():
            yield project.root / name


def keys_in(text: str, mend: str = INSTEAD) -> Iterator[Problem]:
    """What is shaped like a key in a text, and what fixes that.

    One with a null character is that of an image or the like: it has none.
    """
    if "\0" in text:
        return
    for start, value, kind in secrets.found(text):
        yield SECRET.at(
            text.count("\n", 0, start) + 1,
            f"this looks like {kind}: '{value[:4]}…', {len(value)} characters",
            f"{mend}; if it was ever real, revoke it",
        )
