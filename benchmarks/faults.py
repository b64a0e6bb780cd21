"""Puts faults into clones, and sees which tests catch them.

For what is merged, cut or moved to the night: `suite_faults_site` and `suite_faults_tool`
name the faults. A clone has an interpreter of its own that finds the clone's docproof
first, so that a fault is also in the processes that a test starts.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_ORIGIN = {f"test_{name}.py" for name in ("compare", "killed", "record", "round_trips", "trouble")}
_FAILED = re.compile(r"(FAILED|ERROR) \S")


@dataclass(frozen=True)
class Fault:
    """A fault: in `file`, `old` becomes `new` (at its end if `old` is ""); who is to catch it.

    `former` and `now` are the tests before and after, as pytest's arguments; without a
    `former` one, nothing caught it before. `was` stood there before, if it was not `old`;
    and in the file `was_in`, if git does not know that `file` comes from it.
    """

    name: str
    file: str
    old: str
    new: str
    former: str
    now: str
    was: str = ""
    was_in: str = ""


def former(test: str) -> str:
    """Where a test was before the tool's tests had folders of their own."""
    file, colons, name = test.partition("::")
    place = "origin" if Path(file).name in _ORIGIN else ""
    return Path("tests", place, Path(file).name).as_posix() + colons + name


def cloned(source: Path, folder: Path) -> Path:
    """The interpreter of a clone of `source` in `folder`, with this one's packages."""
    quiet = ("-q", "-c", "advice.detachedHead=false")
    subprocess.run(["git", "clone", *quiet, str(source), str(folder)], check=True)
    venv.create(folder / ".venv", with_pip=False, symlinks=True)
    python = folder / ".venv/bin/python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    there = subprocess.run(ask, check=True, capture_output=True, encoding="utf-8").stdout.strip()
    Path(there, "clone.pth").write_text(f"{folder}\n", "utf-8")
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        # Not by a path: a test clones the clone, and finds there what stands in this folder.
        if not Path(there, package.name).exists() and package.stem != "docproof":
            Path(there, package.name).symlink_to(package)
    for command in Path(sys.executable).parent.iterdir():  # ruff, mkdocs and the like
        if not (python.parent / command.name).exists():
            (python.parent / command.name).symlink_to(command)
    (folder / ".venv/.installed").touch()
    return python


def _names(file: str) -> list[str]:
    """What a file is called, and what it was called before, the last name first."""
    command = ["git", "log", "--follow", "--format=", "--name-only", "--", file]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    return list(dict.fromkeys([file, *filter(None, done.stdout.splitlines())]))


def put_in(fault: Fault, folder: Path) -> None:
    """Edit a file of a clone, and commit: some tests clone what is committed."""
    names = (*_names(fault.file), fault.was_in)
    file = next(path for name in names if (path := folder / name).is_file())
    text = file.read_text("utf-8")
    old = fault.was if fault.was and fault.was in text else fault.old
    assert old in text, f"{fault.name}: {file} has no {old!r}"
    changed = text.replace(old, fault.new, 1) if old else text + fault.new
    file.write_text(changed, "utf-8")
    who = ["-c", "user.name=N", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "commit", "-qam", fault.name], cwd=folder, check=True)


def run(
    python: Path, arguments: Iterable[str], seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """What pytest says, with one worker, in the clone that an interpreter belongs to.

    It and what it started are killed when the time is over, and the exit code is then -9.
    """
    with subprocess.Popen(
        [python, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *arguments],
        cwd=python.parent.parent.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace", start_new_session=True,
        env=os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"},
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
    return subprocess.CompletedProcess([], process.returncode, said)


def caught(
    fault: Fault, source: Path, tests: Iterable[str], seconds: float | None = None
) -> tuple[str, str, str]:
    """What tests say of a fault in a clone of `source`: caught or not, by which, how."""
    with tempfile.TemporaryDirectory() as scratch:
        python = cloned(source, Path(scratch, "clone").resolve())
        put_in(fault, python.parent.parent.parent)
        done = run(python, ["-x", *tests], seconds)
    lines = done.stdout.splitlines()
    # Pytest itself fails, too, if the fault is in what it loads.
    said = {0: "ESCAPED", -signal.SIGKILL: "no end"}.get(done.returncode, "caught")
    if re.search(r"^ERROR: .*not found: ", done.stdout, re.MULTILINE):
        said = "no test"
    if not done.returncode and not re.search(r"\d passed", lines[-1]):
        said = "skipped"
    failed = [line.split(" ", 1)[1].split(" - ")[0] for line in lines if _FAILED.match(line)]
    why = [line for line in lines if line.startswith("E  ")]
    return said, "".join(failed[-1:]), "".join(why[:1])[:110]


def told(fault: Fault, source: Path, test: str) -> str:
    """The same in a line, of tests with two blanks between them."""
    said, _, why = caught(fault, source, test.split("  "))
    return f"{said:8} {why}"


def main(faults: Iterable[Fault]) -> int:
    """Run all faults; 1 if one escapes."""
    parser = argparse.ArgumentParser(description="Which tests catch these faults?")
    parser.add_argument("--old", type=Path, help="a clone of the former commit, to compare with")
    parser.add_argument("--only", default="", help="a part of the name of a fault")
    arguments = parser.parse_args()
    escaped = 0
    for fault in faults:
        if arguments.only in fault.name:
            if arguments.old:
                before = told(fault, arguments.old, fault.former) if fault.former else "-"
                print(f"{fault.name:48} before: {before}", flush=True)
            now = told(fault, ROOT, fault.now)
            escaped += not now.startswith("caught")
            print(f"{fault.name:48} now:    {now}", flush=True)
    print(f"{escaped} escaped")
    return int(escaped > 0)
