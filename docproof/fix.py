"""What can be renewed by itself? (The outputs of programs; nothing a person wrote.)"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docproof.project import Project
from docproof.replay import Replayer
from docproof.report import BadInput, Problem, diff
from docproof.terminal import render


def fix(project: Project, programs: Iterable[Path]) -> tuple[list[str], list[Problem]]:
    """Renew the output files of `programs`: diffs of what changed, and what is left wrong.

    A program whose run is not as expected keeps the output file it has.
    """
    changes: list[str] = []
    problems: list[Problem] = []
    with Replayer(project) as replayer:
        for program in programs:
            outcome = replayer.play(program)
            problems += outcome.problems
            if outcome.problems:
                continue
            try:
                wanted = render(project, program, outcome.stdout)
            except BadInput as bad:
                problems.append(bad.problem)
                continue
            changed = _write(project, project.output_of(program), wanted)
            changes += [changed] if changed else []
    return changes, problems


def _write(project: Project, path: Path, wanted: str) -> str:
    shown = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    if shown == wanted:
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(wanted, "utf-8")
    return diff(shown, wanted, project.relative(path))
