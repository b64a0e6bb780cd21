"""Runs of programs: each gets a fresh process of its own, and its report gets back."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from docproof.core.project import Project
from docproof.replay.servers import Server, Servers, environment, handed, text
from docproof.sandbox.spec import CURRENT, Report, RunSpec


@dataclass(frozen=True)
class Run:
    """One run: the exit code of its process, what it wrote, and where it ran.

    `report` is None if the process did not come to its end; `stuck` is where the program
    was if that was at the time limit.
    """

    code: int
    stdout: str
    stderr: str
    report: Report | None
    stuck: str
    folder: Path


class Runner:
    """Runs specs, each in a process forked from one that has imported the project's `preload`.

    A context manager; several threads may use it at once. `python` is the
    interpreter, which must find docproof and what it replays with, `variables`
    what its environment has besides the usual. With a `key`, which can be empty,
    specs can record. `servers` are those to fork from; otherwise it makes one of its own.
    """

    def __init__(
        self,
        project: Project,
        python: str = sys.executable,
        key: str | None = None,
        variables: Mapping[str, str] | None = None,
        servers: Servers | None = None,
    ) -> None:
        self.project = project
        self._python = python
        self._key = key
        self._variables = dict(variables or {})
        self._servers = servers
        self._server: Server | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="docproof-", ignore_cleanup_errors=True)
        self._runs = itertools.count(1)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self.stop()
        elif self._server is not None and self._servers is None:
            self._server.close()
        self._folder.cleanup()

    def stop(self) -> None:
        """End at once what runs; whoever waits for it is told that there is no server."""
        with self._lock:
            if self._server is not None:
                self._server.close(at_once=True)

    def run(self, spec: RunSpec, fresh: bool = False) -> Run:
        """Run a spec; `fresh`: in an interpreter of its own. Raises `BadInput` if none starts."""
        folder = self._new_folder()
        spec = replace(spec, report=str(folder / "report"))
        code = self._alone(spec) if fresh else self.start().ask(spec)
        stuck = text(spec.report + ".stuck")
        report = None if stuck else report_in(spec.report)
        out, err = (text(f"{spec.report}.{name}") for name in ("stdout", "stderr"))
        return Run(code, out, err, report, stuck, folder / CURRENT)

    def _new_folder(self) -> Path:
        """A folder for one run, with the program's current folder in it."""
        folder = Path(self._folder.name) / str(next(self._runs))
        (folder / CURRENT).mkdir(parents=True)
        return folder

    def _alone(self, spec: RunSpec) -> int:
        """Run a spec in an interpreter of its own."""
        home = str(Path(spec.report).with_name(CURRENT))
        with (
            open(spec.report + ".stdout", "wb") as out,
            open(spec.report + ".stderr", "wb") as err,
            handed(self._key if spec.record else None) as pipes,
        ):
            return subprocess.run(
                [self._python, "-m", "docproof.sandbox.process", spec.to_json(), *map(str, pipes)],
                env=environment(self.project.environment, home) | self._variables,
                cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=err, pass_fds=pipes,
            ).returncode  # fmt: skip

    def start(self) -> Server:
        """The server, which begins to import what is to be preloaded, unless that was begun."""
        with self._lock:
            if self._server is None:
                make = self._servers.server if self._servers else Server
                self._server = make(self.project, self._python, self._key, self._variables)
            return self._server


def report_in(path: str) -> Report | None:
    """The report in the file at `path`; None if the process ended before it wrote one."""
    file = Path(path)
    return Report(**json.loads(file.read_text("utf-8"))) if file.is_file() else None
