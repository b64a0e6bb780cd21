"""The box of a page runs its program in a fresh clone, without a key or a network."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from docproof.markdown.provenance import outputs
from docproof.pages import includes
from docproof.pages.page import blocks_of
from docproof.recordings import expectations
from docproof.replay.verdict import prepare
from tests.helpers.builds import page_of
from tests.helpers.clone import clone_of
from tests.helpers.guide import GUIDE, READ, ROOT, boxed
from tests.helpers.sandbox import Sandbox
from tools.publish.keyless import ITSELF, LIVE, TITLE, Box, box

ANSWERS = f"{LIVE[1:].partition('.')[0]}/"  # the page of the live answer
BOXES = {at: made for at, page in READ.items() if at and (made := boxed(page))}


def test_each_page_with_recorded_outputs_has_one_box_with_its_line(site: Path) -> None:
    for at, page in READ.items():
        texts = [one.get_text() for one in page_of(site, at).select("details.tip")]
        texts = [text for text in texts if (ITSELF if at == ANSWERS else TITLE) in text]
        shown = {GUIDE.program_of(one.file) for one in page.includes if one.file} - {None}
        recorded = [program for program in shown if program and program.recording.path.is_file()]
        assert len(texts) == (1 if recorded and at else 0), at
        if texts:
            assert BOXES[at].command in texts[0]
            assert GUIDE.program(BOXES[at].command.partition("=")[2]) in recorded
    assert len(BOXES) > 5


def box_of(
    sandbox: Sandbox, lines: list[str], walked: Sequence[str] = (), path: str = ""
) -> Box | None:
    project = sandbox.project
    shown = includes.read(project, "\n".join(lines))
    return box(project, outputs(project, lines, shown, blocks_of(lines)), walked, path)


def test_a_box_says_what_its_program_does_and_how_many_others_there_are(sandbox: Sandbox) -> None:
    shown = '--8<-- "code/page/terminal/x.md"'
    without = box_of(sandbox, ["Text.", shown])
    assert without
    assert "machine" not in without.text  # the site has no page that says how
    sandbox.write(f"docs{LIVE.partition('#')[0]}", "# Another endpoint\n")
    itself = box_of(sandbox, ["Text.", shown], path=LIVE[1:].partition("#")[0])
    assert itself
    assert itself.text == without.text.replace(TITLE, ITSELF)
    one = box_of(sandbox, ["Text.", shown])
    assert one
    assert (one.below, one.command) == (2, "make run PROGRAM=code/page/x.py")
    assert f"your own machine's]({LIVE})" in one.text
    for word in ("stream", "fails", "other"):
        assert word not in one.text.replace(LIVE, "")
    sandbox.expect(exit=1)
    made_of = sandbox.read("tests/cassettes/page/x.yaml")
    streamed = made_of.replace("json: {answer: Hello!}", 'events: "[DONE]"')
    for name in ("y", "z"):
        sandbox.write(f"code/page/{name}.py", "")
        sandbox.write(f"code/page/terminal/{name}.md", "```text\n$ python y.py\n```\n")
    lines = [shown, "", "- Item:", "", '    --8<-- "code/page/terminal/y.md"']
    made = box_of(sandbox, lines)
    assert made
    assert "Because this program fails, `make` adds a line of its own. The other program" in (
        made.text
    )
    sandbox.write("tests/cassettes/page/y.yaml", streamed)
    more = box_of(sandbox, [*lines, '--8<-- "code/page/terminal/z.md"'])
    assert more
    assert (more.below, more.command) == (5, "make run PROGRAM=code/page/y.py")
    assert "and the answer streams into your terminal:" in more.text
    assert "The other programs on this page run in the same way." in more.text
    walked = box_of(sandbox, lines, ["code/page/x.py"])
    assert walked
    assert walked.below == 1
    assert box_of(sandbox, ["Text."]) is None


@pytest.mark.parametrize("at", BOXES)
def test_every_program_of_a_page_with_a_box_can_be_run_in_the_same_way(at: str) -> None:
    for one in READ[at].includes:
        program = GUIDE.program_of(one.file) if one.file else None
        if program:
            prepare(GUIDE, program)  # or it would raise


def cut_off() -> list[str]:
    """The words before a command that is to run without any network."""
    for words in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        if shutil.which("unshare") and not subprocess.run([*words, "true"], stderr=-3).returncode:
            return words
    pytest.skip("this machine lets nobody cut off the network: unshare --net")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, cloned, with the packages that are installed already."""
    return clone_of(ROOT, tmp_path_factory.mktemp("fresh") / "clone")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command as a reader's terminal shows it, without a key or a network."""
    (folder / "home").mkdir(exist_ok=True)
    return subprocess.run(
        [*cut_off(), *command], cwd=folder, encoding="utf-8", timeout=300,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder / "home")},
    )  # fmt: skip


def test_the_clone_runs_its_own_docproof_and_reaches_nothing(clone: Path) -> None:
    done = run(clone, ".venv/bin/python", "-I", "-c", "import docproof; print(docproof.__file__)")
    assert done.stdout == f"{clone}/docproof/__init__.py\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ask = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        assert subprocess.run([sys.executable, "-c", ask]).returncode == 0
        assert run(clone, ".venv/bin/python", "-c", ask).stdout.endswith("unreachable\n")


# One that ends well and streams, and one that ends with an error; the others are held by
# their text, as their programs are replayed for the pages that show them.
FOLDER = "code/get-started/integrations/litellm"
RUN = [f"{FOLDER}/litellm_features.py", f"{FOLDER}/troubleshooting/rate_limit.py"]


@pytest.mark.parametrize("name", RUN)
def test_a_line_prints_what_the_page_shows(clone: Path, name: str) -> None:
    done = run(clone, "make", "run", f"PROGRAM={name}")
    program = GUIDE.program(name)
    output = clone / program.output.name
    printed = done.stdout.splitlines()
    expected = expectations.load(program.expectations)
    if expected.exit:  # of which make says a word of its own
        assert printed.pop().startswith("make: *** ")
    assert printed == output.read_text("utf-8").splitlines()[2:-1]
    assert bool(done.returncode) == bool(expected.exit) == name.endswith("rate_limit.py")
