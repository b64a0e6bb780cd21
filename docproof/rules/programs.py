"""Can a reader take each program alone, and is it shown with what it prints and draws?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from docproof.core.files import text_of
from docproof.core.problem import BadInput, Problem, rule
from docproof.core.project import Program
from docproof.recordings import compatibility
from docproof.recordings.reader import RECORDING_EDITED
from docproof.replay.terminal import OUTPUT
from docproof.replay.verdict import prepare
from docproof.rules import Scope, Selection, check
from docproof.rules.lines import unseen
from docproof.rules.secrets import keys_in

PROGRAM = rule(
    "program",
    refuses="a program that is not Python, or that imports a module of this project",
    why="A reader who copies it could not run it.",
    example="from tools.standin import answers",
)


@check(Scope.PROJECT)
def releases(selection: Selection) -> Iterator[Problem]:
    """What keeps the data of the releases that programs were tried with from being read."""
    try:
        if selection.project.configured:
            compatibility.load(selection.project)
    except BadInput as bad:
        yield bad.problem


@check(Scope.PROJECT)
def proofs(selection: Selection) -> Iterator[Problem]:
    """What is wrong with programs' recordings and expectations, as far as none need run."""
    for program in selection.programs:
        try:
            prepare(selection.project, program)
        except BadInput as bad:
            # A key that was written into it is said by itself, with what fixes both.
            if bad.problem.rule != RECORDING_EDITED.name or not _has_key(selection, program):
                yield bad.problem


def _has_key(selection: Selection, program: Program) -> bool:
    path = program.recording.path
    return selection.has(path) and any(keys_in(text_of(path)))


@check(Scope.PROGRAM)
def alone(program: Program) -> Iterator[Problem]:
    """A reader has the program alone, and none of the modules beside it or in this project."""
    try:
        tree = ast.parse(program.path.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        bad = PROGRAM.at(line, f"it is not Python: {error}", "fix the program")
        if "non-printable" in str(error):
            # In the words that it has on a page, so that it is said once.
            bad = unseen(line, getattr(error, "text", None) or "") or bad
        yield bad
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["" if node.level else node.module or ""]
        else:
            continue
        for name in names:
            first = name.split(".")[0]
            places = [folder / first for folder in (program.root, program.path.parent)]
            if not first or any(p.is_dir() or p.with_suffix(".py").is_file() for p in places):
                yield PROGRAM.at(
                    node.lineno,
                    f"it imports {name or 'a module beside it'}, which a reader does not have",
                    "write what it needs into the program",
                )


@check(Scope.PROGRAM)
def output(program: Program) -> Iterator[Problem]:
    """What the program prints is in its place."""
    if not program.output.path.is_file():
        yield OUTPUT.problem(
            program.output.name,
            1,
            "the program's output is not here",
            f"write it: python -m docproof fix {program.name}",
        )
