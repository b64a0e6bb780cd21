"""Each verb does as a command what it does when it is called, and a call leaves nothing behind."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from docproof import cli
from docproof.cli import main
from docproof.core.project import Project
from tests.helpers import command
from tests.helpers.sandbox import ASK, Sandbox

# What is wrong with the first project, and what is done in there; the second is all right.
VERBS = {
    "check": ("check",),
    "fix": ("fix",),
    "run": ("run", "--no-delay", "code/page/x.py"),
    "record": ("record", "--base-url", "http://127.0.0.1:9/v1", "code"),
    "none": ("frobnicate",),
}


@pytest.fixture
def two(tmp_path: Path) -> tuple[Sandbox, Sandbox]:
    """A project whose program prints something else than its page shows, and one that is right."""
    wrong, right = (Sandbox(tmp_path / name) for name in ("wrong", "right"))
    wrong.program(ASK + 'print(reply.json()["answer"].upper())\n')
    wrong.write("docs/page.md", wrong.read("docs/page.md").replace("title:", "titel:"))
    return wrong, right


@pytest.mark.parametrize("verb", VERBS)
def test_the_command_and_the_call_are_one(tmp_path: Path, verb: str) -> None:
    said = []
    for name in ("command", "call"):
        sandbox = Sandbox(tmp_path / name)
        sandbox.program(ASK + 'print(reply.json()["answer"].upper())\n')
        sandbox.write("docs/page.md", sandbox.read("docs/page.md").replace("title:", "titel:"))
        if name == "call":
            done = command.docproof(*VERBS[verb], cwd=sandbox.root)
        else:
            done = subprocess.run(
                [sys.executable, "-m", "docproof", *VERBS[verb]],
                cwd=sandbox.root, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL,
            )  # fmt: skip
        said.append((done.returncode, done.stdout, done.stderr, sandbox.read("code/page/x.py"),
                     sandbox.read("code/page/terminal/x.md")))  # fmt: skip
    assert said[0] == said[1]
    assert said[0][1] + said[0][2]
    assert said[0][0] or verb != "check"


def state(temporary: Path) -> dict[str, Any]:
    """What a call could change in its process."""
    numbers = set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}
    return {
        "variables": dict(os.environ),
        "folder": os.getcwd(),
        "path": list(sys.path),
        "arguments": list(sys.argv),
        "handlers": {number: signal.getsignal(number) for number in numbers},
        "threads": threading.enumerate(),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "files": sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else [],
        "temporary files": sorted(temporary.rglob("*")),
        "audit": sys.gettrace(),
    }


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "none"])
def test_a_call_leaves_nothing_in_its_process_and_nothing_for_the_next_project(
    two: tuple[Sandbox, Sandbox],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    verb: str,
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    wrong, right = two
    monkeypatch.chdir(wrong.root)
    before = state(temporary)
    alone = right.docproof(*VERBS[verb])
    assert main(VERBS[verb]) == (0 if verb in ("fix", "run") else 1)
    assert state(temporary) == before
    capfd.readouterr()
    monkeypatch.chdir(right.root)
    assert main(VERBS[verb]) == alone.returncode
    assert capfd.readouterr().out == alone.stdout


def test_a_call_reads_again_what_has_changed(sandbox: Sandbox) -> None:
    """Also what another call read a moment ago, in the same process."""
    names = sandbox.write("proof/names.yml", "frobnicate: a name of another project's\n")
    page = sandbox.read("docs/page.md")
    sandbox.write("docs/page.md", f"{page}\nSee `frobnicate`.\n")
    assert "frobnicate" not in sandbox.docproof("check").stdout
    names.unlink()
    assert "frobnicate" in sandbox.docproof("check").stdout


@pytest.mark.parametrize("verb", ["check", "fix"])
def test_a_call_that_is_interrupted_says_so_in_one_line(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    def interrupted(project: Project) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Project, "pages", interrupted)
    done = sandbox.docproof(verb)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopped\n")


def test_a_command_that_is_interrupted_while_it_begins_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", interrupted)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(Path(cli.__file__).with_name("__main__.py")))
    assert (ended.value.code, capsys.readouterr().err) == (130, "stopped\n")
