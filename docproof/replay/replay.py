"""Replays of programs: what does this one print, given what was recorded?"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field, replace

from docproof.core.problem import BadInput, Problem, rule
from docproof.core.project import Program
from docproof.recordings.expectations import Expectations
from docproof.replay import pictures
from docproof.replay.runner import Run, Runner, report_in
from docproof.replay.servers import environment
from docproof.replay.terminal import compare
from docproof.replay.verdict import EXIT_CODE, judge, last_line, prepare, unanswered
from docproof.sandbox.spec import CURRENT, RunSpec

TIME_LIMIT = rule(
    "time-limit",
    refuses="a program that does not end in time",
    why="A test run would hang.",
    example="while True: pass",
)

LIMIT = 60  # seconds that a program may take, unless its expectations say another number


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

    def play(self, program: Program) -> Outcome:
        """Run `program` on its recording; what is wrong is in the outcome, nothing is raised."""
        try:
            expected = prepare(self.project, program)
            spec = spec_of(program, expected)
            run = self.run(spec, expected.fresh)
        except BadInput as bad:
            return Outcome("", (bad.problem,))
        if run.report is None:
            return Outcome(run.stdout, (broken_off(program, spec, run),))
        ended = (run.code, run.report, run.stdout, run.stderr)
        judged = [
            self.project.hinted(program, problem)
            for problem in judge(self.project, program, expected, *ended)
        ]
        printed = run.stdout + (run.stderr if expected.stderr else "")
        return Outcome(printed, tuple(judged), pictures.drawn(run.folder), run.stderr)

    def prove(self, program: Program) -> list[Problem]:
        """What is wrong with a program, its recording, its output file and its pictures."""
        outcome = self.play(program)
        if outcome.problems:
            return list(outcome.problems)
        stale = compare(program, outcome.stdout)
        drawn = pictures.compare(program, outcome.pictures, self.project.docs)
        return [*([stale] if stale else []), *drawn]

    def rehearse(
        self, program: Program, arguments: tuple[str, ...], pace: float
    ) -> tuple[int, list[Problem]]:
        """Run `program` on its recording in this terminal, with this standard input.

        Gives its exit code and what was wrong with the run. `pace` is in seconds
        for each event of a stream. Raises `BadInput` if it cannot be run.
        """
        expected = prepare(self.project, program)
        folder = self._new_folder()
        spec = replace(
            spec_of(program, expected),
            report=str(folder / "report"),
            arguments=arguments,
            pace=pace,
            time_limit=0,
            interactive=True,
        )
        if expected.waits and not expected.fresh:
            # Or the seconds that LiteLLM takes to start would be on the clock that it prints.
            spec = replace(spec, root=str(program.root), preload=self.project.preload)
        home = folder / CURRENT
        done = subprocess.run(
            [sys.executable, "-m", "docproof.sandbox.process", spec.to_json()],
            env=environment(self.project.environment, str(home)),
            cwd=home,
        )
        report = report_in(spec.report)
        # What the program printed, and how it ended, the reader has seen.
        code = done.returncode if done.returncode >= 0 else 128 - done.returncode  # as shells do
        problems = unanswered(self.project, program, report) if report else []
        return code, [self.project.hinted(program, problem) for problem in problems]


def spec_of(program: Program, expected: Expectations) -> RunSpec:
    """What is asked of the process of `program`."""
    path = program.recording.path
    return RunSpec(
        program=str(program.path),
        report="",
        cassette=str(path) if path.is_file() else None,
        faults=expected.faults,
        time_limit=expected.time_limit or LIMIT,
        environment=expected.environment,
        unreachable=expected.unreachable,
        skip_waits=expected.waits == "skipped",
    )


def broken_off(program: Program, spec: RunSpec, run: Run) -> Problem:
    """Why a process ended without a report: at the time limit, or by itself."""
    if run.stuck:
        line = re.search(rf'File "{re.escape(spec.program)}", line (\d+)', run.stuck)
        return TIME_LIMIT.problem(
            program.name,
            int(line[1]) if line else 1,
            f"the program was still running after {spec.time_limit:g} s",
            "make it end, or give it a time-limit in its expectations",
        )
    what = f"the process ended with {run.code}{last_line(run.stderr)}"
    return EXIT_CODE.problem(program.name, 1, what, "fix the program")
