"""A command in a message is one that its reader can paste."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from docproof.core import problem


@pytest.mark.parametrize(
    ("prefix", "activated", "python"),
    [(".venv", "", ".venv/bin/python"), (".venv", ".venv", "python"), ("usr", "", "python")],
)
def test_the_interpreter_is_called_as_from_the_project_s_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str, activated: str, python: str
) -> None:
    monkeypatch.chdir(tmp_path)  # no Makefile is here
    monkeypatch.setattr(sys, "prefix", str(tmp_path / prefix))
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / activated))
    made = runpy.run_path(problem.__file__)["Problem"](
        "a.md", 1, "x", "y", "python -m docproof fix"
    )
    assert str(made) == f"a.md:1: x: y; {python} -m docproof fix"
