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

from docproof.core.problem import BadInput
from docproof.core.project import load_project
from docproof.replay import pictures

GATES = ("check", "pytest", "build")
LIMIT = 240  # seconds for a gate
_CHECK = ["-m", "docproof", "check"]
_PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
_PROBLEM = re.compile(r"^(?P<path>[^\s:]+):(?P<line>\d+): (?P<rule>[a-z][a-z0-9-]*): ", re.M)
_WARNING = re.compile(r"^(?:WARNING|ERROR|Error:|Config)\b.*(?:\n +- .*)*", re.M)


def command(gate: str, site: Path, items: Sequence[str] = ("code", "docs")) -> list[str]:
    """How a gate is called; a build goes to the folder `site`, pytest looks at `items`."""
    build = ["-m", "mkdocs", "build", "--strict", "-d", str(site)]
    pytest = [*_PYTEST, *items]
    return [sys.executable, *{"check": _CHECK, "pytest": pytest, "build": build}[gate]]


def touched(copy: Path, clean: Path) -> Sequence[str]:
    """The programs that an edit touched and the pages that name them; all if it is not clear.

    Each program is proved in a process of its own, from its own files alone, so
    the others are as they were.
    """
    try:
        guide = load_project(copy)
    except BadInput:
        return ("code", "docs")
    changed = {
        path.relative_to(root)
        for root, other in ((copy, clean), (clean, copy))
        for folder in ("code", "tests", "tools", "proof", "docproof", "docs")
        for path in (root / folder).rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and _differs(path, other / path.relative_to(root))
    }
    items: dict[str, None] = {}
    known = {path for path in changed if path.parts[0] == "docs"}
    for program in guide.all_programs():
        own = [program.recording.path, program.expectations.path]
        own += [*pictures.beside(program), program.path, program.output.path]
        own = [path.relative_to(guide.root) for path in own]
        if changed.intersection(own):
            known.update(own)
            names = {str(own[-2]), str(own[-1])}
            items[str(own[-2])] = None
            for page in guide.pages():
                if any(name in page.read_text("utf-8", errors="replace") for name in names):
                    items[guide.relative(page)] = None
    return list(items) if items and changed <= known else ("code", "docs")


def _differs(path: Path, other: Path) -> bool:
    return not other.is_file() or path.read_bytes() != other.read_bytes()


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
