"""Forks a process for each run, so that it need not pay for LiteLLM's import.

One process imports the modules named on its command line, after the folder that
they may be in, and then forks for each run spec that it reads: one line of JSON in,
the path of the report and the exit status out. Nothing a program does is seen by the
next, since the parent runs no program itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import platform
import select
import signal
import sys
import tempfile
from importlib import import_module
from typing import IO

from docproof.sandbox import cassettes, process
from docproof.sandbox.ending import Ending
from docproof.sandbox.spec import CURRENT, RunSpec
from docproof.sandbox.transport import Transport, install

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Serve run specs from standard input until it ends."""
    arguments, transport = sys.argv[1:], None
    ending = Ending()
    if arguments[0] == "--record":
        transport = install(int(arguments[1]))
        _end_with_the_parent()
        arguments = arguments[2:]
    root, *modules = arguments
    process.preload(root, modules)
    _warm_up()
    # A child that is left behind holds it until it ends, and closes it without a word.
    answers = os.fdopen(os.dup(1), "w", closefd=False)
    ending.hold()
    # The children share the parent's memory until the collector touches it.
    gc.collect()
    gc.freeze()
    _serve(answers, ending, transport)


def _serve(answers: IO[str], ending: Ending, transport: Transport | None) -> None:
    """Answer each spec with its report's path and its exit status, whichever ends first."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *ignored: None)
    running: dict[int, str] = {}
    rest = b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            for child in list(running):
                done, status = os.waitpid(child, os.WNOHANG)
                if done:
                    code = os.waitstatus_to_exitcode(status)
                    print(running.pop(child), code, file=answers, flush=True)
        if 0 in ready:
            part = os.read(0, 1 << 16)
            if not part:
                return
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                spec = RunSpec.from_json(line.decode())
                child = os.fork()
                if child == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    os.close(woken)
                    os.close(wake)
                    if transport:
                        _end_with_the_parent()
                    _become(spec, ending, transport)
                running[child] = spec.report


def _warm_up() -> None:
    """Do once what every child would do: look at the platform, import vcrpy's stubs, httpcore."""
    platform.uname().processor  # noqa: B018
    import_module("httpcore")  # which httpx imports at its first request
    with contextlib.suppress(FileNotFoundError), tempfile.TemporaryDirectory() as folder:
        spec = RunSpec(program="", report="", cassette=f"{folder}/none")
        with cassettes.played(spec):
            pass


def _end_with_the_parent() -> None:
    """Send nothing more to anybody once whoever started the recording was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _become(spec: RunSpec, ending: Ending, transport: Transport | None) -> None:
    for number, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, spec.report + ".stdout", os.O_WRONLY | os.O_CREAT),
        (2, spec.report + ".stderr", os.O_WRONLY | os.O_CREAT),
    ):
        opened = os.open(name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(os.path.join(os.path.dirname(spec.report), CURRENT))
    process.perform(spec, ending, transport)


if __name__ == "__main__":
    main()
