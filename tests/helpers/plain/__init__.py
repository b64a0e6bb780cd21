"""What does a program say when plain Python runs it to its end, on its recording?"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from docproof.core.project import Program
from docproof.recordings import expectations
from docproof.replay.replay import Replayer, spec_of
from docproof.replay.servers import environment

LIMIT = 60.0  # seconds
Said = tuple[str, str, int]  # on standard output, on standard error, and the exit code


def here(replayer: Replayer, program: Program) -> Said:
    """What a replay says."""
    expected = expectations.load(program.expectations)
    run = replayer.run(spec_of(program, expected), expected.fresh)
    return run.stdout, placeless(run.stderr), run.code


def plain(program: Program, settings: dict[str, str], folder: Path) -> Said:
    """What `python PROGRAM` says in an interpreter that ends as any does, run in `folder`."""
    expected = expectations.load(program.expectations)
    spec = replace(spec_of(program, expected), report=str(folder / "report"))
    home = folder / "current"
    home.mkdir()
    found = {"PYTHONPATH": str(Path(__file__).parent), "PLAIN_SPEC": spec.to_json()}
    done = subprocess.run(
        [sys.executable, str(program.path)],
        env=environment(settings, str(home)) | found,
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT,
    )
    return done.stdout.decode(), placeless(done.stderr.decode()), done.returncode


def placeless(text: str) -> str:
    """A text without the places of objects in memory, which are others each time."""
    return re.sub(r"\b0x[0-9a-f]+\b", "0x…", text)
