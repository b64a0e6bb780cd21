"""Is each recording of a program that is there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docproof.core.files import below
from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages.page import Page
from docproof.recordings import compatibility
from docproof.rules import Scope, Selection, check

RECORDING_ORPHAN = rule(
    "recording-orphan",
    family="recordings",
    refuses="a recording, or a file of expectations, whose program does not exist",
    why="It looks like a proof and proves nothing.",
    example="tests/cassettes/page/old.yaml without code/page/old.py",
)


@check(Scope.PROJECT)
def releases(selection: Selection) -> Iterator[Problem]:
    """What keeps the data of the releases that programs were tried with from being read."""
    try:
        if selection.project.configured:
            compatibility.load(selection.project)
    except BadInput as bad:
        yield bad.problem


@check(Scope.PAGES)
def orphans(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The recordings and expectations of no program, in a project with settings of its own."""
    if not project.configured:
        return
    programs = list(project.all_programs())
    known = {program.recording.path for program in programs}
    known |= {program.expectations.path for program in programs}
    names = {program.name for program in programs}
    for path in below(project.recordings, {".yaml", ".yml"}):
        if path not in known:
            inside = path.relative_to(project.recordings)
            program = project.programs / inside.parent / f"{inside.name.split('.')[0]}.py"
            name = project.relative(program)
            if name in names:
                what = f"nothing reads it; {name} reads files of other names"
            else:
                what = f"there is no {name}"
            yield RECORDING_ORPHAN.problem(
                project.relative(path), 1, what, "delete it, or name it after its program"
            )
