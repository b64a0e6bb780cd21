"""What does this program print, given what was recorded?"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from docproof import pictures
from docproof.expectations import Expectations
from docproof.job import CURRENT, Job, Report
from docproof.project import Project
from docproof.report import BadInput, Problem, Rule
from docproof.verdict import judge, last_line, prepare

RULES = (
    Rule(
        "time-limit",
        "a program that does not end in time",
        "A test run would hang.",
        "while True: pass",
    ),
    Rule(
        "crash",
        "a program whose process dies without a word",
        "Nobody would know what it would have printed.",
        "os.abort()",
    ),
    Rule(
        "preload",
        "modules to preload that cannot be imported",
        "No program could be replayed.",
        'preload = ["litelm"]',
    ),
)


# What a program may know of the machine it runs on. The width, the time zone
# and the encoding are the same everywhere; nothing else of the user's comes in.
ENVIRONMENT = {
    "COLUMNS": "80",
    "LINES": "24",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
    "TERM": "dumb",
    "TZ": "UTC",
}


@dataclass(frozen=True)
class Outcome:
    """What a program printed, and all that was wrong with its run.

    `stdout` is what a page shows of it, with standard error if that is expected.
    """

    stdout: str
    problems: tuple[Problem, ...]
    pictures: dict[str, str] = field(default_factory=dict)
    stderr: str = ""


def environment(project: Project, home: str) -> dict[str, str]:
    """The environment variables of a program's process, with `home` as its home folder."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, **ENVIRONMENT, "HOME": home, "TMPDIR": home, **project.environment}


class Replayer:
    """Replays programs, each in a fresh process; a context manager.

    The first replay takes as long as the project's `preload` takes to import,
    each further one some hundredths of a second. `python` is the interpreter
    they run in, which must find docproof and what it replays with.
    """

    def __init__(self, project: Project, python: str = sys.executable) -> None:
        self.project = project
        self._python = python
        self._server: subprocess.Popen[str] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="docproof-")
        self._errors = f"{self._folder.name}/errors"
        self._runs = 0

    def __enter__(self) -> Replayer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            with contextlib.suppress(BrokenPipeError):
                _input(self._server).close()
            self._server.wait()
        self._folder.cleanup()

    def play(self, program: Path) -> Outcome:
        """Run `program` on its recording; what is wrong is in the outcome, nothing is raised."""
        try:
            expected, problem = prepare(self.project, program)
        except BadInput as bad:
            return Outcome("", (bad.problem,))
        if problem:
            return Outcome("", (problem,))
        self._runs += 1
        folder = Path(self._folder.name) / str(self._runs)
        (folder / CURRENT).mkdir(parents=True)
        job = job_of(self.project, program, expected, folder / "report")
        try:
            code = self._alone(job) if expected.fresh else self._ask(job)
        except BadInput as bad:
            return Outcome("", (bad.problem,))
        stdout = _text(job.report + ".stdout")
        stderr = _text(job.report + ".stderr")
        name = self.project.relative(program)
        if not Path(job.report).is_file():
            return Outcome(stdout, (_broken_off(name, job, code, stderr),))
        report = Report(**json.loads(Path(job.report).read_text("utf-8")))
        judged = judge(self.project, program, expected, report, stdout, stderr)
        printed = stdout + (stderr if expected.stderr else "")
        return Outcome(printed, tuple(judged), pictures.drawn(folder / CURRENT), stderr)

    def _alone(self, job: Job) -> int:
        """Run a job in an interpreter of its own."""
        home = str(Path(job.report).with_name(CURRENT))
        with open(job.report + ".stdout", "wb") as out, open(job.report + ".stderr", "wb") as err:
            return subprocess.run(
                [self._python, "-m", "docproof.stage", job.to_json()],
                env=environment(self.project, home),
                cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            ).returncode  # fmt: skip

    def _ask(self, job: Job) -> int:
        server = self._server or self._start()
        answer = ""
        with contextlib.suppress(BrokenPipeError):  # it ended before, which its errors explain
            _input(server).write(job.to_json() + "\n")
            _input(server).flush()
            answer = _output(server).readline()
        if not answer:
            raise BadInput(_no_server(_text(self._errors)))
        return int(answer)

    def _start(self) -> subprocess.Popen[str]:
        errors = open(self._errors, "w")  # noqa: SIM115
        self._server = server = subprocess.Popen(
            [
                *(self._python, "-m", "docproof.forkserver"),
                *(str(self.project.root), *self.project.preload),
            ],
            env=environment(self.project, self._folder.name),
            cwd=self._folder.name,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        )
        errors.close()
        if _output(server).readline().strip() != "ready":
            raise BadInput(_no_server(_text(self._errors)))
        return server


def job_of(project: Project, program: Path, expected: Expectations, report: Path) -> Job:
    """What is asked of the process of `program`; its report goes to the file `report`."""
    path = project.recording_of(program)
    return Job(
        program=str(program.resolve()),
        report=str(report),
        cassette=str(path) if path.is_file() else None,
        faults=expected.faults,
        time_limit=expected.time_limit or project.time_limit,
        environment=expected.environment,
        unreachable=expected.unreachable,
        skip_waits=expected.waits == "skipped",
    )


def _broken_off(name: str, job: Job, code: int, stderr: str) -> Problem:
    """The process ended without a report: at the time limit, or by itself."""
    stuck = _text(job.report + ".stuck")
    if stuck:
        found = re.search(rf'File "{re.escape(job.program)}", line (\d+)', stuck)
        return Problem(
            name,
            int(found[1]) if found else 1,
            "time-limit",
            f"the program was still running after {job.time_limit:g} s",
            "make it end, or give it a time-limit in its expectations",
        )
    return Problem(
        name, 1, "crash", f"the process ended with {code}{last_line(stderr)}", "mend the program"
    )


def _no_server(error: str) -> Problem:
    return Problem(
        "pyproject.toml",
        1,
        "preload",
        f"the modules to preload cannot be imported{last_line(error)}",
        "mend [tool.docproof] preload, or install the requirements: make",
    )


def _text(path: str) -> str:
    try:
        # Not read_text(), which would take a lone carriage return for an end of line.
        return Path(path).read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _input(server: subprocess.Popen[str]) -> IO[str]:
    assert server.stdin is not None
    return server.stdin


def _output(server: subprocess.Popen[str]) -> IO[str]:
    assert server.stdout is not None
    return server.stdout
