"""What does this program print, given what was recorded?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.recordings.expectations import Expectations
from docproof.replay import pictures
from docproof.replay.runner import Run, Runner
from docproof.replay.verdict import judge, last_line, prepare
from docproof.sandbox.spec import RunSpec

TIME_LIMIT = rule(
    "time-limit",
    family="programs",
    refuses="a program that does not end in time",
    why="A test run would hang.",
    example="while True: pass",
)
CRASH = rule(
    "crash",
    family="programs",
    refuses="a program whose process dies without a word",
    why="Nobody would know what it would have printed.",
    example="os.abort()",
)


@dataclass(frozen=True)
class Outcome:
    """What a program printed, and all that was wrong with its run.

    `stdout` is what a page shows of it, with standard error if that is expected.
    """

    stdout: str
    problems: tuple[Problem, ...]
    pictures: dict[str, str] = field(default_factory=dict)
    stderr: str = ""


class Replayer(Runner):
    """Replays programs, each in a fresh process; a context manager.

    The first replay takes as long as the project's `preload` takes to import,
    each further one some hundredths of a second.
    """

    def play(self, program: Path, among: Project | None = None) -> Outcome:
        """Run `program` on its recording; what is wrong is in the outcome, nothing is raised.

        `among` is a project that keeps its recordings elsewhere.
        """
        project = among or self.project
        try:
            expected, problem = prepare(project, program)
        except BadInput as bad:
            return Outcome("", (bad.problem,))
        if problem:
            return Outcome("", (problem,))
        spec = spec_of(project, program, expected)
        try:
            run = self.run(spec, expected.fresh)
        except BadInput as bad:
            return Outcome("", (bad.problem,))
        if run.report is None:
            return Outcome(run.stdout, (broken_off(project, program, spec.time_limit, run),))
        judged = judge(project, program, expected, run.report, run.stdout, run.stderr)
        printed = run.stdout + (run.stderr if expected.stderr else "")
        return Outcome(printed, tuple(judged), pictures.drawn(run.folder), run.stderr)


def spec_of(project: Project, program: Path, expected: Expectations, report: str = "") -> RunSpec:
    """What is asked of the process of `program`; its report goes to the file `report`."""
    path = project.recording_of(program)
    return RunSpec(
        program=str(program.resolve()),
        report=report,
        cassette=str(path) if path.is_file() else None,
        faults=expected.faults,
        time_limit=expected.time_limit or project.time_limit,
        environment=expected.environment,
        unreachable=expected.unreachable,
        skip_waits=expected.waits == "skipped",
    )


def broken_off(project: Project, program: Path, time_limit: float, run: Run) -> Problem:
    """Why a process ended without a report: at its time limit, in seconds, or by itself."""
    name, path = project.relative(program), str(program.resolve())
    if run.stuck:
        found = re.search(rf'File "{re.escape(path)}", line (\d+)', run.stuck)
        return TIME_LIMIT.problem(
            name,
            int(found[1]) if found else 1,
            f"the program was still running after {time_limit:g} s",
            "make it end, or give it a time-limit in its expectations",
        )
    what = f"the process ended with {run.code}{last_line(run.stderr)}"
    return CRASH.problem(name, 1, what, "mend the program")
