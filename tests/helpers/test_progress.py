"""Whoever waits for the tests sees how far they are; whoever broke one, how to run it alone."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest

from tests.helpers.guide import ROOT
from tests.helpers.progress import Progress, alone

FAILS = "def test_it():\n    assert 1 == 2\n"
HANGS = "import time\n\ndef test_it():\n    time.sleep(30)\n"
DIES = "import os\n\ndef test_it():\n    os.kill(os.getpid(), 9)\n"


@pytest.mark.parametrize(
    "nodeid", ["tests/x.py::test_a", "code/a/x.py::replay", "tests/x.py::test_a[one two-[3]*]"]
)
def test_the_shell_hands_the_command_s_test_to_pytest(nodeid: str) -> None:
    (argument,) = [word for word in shlex.split(alone(nodeid)) if word.startswith("ARGS=")]
    line = f"printf '%s|' {argument.removeprefix('ARGS=')}"  # as the recipe's shell has it
    done = subprocess.run(["sh", "-c", line], capture_output=True, encoding="utf-8", cwd=ROOT)
    assert done.stdout == f"{nodeid}|"


def test_a_name_that_is_none_for_a_shell_stands_for_all_its_cases() -> None:
    assert alone("tests/x.py::test_a[$x]") == 'make test ARGS="tests/x.py::test_a"'


@pytest.mark.parametrize(("test", "workers"), [(FAILS, "0"), (FAILS, "2"), (DIES, "2")])
def test_a_failure_ends_with_the_command(
    pytester: pytest.Pytester, test: str, workers: str
) -> None:
    pytester.makepyfile(test_x=test)
    pytester.makeini("[pytest]\naddopts = -p tests.helpers.progress\n")
    done = pytester.runpytest_inprocess("-n", workers, "--max-worker-restart=0")
    report = done.stdout.str().partition("FAILURES")[2].partition("\n===")[0]
    assert report.splitlines()[-1] == 'make test ARGS="test_x.py::test_it"'


def test_a_test_that_hangs_ends_and_is_named(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    assert float(pytestconfig.getini("faulthandler_timeout")) > 0
    pytester.makepyfile(test_x=HANGS)
    pytester.makeini("[pytest]\naddopts = -p tests.helpers.progress\n")
    exits = f"faulthandler_exit_on_timeout={pytestconfig.getini('faulthandler_exit_on_timeout')}"
    limits = (
        "-o",
        exits,
        "-o",
        "faulthandler_timeout=1",
        f"--max-worker-restart={pytestconfig.getoption('maxworkerrestart')}",
    )
    done = pytester.runpytest_inprocess("-n", "1", *limits)
    report = done.stdout.str().partition("FAILURES")[2]
    assert "crashed while running 'test_x.py::test_it'" in report
    assert 'make test ARGS="test_x.py::test_it"' in report
    assert "1 failed" in report


def test_a_line_says_how_far_it_is_and_what_is_being_done() -> None:
    progress = Progress(None)  # type: ignore[arg-type]
    progress.pytest_xdist_node_collection_finished(["a", "b", "c", "d"])
    for name in ("a", "b"):
        progress.pytest_runtest_logstart(name)
    progress.said += 1000  # or the line would be said
    progress.pytest_runtest_logfinish("a")
    line = progress.line(progress.running["b"] + 7)
    assert re.fullmatch(r" 25%  1 of 4 after \d+ s; now b \(7 s\)", line)
