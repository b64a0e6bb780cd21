"""Can a reader take this program alone, and is what belongs to it in its place?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from docproof.core.problem import BadInput, Problem
from docproof.core.project import Program
from docproof.core.rules import rule
from docproof.recordings.reader import Reader
from docproof.replay.terminal import OUTPUT_MISSING
from docproof.replay.verdict import prepare

PROGRAM_SYNTAX = rule(
    "program-syntax",
    family="programs",
    refuses="a program that is not Python",
    why="A reader could not run it.",
    example='print("Hello"',
)
PROGRAM_NOT_ALONE = rule(
    "program-not-alone",
    family="programs",
    refuses="a program that imports a module of this project",
    why="A reader who copies it has no such module.",
    example="from tools.standin import answers",
)


def problems(program: Program, reader: Reader) -> list[Problem]:
    """The problems of one program's recording and expectations, and of its output's place."""
    found: list[Problem] = []
    try:
        reading = reader.read(program)
        if reading:
            found += reading.problems
        if reading is None or not reading.lacks:
            prepare(program, reader)
    except BadInput as bad:
        found.append(bad.problem)
    try:
        tree = ast.parse(program.path.read_bytes())
        found += _own_imports(program, tree)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        found.append(
            PROGRAM_SYNTAX.problem(
                program.name, line, f"it is not Python: {error}", "mend the program"
            )
        )
    if not program.output.path.is_file():
        found.append(
            OUTPUT_MISSING.problem(
                program.output.name,
                1,
                "the program's output is not here",
                f"write it: python -m docproof fix {program.name}",
            )
        )
    return found


def _own_imports(program: Program, tree: ast.Module) -> Iterator[Problem]:
    """A reader has the program alone, and none of the modules beside it or in this project."""
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
                yield PROGRAM_NOT_ALONE.problem(
                    program.name,
                    node.lineno,
                    f"it imports {name or 'a module beside it'}, which a reader does not have",
                    "write what it needs into the program",
                )
