"""How does each program get a fresh process without paying for LiteLLM's import?

One process imports the modules named on its command line, after the folder that
they may be in, and then forks for each job that it reads: one line of JSON in,
the exit status out. Nothing a program does is seen by the next, since the
parent runs no program itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import platform
import signal
import sys
import tempfile

from docproof import cassettes, gate, stage
from docproof.job import CURRENT, Job

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Serve jobs from standard input until it ends."""
    arguments = sys.argv[1:]
    if arguments[0] == "--record":
        gate.install()
        _end_with_the_parent()
        arguments.pop(0)
    root, *modules = arguments
    sys.path.insert(0, root)
    for name in modules:
        importlib.import_module(name)
    sys.path.remove(root)
    _warm_up()
    answers = os.fdopen(os.dup(1), "w")
    # The children share the parent's memory until the collector touches it.
    gc.collect()
    gc.freeze()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            if sys.argv[1] == "--record":
                _end_with_the_parent()
            _become(Job.from_json(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _warm_up() -> None:
    """Do once what every child would do: look at the platform, import vcrpy's stubs."""
    platform.uname().processor  # noqa: B018
    with contextlib.suppress(FileNotFoundError), tempfile.TemporaryDirectory() as folder:
        job = Job(program="", report="", cassette=f"{folder}/none")
        with cassettes.played(job):
            pass


def _end_with_the_parent() -> None:
    """Send nothing more to anybody once whoever started the recording was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _become(job: Job) -> None:
    for number, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, job.report + ".stdout", os.O_WRONLY | os.O_CREAT),
        (2, job.report + ".stderr", os.O_WRONLY | os.O_CREAT),
    ):
        opened = os.open(name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(os.path.join(os.path.dirname(job.report), CURRENT))
    stage.perform(job)


if __name__ == "__main__":
    main()
