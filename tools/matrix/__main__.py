"""Run the matrix, or try the newest release."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import yaml

from docproof.core.project import Project, find_project, load_project
from tools import begun
from tools.matrix import datafile, environments, release, results
from tools.matrix.results import Kept
from tools.matrix.verdict import RESULTS

AT_A_TIME = 2
TRIES = 5  # of the newest release, if some that resolve cannot be installed
PLAN = Path(__file__).with_name("releases.yml")
PAGE = "get-started/integrations/litellm/compatibility.yml"


@dataclass(frozen=True)
class Plan:
    """What is run: the releases, oldest first, and those that never are, each with its reason."""

    releases: dict[str, str]
    never: dict[str, str]


def main(arguments: list[str] | None = None, root: Path | None = None) -> int:
    """The exit code: 0 if all was run, 1 if not or if the newest release breaks something."""
    reader = argparse.ArgumentParser(prog="python -m tools.matrix", description=__doc__)
    reader.add_argument(
        "--newest", action="store_true", help="try the newest release, write nothing"
    )
    wanted = reader.parse_args(arguments)
    project = release.suited(load_project(root or find_project(Path.cwd())))
    folder = project.root / ".cache/matrix"
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        plan = plan_of(PLAN)
        with _alone(folder) as work:
            return (_try_newest if wanted.newest else _run_all)(project, plan, folder, work)
    except (environments.Refused, environments.Unreachable, environments.NotInstallable) as error:
        print(f"matrix: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("matrix: stopped; what was run is kept, and the next run goes on", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
    return 1


def plan_of(path: Path) -> Plan:
    """The plan in the file at `path`; raises `environments.Refused` if it contradicts itself."""
    plan = Plan(**yaml.safe_load(path.read_text("utf-8")))
    for version in plan.releases:
        environments.guard({"litellm": version}, plan.never)
    return plan


def _run_all(project: Project, plan: Plan, folder: Path, work: Path) -> int:
    start = time.monotonic()
    if not run(project, plan.releases, plan.never, folder, work):
        return 1
    found = {version: results.load(_file(folder, version)) for version in plan.releases}
    page = project.docs / PAGE
    written = datafile.write(project, found, page)
    took = f"{time.monotonic() - start:.0f} s"
    print(f"{project.relative(page)}: {'written' if written else 'nothing changed'}; {took}")
    return 0


def run(
    project: Project, releases: Iterable[str], never: Mapping[str, str], folder: Path, work: Path
) -> bool:
    """Run each release in a process of its own, two at a time; whether all could be run.

    A process leads a session of its own, so that ending it ends all that it
    started, and a Ctrl-C of the terminal reaches only this one.
    """
    asked = list(releases)
    waiting = [one for one in asked if results.todo(project, one, results.load(_file(folder, one)))]
    if len(waiting) < len(asked):
        print(f"{len(asked) - len(waiting)} of {len(asked)} releases: run before", flush=True)
    running, well = dict[BaseProcess, str](), True
    fork = multiprocessing.get_context("fork")
    try:
        while waiting or running:
            while waiting and len(running) < AT_A_TIME:
                version = waiting.pop(0)
                process = fork.Process(
                    target=_one, args=(project, version, never, _file(folder, version), work)
                )
                process.start()
                running[process] = version
            wait([process.sentinel for process in running])
            for process in [process for process in running if process.exitcode is not None]:
                if process.exitcode:
                    well, waiting = False, []
                del running[process]
    finally:
        for process in running:
            with contextlib.suppress(ProcessLookupError):  # it leads no session yet
                os.killpg(process.pid or 0, signal.SIGKILL)
            process.kill()
            process.join()
    return well


def _file(folder: Path, version: str) -> Path:
    return folder / f"{version}.json"


def _one(
    project: Project, version: str, never: Mapping[str, str], kept_in: Path, work: Path
) -> None:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def say(what: str) -> None:
        os.write(1, f"{version:9} {what}\n".encode())  # in one piece, though two processes write

    try:
        kept = release.run(project, version, never, kept_in, work, say)
    except (environments.Refused, environments.Unreachable) as error:
        say(f"stopped: {error}")
        raise SystemExit(1) from None
    say(_summary(kept))


def _summary(kept: Kept) -> str:
    if kept.refusal:
        return f"cannot be installed: {kept.refusal}"
    counted = [result.result for result in kept.results.values()]
    return ", ".join(f"{counted.count(result)} {result}" for result in RESULTS)


def _try_newest(project: Project, plan: Plan, folder: Path, work: Path) -> int:
    """Say what would break or print something else if the pin moved to the newest release."""
    requirement = "litellm"
    for _ in range(TRIES):
        chosen = environments.choose(requirement, plan.never, work / "uv")
        version = chosen.wanted["litellm"]
        print(f"the newest LiteLLM that resolves is {version}", flush=True)
        if not run(project, [version], plan.never, folder, work):
            return 1
        kept = results.load(_file(folder, version))
        if not kept.refusal:
            return _say_what_would_change(version, kept)
        requirement = f"litellm<{version}"
    return 1


def _say_what_would_change(version: str, kept: Kept) -> int:
    changed = [(name, one) for name, one in sorted(kept.results.items()) if one.result != "same"]
    for name, one in sorted(changed, key=lambda item: RESULTS.index(item[1].result)):
        print(f"{name}: {one.result}: {one.reason}")
    print(f"if the pin moved to {version}: {_summary(kept)}")
    return 1 if changed else 0


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """A folder to work in, empty at the beginning and gone at the end, for one run at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise environments.Unreachable("another run is under way") from None
        work = folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    begun()
    sys.exit(main())
