"""What belongs to nothing is named: recordings, programs, outputs, images."""

from __future__ import annotations

from pathlib import Path

import pytest

from docproof.core.project import load_project
from docproof.pages.page import read_page
from docproof.rules import orphans
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import PAGE, Sandbox


def lines(root: Path) -> list[str]:
    project = load_project(root)
    read = [read_page(project, path) for path in project.pages()]
    looks = (orphans.unshown, orphans.left, orphans.unused)
    return [str(problem) for look in looks for problem in look(project, read)]


def only(sandbox: Sandbox) -> str:
    (line,) = lines(sandbox.root)
    return line


def test_where_everything_has_its_program_nothing_is_refused(sandbox: Sandbox) -> None:
    sandbox.expect(exit=0)
    assert lines(sandbox.root) == []


def test_an_output_may_have_a_second_name_by_a_link(sandbox: Sandbox) -> None:
    (sandbox.root / "code/page/terminal/output.md").symlink_to("x.md")
    assert lines(sandbox.root) == []
    sandbox.write("docs/page.md", PAGE.replace("terminal/x.md", "terminal/output.md"))
    assert lines(sandbox.root) == []


@pytest.mark.parametrize("name", ["y.yaml", "y.expected.yaml", "deep/x.yaml"])
def test_a_recording_without_a_program_is_refused(sandbox: Sandbox, name: str) -> None:
    sandbox.write(f"tests/cassettes/page/{name}", "why: a test\n")
    line = only(sandbox)
    assert line.startswith(f"tests/cassettes/page/{name}:1: orphan: no program has it")


@pytest.mark.parametrize("name", ["x.yml", "x.expects.yaml"])
def test_a_recording_that_nothing_reads_is_refused(sandbox: Sandbox, name: str) -> None:
    sandbox.write(f"tests/cassettes/page/{name}", "why: a test\n")
    line = only(sandbox)
    assert line.startswith(f"tests/cassettes/page/{name}:1: orphan: no program has it")


def test_a_program_that_no_page_includes_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("code/page/y.py", "print(1)\n")
    assert only(sandbox).startswith("code/page/y.py:1: orphan: ")


@pytest.mark.parametrize("range_", [":1:2", "::1", ":3"])
def test_a_program_shown_in_part_is_shown(sandbox: Sandbox, range_: str) -> None:
    sandbox.write("docs/page.md", PAGE.replace('/x.py"', f'/x.py{range_}"'))
    assert lines(sandbox.root) == []


def test_what_python_leaves_behind_is_no_program(sandbox: Sandbox) -> None:
    sandbox.write("code/page/__pycache__/y.py", "")
    sandbox.write("code/.hidden/y.py", "")
    assert lines(sandbox.root) == []


@pytest.mark.parametrize("name", ["y.md", "x.old.md"])
def test_an_output_without_a_program_is_refused(sandbox: Sandbox, name: str) -> None:
    sandbox.write(f"code/page/terminal/{name}", "```text\n```\n")
    assert only(sandbox).startswith(f"code/page/terminal/{name}:1: orphan: ")


def test_an_image_that_nothing_names_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("docs/images/a.png", "")
    assert only(sandbox).startswith("docs/images/a.png:1: orphan: ")


def test_a_data_file_that_nothing_names_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("docs/data/old.yml", "a: 1\n")
    assert only(sandbox).startswith("docs/data/old.yml:1: orphan: ")
    sandbox.write("docs/page.md", PAGE + "\n[The data](data/old.yml)\n")
    assert lines(sandbox.root) == []


def test_an_image_that_only_named_data_name_is_used(sandbox: Sandbox) -> None:
    sandbox.write("docs/images/a.png", "")
    sandbox.write("docs/data.yml", "logo: images/a.png\n")
    sandbox.write("docs/page.md", PAGE + "\n[The data](data.yml)\n")
    assert lines(sandbox.root) == []


def test_an_image_of_the_same_name_elsewhere_does_not_count(sandbox: Sandbox) -> None:
    sandbox.write("docs/images/a.png", "")
    sandbox.write("docs/deep/images/a.png", "")
    sandbox.write("docs/page.md", PAGE + "\n![A](images/a.png)\n")
    assert only(sandbox).startswith("docs/deep/images/a.png:1: orphan: ")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/page.md", PAGE + "![A](images/a%20b.png)"),
        ("docs/page.md", PAGE + "![A](<images/a b.png>)"),
        ("docs/page.md", PAGE + '<img src="../images/a b.png">'),
        ("docs/page.md", PAGE + "![A](/images/a%20b.png#only-light)"),
        ("docs/page.md", PAGE + "[a]: images/a%20b.png 'A'"),
        ("docs/deep/other.md", PAGE + "![A](../images/a%20b.png)"),
        ("docs/styles/s.css", "a { background: url(../images/a%20b.png?v=1) }"),
        ("docs/styles/s.css", "a { background: url('../images/a b.png') }"),
        ("README.md", "![A](docs/images/a%20b.png)"),
        ("mkdocs.yml", "theme: {name: x, logo: 'images/a b.png'}\nmarkdown_extensions: [SNIPPETS]"),
        ("overrides/main.html", '<img src="{{ base_url }}/images/a b.png">'),
        ("overrides/main.html", '<meta content="https://docs.example.test/images/a b.png">'),
    ],
)
def test_an_image_that_something_names_is_used(sandbox: Sandbox, path: str, text: str) -> None:
    sandbox.write("mkdocs.yml", sandbox.read("mkdocs.yml") + "theme: {custom_dir: overrides}\n")
    sandbox.write("docs/images/a b.png", "")
    sandbox.write(path, text.replace("SNIPPETS", "pymdownx.snippets"))
    assert lines(sandbox.root) == []


@pytest.mark.parametrize("name", ["favicon.png", "favicon.ico", "apple-touch-icon.png"])
def test_an_image_that_browsers_look_for_by_name_is_used(sandbox: Sandbox, name: str) -> None:
    sandbox.write(f"docs/assets/images/{name}", "")
    assert lines(sandbox.root) == []


def test_without_settings_only_images_are_looked_at(sandbox: Sandbox) -> None:
    (sandbox.root / "pyproject.toml").unlink()
    sandbox.write("code/page/y.py", "print(1)\n")
    sandbox.write("code/page/terminal/z.md", "")
    sandbox.write("tests/cassettes/page/z.yaml", "")
    sandbox.write("docs/images/a.png", "")
    sandbox.write("docs/data.yml", "a: 1\n")
    assert only(sandbox).startswith("docs/images/a.png:1: orphan: ")


def test_nothing_of_this_project_is_an_orphan() -> None:
    assert lines(ROOT) == []


def test_each_page_is_in_the_menu_and_each_line_of_it_leads_to_a_page(sandbox: Sandbox) -> None:
    base = sandbox.read("mkdocs.yml")
    for menu, said in (
        ("nav: [{Home: [page.md]}, {Elsewhere: 'https://example.org/x.md'}]\n", []),
        ("nav:\n- Home: pages.md\n", ["docs/page.md:1", "mkdocs.yml:4"]),
        ("nav: [{Home: x.html}]\nnot_in_nav: page.md\n", []),
    ):
        sandbox.write("mkdocs.yml", base + menu)
        found = [line.split(": ") for line in sandbox.docproof("check").stdout.splitlines()]
        assert [one[0] for one in found if one[1] == "orphan"] == said
