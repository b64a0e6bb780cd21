"""How does a job get a fresh process of its own, and its report get back?"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar

from docproof.job import CURRENT, Job, Report
from docproof.project import Project
from docproof.report import BadInput, Problem, Rule
from docproof.verdict import last_line

RULES = (
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


def environment(project: Project, home: str) -> dict[str, str]:
    """The environment variables of a program's process, with `home` as its home folder."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, **ENVIRONMENT, "HOME": home, "TMPDIR": home, **project.environment}


_Me = TypeVar("_Me", bound="Runner")


@dataclass(frozen=True)
class Run:
    """One run of a job: the exit code of its process, what it wrote, and where it ran.

    `report` is None if the process ended before it could write one; `stuck` is
    where the program was if that was at the time limit.
    """

    code: int
    stdout: str
    stderr: str
    report: Report | None
    stuck: str
    folder: Path


class Runner:
    """Runs jobs, each in a process forked from one that has imported the project's `preload`.

    A context manager; several threads may use it at once. `python` is the
    interpreter, which must find docproof and what it replays with, `variables`
    what its environment has besides the usual. With a `key`, which can be empty,
    jobs can record.
    """

    def __init__(
        self,
        project: Project,
        python: str = sys.executable,
        key: str | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.project = project
        self._python = python
        self._key = key
        self._variables = dict(variables or {})
        self._server: subprocess.Popen[str] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="docproof-")
        self._errors = f"{self._folder.name}/errors"
        self._runs = itertools.count(1)
        self._lock = threading.Lock()
        self._asked: dict[str, Future[int]] = {}

    def __enter__(self: _Me) -> _Me:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            if error is not None:
                self._server.kill()
            with contextlib.suppress(BrokenPipeError):
                _input(self._server).close()
            self._server.wait()
            self._listener.join()
        self._folder.cleanup()

    def run(self, job: Job, fresh: bool = False) -> Run:
        """Run a job; `fresh`: in an interpreter of its own. Raises `BadInput` if none starts."""
        folder = Path(self._folder.name) / str(next(self._runs))
        (folder / CURRENT).mkdir(parents=True)
        job = replace(job, report=str(folder / "report"))
        code = self._alone(job) if fresh else self._ask(job)
        path = Path(job.report)
        report = Report(**json.loads(path.read_text("utf-8"))) if path.is_file() else None
        return Run(
            code, _text(job.report + ".stdout"), _text(job.report + ".stderr"), report,
            _text(job.report + ".stuck"), folder / CURRENT,
        )  # fmt: skip

    def _alone(self, job: Job) -> int:
        """Run a job in an interpreter of its own."""
        home = str(Path(job.report).with_name(CURRENT))
        with (
            open(job.report + ".stdout", "wb") as out,
            open(job.report + ".stderr", "wb") as err,
            self._handed_key(job.record) as pipes,
        ):
            return subprocess.run(
                [self._python, "-m", "docproof.stage", job.to_json(), *map(str, pipes)],
                env=environment(self.project, home) | self._variables,
                cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=err, pass_fds=pipes,
            ).returncode  # fmt: skip

    @contextlib.contextmanager
    def _handed_key(self, wanted: bool = True) -> Iterator[list[int]]:
        """File descriptors for a process to inherit: one with the key in it, if it is to record.

        A variable or an argument would be there for the program, and for others, to read.
        """
        if self._key is None or not wanted:
            yield []
            return
        end, start = os.pipe()
        os.write(start, self._key.encode())
        os.close(start)
        try:
            yield [end]
        finally:
            os.close(end)

    def _ask(self, job: Job) -> int:
        self.start()
        answer: Future[int] = Future()
        self._asked[job.report] = answer
        try:
            with self._lock:
                _input(self._server).write(job.to_json() + "\n")
                _input(self._server).flush()
        except BrokenPipeError:
            raise BadInput(_no_server(_text(self._errors))) from None
        return answer.result()

    def start(self) -> None:
        """Begin to import what is to be preloaded, unless that was begun."""
        with self._lock:
            if self._server is not None:
                return
            with open(self._errors, "w") as errors, self._handed_key() as pipes:
                self._server = subprocess.Popen(
                    [
                        *(self._python, "-m", "docproof.forkserver"),
                        *(["--record", str(pipes[0])] if pipes else []),
                        *(str(self.project.root), *self.project.preload),
                    ],
                    env=environment(self.project, self._folder.name) | self._variables,
                    pass_fds=pipes,
                    cwd=self._folder.name,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    encoding="utf-8",
                )
        self._listener = threading.Thread(target=self._listen, args=(self._server,))
        self._listener.start()

    def _listen(self, server: subprocess.Popen[str]) -> None:
        """Hand each answer of the server to whoever asked; at its end, say that it has ended."""
        assert server.stdout is not None
        for line in server.stdout:
            report, _, code = line.rpartition(" ")
            self._asked.pop(report).set_result(int(code))
        for answer in self._asked.values():
            answer.set_exception(BadInput(_no_server(_text(self._errors))))


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


def _input(server: subprocess.Popen[str] | None) -> IO[str]:
    assert server is not None
    assert server.stdin is not None
    return server.stdin
