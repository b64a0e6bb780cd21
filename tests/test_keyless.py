"""The line in each page's box runs its program in a fresh clone, without a key or a network."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from docproof.core.project import Program
from docproof.pages.page import Page, read_page
from docproof.recordings import expectations
from docproof.recordings.reader import read
from docproof.replay.verdict import prepare
from tests.helpers.guide import GUIDE, ROOT

BOX = '??? tip "Run it without a key"'
_LINE = re.compile(r"make run PROGRAM=(\S+\.py)")
_PROGRAMS = {program.output.path: program for program in GUIDE.all_programs()}


def programs(page: Page) -> list[Program]:
    """The programs whose outputs a page shows."""
    return [_PROGRAMS[one.file] for one in page.includes if one.file in _PROGRAMS]


BOXED = [page for page in (read_page(GUIDE, path) for path in GUIDE.pages()) if programs(page)]
BOXED = [page for page in BOXED if page.path.name != "index.md"]  # which leads to the pages


def box(page: Page) -> str:
    """The box of a page, of which there is one."""
    text = "\n".join(page.lines)
    assert text.count(BOX) == 1
    return re.split(r"\n(?=\S)", text.partition(BOX)[2])[0]


@pytest.mark.parametrize("page", BOXED, ids=lambda page: page.path.stem)
def test_a_page_s_box_runs_a_program_of_that_page(page: Page) -> None:
    (named,) = _LINE.findall(box(page))
    assert GUIDE.program(named) in programs(page)
    assert f"this runs `{Path(named).name}` on its recorded answers." in box(page)


@pytest.mark.parametrize("page", BOXED, ids=lambda page: page.path.stem)
def test_a_box_says_that_the_answer_streams_where_it_does(page: Page) -> None:
    (named,) = _LINE.findall(box(page))
    made = read(GUIDE, GUIDE.program(named))
    assert made
    streams = any("events" in one["response"] for one in made.interactions)
    assert ("the answer streams" in box(page)) == streams


@pytest.mark.parametrize("page", BOXED, ids=lambda page: page.path.stem)
def test_the_other_programs_of_a_page_can_be_run_in_the_same_way(page: Page) -> None:
    others = re.search(r"The other (programs?) of this page runs? in the same way\.", box(page))
    assert others
    assert (others[1] == "programs") == (len(programs(page)) > 2)
    for program in programs(page):
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
    folder = tmp_path_factory.mktemp("fresh") / "clone"
    done = subprocess.run(
        ["git", "clone", "--quiet", str(ROOT), str(folder)], capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        pytest.skip(f"there is nothing to clone: {done.stderr.strip()}")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    inside = Path(sysconfig.get_path("purelib", vars={"base": str(folder / ".venv")}))
    # The clone comes first: its own docproof runs, not the one that is installed.
    inside.joinpath("clone.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n")
    (folder / ".venv/.installed").touch()
    return folder


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


def test_each_line_is_such_a_line_and_names_a_program_that_is_replayed() -> None:
    texts = [path.read_text("utf-8") for path in GUIDE.pages()]
    named = [name for text in texts for name in re.findall(r"make run.*", text)]
    assert len(named) >= len(BOXED)
    for line in named:
        name = re.match(r"make run PROGRAM=(\S+?\.py)(?:` .*)?$", line)
        assert name, line
        assert GUIDE.program(name[1]) in _PROGRAMS.values()
    assert {f"make run PROGRAM={name}" for name in RUN} <= {line.split("`")[0] for line in named}


@pytest.mark.parametrize("page", BOXED, ids=lambda page: page.path.stem)
def test_a_box_has_its_line_in_a_block_of_its_own(page: Page) -> None:
    (named,) = _LINE.findall(box(page))
    assert f"\n\n    ```bash\n    make run PROGRAM={named}\n    ```\n\n" in box(page)


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
