"""What is recorded here is what its program, the stand-in and the recorder make of it."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import pytest
import yaml

from docproof.core.project import Program, Project, load_project
from docproof.recordings import expectations
from docproof.replay.servers import Servers
from tests.helpers.command import docproof
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import Sandbox
from tools import again
from tools.standin import application, serving


def test_recordings_are_as_they_are_made_again(
    tmp_path: Path, servers: Servers, at_night: bool
) -> None:
    """All at night; by day those whose program, stand-in or recorder is another than then."""
    guide = load_project(ROOT)
    recorded = [p for p in guide.all_programs() if p.recording.path.is_file()]
    assert recorded
    wanted = recorded if at_night else again.changed(guide)
    if not wanted:
        return
    for name in ("code", "docs", "tests", "proof"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True)
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    copy = load_project(tmp_path)
    names = [program.name for program in wanted]
    for name in names:
        copy.program(name).recording.path.unlink()
    alone = [name for name in names if _is_timed(copy.program(name))]
    groups = [[name for name in names if name not in alone], *([name] for name in alone)]
    with serving(application()) as url:
        for group in filter(None, groups):
            done = docproof("record", "--base-url", url, *group, cwd=tmp_path, servers=servers)
            assert done.returncode == 0, done.stdout + done.stderr
    for program, name in zip(wanted, names, strict=True):
        pair = program.recording.path, copy.program(name).recording.path
        old, new = (_interactions(path) for path in pair)
        assert new == old, f"{name} is recorded otherwise now; make recordings PROGRAM={name}"
    if not at_night:
        named = names[0] if len(names) == 1 else "code"
        warnings.warn(
            f"{len(names)} recordings were made again, which takes a while; the next run "
            f"knows that they are the same after: python -m tools.again {named}",
            stacklevel=1,
        )


def _is_timed(program: Program) -> bool:
    """Whether it prints seconds, which the others would lengthen if they ran beside it."""
    return bool(expectations.load(program.expectations).waits)


def _interactions(path: Path) -> list[str]:
    """Without the seconds that they took, sorted: requests from threads may change places."""
    found = yaml.safe_load(path.read_text("utf-8")).get("interactions") or []
    for one in found:
        for name in ("seconds", "times"):
            one["response"].pop(name, None)
    return sorted(map(json.dumps, found))


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """A guide of two programs, both recorded, with a stand-in."""
    for name in ("mkdocs.yml", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("docs/api-reference/models.yml", "tools/standin/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("a", "b"):
        for path in (f"code/{name}.py", f"tests/cassettes/{name}.yaml"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("")
    (tmp_path / "proof").mkdir()
    made = load_project(tmp_path)
    again.remember(made, made.all_programs())
    return made


def test_nothing_is_made_again_if_nothing_changed(copy: Project) -> None:
    assert again.changed(load_project(copy.root)) == []


@pytest.mark.parametrize(
    ("path", "which"),
    [
        ("code/a.py", ["code/a.py"]),
        ("tests/cassettes/b.expected.yaml", ["code/b.py"]),
        ("tests/cassettes/a.yaml", ["code/a.py"]),
        ("tools/standin/__init__.py", ["code/a.py", "code/b.py"]),
        ("docs/api-reference/models.yml", ["code/a.py", "code/b.py"]),
        ("requirements.txt", []),
    ],
)
def test_what_made_it_has_changed(copy: Project, path: str, which: list[str]) -> None:
    file = copy.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text("utf-8") if file.is_file() else "") + "# more\n", "utf-8")
    fresh = load_project(copy.root)
    assert [program.name for program in again.changed(fresh)] == which
    again.remember(fresh, fresh.all_programs())
    assert again.changed(load_project(copy.root)) == []


def test_two_branches_that_were_merged_have_each_said_what_made_theirs(copy: Project) -> None:
    file, other = copy.root / again.MADE_BY, "0123456789abcdef code/a.py\n"
    file.write_text(f"{other}{file.read_text('utf-8')}{other}", "utf-8")
    assert again.changed(load_project(copy.root)) == []
    again.remember(copy, copy.all_programs())
    assert len(file.read_text("utf-8").splitlines()) == 2
    file.write_text(other, "utf-8")
    assert [program.name for program in again.changed(copy)] == ["code/a.py", "code/b.py"]


def test_only_what_the_stand_in_answers_to_a_program_makes_its_recording(sandbox: Sandbox) -> None:
    answers = "tools/standin/answers/page/x.yaml"
    (sandbox.root / "proof").mkdir()
    sandbox.write("docs/api-reference/models.yml", "models: []\n")
    sandbox.write("requirements.txt", "litellm==1.0\n")
    sandbox.write(answers, "- {user: 'Hello?', answer: Hello!}\n")
    again.remember(sandbox.project, sandbox.project.all_programs())
    sandbox.write("tools/standin/answers/other/y.yaml", "- {user: 'Who?', answer: Me}\n")
    assert again.changed(sandbox.project) == []
    sandbox.write(answers, "- {user: 'Hello?', answer: Bye!}\n")
    assert [program.name for program in again.changed(sandbox.project)] == ["code/page/x.py"]


def test_another_litellm_or_another_address_would_answer_otherwise(copy: Project) -> None:
    for path, old in (("requirements.txt", "litellm=="), ("pyproject.toml", "api.kluster.ai/v1")):
        file = copy.root / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, f"{old}9"), "utf-8")
        assert len(again.changed(load_project(copy.root))) == 2
        file.write_text(text, "utf-8")


def test_the_recorder_is_all_that_takes_part_in_recording() -> None:
    names = {path.stem for path in again._recorder()}
    assert {"record", "attempt", "redact", "transport", "cassettes", "recording"} <= names
    assert names.isdisjoint({"prose", "layout", "fix"})
