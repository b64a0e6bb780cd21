"""How do the programs fare under one release?"""

from __future__ import annotations

import dataclasses
import datetime
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from docproof.project import Project
from docproof.replay import Replayer
from tests.matrix import environments, results
from tests.matrix.results import Kept, Result
from tests.matrix.verdict import judged

Say = Callable[[str], None]


def run(
    project: Project,
    release: str,
    never: Mapping[str, str],
    kept_in: Path,
    work: Path,
    say: Say,
) -> Kept:
    """Run what is not known yet; what is found out is kept in `kept_in`, program by program.

    Nothing is left in the folder `work` but uv's cache. Raises
    `environments.Refused` and `environments.Unreachable`.
    """
    kept = results.load(kept_in)
    waiting = results.todo(project, release, kept)
    if not waiting:
        return kept
    today = datetime.date.today().isoformat()
    environments.guard({"litellm": release}, never)
    start = time.monotonic()
    cache, folder = work / "uv", work / f"env-{release}"
    try:
        chosen = environments.choose(f"litellm=={release}", never, cache)
        packages = {**chosen.wanted, **chosen.added}
        if packages != kept.packages:  # a reader would get another environment today
            kept, waiting = Kept(packages), list(project.all_programs())
        python = environments.install(chosen, folder, cache, project.root)
        say(f"installed in {time.monotonic() - start:.0f} s, with openai {packages.get('openai')}")
        _play_all(project, release, python, waiting, kept, kept_in, today, say)
    except environments.NotInstallable as no:
        if str(no) != kept.refusal:
            kept = Kept(refusal=str(no), date=today)
            results.save(kept, kept_in)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        environments.forget("litellm", cache)
    return kept


def _play_all(
    project: Project,
    release: str,
    python: str,
    programs: list[Path],
    kept: Kept,
    kept_in: Path,
    today: str,
    say: Say,
) -> None:
    start = time.monotonic()
    own = {"litellm": release, "openai": kept.packages.get("openai", "")}
    with Replayer(project, python) as replayer:
        for number, program in enumerate(programs, start=1):
            digest = results.digest(project, program, release)
            result, reason = judged(project, program, replayer.play(program), own)
            kept.results[project.relative(program)] = Result(result, reason, digest, today)
            results.save(kept, kept_in)
            if number % 10 == 0 or number == len(programs):
                took = time.monotonic() - start
                say(f"{number} of {len(programs)} programs in {took:.0f} s")


def suited(project: Project) -> Project:
    """The project as it is replayed under other releases: less to preload, more time."""
    return dataclasses.replace(project, preload=("tests.matrix.preload",), time_limit=60)
