"""What the page docs/index.md claims about behaviour, one test each."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from itertools import pairwise

import markdown
import pytest

from docproof.markdown.provenance import Origins, sentence
from docproof.pages.page import read_page
from docproof.recordings import recording
from docproof.recordings.reader import read
from docproof.replay.replay import Replayer
from tests.helpers.guide import GUIDE, ROOT
from tests.helpers.recorded import recorded
from tests.helpers.stage import Stage, lines

FOLDER = GUIDE.docs / "get-started/integrations/litellm"
PAGE = GUIDE.docs / "index.md"
SERVER = "another-endpoint/local_server"


@pytest.fixture
def stage(claimant: Replayer) -> Stage:
    """The programs of the pages about LiteLLM; the home page shows one of them."""
    return Stage(claimant, "get-started/integrations/litellm")


def settings(text: str) -> dict[str, str]:
    """The names that a program sets at its top, and what to."""
    body = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    return {ast.unparse(node.targets[0]): ast.unparse(node.value) for node in body}


def test_the_base_url_the_model_and_the_key_are_all_that_changes(stage: Stage) -> None:
    """gives you one function that calls all of them. To move a program to another server [...]."""
    here, there = (stage.source(name) for name in (SERVER, "another-endpoint/litellm_call"))
    one, other = settings(here), settings(there)
    differ = {name for name in one if one[name] != other[name]}
    assert differ == {
        "api_base",
        "model",
    }  # and the key, in the same variable, is each server's own
    for name in differ:
        here = here.replace(one[name].replace("'", '"'), other[name].replace("'", '"'))
    assert here == there


def test_litellm_repeats_and_falls_back_and_says_the_cost(stage: Stage) -> None:
    """LiteLLM can also repeat a request that failed, fall back to another model, and say [...]."""
    asked = stage.recorded("errors-and-retries/retry_after").interactions
    again = [pair for pair in pairwise(asked) if pair[0]["request"] == pair[1]["request"]]
    assert [one["response"]["status"] for one in again[0]] == [429, 200]
    first, *_, last = stage.recorded("fallbacks/another_model").interactions
    assert first["response"]["status"] >= 400
    assert last["response"]["status"] == 200
    assert first["request"]["json"]["model"] != last["request"]["json"]["model"]
    assert re.search(r"\$0\.0*[1-9]", stage.shown("spend-tracking/call_cost"))


def test_each_recorded_output_leads_to_its_recording_and_each_stream_has_its_times() -> None:
    """You can open what was sent and received for an output, and watch a streamed answer arrive."""
    streams, origins = 0, Origins(markdown.Markdown(), "Opens it")
    for path in GUIDE.pages():
        page = read_page(GUIDE, path)
        text = "\n".join(origins.run(list(page.body)))
        shown = {GUIDE.program_of(one.file) for one in page.includes if one.file}
        for program in shown - {None}:
            made = read(GUIDE, program)
            leads = program.path.relative_to(GUIDE.programs).with_suffix(".html").as_posix()
            assert (f"[Opens it](/{leads})" in text) == (made is not None)
            for one in made.interactions if made else ():
                events = recording.stream(one["response"])
                assert len(recording.times(one["response"])) == len(events)
                streams += bool(events)
    assert streams


def test_the_first_program_needs_litellm_and_no_key(stage: Stage) -> None:
    """Without a key, ask a model on your own machine."""
    text = stage.source(SERVER)
    imports = {
        name.name
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.Import)
        for name in n.names
    }
    assert imports - set(sys.stdlib_module_names) == {"litellm"}
    outcome = stage.run(f"import os\nos.environ.clear()\n{text}", SERVER)
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown(SERVER)
    assert len(stage.sent(SERVER)) == 1


def test_what_is_fetched_is_what_the_program_asks_for(stage: Stage) -> None:
    """Then fetch a small model of 815 MB, and run the program"""
    page = PAGE.read_text("utf-8")
    fetched = re.findall(r"^ollama pull (\S+)$", page, re.MULTILINE)
    assert [f"'openai/{name}'" for name in fetched] == [settings(stage.source(SERVER))["model"]]
    source = (FOLDER / "another-endpoint.md").read_text("utf-8")  # which says where it is from
    assert "fetch a small model of 815 MB" in source
    assert f"ollama pull {fetched[0]}" in source


def test_the_server_from_two_packages_listens_where_ollama_does(stage: Stage) -> None:
    """Without Ollama, a real server from two packages answers at the same address."""
    started = (FOLDER / "local-servers.md").read_text("utf-8")
    ports = re.findall(r"^params\.port = (\d+)$", started, re.MULTILINE)
    assert [f"'http://localhost:{port}/v1'" for port in ports] == [
        settings(stage.source(SERVER))["api_base"]
    ]


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
    """since a stand-in answered here [...]. A line below each output says so"""
    for path in GUIDE.recordings.rglob("*.yaml"):
        if not path.name.endswith(".expected.yaml"):
            assert recorded(path).recorded["origin"] == "stand-in", (
                f"{path}: rewrite the sentences that speak of a stand-in"
            )
    for program in GUIDE.all_programs():
        if program.recording.path.is_file():  # the line that the build puts below its output
            assert sentence(GUIDE, program).startswith("Recorded from a stand-in on ")
