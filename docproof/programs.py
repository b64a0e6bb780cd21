"""Can a reader take this program alone, and is what belongs to it in its place?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from docproof import wellformed
from docproof.project import Project
from docproof.report import BadInput, Problem, Rule
from docproof.verdict import prepare

RULES = (
    Rule(
        "program-syntax",
        "a program that is not Python",
        "A reader could not run it.",
        'print("Hello"',
    ),
    Rule(
        "program-not-alone",
        "a program that imports a module of this project",
        "A reader who copies it has no such module.",
        "from tests.standin import answers",
    ),
    Rule(
        "output-missing",
        "a program whose output file is not there",
        "A page could not show what the program prints.",
        "code/x.py without code/terminal/x.md",
    ),
)


def problems(project: Project, program: Path) -> list[Problem]:
    """The problems of one program's recording and expectations, and of its output's place."""
    found: list[Problem] = []
    try:
        made, found = wellformed.read(project, program)
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
            Problem(project.relative(program), line, "program-syntax",
                    f"it is not Python: {error}", "mend the program")
        )  # fmt: skip
    output = project.output_of(program)
    if not output.is_file():
        found.append(
            Problem(
                project.relative(output),
                1,
                "output-missing",
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
                yield Problem(
                    project.relative(program), node.lineno, "program-not-alone",
                    f"it imports {name or 'a module beside it'}, which a reader does not have",
                    "write what it needs into the program",
                )  # fmt: skip
