"""Every rule has a name, a reason and an example, and stands on the site."""

from __future__ import annotations

import re
import subprocess
import sys

from docproof.rules import rules
from tests.helpers.guide import ROOT


def test_every_rule_that_is_reported_is_explained_and_no_other() -> None:
    named = {rule.name for rule in rules()}
    reported: set[str] = set()
    for path in (ROOT / "docproof").glob("*.py"):
        text = path.read_text("utf-8")
        for name in named:
            without_its_rule = re.sub(rf'Rule\(\s*"{name}"', "", text)
            if f'"{name}"' in without_its_rule:
                reported.add(name)
    assert named - reported - {"title-missing", "description-missing"} == set()


def test_every_problem_in_the_source_names_a_known_rule() -> None:
    named = {rule.name for rule in rules()} | {"path", "accept"}
    for path in (ROOT / "docproof").glob("*.py"):
        text = path.read_text("utf-8")
        for found in re.finditer(r'Problem\(\s*[^"()]*(?:\([^()]*\))?[^"()]*"([a-z0-9-]+)",', text):
            assert found[1] in named, f"{path.name}: {found[1]}"


def test_names_are_unique_and_nothing_is_left_empty() -> None:
    found = rules()
    assert len({rule.name for rule in found}) == len(found) > 40
    for rule in found:
        assert re.fullmatch(r"[a-z0-9-]+", rule.name)
        assert rule.catches
        assert not rule.catches.endswith(".")
        assert rule.why.endswith(".")
        assert rule.example


def test_a_rule_explains_itself_in_the_terminal() -> None:
    command = [sys.executable, "-m", "docproof", "check", "--explain"]
    done = subprocess.run([*command, "range-cut"], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.stdout.startswith("range-cut refuses a range that cuts a statement")
    assert done.returncode == 0
    done = subprocess.run([*command, "range"], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "there is no such rule" in done.stderr
