"""How do the programs fare under one release?"""

from __future__ import annotations

import dataclasses
import datetime
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import yaml

from docproof.core import files
from docproof.core.project import Program, Project
from docproof.replay.replay import Replayer
from tools.matrix import environments, results
from tools.matrix.results import Kept, Result
from tools.matrix.verdict import RESULTS, judged

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
    programs = {program.name for program in project.all_programs()}
    kept.results = {name: one for name, one in kept.results.items() if name in programs}
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
        own = {"litellm": release, "openai": packages.get("openai", "")}
        start = time.monotonic()
        with Replayer(project, python) as replayer:
            for number, program in enumerate(waiting, start=1):
                digest = results.digest(project, program, release)
                result, reason = _played(replayer, program, own, folder)
                kept.results[program.name] = Result(result, reason, digest, today)
                results.save(kept, kept_in)
                if number % 10 == 0 or number == len(waiting):
                    took = time.monotonic() - start
                    say(f"{number} of {len(waiting)} programs in {took:.0f} s")
    except environments.NotInstallable as no:
        if str(no) != kept.refusal:
            kept = Kept(refusal=str(no), date=today)
            results.save(kept, kept_in)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        environments.forget("litellm", cache)
    return kept


def _played(
    replayer: Replayer, program: Program, own: Mapping[str, str], folder: Path
) -> tuple[str, str]:
    """The result of a program and its reason: the best, if there is more than one try."""
    docs = replayer.project.docs
    best = judged(program, replayer.play(program), own, docs)
    for tried in _more_tries(program, folder):
        if best[0] == "same" or (tried is not program and best[0] == "differs"):
            break
        again = judged(program, replayer.play(tried), own, docs)
        best = min(best, again, key=lambda result: RESULTS.index(result[0]))
    return best


def _more_tries(program: Program, folder: Path) -> Iterator[Program]:
    """The program as it is tried again, if its waits are skipped.

    The clock that skips them is no release's fault: on a busy machine, a second
    more may show; and a release may tell the time where that clock does not reach.
    So there are two more tries with it, and one in which the program really waits,
    unless the recorded answers take time, which only the clock can give them. A
    program with an interpreter of its own has one try: it imports LiteLLM each time.
    """
    expected = program.expectations.path
    data = yaml.safe_load(expected.read_text("utf-8")) if expected.is_file() else {}
    if not data.pop("waits", None) or data.get("fresh"):
        return
    yield from (program, program)
    recorded = program.recording.path
    answers = recorded.read_text("utf-8") if recorded.is_file() else ""
    if re.search(r"^ +seconds: ", answers, re.MULTILINE):
        return
    waiting = program.recorded_in(folder / "waiting" / program.name)
    texts = {waiting.expectations.path: yaml.safe_dump(data)}
    if answers:
        texts[waiting.recording.path] = answers
    files.replace(texts)
    yield waiting


def suited(project: Project) -> Project:
    """The project as it is replayed under other releases: less to preload."""
    return dataclasses.replace(project, preload=("tools.matrix.preload",))
