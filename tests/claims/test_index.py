"""What the page docs/index.md claims about behaviour, one test each."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

from docproof.markdown.provenance import Provenance
from docproof.replay.replay import Replayer
from tests.helpers.guide import GUIDE, ROOT
from tests.helpers.recorded import recorded
from tests.helpers.stage import Stage, lines

FOLDER = "get-started/integrations/litellm"


def test_a_key_and_litellm_are_all_that_the_first_program_needs(claimant: Replayer) -> None:
    """Install LiteLLM, set your key, and this is your first request."""
    stage = Stage(claimant, FOLDER)
    text = stage.source("hello_litellm")
    imports = {
        name.name
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.Import)
        for name in n.names
    }
    assert imports - set(sys.stdlib_module_names) == {"litellm"}
    reader = "import os\nos.environ.clear()\nos.environ['KLUSTER_API_KEY'] = 'fake-reader-key'\n"
    outcome = stage.run(reader + text, "hello_litellm")
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("hello_litellm")
    assert len(stage.sent("hello_litellm")) == 1


def test_pytest_runs_every_program_and_looks_at_every_page() -> None:
    """Every program in this guide was run exactly as you see it, and every output is [...]."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "code", "docs"],
        cwd=ROOT, capture_output=True, encoding="utf-8",
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
    )  # fmt: skip
    collected = {line.split("::")[0] for line in done.stdout.splitlines()}
    wanted = {GUIDE.relative(path) for path in GUIDE.pages()}
    wanted |= {program.name for program in GUIDE.all_programs()}
    assert wanted <= collected
    assert len(wanted) > 6


def test_every_page_that_shows_an_output_says_where_its_answers_come_from() -> None:
    """The answers were recorded from a stand-in [...] each output says so."""
    for path in GUIDE.recordings.rglob("*.yaml"):
        if not path.name.endswith(".expected.yaml"):
            assert recorded(path).recorded["origin"] == "stand-in", (
                f"{path}: rewrite the sentences that speak of a stand-in"
            )
    said = Provenance(GUIDE)
    for program in GUIDE.all_programs():
        if program.recording.path.is_file():  # the line that the build puts below its output
            assert said.sentence(program).startswith("Recorded from a stand-in on ")
