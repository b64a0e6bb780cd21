"""A walkthrough can be taken away, as a program and as a notebook, and the notebook runs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from mkdocs.structure.files import File, Files
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import v4

from docproof.core.project import load_project
from docproof.pages.page import Page, read_page
from docproof.publish import downloads, links
from docproof.publish.notebooks import Notebooks
from docproof.replay import verdict
from docproof.replay.replay import spec_of
from docproof.replay.servers import environment
from docproof.sandbox.spec import Report
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import Sandbox

GUIDE = load_project(ROOT)
KERNEL = str(ROOT / "tests/helpers/kernel.py")
READ = [read_page(GUIDE, path) for path in GUIDE.pages()]
WALKS = [(page, ROOT / name) for page in READ for name in page.walkthroughs]

STEPS = """\
---
title: A page
walkthrough: [code/page/x.py]
---

# A page

1. Do this:

    ```python
    --8<-- "code/page/x.py:1:3"
    ```

    Look [there](other.md#part), or [elsewhere](https://example.org/).

2. Do that:

    ```python
    --8<-- "code/page/x.py:4:4"
    ```

??? program "x.py"

    ```python
    --8<-- "code/page/x.py"
    ```

--8<-- "code/page/terminal/x.md"
"""


@dataclass
class Run:
    """What a notebook printed in a real kernel, and what it asked of the world."""

    printed: str
    report: Report


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Path], Run]:
    """Runs the code cells of a notebook in a kernel that has a program's recording, and no net."""

    def run(text: str, program: Path) -> Run:
        here = GUIDE.program(program)
        spec = spec_of(here, verdict.prepare(GUIDE, here))
        spec = replace(spec, report=str(tmp_path / "report"))
        kernel = tmp_path / "kernels/staged/kernel.json"
        kernel.parent.mkdir(parents=True)
        argv = [sys.executable, KERNEL, spec.to_json(), "{connection_file}"]
        kernel.write_text(json.dumps({"argv": argv, "display_name": "", "language": "python"}))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
        made = nbformat.reads(text, 4)
        client = NotebookClient(made, kernel_name="staged", timeout=300)
        try:
            client.execute(env=environment(GUIDE.environment, str(tmp_path)), cwd=tmp_path)
        finally:
            report = Report(**json.loads((tmp_path / "report").read_text("utf-8")))
        outputs = [one for cell in made.cells for one in cell.get("outputs", ())]
        assert {one["name"] for one in outputs} <= {"stdout"}
        return Run("".join(one["text"] for one in outputs), report)

    return run


def made(page: Page, program: Path, resolve: Callable[[str], str | None]) -> Any:
    """The notebook of a page, read back."""
    return nbformat.reads(Notebooks(GUIDE).of(page, program, resolve), 4)


def made_of(sandbox: Sandbox, page: Page) -> list[str]:
    """The cells of a page's notebook below the first, which is about the notebook."""
    text = Notebooks(sandbox.project).of(page, sandbox.root / "code/page/x.py", nowhere)
    return [cell.source for cell in nbformat.reads(text, 4).cells[1:]]


def nowhere(target: str) -> None:
    """Resolves links as on a site whose address is not known."""


@pytest.mark.parametrize(("page", "program"), WALKS, ids=lambda value: getattr(value, "stem", ""))
def test_a_notebook_s_cells_print_what_the_page_shows_and_ask_what_was_recorded(
    run: Callable[[str, Path], Run], page: Page, program: Path
) -> None:
    done = run(Notebooks(GUIDE).of(page, program, nowhere), program)
    shown = GUIDE.program(program).output.path.read_text("utf-8")
    assert f"```text\n$ python {program.name}\n{done.printed}```\n" == shown
    assert done.report.requests > 0
    report = done.report
    assert (report.missed, report.unplayed, report.reached_out) == ([], [], [])


def test_a_notebook_that_reaches_for_the_network_is_found_out(
    run: Callable[[str, Path], Run],
) -> None:
    page, program = WALKS[0]
    cells = made(page, program, nowhere)
    cells.cells = [v4.new_code_cell("import socket; socket.create_connection(('1.1.1.1', 80))")]
    with pytest.raises(CellExecutionError, match="a replay has no network"):
        run(nbformat.writes(cells), program)


@pytest.mark.parametrize(("page", "program"), WALKS, ids=lambda value: getattr(value, "stem", ""))
def test_a_notebook_s_code_is_the_program_and_its_first_cell_installs_what_that_imports(
    page: Page, program: Path
) -> None:
    install, *steps = [
        cell.source for cell in made(page, program, nowhere).cells if cell.cell_type == "code"
    ]
    code = [line for step in steps for line in step.split("\n") if line.strip()]
    assert code == [line for line in program.read_text("utf-8").split("\n") if line.strip()]
    imported = re.findall(r"^(?:import|from) (\w+)", program.read_text("utf-8"), re.M)
    foreign = sorted(set(imported) - sys.stdlib_module_names)
    versions = [f"{name}=={metadata.version(name)}" for name in foreign]
    assert install == f"%pip install --quiet {' '.join(versions)}"


@pytest.mark.parametrize(
    ("target", "address"),
    [("", "a/page/"), ("#b", "a/page/#b"), ("other.md#b", "a/other/#b"), ("/top.md", "top/")],
)
def test_a_link_of_a_notebook_has_the_whole_address_of_its_page(target: str, address: str) -> None:
    files = Files([File(f"{name}.md", "", "", True) for name in ("a/page", "a/other", "top")])
    config: Any = SimpleNamespace(site_url="https://s.test/")
    assert links.absolute(config, files, "a/page.md", target) == f"https://s.test/{address}"


def test_a_page_becomes_a_notebook(sandbox: Sandbox) -> None:
    program = sandbox.program("import httpx\n\nprint(1)\nprint(2)\n")
    path = sandbox.write("docs/page.md", STEPS)
    page = read_page(sandbox.project, path)

    def resolve(target: str) -> str | None:
        known = {"": "https://s.test/page/", "other.md#part": "https://s.test/other/#part"}
        return target if target.startswith("https:") else known.get(target)

    text = Notebooks(sandbox.project).of(page, program, resolve)
    cells = nbformat.reads(text, 4).cells
    assert [(cell.cell_type, cell.source) for cell in cells[1:]] == [
        ("markdown", "# A page\n\n1. Do this:"),
        ("code", "import httpx\n\nprint(1)"),
        (
            "markdown",
            "Look [there](https://s.test/other/#part), or [elsewhere](https://example.org/).\n\n"
            "2. Do that:",
        ),
        ("code", "print(2)"),
        (
            "markdown",
            "> **x.py**\n>\n> The page offers it as a file: `x.py`.\n>\n\n"
            "```text\n$ python x.py\nHello!\n```",
        ),
    ]
    assert "[A page](https://s.test/page/)" in cells[0].source
    assert "in their order: together they are `x.py`." in cells[0].source
    assert Notebooks(sandbox.project).of(page, program, resolve) == text
    assert "[there]" not in Notebooks(sandbox.project).of(page, program, nowhere)


@pytest.mark.parametrize("indent", ["", "    "])
def test_an_output_in_a_notebook_says_where_it_comes_from(sandbox: Sandbox, indent: str) -> None:
    extensions = "[docproof.markdown.provenance, pymdownx.snippets]"
    sandbox.write("mkdocs.yml", f"site_name: S\nmarkdown_extensions: {extensions}\n")
    text = f'---\ntitle: A\n---\n\n- A\n\n{indent}--8<-- "code/page/terminal/x.md"\n\nEnd.\n'
    page = read_page(sandbox.project, sandbox.write("docs/page.md", text))
    (cell,) = made_of(sandbox, page)
    line = f"{indent}*Recorded from a stand-in on 22 November 2026.*"
    assert re.search(rf"```\s*\n{re.escape(line)}\n+End\.", cell)


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ('!!! note "Mind"\n\n    The gap.\n\nGo on.', "> **Mind**\n>\n> The gap.\n>\n\nGo on."),
        ("## Part {#part-1}\n\n`[a](b.md)` [c](d.md)", "## Part\n\n`[a](b.md)` c"),
        ("![A picture](a.svg)", "A picture"),
        ("````md\n[a](b.md)\n```x\n````", "````md\n[a](b.md)\n```x\n````"),
        (
            "- One:\n\n    ```bash\n    ls\n    ```\n\n    Two.",
            "- One:\n\n    ```bash\n    ls\n    ```\n\n    Two.",
        ),
    ],
)
def test_what_a_notebook_does_not_know_is_put_otherwise(
    sandbox: Sandbox, written: str, cell: str
) -> None:
    program = sandbox.root / "code/page/x.py"
    page = read_page(sandbox.project, sandbox.write("docs/page.md", f"# A\n\n{written}\n"))
    found = nbformat.reads(Notebooks(sandbox.project).of(page, program, nowhere), 4).cells[-1]
    assert found.source == f"# A\n\n{cell}"


BOX = '??? program "x.py"\n\n    ```python\n    --8<-- "code/page/x.py"\n    ```\n'
OFFER = (
    "\nDownload [x.py](page/x.py), or the steps as a Jupyter notebook, [x.ipynb](page/x.ipynb).\n"
)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (f"{BOX}\nIt prints:\n", f"{BOX}\n{OFFER}\nIt prints:\n"),
        ('```python\n--8<-- "code/page/x.py"\n```\nEnd.\n', None),
        ("No block.\n", f"No block.\n\n{OFFER}"),
    ],
    ids=["below its box", "below its block", "at the end"],
)
def test_the_files_are_offered_below_the_whole_program(
    sandbox: Sandbox, written: str, wanted: str | None
) -> None:
    program = sandbox.root / "code/page/x.py"
    page = read_page(sandbox.project, sandbox.write("docs/page.md", f"---\na: b\n---\n{written}"))
    if wanted is None:
        wanted = written.replace("```\nEnd.", f"```\n{OFFER}\nEnd.")
    assert downloads.offered(written, [(page, program)]) == wanted
