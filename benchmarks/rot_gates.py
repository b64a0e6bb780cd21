"""Does a gate fail on this copy, and does it name the place of the fault?"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rot_edits import ENVIRONMENT, Case

GATES = ("check", "pytest", "build")
LIMIT = 90  # seconds for a gate
_CHECK = ["-m", "docproof", "check"]
_PYTEST = ["-m", "pytest", "code", "docs", "-q", "-p", "no:cacheprovider"]
_PROBLEM = re.compile(r"^(?P<path>[^\s:]+):(?P<line>\d+): (?P<rule>[a-z][a-z0-9-]*): ", re.M)
_WARNING = re.compile(r"^(?:WARNING|ERROR|Error:|Config)\b.*(?:\n +- .*)*", re.M)


def command(gate: str, site: Path) -> list[str]:
    """How a gate is called; a build goes to the folder `site`."""
    build = ["-m", "mkdocs", "build", "--strict", "-d", str(site)]
    return [sys.executable, *{"check": _CHECK, "pytest": _PYTEST, "build": build}[gate]]


def run(command: Sequence[str], folder: Path, limit: float = LIMIT) -> tuple[int, str]:
    """A command's exit code and all that it said; -1 if it had to be stopped."""
    with subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=limit)
            return process.returncode, said
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            return -1, process.communicate()[0]


def named(copy: Path, gate: str, said: str, case: Case) -> tuple[bool, bool]:
    """Whether what a failed gate said names a file of the fault, and whether its line, too."""
    file_named = line_named = False
    for path, mark in case.places:
        if gate == "build":
            known = {path, path.removeprefix("docs/")}
            known |= {"Config value"} if path == "mkdocs.yml" else set()
            warnings = _WARNING.findall(said)
            file_named |= any(one in warning for warning in warnings for one in known)
            continue
        for problem in _PROBLEM.finditer(said):
            if problem["path"] == path and case.rule in ("", problem["rule"]):
                file_named = True
                line_named |= int(problem["line"]) in _lines(copy / path, mark)
    return file_named, line_named


def _lines(path: Path, mark: int | str | None) -> set[int] | range:
    """The lines of a file that a mark means, from 1; all if there is no mark."""
    if isinstance(mark, int):
        return {mark}
    if mark is None or not path.is_file():
        return range(1, 1_000_000)
    text = path.read_text("utf-8", errors="replace")
    return {text.count("\n", 0, found.start()) + 1 for found in re.finditer(re.escape(mark), text)}
