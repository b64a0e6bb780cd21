"""Calls docproof's command line in this process, as a test sees a command: its code, its words.

An interpreter for each command took longer than most commands; and what a command leaves
behind in its process would show in the next one here. Each verb has one test through the
real command, too.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from docproof.cli import main
from docproof.replay.servers import Servers


def docproof(
    *arguments: str,
    cwd: Path,
    servers: Servers | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """What `python -m docproof ARGUMENTS` would have done in the folder `cwd`."""
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        _placed(cwd, environment),
        _onto(1, out),
        _onto(2, err),
    ):
        try:
            code = main(arguments, servers)
        except SystemExit as end:  # a command line that cannot be understood
            code = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        written = [_whole(file) for file in (out, err)]
    return subprocess.CompletedProcess(["docproof", *arguments], code, *written)


@contextlib.contextmanager
def _placed(folder: Path, environment: Mapping[str, str] | None) -> Iterator[None]:
    before = dict(os.environ)
    with contextlib.chdir(folder):
        if environment is not None:
            _environment(environment)
        try:
            yield
        finally:
            _environment(before)


def _environment(wanted: Mapping[str, str]) -> None:
    if dict(os.environ) != wanted:
        os.environ.clear()
        os.environ.update(wanted)
        tempfile.tempdir = None  # it was found by the variables


@contextlib.contextmanager
def _onto(number: int, file: IO[bytes]) -> Iterator[None]:
    """Lead a standard stream into `file`: that of this process, and that of those it starts."""
    name = {1: "stdout", 2: "stderr"}[number]
    ours = getattr(sys, name)
    ours.flush()
    kept = os.dup(number)
    os.dup2(file.fileno(), number)
    with open(os.dup(number), "w", encoding="utf-8", newline="") as given:
        setattr(sys, name, given)
        try:
            yield
        finally:
            given.flush()
            setattr(sys, name, ours)
            os.dup2(kept, number)
            os.close(kept)


def _whole(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8").replace("\r\n", "\n")
