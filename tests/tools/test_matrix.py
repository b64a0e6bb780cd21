"""The matrix runs what it has to, once, never what is malicious, and writes down what it found."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

from docproof.core.problem import Problem
from docproof.core.project import Program
from docproof.replay.replay import Outcome
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import ASK, Sandbox
from tests.helpers.waiting import PATIENCE, until_gone, wait_for
from tools import sources
from tools.matrix import __main__ as matrix
from tools.matrix import datafile, environments, release, results, verdict
from tools.matrix.environments import Chosen
from tools.matrix.results import Kept, Result

NEVER = {"6.6.6": "malicious, as everybody knows"}
SAME = ASK + 'print(reply.json()["answer"])\n'


@pytest.fixture
def made(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A small project whose environments are this interpreter; those that were made, in order."""
    log = sandbox.root / "made.log"
    log.write_text("", "utf-8")

    def install(chosen: Chosen, folder: Path, cache: Path, root: Path) -> str:
        folder.mkdir(parents=True)
        with log.open("a") as lines:
            lines.write(f"{chosen.wanted['litellm']}\n")
        return sys.executable

    def choose(requirement: str, never: dict[str, str], cache: Path) -> Chosen:
        return Chosen({"litellm": requirement.partition("==")[2] or "3.0", "openai": "9.9"}, {})

    monkeypatch.setattr(environments, "choose", choose)
    monkeypatch.setattr(environments, "install", install)
    monkeypatch.setattr(environments, "forget", lambda package, cache: None)
    monkeypatch.setattr(release, "suited", lambda project: project)
    return Log(log)


class Log(list):  # type: ignore[type-arg]
    """The lines of a file to which other processes write."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    @property
    def taken(self) -> list[str]:
        """The lines since this was last asked."""
        lines = sorted(self.path.read_text("utf-8").split())
        self.path.write_text("", "utf-8")
        return lines


def run(sandbox: Sandbox, *releases: str) -> int:
    """`make matrix` for some releases, with the exit code."""
    plan = matrix.Plan(dict.fromkeys(releases, "a reason"), NEVER)
    folder = sandbox.root / ".cache/matrix"
    with matrix._alone(folder) as work:
        return matrix._run_all(sandbox.project, plan, folder, work)


def written(sandbox: Sandbox) -> dict[str, object]:
    """The data file."""
    found = yaml.safe_load(sandbox.read(f"docs/{matrix.PAGE}"))
    assert isinstance(found, dict)
    return found


def test_each_release_is_run_once_and_the_data_say_how_it_fared(
    sandbox: Sandbox, made: Log
) -> None:
    assert run(sandbox, "1.0", "2.0") == 0
    assert made.taken == ["1.0", "2.0"]
    data = written(sandbox)
    assert data["programs"] == {"code/page/x.py": {"1.0": "same", "2.0": "same"}}
    assert [row["release"] for row in data["releases"]] == ["1.0", "2.0"]  # type: ignore[attr-defined]
    first = data["releases"][0]  # type: ignore[index]
    assert first["openai"] == "9.9"
    assert (first["same"], first["differs"], first["fails"], first["warns"]) == (1, 0, 0, 0)
    assert data["reasons"] == []


def test_a_second_run_makes_no_environment_and_leaves_the_file(sandbox: Sandbox, made: Log) -> None:
    run(sandbox, "1.0", "2.0")
    path = sandbox.root / f"docs/{matrix.PAGE}"
    before = path.read_bytes(), path.stat().st_mtime_ns, made.taken
    assert run(sandbox, "1.0", "2.0") == 0
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before[:2]
    assert made.taken == []


def test_a_new_release_alone_is_run(sandbox: Sandbox, made: Log) -> None:
    run(sandbox, "1.0")
    made.taken  # noqa: B018
    run(sandbox, "1.0", "2.0")
    assert made.taken == ["2.0"]


@pytest.mark.parametrize(
    "path",
    ["code/page/x.py", "tests/cassettes/page/x.yaml", "code/page/terminal/x.md"],
)
def test_a_program_is_run_again_if_what_it_depends_on_changed(
    sandbox: Sandbox, made: Log, path: str
) -> None:
    sandbox.write("code/page/y.py", SAME)
    sandbox.write("code/page/terminal/y.md", sandbox.read("code/page/terminal/x.md"))
    sandbox.write("tests/cassettes/page/y.yaml", sandbox.read("tests/cassettes/page/x.yaml"))
    run(sandbox, "1.0")
    kept = results.load(sandbox.root / ".cache/matrix/1.0.json")
    assert results.todo(sandbox.project, "1.0", kept) == []
    sandbox.edit(path, sandbox.read(path) + "\n")
    assert results.todo(sandbox.project, "1.0", kept) == [sandbox.subject]


def test_expectations_that_come_later_are_a_change(sandbox: Sandbox, made: Log) -> None:
    run(sandbox, "1.0")
    kept = results.load(sandbox.root / ".cache/matrix/1.0.json")
    sandbox.expect(requests=1)
    assert results.todo(sandbox.project, "1.0", kept) != []


def test_all_that_a_replay_imports_counts_and_what_makes_pages_does_not() -> None:
    # In an interpreter of its own, where nothing else was imported: that takes a second.
    code = "import sys, docproof.replay.replay, docproof.sandbox.forkserver; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    loaded = {name for name in done.stdout.split() if name.partition(".")[0] == "docproof"}
    files = {str(path.relative_to(ROOT)) for path in results.replaying()}
    followed = {re.sub(r"(/__init__)?\.py$", "", file).replace("/", ".") for file in files}
    assert {"docproof.sandbox.process", "docproof.recordings.recording"} <= loaded <= followed
    assert {"docproof/replay/verdict.py", "docproof/sandbox/clock.py"} <= files
    made_of = {room for _, room, *_ in (file.split("/") for file in files if file.count("/") > 1)}
    assert {"core", "recordings", "replay", "sandbox"} <= made_of
    assert not {"markdown", "publish", "record", "rules"} & made_of


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("docproof/sandbox/clock.py", True),
        ("tools/first_call.py", True),
        ("docproof/markdown/blocks.py", False),
        ("tools/matrix/datafile.py", False),
    ],
)
def test_an_edit_of_what_replays_makes_all_results_old_and_no_other_does(
    file: str, counts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("docproof", "tools/matrix"):
        shutil.copytree(ROOT / folder, tmp_path / folder, symlinks=True)
    shutil.copy(ROOT / "tools/first_call.py", tmp_path / "tools")
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    before = results.of_the_replay()
    (tmp_path / file).write_bytes((ROOT / file).read_bytes() + b"# edited\n")
    results.of_the_replay.cache_clear()
    edited = results.of_the_replay()
    results.of_the_replay.cache_clear()
    assert (edited != before) == counts


def test_another_environment_than_last_time_runs_everything_again(
    sandbox: Sandbox, made: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.write("code/page/y.py", SAME)
    sandbox.write("tests/cassettes/page/y.yaml", sandbox.read("tests/cassettes/page/x.yaml"))
    sandbox.write("code/page/terminal/y.md", sandbox.read("code/page/terminal/x.md"))
    run(sandbox, "1.0")
    path = sandbox.root / ".cache/matrix/1.0.json"
    kept = results.load(path)
    old = Result("same", "", kept.results["code/page/y.py"].digest, "2001-01-01")
    kept.results["code/page/y.py"] = old
    results.save(kept, path)
    sandbox.program(SAME + "# changed\n")
    run(sandbox, "1.0")
    assert results.load(path).results["code/page/y.py"] == old  # not run: nothing changed for it
    newer = Chosen({"litellm": "1.0", "openai": "10.0"}, {})
    monkeypatch.setattr(environments, "choose", lambda *ignored: newer)
    sandbox.program(SAME)
    run(sandbox, "1.0")
    assert results.load(path).results["code/page/y.py"].date != "2001-01-01"


def test_what_was_run_is_kept_when_the_next_program_is_interrupted(
    sandbox: Sandbox, made: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.write("code/page/y.py", SAME)
    judged = verdict.judged

    def interrupted(program: Program, *more: object) -> tuple[str, str]:
        if program.path.name == "y.py":
            raise KeyboardInterrupt
        return judged(program, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(release, "judged", interrupted)
    kept_in = sandbox.root / "kept.json"
    with pytest.raises(KeyboardInterrupt):
        release.run(sandbox.project, "1.0", {}, kept_in, sandbox.root / "work", print)
    assert list(results.load(kept_in).results) == ["code/page/x.py"]
    assert not (sandbox.root / "work/env-1.0").exists()


def test_an_environment_is_removed_when_its_release_has_been_run(
    sandbox: Sandbox, made: Log
) -> None:
    run(sandbox, "1.0", "2.0", "3.0")
    left = {path.name for path in (sandbox.root / ".cache/matrix").iterdir()}
    assert left == {"1.0.json", "2.0.json", "3.0.json", "lock"}


ELSEWHERE = """\
import datetime, time
start = datetime.datetime.now()
time.sleep(1)
waited = (datetime.datetime.now() - start).total_seconds()
"""


def test_what_fails_where_waits_are_skipped_is_tried_with_real_ones(
    sandbox: Sandbox, made: Log
) -> None:
    sandbox.program(SAME + ELSEWHERE + "raise SystemExit(waited < 1)\n")
    sandbox.expect(waits="skipped")
    run(sandbox, "1.0")
    assert written(sandbox)["programs"] == {"code/page/x.py": {"1.0": "same"}}
    sandbox.program(SAME + "raise SystemExit(3)\n")
    run(sandbox, "1.0")
    assert written(sandbox)["programs"] == {"code/page/x.py": {"1.0": "fails"}}


def test_a_second_more_on_a_busy_machine_is_tried_again(sandbox: Sandbox, made: Log) -> None:
    tried = sandbox.root / "tried"
    sandbox.program(
        SAME + f"tried = open({str(tried)!r}, 'a+')\nfirst = not tried.tell()\n"
        "tried.write('x')\ntried.close()\nprint('one second more' if first else 'as ever')\n"
    )
    sandbox.expect(waits="skipped")
    sandbox.write("code/page/terminal/x.md", "```text\n$ python x.py\nHello!\nas ever\n```\n")
    run(sandbox, "1.0")
    assert written(sandbox)["programs"] == {"code/page/x.py": {"1.0": "same"}}
    assert tried.read_text("utf-8") == "xx"


def test_a_release_that_cannot_be_imported_fails_every_program(sandbox: Sandbox, made: Log) -> None:
    sandbox.write("code/page/y.py", SAME)
    sandbox.write("tests/cassettes/page/y.yaml", sandbox.read("tests/cassettes/page/x.yaml"))
    sandbox.write("pyproject.toml", '[tool.docproof]\npreload = ["no_such_module"]\n')
    run(sandbox, "1.0")
    (row,) = written(sandbox)["reasons"]  # type: ignore[misc]
    assert row["programs"] == ["x.py", "y.py"]
    assert row["reason"] == (
        "LiteLLM cannot be imported: ModuleNotFoundError: No module named 'no_such_module'"
    )


@pytest.fixture
def uv(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A uv that answers what is in the file `answer`, and notes what it is asked in `asked`."""
    script = sandbox.write(
        "uv.py",
        "import json, pathlib, sys\n"
        "here = pathlib.Path(__file__).parent\n"
        "with open(here / 'asked', 'a') as asked: print(*sys.argv[1:3], file=asked)\n"
        "code, out, error = json.loads((here / 'answer').read_text())\n"
        "if sys.argv[1:3] != ['cache', 'clean']:\n"
        "    sys.stdout.write(out); sys.stderr.write(error); sys.exit(code)\n",
    )
    sandbox.write("asked", "")
    monkeypatch.setattr(environments, "UV", (sys.executable, str(script)))
    monkeypatch.setattr(release, "suited", lambda project: project)
    return sandbox.root


def answer(folder: Path, code: int, out: str = "", error: str = "") -> None:
    (folder / "answer").write_text(json.dumps([code, out, error]), "utf-8")


def test_a_malicious_release_is_refused_before_anything_is_resolved(uv: Path) -> None:
    answer(uv, 0, "litellm==6.6.6\n")
    with pytest.raises(environments.Refused) as refused:
        environments.choose("litellm==6.6.6", NEVER, uv / "cache")
    assert str(refused.value) == "litellm 6.6.6 is never installed: malicious, as everybody knows"
    assert (uv / "asked").read_text("utf-8") == ""


def test_a_malicious_release_that_is_resolved_is_refused_before_anything_is_installed(
    sandbox: Sandbox, uv: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    answer(uv, 0, "openai==9.9\nlitellm==6.6.6\n")
    assert run(sandbox, "1.0") == 1
    assert "pip install" not in (uv / "asked").read_text("utf-8")
    assert "venv" not in (uv / "asked").read_text("utf-8")
    out = capfd.readouterr().out
    assert out.count("\n") == 1
    assert "stopped: litellm 6.6.6 is never installed: malicious" in out


def test_a_plan_that_names_a_malicious_release_is_refused(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sandbox.write("plan.yml", "releases: {6.6.6: a try}\nnever: {6.6.6: malicious}\n")
    with pytest.raises(environments.Refused):
        matrix.plan_of(path)
    monkeypatch.setattr(matrix, "PLAN", path)
    assert matrix.main([], sandbox.root) == 1
    assert capsys.readouterr().err == "matrix: litellm 6.6.6 is never installed: malicious\n"


def test_the_project_s_own_plan_names_the_malicious_releases_and_enough_others() -> None:
    plan = matrix.plan_of(matrix.PLAN)
    assert set(plan.never) == {"1.82.7", "1.82.8", "1.107.0"}
    assert len(plan.releases) >= 12
    order = [tuple(map(int, version.split("."))) for version in plan.releases]
    assert order == sorted(order)
    for version, why in plan.never.items():
        with pytest.raises(environments.Refused, match=version):
            environments.guard({"litellm": version}, plan.never)
        assert why


def test_a_release_that_cannot_be_installed_is_a_result_with_uv_s_reason(
    sandbox: Sandbox, uv: Path
) -> None:
    said = "error: No solution found\n  cause: Because x==1 needs y==2,\n and there is no y.\n"
    answer(uv, 1, error=said)
    assert run(sandbox, "1.0") == 0
    data = written(sandbox)
    assert data["programs"] == {"code/page/x.py": {"1.0": "fails"}}
    assert data["reasons"] == [
        {
            "programs": ["all"],
            "releases": ["1.0"],
            "result": "fails",
            "reason": "it cannot be installed: Because x==1 needs y==2, and there is no y.",
        }
    ]
    before = sandbox.read(f"docs/{matrix.PAGE}")
    assert run(sandbox, "1.0") == 0
    assert sandbox.read(f"docs/{matrix.PAGE}") == before


def test_no_network_is_no_result(
    sandbox: Sandbox, uv: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    answer(
        uv, 2, error="error: Request failed\n  cause: Failed to fetch: https://a.test/simple/x\n"
    )
    assert run(sandbox, "1.0", "2.0", "3.0", "4.0") == 1
    assert not (sandbox.root / f"docs/{matrix.PAGE}").exists()
    out = capfd.readouterr().out
    assert "4.0" not in out  # nor would the others have a network
    assert "1.0       stopped: Request failed cause: Failed to fetch: the index" in out
    assert "a.test" not in out


def outcome(*problems: tuple[str, str], stderr: str = "", stdout: str = "Hello!\n") -> Outcome:
    made = tuple(Problem("code/page/x.py", 1, rule, what, "fix it") for rule, what in problems)
    return Outcome(stdout, made, {}, stderr)


def judged(sandbox: Sandbox, one: Outcome) -> tuple[str, str]:
    own = {"litellm": "1.80.1", "openai": "3.5.0"}
    return verdict.judged(sandbox.subject, one, own, sandbox.project.docs)


def test_what_the_page_shows_is_the_same(sandbox: Sandbox) -> None:
    assert judged(sandbox, outcome()) == ("same", "")


def test_another_output_differs_and_the_first_such_line_is_the_reason(sandbox: Sandbox) -> None:
    assert judged(sandbox, outcome(stdout="Hello?\nMore\n")) == (
        "differs",
        "it prints: Hello?; the page shows: Hello!",
    )
    assert judged(sandbox, outcome(stdout="")) == (
        "differs",
        "it does not print: Hello!",
    )


def test_a_reason_names_no_version_of_the_run_and_no_path_of_the_machine(sandbox: Sandbox) -> None:
    text = "LiteLLM 1.80.1, not 1.80.12, in /a/b/lib/python3.11/site-packages/x/y.py:12\n"
    _, reason = judged(sandbox, outcome(stdout=text))
    assert "LiteLLM [litellm's version], not 1.80.12, in x/y.py; the page" in reason


def test_a_warning_differs_and_is_named_by_its_own_words(sandbox: Sandbox) -> None:
    stderr = "/env/lib/site-packages/p/main.py:4: UserWarning: It is odd\n  return odd()\n"
    what = "the program writes to standard error: return odd()"
    assert judged(sandbox, outcome(("standard-error", what), stderr=stderr)) == (
        "differs",
        "it prints what the page shows, and to standard error: UserWarning: It is odd",
    )


def test_an_error_counts_for_more_than_a_warning_beside_it(sandbox: Sandbox) -> None:
    stderr = "/p/main.py:4: UserWarning: It is odd\n  return odd()\nValueError: No\n"
    what = "'KeyError' is not in its standard error: ValueError: No"
    assert judged(sandbox, outcome(("standard-error", what), stderr=stderr)) == (
        "differs",
        "it prints what the page shows, and to standard error: ValueError: No",
    )


def test_a_warning_of_litellm_s_log_is_named_without_its_time(sandbox: Sandbox) -> None:
    stderr = "\x1b[92m14:02:47 - LiteLLM:WARNING\x1b[0m: utils.py:3 - model=ab12 not in map\n"
    found = outcome(("standard-error", "it writes"), stderr=stderr)
    said = "LiteLLM:WARNING: utils.py - model=[…] not in map"
    assert judged(sandbox, found) == (
        "differs",
        f"it prints what the page shows, and to standard error: {said}",
    )


def test_a_warning_beside_an_expected_error_is_only_a_warning(sandbox: Sandbox) -> None:
    sandbox.write("code/page/terminal/x.md", "```text\n$ python x.py\nValueError: No\n```\n")
    stderr = "/p/main.py:4: UserWarning: It is odd\n  return odd()\nValueError: No\n"
    found = outcome(stderr=stderr, stdout=stderr)
    assert judged(sandbox, found) == (
        "differs",
        "it prints what the page shows, and to standard error: UserWarning: It is odd",
    )


def test_a_warning_hides_no_other_difference(sandbox: Sandbox) -> None:
    stderr = "/p/main.py:4: UserWarning: It is odd\n  return odd()\n\x1b[1mKeyError: x\x1b[0m\n"
    assert judged(sandbox, outcome(stderr=stderr, stdout=stderr)) == (
        "differs",
        "it prints: KeyError: x; the page shows: Hello!",
    )


def test_another_output_counts_for_more_than_a_warning(sandbox: Sandbox) -> None:
    stderr = "/p/main.py:4: UserWarning: It is odd\n  return odd()\n"
    found = outcome(("standard-error", "it writes"), stderr=stderr, stdout="Hello?\n")
    assert judged(sandbox, found) == ("differs", "it prints: Hello?; the page shows: Hello!")


def test_a_warning_is_no_reason_for_an_exit_code(sandbox: Sandbox) -> None:
    stderr = "/p/main.py:4: UserWarning: It is odd\n  return odd()\n"
    what = "the program exits 0 instead of 1: return odd()"
    found = outcome(("exit-code", what), stderr=stderr)
    assert judged(sandbox, found) == ("fails", "it exits 0 instead of 1")


def test_another_exit_code_fails_with_what_was_raised(sandbox: Sandbox) -> None:
    what = "the program exits 1 instead of 0: KeyError: 'x'"
    assert judged(sandbox, outcome(("exit-code", what))) == (
        "fails",
        "it exits 1 instead of 0: KeyError: 'x'",
    )


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (
            "https://b.test/v1/x: uri was 'https://a.test/v1/x' when recorded and is "
            "'https://b.test/v1/x'",
            "it sends a request to https://b.test/v1/x instead of https://a.test/v1/x",
        ),
        (
            "https://a.test/v1/x: body.order was absent when recorded and is 1",
            "it sends a request with body.order 1 instead of absent",
        ),
        (
            "https://a.test/v1/x: it was recorded fewer times than it is sent",
            "it sends a request more often than it was recorded",
        ),
    ],
)
def test_another_request_is_said_in_words(sandbox: Sandbox, difference: str, words: str) -> None:
    what = f"no recorded answer for POST {difference}"
    assert judged(sandbox, outcome(("request-unrecorded", what))) == ("fails", words)


def test_requests_to_another_host_are_named_once(sandbox: Sandbox) -> None:
    whats = [
        f"no recorded answer for {method} https://other.test/{path}: method was 'POST' when"
        for method, path in (("GET", "a"), ("HEAD", "b"))
    ]
    assert judged(sandbox, outcome(*(("request-unrecorded", what) for what in whats))) == (
        "fails",
        "it sends requests to other.test, which are not recorded",
    )


def test_equal_reasons_are_one_row_and_the_rows_have_an_order(sandbox: Sandbox) -> None:
    for name in ("w", "y", "z"):
        sandbox.write(f"code/page/{name}.py", SAME)
    bad = {"w": "odd", "x": "odd", "y": "odd", "z": "other"}
    found = {
        version: Kept(
            {"openai": "9"},
            {
                f"code/page/{name}.py": Result(
                    "fails" if (name, version) != ("y", "1.0") else "same", reason, "", "2026-01-01"
                )
                for name, reason in bad.items()
            },
        )
        for version in ("1.0", "2.0")
    }
    rows = datafile.data(sandbox.project, found)["reasons"]
    assert [(row["programs"], row["releases"], row["reason"]) for row in rows] == [
        (["w.py", "x.py"], ["1.0 to 2.0"], "odd"),
        (["y.py"], ["2.0"], "odd"),
        (["z.py"], ["1.0 to 2.0"], "other"),
    ]


def test_the_newest_release_says_what_would_break_and_writes_nothing(
    sandbox: Sandbox, made: Log, capfd: pytest.CaptureFixture[str]
) -> None:
    assert matrix.main(["--newest"], sandbox.root) == 0
    assert "if the pin moved to 3.0: 1 same, 0 differs, 0 fails" in capfd.readouterr().out
    sandbox.program(SAME + "raise SystemExit(3)\n")
    assert matrix.main(["--newest"], sandbox.root) == 1
    out = capfd.readouterr().out
    assert "code/page/x.py: fails: it exits 3 instead of 0" in out
    assert not (sandbox.root / f"docs/{matrix.PAGE}").exists()


def test_a_newest_release_that_cannot_be_installed_is_passed_over(
    sandbox: Sandbox, made: Log, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    install = environments.install

    def choose(requirement: str, never: dict[str, str], cache: Path) -> Chosen:
        version = {"litellm": "3.0", "litellm<3.0": "2.9"}.get(requirement)
        return Chosen({"litellm": version or requirement.partition("==")[2]}, {})

    def failing(chosen: Chosen, *more: Path) -> str:
        if chosen.wanted["litellm"] == "3.0":
            raise environments.NotInstallable("it does not build")
        return install(chosen, *more)

    monkeypatch.setattr(environments, "choose", choose)
    monkeypatch.setattr(environments, "install", failing)
    assert matrix.main(["--newest"], sandbox.root) == 0
    out = capfd.readouterr().out
    assert "3.0       cannot be installed: it does not build" in out
    assert "if the pin moved to 2.9: 1 same" in out


def test_a_second_run_at_the_same_time_is_refused(
    sandbox: Sandbox, made: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    with matrix._alone(sandbox.root / ".cache/matrix"):
        assert matrix.main([], sandbox.root) == 1
    assert capsys.readouterr().err == "matrix: another run is under way\n"


DRIVER = """\
import signal, sys
from pathlib import Path
from tools.matrix import __main__ as matrix, environments, release
from tools.matrix.environments import Chosen

# Whoever runs the tests in the background has Ctrl-C ignored, and this would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)

def install(chosen, folder, cache, root):
    folder.mkdir(parents=True)
    return sys.executable

environments.choose = lambda wanted, never, cache: Chosen({"litellm": wanted[9:]}, {})
environments.install = install
environments.forget = lambda package, cache: None
release.suited = lambda project: project
matrix.PLAN = Path("plan.yml")
sys.exit(matrix.main([], Path(".")))
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_ends_all_it_started_and_keeps_what_was_run(
    sandbox: Sandbox, sent: signal.Signals
) -> None:
    sandbox.write("plan.yml", "releases: {'1.0': a, '2.0': b}\nnever: {}\n")
    slow = "import os, time\nopen(os.environ['PIDS'] + str(os.getpid()), 'w').close()\n"
    (sandbox.root / "pids").mkdir()
    sandbox.write(
        "pyproject.toml",
        f"[tool.docproof]\n[tool.docproof.environment]\nPIDS = '{sandbox.root}/pids/'\n",
    )
    sandbox.write("code/page/y.py", slow + "time.sleep(50)\n")
    sandbox.write("tests/cassettes/page/y.expected.yaml", "why: a test\nrequests: 0\n")
    driver = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(DRIVER)],
        cwd=sandbox.root, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    wait_for(lambda: len(list((sandbox.root / "pids").iterdir())) == 2)
    pids = [int(path.name) for path in (sandbox.root / "pids").iterdir()]
    driver.send_signal(sent)
    _, error = driver.communicate(timeout=PATIENCE)
    assert error == "matrix: stopped; what was run is kept, and the next run goes on\n"
    assert driver.returncode == 130
    for pid in pids:
        until_gone(pid)
    left = {path.name for path in (sandbox.root / ".cache/matrix").iterdir()}
    assert left == {"1.0.json", "2.0.json", "lock"}
    kept = results.load(sandbox.root / ".cache/matrix/1.0.json")
    assert list(kept.results) == ["code/page/x.py"]
