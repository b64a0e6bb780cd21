"""What a program prints stands on its page, and a command renews it."""

from __future__ import annotations

import pytest

from docproof.core.problem import BadInput
from docproof.replay.terminal import render
from tests.helpers.sandbox import ASK, Sandbox


def test_fix_writes_a_missing_output_and_shows_what_it_did(sandbox: Sandbox) -> None:
    output = sandbox.root / "code/page/terminal/x.md"
    wanted = output.read_text("utf-8")
    output.unlink()
    done = sandbox.docproof("fix")
    assert done.returncode == 0
    assert output.read_text("utf-8") == wanted
    assert "+Hello!" in done.stdout
    assert done.stderr == "Replaying 1 program …\n"
    again = sandbox.docproof("fix")
    assert (again.returncode, again.stdout) == (0, "")


def test_fix_keeps_the_output_of_a_program_that_fails(sandbox: Sandbox) -> None:
    before = sandbox.read("code/page/terminal/x.md")
    sandbox.program(ASK + "print('Half of it')\nraise SystemExit(3)\n")
    done = sandbox.docproof("fix")
    assert done.returncode == 1
    assert done.stdout.startswith("code/page/x.py:1: exit-code: ")
    assert sandbox.read("code/page/terminal/x.md") == before


def test_fix_refuses_what_is_neither_page_nor_program(sandbox: Sandbox) -> None:
    done = sandbox.docproof("fix", "mkdocs.yml")
    assert done.returncode == 2
    assert done.stderr.startswith("mkdocs.yml:1: path: it is no page and no program")


def test_fix_replays_only_what_has_changed(sandbox: Sandbox) -> None:
    sandbox.write("code/page/y.py", sandbox.read("code/page/x.py"))
    sandbox.write("tests/cassettes/page/y.yaml", sandbox.read("tests/cassettes/page/x.yaml"))
    assert sandbox.docproof("fix").stderr == "Replaying 2 programs …\n"
    assert sandbox.docproof("fix").stderr == ""
    sandbox.program(ASK + "print('changed')\n")
    done = sandbox.docproof("fix")
    assert "+changed" in done.stdout
    assert "y.md" not in done.stdout
    sandbox.write("code/page/terminal/y.md", "by hand\n")
    assert "y.md" in sandbox.docproof("fix").stdout


def test_an_output_with_fences_gets_a_longer_fence(sandbox: Sandbox) -> None:
    shown = render(sandbox.subject, "````md\n```py\n```\n````\n")
    assert shown.splitlines()[0] == "`````text"
    assert shown.splitlines()[-1] == "`````"


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\tb", "50%\r100%", '--8<-- "x"', "bell\x07"])
def test_an_output_that_no_page_can_show_is_refused(sandbox: Sandbox, text: str) -> None:
    with pytest.raises(BadInput, match=r"^code/page/x.py:1: output: line 2 of what"):
        render(sandbox.subject, f"first\n{text}\n")


def test_a_progress_bar_is_refused_when_a_program_draws_one(sandbox: Sandbox) -> None:
    sandbox.program(ASK + "print('50%\\r100%')\n")
    done = sandbox.docproof("fix")
    assert done.returncode == 1
    assert "output: line 1 of what it prints has '\\r'" in done.stdout
