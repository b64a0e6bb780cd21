"""What was found out about a release, and is it still true of the programs as they are?"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from docproof.project import Project

# The modules here that decide what a result is; the others say when and where it is kept.
_RUNNING = ("environments", "preload", "release", "verdict")
PYTHON = ".".join(map(str, sys.version_info[:2]))


@dataclass(frozen=True)
class Result:
    """One program under one release: `result` is same, differs or fails, and `reason` says why.

    `digest` stands for all that the result depends on, `date` is the day of the run.
    """

    result: str
    reason: str
    digest: str
    date: str


@dataclass
class Kept:
    """All that is known of a release: its environment's packages and a result for each program.

    `refusal` is uv's reason if there can be no environment, found out on `date`.
    """

    packages: dict[str, str] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    refusal: str = ""
    date: str = ""


def load(path: Path) -> Kept:
    """What is kept in the file at `path`; nothing, if it is not there or was broken off."""
    try:
        data = json.loads(path.read_text("utf-8"))
        results = {name: Result(**result) for name, result in data.pop("results").items()}
        return Kept(results=results, **data)
    except (OSError, ValueError, TypeError, KeyError):
        return Kept()


def save(kept: Kept, path: Path) -> None:
    """Keep it in the file at `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(asdict(kept), indent=1), "utf-8")
    os.replace(unfinished, path)


def digest(project: Project, program: Path, release: str) -> str:
    """Stands for all that the result of `program` under `release` depends on."""
    inside = program.resolve().parent.relative_to(project.programs)
    pictures = sorted((project.docs / inside / "images").glob("*.svg"))
    made = hashlib.sha256(f"{release} {PYTHON} {_of_the_replay()}".encode())
    for path in (
        program, project.recording_of(program), project.expectations_of(program),
        project.output_of(program), *pictures,
    ):  # fmt: skip
        made.update(path.read_bytes() if path.is_file() else b"none")
        made.update(b"\0")
    settings = (project.environment, project.time_limit, project.preload)
    made.update(repr(settings).encode())
    return made.hexdigest()


def todo(project: Project, release: str, kept: Kept) -> list[Path]:
    """The programs of which nothing is known under `release`, or what is known is out of date."""
    return [
        program
        for program in project.all_programs()
        if (found := kept.results.get(project.relative(program))) is None
        or found.digest != digest(project, program, release)
    ]


@functools.cache
def _of_the_replay() -> str:
    """Stands for the code that replays: what the replay's two ends import, and the preloading."""
    root = Path(__file__).parents[2]
    here = [root / f"tests/matrix/{name}.py" for name in _RUNNING]
    replay = _imported(root / "docproof/replay.py", root / "docproof/forkserver.py")
    files = {root / "tests/first_call.py", *here, *replay}
    made = hashlib.sha256()
    for path in sorted(files):
        made.update(path.read_bytes())
    return made.hexdigest()


def _imported(*files: Path) -> set[Path]:
    """`files`, and the files beside them that they import, directly or not."""
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [p for p in _named_by(path) if p.is_file()]
    return found


def _named_by(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, _, module = node.module.partition(".")
            if package == path.parent.name:
                names = [module] if module else [alias.name for alias in node.names]
                yield from (path.with_name(f"{name}.py") for name in names)
