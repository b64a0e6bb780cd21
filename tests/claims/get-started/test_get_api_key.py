"""What the page docs/get-started/get-api-key.md claims about the programs, one test each."""

from __future__ import annotations

import re

import pytest
import yaml

from docproof.core.project import Program
from docproof.replay.replay import Replayer
from tests.helpers.guide import GUIDE
from tests.helpers.stage import Stage

# One of those whose lines on keys and calls are the same: the key depends on nothing else.
OF_KEYS = re.compile(r".*(?:api_key|API_KEY|_KEY\b|completion\(|embedding\(|Router\().*")
ASKED = {
    tuple(OF_KEYS.findall(program.path.read_text("utf-8"))): program
    for program in GUIDE.all_programs()
    if program.recording.path.is_file() or program.path.stem == "missing_key"
}.values()

# Tells which key each request carries.
TELL = """\
import httpx, httpx2  # LiteLLM's calls, and the openai client's
def telling(send):
    def sent(self, request, **options):
        print(f"<sent {request.headers.get('authorization')}>", flush=True)
        return send(self, request, **options)
    return sent
for one in (httpx.Client, httpx.AsyncClient, httpx2.Client, httpx2.AsyncClient):
    one.send = telling(one.send)
"""


def test_two_keys_are_read() -> None:
    """Some read the key of a second server from EXAMPLE_API_KEY."""
    read = set()
    for program in GUIDE.all_programs():
        read |= set(re.findall(r'get\("(\w+_API_KEY)"', program.path.read_text("utf-8")))
    assert read == {"KLUSTER_API_KEY", "EXAMPLE_API_KEY", "ENDPOINT_API_KEY"}


@pytest.mark.parametrize("program", ASKED, ids=lambda program: str(program.path.stem))
def test_none_sends_the_key_of_openai(claimant: Replayer, program: Program) -> None:
    """None of them sends the key that you may have in OPENAI_API_KEY."""
    stage = Stage(claimant, program.path.parent.relative_to(GUIDE.programs).as_posix())
    path = program.expectations.path
    expect = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {}
    expect.pop("why", None)
    expect["environment"] = expect.get("environment", {}) | {"OPENAI_API_KEY": "fake-openai-key"}
    outcome = stage.run(
        TELL + program.path.read_text("utf-8"), program.path.stem, yaml.safe_dump(expect)
    )
    assert "fake-openai-key" not in outcome.stdout
    if program.path.stem != "missing_key":
        assert "<sent Bearer " in outcome.stdout
