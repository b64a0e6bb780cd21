"""`pytest` proves each program and each page, and says in a line what is wrong."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from tests.helpers.sandbox import PAGE, Sandbox

Prove = Callable[..., subprocess.CompletedProcess[str]]


def test_programs_and_pages_are_tests_of_their_own(prove: Prove) -> None:
    done = prove("--collect-only")
    assert set(done.stdout.splitlines()[:2]) == {"code/page/x.py::replay", "docs/page.md::page"}
    assert prove().returncode == 0


def test_the_command_itself_proves_them(sandbox: Sandbox) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=sandbox.root,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0
    assert "2 passed" in done.stdout


def test_it_leaves_no_process_behind(
    sandbox: Sandbox, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that programs fork from is its own here, and a thread listens to it."""
    monkeypatch.chdir(sandbox.root)
    before = threading.enumerate()
    done = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", "code/page/x.py")
    assert done.parseoutcomes() == {"passed": 1}
    assert threading.enumerate() == before


def test_one_program_and_one_page_can_be_named(sandbox: Sandbox, prove: Prove) -> None:
    sandbox.write("docs/other.md", "no title\n")
    for name in ("code/page/x.py", "docs/page.md"):
        done = prove(name)
        assert done.returncode == 0
        assert "1 passed" in done.stdout


def test_a_program_that_is_named_is_replayed_once_and_not_imported(
    sandbox: Sandbox, prove: Prove
) -> None:
    sandbox.program("raise SystemExit('this was imported')\n")
    done = prove("code/page/x.py")
    assert "1 failed" in done.stdout
    assert "code/page/x.py:1: exit-code: the program exits 1 instead of 0" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_program_that_prints_something_else_fails_with_a_diff(
    sandbox: Sandbox, prove: Prove
) -> None:
    sandbox.write("code/page/terminal/x.md", "```text\n$ python x.py\nHowdy!\n```\n")
    done = prove("code/page/x.py")
    assert "code/page/terminal/x.md:3: output: code/page/x.py prints something else" in (
        done.stdout
    )
    assert "    -Howdy!\n    +Hello!\n" in done.stdout
    assert "python -m docproof fix code/page/x.py" in done.stdout


def test_a_page_fails_with_the_program_that_it_shows(sandbox: Sandbox, prove: Prove) -> None:
    sandbox.recording(status=500)
    done = prove("docs/page.md")
    assert "tests/cassettes/page/x.yaml:1: recording: " in done.stdout


def test_a_page_fails_with_its_own_faults(sandbox: Sandbox, prove: Prove) -> None:
    sandbox.write("docs/page.md", PAGE.replace("x.py", "y.py"))
    done = prove("docs/page.md")
    assert "docs/page.md:9: include: " in done.stdout
    assert "Traceback" not in done.stdout


def test_a_project_that_is_not_ours_is_left_alone(sandbox: Sandbox, prove: Prove) -> None:
    sandbox.write("pyproject.toml", "")
    assert prove().returncode == 5  # nothing was collected
