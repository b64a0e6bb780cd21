"""Whoever runs many commands forks from one process for each set of conditions, and ends them."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from docproof.core.problem import BadInput
from docproof.replay.replay import Replayer
from docproof.replay.servers import Server, Servers
from docproof.sandbox.spec import RunSpec
from tests.helpers.sandbox import Sandbox
from tests.helpers.waiting import PATIENCE, until_gone


def server(servers: Servers, sandbox: Sandbox, **changed: object) -> Server:
    """The one that a runner of the project gets, with some conditions changed."""
    given = {"key": None, "variables": {}, "python": sys.executable, **changed}
    project = replace(sandbox.project, **given.pop("project", {}))  # type: ignore[arg-type]
    with Replayer(project, servers=servers, **given) as replayer:  # type: ignore[arg-type]
        return replayer.start()


def test_runs_under_the_same_conditions_share_a_server(tmp_path: Path) -> None:
    one, other = (Sandbox(tmp_path / name) for name in ("one", "other"))
    with Servers() as servers:
        first = server(servers, one)
        assert server(servers, other) is first
        assert first.process.poll() is None  # the runner has ended, the server has not
        program = other.program("print('Hi')\n")
        (other.root / "tests/cassettes/page/x.yaml").unlink()
        other.expect(requests=0)
        with Replayer(other.project, servers=servers) as replayer:
            assert replayer.play(other.project.program(program)).stdout == "Hi\n"
    assert first.process.poll() is not None
    assert not servers.folder.exists()


OTHERS: list[dict[str, object]] = [
    {"key": ""},
    {"key": "fake-key"},
    {"variables": {"SSL_CERT_FILE": "a"}},
    {"project": {"environment": {"A": "b"}}},
    {"project": {"preload": ("json",)}},
]


def test_other_conditions_want_another_server(sandbox: Sandbox) -> None:
    with Servers() as servers:
        made = [server(servers, sandbox, **changed) for changed in [{}, *OTHERS]]
        assert len({one.process.pid for one in made}) == len(made)


def test_one_that_died_is_made_anew(sandbox: Sandbox) -> None:
    with Servers() as servers:
        first = server(servers, sandbox)
        first.process.kill()
        first.process.wait()
        assert server(servers, sandbox).process.poll() is None


def test_one_that_has_just_died_keeps_nobody_waiting(sandbox: Sandbox) -> None:
    """Its end of the pipe is closed a moment later than its answers, and would take a spec."""
    unread, written = os.pipe()
    with Servers() as servers:
        died = server(servers, sandbox)
        died.process.kill()
        died._listener.join()
        assert died.process.stdin is not None
        died.process.stdin.close()
        died.process.stdin = os.fdopen(written, "w")
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(died.ask, RunSpec(program="x.py", report="x"))
            try:
                with pytest.raises(BadInput):
                    asked.result(timeout=PATIENCE)
            finally:  # or the pool would wait for it
                for waiting in died._asked.values():
                    if not waiting.done():
                        waiting.set_result(0)
    os.close(unread)


def test_a_process_that_ends_without_a_word_takes_its_server_along(sandbox: Sandbox) -> None:
    code = (
        "import pathlib, sys\n"
        "from docproof.core.project import load_project\n"
        "from docproof.replay.servers import Servers\n"
        f"here = load_project(pathlib.Path({str(sandbox.root)!r}))\n"
        "server = Servers().server(here, sys.executable, None, {})\n"
        "print(server.process.pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=PATIENCE
    )
    assert done.returncode == 0
    until_gone(int(done.stdout))  # its standard input is at an end; it looks and leaves
