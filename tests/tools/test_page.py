"""A page comes, moves and goes with all that mirrors it, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from docproof.check import check
from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project, load_project
from tests.helpers.builds import commit, git
from tests.helpers.guide import ROOT
from tools import again, page

BELOW = "get-started/integrations/litellm"
NEW, OTHER, COSTS = f"{BELOW}/stop-sequences", f"{BELOW}/stop-words", f"{BELOW}/spend-tracking"
STORY = "contribute/how-this-guide-stays-true"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide in a repository of its own, which each test leaves as it was."""
    folder = tmp_path_factory.mktemp("pages") / "guide"
    for name in ("docs", "code", "overrides", "proof", "tests", "tools"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"), symlinks=True
        )
    single = "mkdocs.yml pyproject.toml requirements.in requirements.txt docproof.lock Makefile"
    for name in [*single.split(), "README.md", "CONTRIBUTING.md", ".gitignore"]:
        shutil.copy(ROOT / name, folder)
    (folder / "tests/tools/test_page.py").unlink()  # which names where pages go
    commit(folder, "The guide")
    return folder


@pytest.fixture(scope="module")
def verdicts() -> dict[str, list[Problem]]:
    """What `check` said of the guide, by the digest of all its files."""
    return {}


@pytest.fixture
def guide(
    repository: Path, verdicts: dict[str, list[Problem]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """The guide, in whose folder a test is, and which it leaves as it was."""

    def remembered(project: Project) -> list[Problem]:
        # A page that moves back, or goes, leaves what was checked before: most of the time here.
        digest = hashlib.sha256(repr(everything(project)).encode()).hexdigest()
        if digest not in verdicts:
            verdicts[digest] = check(project)
        return verdicts[digest]

    monkeypatch.setattr(page, "check", remembered)
    with contextlib.chdir(repository):
        yield load_project(repository)
    shutil.rmtree(repository / ".cache", ignore_errors=True)
    changed = git(repository, "status", "--short")
    git(repository, "reset", "--hard", "--quiet")
    git(repository, "clean", "-fdq")
    assert changed == ""


def status(guide: Project) -> str:
    """What git says of the guide's folder, each file by itself."""
    return git(guide.root, "status", "--short", "--untracked-files=all")


def everything(guide: Project) -> dict[str, bytes]:
    """All files, but for what git does not look at."""
    names = git(guide.root, "ls-files", "-co", "--exclude-standard").splitlines()
    return {
        name: (guide.root / name).read_bytes() for name in names if (guide.root / name).exists()
    }


def fresh(guide: Project) -> Project:
    return load_project(guide.root)


def test_a_new_page_is_green_moves_there_and_back_and_goes_without_a_trace(guide: Project) -> None:
    """It records a program, which imports LiteLLM: some seconds, once."""
    before = again.changed(guide)
    said = page.new(guide, NEW, title="Stop: sequences")
    made = [
        f"code/{NEW}/stop_sequences.py",
        f"code/{NEW}/terminal/stop_sequences.md",
        f"docs/{NEW}.md",
        f"tests/cassettes/{NEW}/stop_sequences.yaml",
        f"tests/claims/{BELOW}/test_stop_sequences.py",
        f"tools/standin/answers/{NEW}/stop_sequences.yaml",
    ]
    lines = status(guide).splitlines()
    assert sorted(line[3:] for line in lines if line.startswith("??")) == sorted(made)
    renewed = ["mkdocs.yml", "proof/addresses.txt", "proof/made-by.txt"]
    assert [line[3:] for line in lines if line.startswith(" M")] == renewed
    assert [
        path for path in (made[0], made[2], made[4], made[5]) if path not in "\n".join(said)
    ] == []
    assert f"- 'Stop: sequences': {NEW}.md" in (guide.root / "mkdocs.yml").read_text("utf-8")
    assert "It asks this question." in (guide.root / made[1]).read_text("utf-8")
    assert page.check(fresh(guide)) == []
    assert again.changed(fresh(guide)) == before
    with pytest.raises(BadInput, match="nothing is overwritten"):
        page.new(fresh(guide), NEW)
    here = everything(guide)
    page.move(fresh(guide), NEW, OTHER)
    assert not any(NEW in name for name in everything(guide))
    assert "moved-from" not in (guide.root / f"docs/{OTHER}.md").read_text("utf-8")
    page.move(fresh(guide), OTHER, NEW)
    assert everything(guide) == here
    said = page.remove(fresh(guide), NEW)
    assert status(guide) == ""
    kept = guide.root / f".cache/removed/{NEW}"
    assert f"kept in {kept.relative_to(guide.root)}" in said[-1]
    assert (kept / f"docs/{NEW}.md").is_file()
    assert not (guide.root / f"code/{NEW}").exists()


def test_a_published_page_leads_on_from_where_it_was_and_moves_back(guide: Project) -> None:
    """It reads the whole guide several times: a second or two."""
    said = page.move(guide, COSTS, f"{BELOW}/costs")
    text = (guide.root / f"docs/{BELOW}/costs.md").read_text("utf-8")
    assert f"moved-from: /{COSTS}/\n" in text
    assert "](costs.md" in (guide.root / f"docs/{BELOW}/choose-your-task.md").read_text("utf-8")
    assert any("the site leads on from there" in line for line in said)
    assert any("still named in tests/browser/test_steps.py" in line for line in said)
    assert page.check(fresh(guide)) == []
    for name, data in everything(guide).items():
        if name not in ("proof/addresses.txt", f"docs/{BELOW}/costs.md", "CONTRIBUTING.md"):
            assert COSTS.encode() not in data, name
    page.move(fresh(guide), f"{BELOW}/costs", COSTS)


def test_a_page_of_another_folder_keeps_its_links(guide: Project) -> None:
    page.move(guide, COSTS, "get-started/costs")
    assert "](integrations/litellm.md)" in (guide.root / "docs/get-started/costs.md").read_text()
    near = (guide.root / f"docs/{BELOW}/cheat-sheet.md").read_text("utf-8")
    assert "](../../costs.md" in near
    assert page.check(fresh(guide)) == []
    page.move(fresh(guide), "get-started/costs", COSTS)


def test_what_others_need_or_was_published_is_not_removed_without_a_word(guide: Project) -> None:
    with pytest.raises(BadInput, match=r"cheat-sheet\.md:\d+, .*take that out of them first"):
        page.remove(guide, COSTS)
    with pytest.raises(BadInput, match=r"was published; say where it leads now, TO="):
        page.remove(guide, STORY)
    page.remove(guide, STORY, to="none")
    said = page.remove(fresh(guide), "contribute/rules", to="api-reference/reference")
    assert "leads on to docs/api-reference/reference.md" in said[1]
    there = (guide.root / "docs/api-reference/reference.md").read_text("utf-8")
    assert "moved-from: /contribute/rules/\n" in there
    menu = (guide.root / "mkdocs.yml").read_text("utf-8")
    assert "Contribute" not in menu
    assert page.check(fresh(guide)) == []
    git(guide.root, "checkout", "--quiet", ".")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Stop", "no path of a page"),
        ("../stop", "no path of a page"),
        ("/etc//stop", "no path of a page"),
        ("get-started/index", "no path of a page"),
        ("", "no path of a page"),
        ("nowhere/stop", "the menu of mkdocs.yml has no page of nowhere/"),
        (COSTS, "nothing is overwritten"),
    ],
)
def test_a_bad_place_is_refused_before_anything_is_changed(
    guide: Project, name: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        page.new(guide, name)


def test_where_a_page_has_been_is_no_place_for_another(guide: Project) -> None:
    reference = guide.docs / "api-reference/reference.md"
    text = reference.read_text("utf-8")
    reference.write_text(text.replace("---\n", "---\nmoved-from: /get-started/old/\n", 1), "utf-8")
    with pytest.raises(BadInput, match="or had it once"):
        page.new(guide, "get-started/old")
    reference.write_text(text, "utf-8")


@pytest.mark.parametrize("stopped", [KeyboardInterrupt(), OSError("no space")])
def test_all_is_put_back_if_a_step_fails(
    guide: Project, monkeypatch: pytest.MonkeyPatch, stopped: BaseException
) -> None:
    def fails(root: Path) -> None:
        raise stopped

    monkeypatch.setattr(page, "_green", fails)
    monkeypatch.setattr(page, "_record", lambda project, name: None)
    monkeypatch.setattr(page, "_asked", lambda *arguments: None)
    monkeypatch.setattr(again, "remember", lambda project, programs: None)
    for verb in (
        lambda: page.new(guide, NEW),
        lambda: page.move(guide, COSTS, OTHER),
        lambda: page.remove(guide, STORY, to="none"),
    ):
        with pytest.raises(type(stopped)):
            verb()
        assert status(guide) == ""


def test_the_command_says_what_is_wrong_in_one_line(
    guide: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert page.main(["remove", "--", "nope"]) == 2
    said = "docs/nope.md:1: path: there is no such page; name one that is there\n"
    assert capsys.readouterr().err == said
