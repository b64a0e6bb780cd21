"""What does this program print, given what was recorded?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    """What a program printed, and all that was wrong with its run."""

    stdout: str
    problems: tuple[Problem, ...]
    pictures: dict[str, str] = field(default_factory=dict)


def environment(project: Project, home: str) -> dict[str, str]:
    """The environment variables of a program's process, with `home` as its home folder."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, **ENVIRONMENT, "HOME": home, "TMPDIR": home, **project.environment}


@dataclass(frozen=True)
class Run:
    """One run of a job: the exit code of its process, what it wrote, and where it ran.

    `report` is None if the process ended before it could write one.
    """

    code: int
    stdout: str
    stderr: str
    report: Report | None
    folder: Path


class Replayer:
    """Replays programs, each in a fresh process; a context manager.

    The first replay takes as long as the project's `preload` takes to import,
    each further one some hundredths of a second. With `recording`, variables for
    docproof.gate and the network, its processes can record as well.
    """

    def __init__(self, project: Project, recording: Mapping[str, str] | None = None) -> None:
        self.project = project
        self._recording = recording
        self._server: subprocess.Popen[str] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="docproof-")
        self._errors = f"{self._folder.name}/errors"
        self._runs = 0
        self._ready = False

    def __enter__(self) -> Replayer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
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
        try:
            run = self.run(job_of(self.project, program, expected), expected.fresh)
        except BadInput as bad:
            return Outcome("", (bad.problem,))
        if run.report is None:
            return Outcome(run.stdout, (broken_off(self.project, program, expected, run),))
        judged = judge(self.project, program, expected, run.report, run.stdout, run.stderr)
        printed = run.stdout + (run.stderr if expected.stderr else "")
        return Outcome(printed, tuple(judged), pictures.drawn(run.folder))

    def run(self, job: Job, fresh: bool = False) -> Run:
        """Run a job; `fresh`: in an interpreter of its own. Raises `BadInput` if none starts."""
        self._runs += 1
        folder = Path(self._folder.name) / str(self._runs)
        (folder / CURRENT).mkdir(parents=True)
        job = replace(job, report=str(folder / "report"))
        code = self._alone(job) if fresh else self._ask(job)
        path = Path(job.report)
        report = Report(**json.loads(path.read_text("utf-8"))) if path.is_file() else None
        return Run(
            code, _text(job.report + ".stdout"), _text(job.report + ".stderr"), report,
            folder / CURRENT,
        )  # fmt: skip

    def _alone(self, job: Job) -> int:
        """Run a job in an interpreter of its own."""
        home = str(Path(job.report).with_name(CURRENT))
        with open(job.report + ".stdout", "wb") as out, open(job.report + ".stderr", "wb") as err:
            return subprocess.run(
                [sys.executable, "-m", "docproof.stage", job.to_json()],
                env=self._environment(home),
                cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            ).returncode  # fmt: skip

    def _environment(self, home: str) -> dict[str, str]:
        return {**environment(self.project, home), **(self._recording or {})}

    def _ask(self, job: Job) -> int:
        self.start()
        assert self._server is not None
        if not self._ready and _output(self._server).readline().strip() != "ready":
            raise BadInput(_no_server(_text(self._errors)))
        self._ready = True
        _input(self._server).write(job.to_json() + "\n")
        _input(self._server).flush()
        answer = _output(self._server).readline()
        if not answer:
            raise BadInput(_no_server(_text(self._errors)))
        return int(answer)

    def start(self) -> None:
        """Begin to import what is to be preloaded, unless that was begun."""
        if self._server is not None:
            return
        with open(self._errors, "w") as errors:
            self._server = subprocess.Popen(
                [
                    *(sys.executable, "-m", "docproof.forkserver"),
                    *(["--record"] if self._recording is not None else []),
                    *(str(self.project.root), *self.project.preload),
                ],
                env=self._environment(self._folder.name),
                cwd=self._folder.name,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )


def job_of(project: Project, program: Path, expected: Expectations, report: str = "") -> Job:
    """What is asked of the process of `program`; its report goes to the file `report`."""
    path = project.recording_of(program)
    return Job(
        program=str(program.resolve()),
        report=report,
        cassette=str(path) if path.is_file() else None,
        faults=expected.faults,
        time_limit=expected.time_limit or project.time_limit,
        environment=expected.environment,
        unreachable=expected.unreachable,
        skip_waits=expected.waits == "skipped",
    )


def broken_off(project: Project, program: Path, expected: Expectations, run: Run) -> Problem:
    """Why a process ended without a report: at the time limit, or by itself."""
    name, path = project.relative(program), str(program.resolve())
    stuck = _text(str(run.folder.with_name("report.stuck")))
    if stuck:
        found = re.search(rf'File "{re.escape(path)}", line (\d+)', stuck)
        return Problem(
            name,
            int(found[1]) if found else 1,
            "time-limit",
            f"the program was still running after {expected.time_limit or project.time_limit:g} s",
            "make it end, or give it a time-limit in its expectations",
        )
    what = f"the process ended with {run.code}{last_line(run.stderr)}"
    return Problem(name, 1, "crash", what, "mend the program")


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
