"""A page's day is that of git's last commit, of its programs too, and right or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.builds import FIRST, SECOND, commit, git, unbuilt
from tests.helpers.sandbox import Sandbox
from tools.publish import dates


def day(root: Path) -> str:
    """The day on which the small project's page changed last."""
    return str(dates.last(unbuilt(root))["page.md"] or "")


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("docs/page.md", True),
        ("code/page/x.py", True),
        ("code/page/terminal/x.md", True),
        ("docs/data.yml", True),
        ("docs/other.md", False),
        ("tests/cassettes/page/x.yaml", False),
    ],
)
def test_a_page_changes_when_what_it_shows_does(sandbox: Sandbox, path: str, counts: bool) -> None:
    table = "\n```table\nfile: data.yml\nrows: rows\ncolumns: {}\n```\n"
    sandbox.write("docs/page.md", sandbox.read("docs/page.md") + table)
    sandbox.write("docs/data.yml", "rows: []\n")
    sandbox.write("docs/other.md", "# Other\n")
    commit(sandbox.root, "All")
    sandbox.edit(path, sandbox.read(path) + "\n")
    commit(sandbox.root, "One", SECOND)
    assert day(sandbox.root) == (SECOND if counts else FIRST)[:10]


def test_the_newest_commit_counts_in_any_time_zone(sandbox: Sandbox) -> None:
    commit(sandbox.root, "Later", SECOND)
    sandbox.write("docs/page.md", sandbox.read("docs/page.md") + "\n")
    commit(sandbox.root, "Earlier", FIRST)
    assert day(sandbox.root) == "2026-11-02"


def test_a_project_inside_a_repository_has_the_dates_of_its_folder(sandbox: Sandbox) -> None:
    inner = Sandbox(sandbox.root / "inner")
    commit(sandbox.root, "All")
    sandbox.write("docs/page.md", sandbox.read("docs/page.md") + "\n")
    commit(sandbox.root, "The outer page", SECOND)
    assert day(inner.root) == FIRST[:10]


def test_a_page_that_is_not_committed_has_no_date(sandbox: Sandbox) -> None:
    page = sandbox.read("docs/page.md")
    (sandbox.root / "docs/page.md").unlink()
    for path in ("x.py", "terminal/x.md"):
        (sandbox.root / "code/page" / path).unlink()
    commit(sandbox.root, "All but the page")
    sandbox.write("docs/page.md", page)
    assert day(sandbox.root) == ""


def test_a_shallow_clone_has_no_dates_rather_than_wrong_ones(
    sandbox: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(dates._log, "info", said.append)
    commit(sandbox.root, "First")
    sandbox.write("docs/other.md", "# Other\n")
    commit(sandbox.root, "Second")
    clone = tmp_path_factory.mktemp("shallow") / "clone"
    git(sandbox.root, "clone", "-q", "--depth=1", sandbox.root.as_uri(), str(clone))
    assert day(clone) == ""
    assert "a shallow clone" in said[0]
    assert day(sandbox.root) == FIRST[:10]


def test_without_a_repository_there_are_no_dates(sandbox: Sandbox) -> None:
    assert day(sandbox.root) == ""


def test_without_git_there_are_no_dates(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(sandbox.root, "All")
    monkeypatch.setenv("PATH", str(sandbox.root))
    assert day(sandbox.root) == ""
