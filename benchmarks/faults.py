"""Puts faults into clones, and sees which tests catch them.

For what is merged, cut or moved to the night: `suite_faults_site` and `suite_faults_tool`
name the faults. A clone has an interpreter of its own that finds the clone's docproof
first, so that a fault is also in the processes that a test starts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Fault:
    """A fault: in `file`, `old` becomes `new` (at its end if `old` is ""); who is to catch it.

    `former` and `now` are the tests before and after, as pytest's arguments; without a
    `former` one, nothing caught it before.
    """

    name: str
    file: str
    old: str
    new: str
    former: str
    now: str


def cloned(source: Path, folder: Path) -> Path:
    """The interpreter of a clone of `source` in `folder`, with this one's packages."""
    subprocess.run(["git", "clone", "-q", str(source), str(folder)], check=True)
    venv.create(folder / ".venv", with_pip=False, symlinks=True)
    python = folder / ".venv/bin/python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    there = subprocess.run(ask, check=True, capture_output=True, encoding="utf-8").stdout.strip()
    places = f"{folder}\n{sysconfig.get_path('purelib')}\n"
    Path(there, "clone.pth").write_text(places, "utf-8")
    for command in Path(sys.executable).parent.iterdir():  # ruff, mkdocs and the like
        if not (python.parent / command.name).exists():
            (python.parent / command.name).symlink_to(command)
    (folder / ".venv/.installed").touch()
    return python


def put_in(fault: Fault, folder: Path) -> None:
    """Edit a file of a clone, and commit: some tests clone what is committed."""
    file = folder / fault.file
    text = file.read_text("utf-8")
    assert fault.old in text, f"{fault.name}: {fault.file} has no {fault.old!r}"
    changed = text.replace(fault.old, fault.new, 1) if fault.old else text + fault.new
    file.write_text(changed, "utf-8")
    who = ["-c", "user.name=N", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "commit", "-qam", fault.name], cwd=folder, check=True)


def run(python: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """What pytest says in the clone that an interpreter belongs to, with one worker."""
    quietly = ("-q", "-n0", "-p", "no:cacheprovider")
    return subprocess.run(
        [python, "-m", "pytest", *quietly, *arguments],
        cwd=python.parent.parent.parent, capture_output=True, encoding="utf-8",
        env=os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"},
    )  # fmt: skip


def caught(fault: Fault, source: Path, test: str) -> str:
    """What tests, two blanks between them, say of a fault in a clone of `source`."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "clone").resolve()
        python = cloned(source, folder)
        put_in(fault, folder)
        done = run(python, ["-x", *test.split("  ")])
    said = {0: "ESCAPED", 1: "caught"}.get(done.returncode, f"pytest ended with {done.returncode}")
    lines = done.stdout.splitlines()
    last = [line for line in lines if line.startswith(("E  ", "FAILED", "ERROR"))]
    return f"{said:8} {last[0][:110] if last else ''}"


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
                before = caught(fault, arguments.old, fault.former) if fault.former else "-"
                print(f"{fault.name:48} before: {before}", flush=True)
            now = caught(fault, ROOT, fault.now)
            escaped += not now.startswith("caught")
            print(f"{fault.name:48} now:    {now}", flush=True)
    print(f"{escaped} escaped")
    return int(escaped > 0)
