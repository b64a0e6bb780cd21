"""Can a reader take this program alone, and is what belongs to it in its place?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.recordings import validate
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


def problems(project: Project, program: Path) -> list[Problem]:
    """The problems of one program's recording and expectations, and of its output's place."""
    found: list[Problem] = []
    try:
        made, found = validate.read(project, program)
        if made or not found:
            _, problem = prepare(project, program, made)
            found += [problem] if problem else []
    except BadInput as bad:
        found.append(bad.problem)
    try:
        tree = ast.parse(program.read_bytes())
        found += _own_imports(project, program, tree)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        found.append(
            PROGRAM_SYNTAX.problem(
                project.relative(program), line, f"it is not Python: {error}", "mend the program"
            )
        )
    output = project.output_of(program)
    if not output.is_file():
        found.append(
            OUTPUT_MISSING.problem(
                project.relative(output),
                1,
                "the program's output is not here",
                f"write it: python -m docproof fix {project.relative(program)}",
            )
        )
    return found


def _own_imports(project: Project, program: Path, tree: ast.Module) -> Iterator[Problem]:
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
            places = [folder / first for folder in (project.root, program.parent)]
            if not first or any(p.is_dir() or p.with_suffix(".py").is_file() for p in places):
                yield PROGRAM_NOT_ALONE.problem(
                    project.relative(program),
                    node.lineno,
                    f"it imports {name or 'a module beside it'}, which a reader does not have",
                    "write what it needs into the program",
                )
