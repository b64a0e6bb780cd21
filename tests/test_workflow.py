"""The workflow on GitHub proves and publishes with the commands that are run here, and no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from mkdocs.config import load_config

from tests.helpers.guide import ROOT

FILE = ROOT / ".github/workflows/site.yml"
TEXT = FILE.read_text("utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]


def used(name: str) -> list[dict[str, Any]]:
    """The steps that use an action."""
    return [step for step in STEPS if step.get("uses", "").startswith(f"actions/{name}@")]


def test_it_is_the_only_one_and_runs_for_pull_requests_and_for_main() -> None:
    assert list(FILE.parent.iterdir()) == [FILE]
    # YAML 1.1 takes the word on for true.
    on = WORKFLOW[True]
    assert list(on) == ["pull_request", "push", "schedule", "release"]
    assert (on["pull_request"], on["push"]) == (None, {"branches": ["main"]})


def test_each_night_and_for_each_release_the_proofs_try_more() -> None:
    assert re.fullmatch(r"\d+ \d+ \* \* \*", WORKFLOW[True]["schedule"][0]["cron"])
    assert WORKFLOW[True]["release"] == {"types": ["published"]}
    for event in ("schedule", "release"):
        assert f"github.event_name == '{event}'" in JOBS["nightly"]["if"]
    assert JOBS["nightly"]["steps"][-1] == {"run": "make nightly"}


def test_every_command_is_a_make_target() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            command, target = step["run"].split()
            assert command == "make"
            assert target in targets


def test_a_pull_request_runs_what_every_commit_runs_on_each_python() -> None:
    here = re.findall(r"^make \w+$", (ROOT / ".ci/run").read_text("utf-8"), re.M)
    assert [step["run"] for step in JOBS["test"]["steps"] if "run" in step] == here
    assert "if" not in JOBS["test"]
    pythons = JOBS["test"]["strategy"]["matrix"]["python"]
    assert all(isinstance(version, str) for version in pythons)  # or a 3.20 would be 3.2


def test_only_what_was_proved_on_main_is_published() -> None:
    assert JOBS["build"]["if"] == "github.event_name == 'push'"
    assert JOBS["build"]["needs"] == "test"
    assert JOBS["publish"]["needs"] == "build"
    assert [job for job in JOBS if used("deploy-pages")[0] in JOBS[job]["steps"]] == ["publish"]


def test_no_job_may_do_more_than_it_must() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "nightly": {"contents": "read"},
        "test": {"contents": "read"},
        "build": {"contents": "read", "pages": "read"},
        "publish": {"pages": "write", "id-token": "write"},
    }
    assert "secrets" not in TEXT
    assert all(job["timeout-minutes"] <= 40 for job in JOBS.values())


def test_every_action_is_pinned_to_a_commit() -> None:
    lines = [line for line in TEXT.split("\n") if "uses:" in line]
    assert len(lines) == len(STEPS) - 4
    for line in lines:
        assert re.search(r"uses: actions/[a-z-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line
    assert len({line.split("@")[1] for line in lines}) == len(
        {line.split("@")[0].strip() for line in lines}
    )


def test_the_whole_history_is_there_and_no_key_to_it() -> None:
    checkouts = used("checkout")
    assert len(checkouts) == 3
    for step in checkouts:
        assert step["with"] == {"fetch-depth": 0, "persist-credentials": False}


def test_the_site_that_is_published_knows_its_address_and_its_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (step,) = [step for step in JOBS["build"]["steps"] if "env" in step]
    assert used("configure-pages")[0]["id"] == "pages"
    assert used("upload-pages-artifact")[0]["with"] == {"path": "site"}
    known = {
        "steps.pages.outputs.base_url": "https://someone.example/some-project",
        "github.server_url": "https://git.example",
        "github.repository": "someone/some-project",
    }
    for name, value in step["env"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\{ (.*?) \}\}", lambda found: known[found[1]], value))
    config = load_config(str(ROOT / "mkdocs.yml"))
    assert config.site_url == "https://someone.example/some-project/"
    assert config.edit_uri == "https://git.example/someone/some-project/edit/main/docs/"


@pytest.mark.parametrize("variable", ["SITE_URL", "EDIT_URI"])
def test_what_it_sets_is_set_in_one_place(variable: str) -> None:
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert len(re.findall(rf"^\w+: !ENV \[{variable}, \"\"\]", settings, re.M)) == 1
