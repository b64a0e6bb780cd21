"""Every rule has a name, a reason and an example, and all that is refused is refused by one."""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import pytest

from docproof import VERBS
from docproof.check import check_page
from docproof.cli import _parser, main
from docproof.core.problem import rule
from docproof.pages.page import read_page
from docproof.rules import rules
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import PAGE, Sandbox


def test_nothing_but_a_rule_makes_a_problem() -> None:
    makers = [
        str(path.relative_to(ROOT / "docproof"))
        for path in (ROOT / "docproof").rglob("*.py")
        for tree in [ast.parse(path.read_text("utf-8"))]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Problem"
    ]
    assert makers == ["core/problem.py"]


def test_every_rule_of_the_source_is_explained() -> None:
    declared = [
        node.args[0].value
        for path in (ROOT / "docproof").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "rule"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert [known.name for known in rules()] == sorted(declared)
    assert {"path", "setting"} < set(declared)


def test_names_are_unique_and_nothing_is_left_empty() -> None:
    found = rules()
    assert len({known.name for known in found}) == len(found) > 40
    for known in found:
        assert re.fullmatch(r"[a-z0-9-]+", known.name)
        assert known.refuses
        assert not known.refuses.endswith(".")
        assert known.why.endswith(".")
        assert known.example
    with pytest.raises(ValueError, match="two rules"):
        rule("range-cut", refuses="x", why="X.", example="x")


def test_each_rule_explains_itself_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for known in rules():
        assert main(["check", "--explain", known.name]) == 0
        assert capsys.readouterr().out.startswith(f"{known.name} refuses {known.refuses}.\n")
    assert main(["check", "--explain", "rang"]) == 2
    said = capsys.readouterr().err
    assert "there is no such rule; name range" in said
    assert said.endswith("; docs/contribute/rules.md lists all\n")
    assert len(said) < 200


def test_the_verbs_of_the_command_line_are_those_that_a_page_may_name() -> None:
    (verbs,) = (a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    assert list(verbs.choices) == list(VERBS)
    assert all(parser.get_default("verb") for parser in verbs.choices.values())


def test_two_projects_in_one_process_share_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.write("docs/page.md", PAGE + "\nRead `KLUSTER_API_KEY`.\n")
    other = Sandbox(tmp_path / "other")
    other.write("docs/page.md", sandbox.read("docs/page.md"))
    other.program("print('Hello!')\n")
    sandbox.program("import os\nos.environ['KLUSTER_API_KEY']\n")
    first, second = sandbox.project, other.project

    def names(project: object) -> set[str]:
        page = read_page(project, project.docs / "page.md")
        return {problem.rule for problem in check_page(project, page)}

    assert "span-unknown" not in names(first)
    assert "span-unknown" in names(second)
    assert "span-unknown" not in names(first)
