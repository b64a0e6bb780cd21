"""A picture that a program draws is kept, compared, and refused when it is another."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from docproof.check import check
from tests.helpers.sandbox import ASK, PAGE, Sandbox

DRAW = ASK + 'print("drawn")\nopen("a.svg", "w").write("<svg><title>A</title></svg>")\n'
Replayed = Callable[[], str]
KEPT = "docs/page/images/a.svg"


@pytest.fixture
def drawing(sandbox: Sandbox) -> Sandbox:
    """A project whose program draws a picture that its page shows."""
    sandbox.program(DRAW)
    sandbox.write("docs/page.md", f'{PAGE}\n<figure>\n--8<-- "{KEPT}"\n</figure>\n')
    assert sandbox.docproof("fix", "code").returncode == 0
    return sandbox


@pytest.fixture
def replayed(prove: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[[], str]:
    """What pytest says of the program."""
    return lambda: prove("code").stdout


def test_fix_keeps_the_picture_and_names_its_program(drawing: Sandbox, replayed: Replayed) -> None:
    assert drawing.read(KEPT) == ("<!-- Drawn by code/page/x.py -->\n<svg><title>A</title></svg>\n")
    assert "1 passed" in replayed()
    assert [str(p) for p in check(drawing.project) if p.rule != "lock"] == []


def test_a_picture_that_is_another_is_refused_with_the_difference(
    drawing: Sandbox, replayed: Replayed
) -> None:
    drawing.write(KEPT, drawing.read(KEPT).replace("A<", "B<"))
    said = replayed()
    assert f"{KEPT}:1: output: code/page/x.py draws something else; " in said
    assert "-<svg><title>B</title></svg>" in said
    assert "python -m docproof fix code/page/x.py" in said
    assert drawing.docproof("fix", "code").returncode == 0
    assert "1 passed" in replayed()


def test_a_picture_that_is_missing_is_refused_and_renewed(
    drawing: Sandbox, replayed: Replayed
) -> None:
    (drawing.root / KEPT).unlink()
    assert f"{KEPT}:1: output: " in replayed()
    assert drawing.docproof("fix", "code").returncode == 0
    assert "1 passed" in replayed()


def test_a_picture_that_is_drawn_no_more_is_refused(drawing: Sandbox, replayed: Replayed) -> None:
    drawing.program(DRAW.replace('"a.svg"', '"b.svg"'))
    said = replayed()
    assert "docs/page/images/b.svg:1: output: code/page/x.py draws it" in said
    left = f"{KEPT}:1: output: code/page/x.py does not draw it"
    assert left in said
    for _ in range(2):  # it is not taken for right meanwhile
        done = drawing.docproof("fix", "code")
        assert (done.returncode, left in done.stdout) == (1, True)


def test_what_is_no_text_and_what_is_no_file_ends_no_replay(
    drawing: Sandbox, replayed: Replayed
) -> None:
    more = 'open("b.svg", "wb").write(b"<svg>\\xff</svg>")\n__import__("os").mkdir("c.svg")\n'
    drawing.program(DRAW + more)
    assert "docs/page/images/b.svg:1: output: code/page/x.py draws it" in replayed()
    assert drawing.docproof("fix", "code").returncode == 0
    assert "<svg>\N{REPLACEMENT CHARACTER}</svg>" in drawing.read("docs/page/images/b.svg")


def test_a_picture_whose_program_is_gone_is_refused(drawing: Sandbox) -> None:
    (drawing.root / "code/page/x.py").unlink()
    assert any(f"{KEPT}:1: orphan: " in str(p) for p in check(drawing.project))
