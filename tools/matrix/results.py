"""What was found out about a release, and is it still true of the programs as they are?"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from docproof.core import files
from docproof.core.project import Program, Project
from docproof.replay import pictures
from tools import sources

# The modules here that decide what a result is; the others say when and where it is kept.
_RUNNING = ("environments", "preload", "release", "verdict")
_ENDS = ("replay/replay.py", "sandbox/forkserver.py")
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
    files.replace({path: json.dumps(asdict(kept), indent=1)})


def digest(project: Project, program: Program, release: str) -> str:
    """Stands for all that the result of `program` under `release` depends on."""
    own = (program.path, program.recording.path, program.expectations.path, program.output.path)
    settings = (project.environment, project.preload)
    state = files.digest([*own, *pictures.beside(program)])
    made = f"{release} {PYTHON} {of_the_replay()} {state} {settings!r}"
    return hashlib.sha256(made.encode()).hexdigest()


def todo(project: Project, release: str, kept: Kept) -> list[Program]:
    """The programs of which nothing is known under `release`, or what is known is out of date."""
    return [
        program
        for program in project.all_programs()
        if (found := kept.results.get(program.name)) is None
        or found.digest != digest(project, program, release)
    ]


@functools.cache
def of_the_replay() -> str:
    """Stands for the code that replays: what the replay's two ends import, and the preloading."""
    here = [sources.ROOT / f"tools/matrix/{name}.py" for name in _RUNNING]
    return files.digest(sorted({sources.ROOT / "tools/first_call.py", *here, *replaying()}))


def replaying() -> set[Path]:
    """What the replay's two ends import."""
    ends = (sources.ROOT / "docproof" / end for end in _ENDS)
    return sources.imported(*ends)
