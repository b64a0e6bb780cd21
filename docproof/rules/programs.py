"""Can a reader take each program alone, and is it shown with what it prints and draws?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from docproof.core.files import below
from docproof.core.problem import BadInput, Finding, Problem
from docproof.core.project import Program, Project
from docproof.core.rules import rule
from docproof.pages.page import Page
from docproof.recordings.reader import RECORDING_EDITED
from docproof.replay import pictures
from docproof.replay.terminal import OUTPUT_MISSING
from docproof.replay.verdict import prepare
from docproof.rules import Scope, Selection, check
from docproof.rules.lines import unseen
from docproof.rules.secrets import keys_in

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
PROGRAM_UNSHOWN = rule(
    "program-unshown",
    family="programs",
    refuses="a program that no page includes",
    why="It is replayed on every commit, and no reader ever sees it.",
    example='code/page/x.py, and no page has --8<-- "code/page/x.py"',
)
OUTPUT_UNSHOWN = rule(
    "output-unshown",
    family="programs",
    refuses="an output that no page includes",
    why="A reader could not compare.",
    example="code/terminal/x.md on no page",
)
OUTPUT_ORPHAN = rule(
    "output-orphan",
    family="programs",
    refuses="a file of output that no program prints into",
    why="A page could go on showing what nothing prints any more.",
    example="code/page/terminal/old.md without code/page/old.py",
)
PICTURE_ORPHAN = rule(
    "picture-orphan",
    family="programs",
    refuses="a picture whose program does not exist",
    why="A page could go on showing what nothing draws any more.",
    example="docs/page/images/calls.svg without the code/page/calls.py that it names",
)


@check(Scope.PROJECT)
def proofs(selection: Selection) -> Iterator[Problem]:
    """What is wrong with programs' recordings and expectations, as far as none need run."""
    for program in selection.programs:
        try:
            prepare(selection.project, program)
        except BadInput as bad:
            # A key that was written into it is said by itself, with what mends both.
            if bad.problem.rule != RECORDING_EDITED.name or not _has_key(selection, program):
                yield bad.problem


def _has_key(selection: Selection, program: Program) -> bool:
    path = program.recording.path
    return selection.has(path) and any(keys_in(path.read_text("utf-8", errors="replace")))


@check(Scope.PROGRAM)
def alone(program: Program) -> Iterator[Finding]:
    """A reader has the program alone, and none of the modules beside it or in this project."""
    try:
        tree = ast.parse(program.path.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        bad = PROGRAM_SYNTAX.at(line, f"it is not Python: {error}", "mend the program")
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
                yield PROGRAM_NOT_ALONE.at(
                    node.lineno,
                    f"it imports {name or 'a module beside it'}, which a reader does not have",
                    "write what it needs into the program",
                )


@check(Scope.PROGRAM)
def output(program: Program) -> Iterator[Problem]:
    """What the program prints is in its place."""
    if not program.output.path.is_file():
        yield OUTPUT_MISSING.problem(
            program.output.name,
            1,
            "the program's output is not here",
            f"write it: python -m docproof fix {program.name}",
        )


@check(Scope.PAGES)
def unshown(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The programs and outputs that no page includes, in a project with settings of its own."""
    if not project.configured:
        return
    shown = {include.file for page in pages for include in page.includes if include.file}
    shown = {file.resolve() for file in shown}
    for program in project.all_programs():
        if program.path not in shown:
            name = program.name
            yield PROGRAM_UNSHOWN.problem(
                name, 1, "no page includes it", f'include it with --8<-- "{name}", or delete it'
            )
        path, name = program.output
        if path.is_file() and path.resolve() not in shown:
            yield OUTPUT_UNSHOWN.problem(
                name, 1, "no page includes it", f'include it with --8<-- "{name}"'
            )


@check(Scope.PAGES)
def orphans(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The outputs that no program prints into, and the pictures whose program is gone."""
    if project.configured:
        known = {program.output.path for program in project.all_programs()}
        for path in below(project.programs, {".md"}):
            if path.parent.name == "terminal" and path not in known:
                yield OUTPUT_ORPHAN.problem(
                    project.relative(path),
                    1,
                    "no program prints into it",
                    "delete it, or bring its program back",
                )
    for path, author in pictures.signed(project.docs):
        if not (project.root / author).is_file():
            yield PICTURE_ORPHAN.problem(
                project.relative(path),
                1,
                f"there is no {author}",
                "delete it, or bring its program back",
            )
