"""The processes that programs fork from, which have imported what is to be preloaded."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import IO

from docproof.core.problem import BadInput, Problem
from docproof.core.project import SETTING, Project
from docproof.replay.verdict import last_line
from docproof.sandbox.spec import RunSpec

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


def environment(settings: Mapping[str, str], home: str) -> dict[str, str]:
    """The environment variables of a program's process, with `home` as its home folder.

    `settings` are those of the project.
    """
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, **ENVIRONMENT, "HOME": home, "TMPDIR": home, **settings}


_MOMENT = 1.0  # seconds


class Server:
    """A process that imports the project's `preload` once, and forks from there for each run.

    Several threads and several runners may ask it at once. What it was made of is as for
    `Runner`; its home folder is one in the folder `below`, or among the temporary ones.
    """

    def __init__(
        self,
        project: Project,
        python: str,
        key: str | None,
        variables: Mapping[str, str],
        below: Path | None = None,
    ) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="docproof-", dir=below)
        self._errors = f"{self._home.name}/errors"
        self._lock = threading.Lock()
        self._asked: dict[str, Future[int]] = {}
        self._has_ended = False
        with open(self._errors, "w") as errors, handed(key) as pipes:
            self.process = subprocess.Popen(
                [
                    *(python, "-m", "docproof.sandbox.forkserver"),
                    *(["--record", str(pipes[0])] if pipes else []),
                    *(str(project.root), *project.preload),
                ],
                env=environment(project.environment, self._home.name) | dict(variables),
                pass_fds=pipes,
                cwd=self._home.name,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, spec: RunSpec) -> int:
        """The exit status of a run's process; raises `BadInput` if there is no server."""
        answer: Future[int] = Future()
        with self._lock:
            if self._has_ended:
                raise BadInput(_no_server(text(self._errors)))
            self._asked[spec.report] = answer
            # Nobody reads it if the process has just ended, and then the listener says so.
            with contextlib.suppress(BrokenPipeError):
                _piped(self.process.stdin).write(spec.to_json() + "\n")
                _piped(self.process.stdin).flush()
        return answer.result()

    def close(self, at_once: bool = False) -> None:
        """End the process, and what it runs; `at_once`: without waiting for a run's end."""
        if at_once:
            self.process.kill()
        with contextlib.suppress(BrokenPipeError):
            _piped(self.process.stdin).close()
        self.process.wait()
        self._listener.join(_MOMENT)  # a run that was interrupted may hold the pipe for longer
        self._home.cleanup()

    def _listen(self) -> None:
        """Hand each answer of the process to whoever asked; at its end, say that it has ended."""
        for line in _piped(self.process.stdout):
            report, _, code = line.rpartition(" ")
            self._asked.pop(report).set_result(int(code))
        with self._lock:
            self._has_ended = True
            for answer in self._asked.values():
                answer.set_exception(BadInput(_no_server(text(self._errors))))


class Servers(contextlib.ExitStack):
    """Servers that outlive a runner, one for each way to make one; a context manager.

    Whoever runs many commands in one process, as tests do, pays for the imports once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Server] = {}

    @functools.cached_property
    def folder(self) -> Path:
        """Where all of them have their home folders."""
        return Path(self.enter_context(tempfile.TemporaryDirectory(prefix="docproof-")))

    def server(
        self, project: Project, python: str, key: str | None, variables: Mapping[str, str]
    ) -> Server:
        """The server that these would make, which may have been made before."""
        where = str(project.root) if project.preload else ""  # modules are looked for in there
        name = repr(
            (python, key, sorted(variables.items()), environment(project.environment, ""), where,
             project.preload)
        )  # fmt: skip
        if name not in self._made or self._made[name].process.poll() is not None:
            if name in self._made:
                self._made[name].close()
            made = Server(project, python, key, variables, self.folder)
            self.callback(made.close)
            self._made[name] = made
        return self._made[name]


@contextlib.contextmanager
def handed(key: str | None) -> Iterator[list[int]]:
    """File descriptors for a process to inherit: one with the key in it, if it is to record.

    A variable or an argument would be there for the program, and for others, to read.
    """
    if key is None:
        yield []
        return
    end, start = os.pipe()
    os.write(start, key.encode())
    os.close(start)
    try:
        yield [end]
    finally:
        os.close(end)


def _no_server(error: str) -> Problem:
    return SETTING.problem(
        "pyproject.toml",
        1,
        f"the modules to preload cannot be imported{last_line(error)}",
        "fix [tool.docproof] preload, or install the requirements: make",
    )


def text(path: str) -> str:
    """What was written to the file at `path`, just as it is; "" if there is none."""
    try:
        # Not read_text(), which would take a lone carriage return for an end of line.
        return Path(path).read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _piped(end: IO[str] | None) -> IO[str]:
    assert end is not None
    return end
