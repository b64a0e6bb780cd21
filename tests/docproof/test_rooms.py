"""A room of the tool uses only the rooms below it, is small, and knows nothing of the guide."""

from __future__ import annotations

import re

import pytest
from importlinter.cli import lint_imports

from tests.helpers.guide import ROOT

TOOL = ROOT / "docproof"
MOST = 9


def test_each_room_uses_only_rooms_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    failed = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    said = capsys.readouterr().out
    assert not failed, said
    assert "1 kept, 0 broken" in said


@pytest.mark.parametrize("room", sorted({path.parent.name for path in TOOL.glob("*/*.py")}))
def test_a_room_has_at_most_nine_files(room: str) -> None:
    files = sorted(path.name for path in TOOL.glob(f"{room}/**/*.py") if path.stem != "__init__")
    assert len(files) <= MOST, files


def test_the_tool_depends_on_nothing_of_this_project_and_not_on_litellm() -> None:
    others = "litellm|openai|tests|tools|benchmarks|proof|code|docs"
    imports = re.compile(rf"^\s*(?:import|from) (?:{others})\b", re.MULTILINE)
    named = [path.name for path in TOOL.rglob("*.py") if imports.search(path.read_text("utf-8"))]
    assert named == []


def test_the_tool_s_readme_shows_code_and_files_that_are_here() -> None:
    text = (TOOL / "README.md").read_text("utf-8")
    tests = (path.read_text("utf-8") for path in (ROOT / "tests/docproof").rglob("*.py"))
    code = [*tests, *(path.read_text("utf-8") for path in TOOL.rglob("*.py"))]
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    assert [block for block in blocks if not any(block in file for file in code)] == []
    named = re.findall(r"`([\w/]+(?:/|\.py))`", text)
    assert len(named) > 15
    assert [
        name for name in named if not (TOOL / name).exists() and not (ROOT / name).exists()
    ] == []
    rooms = {path.parent.name for path in TOOL.glob("*/*.py")}
    assert {name.strip("/") for name in named} >= rooms
