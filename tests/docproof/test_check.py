"""`docproof check` names what is wrong with pages and recordings, and runs no program."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load

from docproof.check import check
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import PAGE, Sandbox


def lines(sandbox: Sandbox, *paths: str) -> list[str]:
    return [str(p) for p in check(sandbox.project, [sandbox.root / path for path in paths])]


def only(sandbox: Sandbox) -> str:
    found = lines(sandbox)
    assert len(found) == 1, found
    assert "\n" not in found[0]
    return found[0]


def test_a_project_in_which_all_is_right_has_no_problem(sandbox: Sandbox) -> None:
    assert lines(sandbox) == []


@pytest.mark.parametrize(
    "include",
    [
        '--8<-- "code/page/y.py"',
        '--8<-- "code/page/y.py:1:2"',
        "--8<--\ncode/page/y.py\n--8<--",
        '--8<-- "code/page"',
    ],
)
def test_an_include_of_a_missing_file_is_refused_at_its_line(
    sandbox: Sandbox, include: str
) -> None:
    sandbox.write("docs/page.md", PAGE + "\n" + include + "\n")
    number = PAGE.count("\n") + 2 + include.count("\n") // 2
    line = only(sandbox)
    assert line.startswith(f"docs/page.md:{number}: include: ")
    assert "code/page" in line


def test_an_escaped_include_is_none(sandbox: Sandbox) -> None:
    sandbox.write("docs/page.md", PAGE + '\n;--8<-- "code/page/y.py"\n')
    assert lines(sandbox) == []


@pytest.mark.parametrize("key", ["title", "description"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_page_without_title_or_description_is_refused(
    sandbox: Sandbox, key: str, value: str | None
) -> None:
    kept = [line for line in PAGE.splitlines() if not line.startswith(f"{key}:")]
    if value is not None:
        kept.insert(1, f"{key}: {value}")
    sandbox.write("docs/page.md", "\n".join(kept) + "\n")
    assert only(sandbox).startswith(f"docs/page.md:1: front-matter: the page has no {key}")


def test_front_matter_that_is_not_yaml_is_refused_at_its_line(sandbox: Sandbox) -> None:
    sandbox.write("docs/page.md", PAGE.replace("title: A", "title: [A"))
    assert only(sandbox).startswith("docs/page.md:3: front-matter: ")


def test_a_page_that_is_not_utf_8_is_refused_at_its_line(sandbox: Sandbox) -> None:
    (sandbox.root / "docs/page.md").write_bytes(PAGE.encode() + "Gru\u00df\n".encode("latin-1"))
    number = PAGE.count("\n") + 1
    assert only(sandbox).startswith(f"docs/page.md:{number}: unreadable: ")


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.md", "a/index.md"), ("index.md", "README.md"), ("b/a.md", "b/a/README.md")],
)
def test_two_pages_with_one_address_are_refused(sandbox: Sandbox, one: str, other: str) -> None:
    for path in (one, other):
        sandbox.write(f"docs/{path}", PAGE.replace("A page", f"The page {path}"))
    line = only(sandbox)
    assert ": address: it has the address /" in line
    assert f"docs/{one}" in line
    assert f"docs/{other}" in line


def test_without_directory_urls_a_page_and_an_index_have_two_addresses(sandbox: Sandbox) -> None:
    sandbox.write("mkdocs.yml", sandbox.read("mkdocs.yml") + "use_directory_urls: false\n")
    for path in ("a.md", "a/index.md"):
        sandbox.write(f"docs/{path}", PAGE.replace("A page", f"The page {path}"))
    assert lines(sandbox) == []


def test_a_missing_recording_and_a_missing_output_are_refused(sandbox: Sandbox) -> None:
    (sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    (sandbox.root / "code/page/terminal/x.md").unlink()
    found = lines(sandbox)
    assert any(line.startswith("code/page/x.py:1: recording-missing: ") for line in found)
    assert any(line.startswith("code/page/terminal/x.md:1: output: ") for line in found)
    assert any(line.startswith("docs/page.md:12: include: ") for line in found)


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_recorded_error_is_refused_without_a_run(sandbox: Sandbox, status: int) -> None:
    sandbox.recording(status=status)
    assert only(sandbox).startswith("tests/cassettes/page/x.yaml:1: recording: ")


def test_only_what_is_named_is_checked(sandbox: Sandbox) -> None:
    sandbox.write("docs/other.md", "no title\n")
    sandbox.recording(status=500)
    assert len(lines(sandbox)) == 3
    assert len(lines(sandbox, "docs/other.md")) == 2
    assert lines(sandbox, "docs/page.md") == []
    assert len(lines(sandbox, "code")) == 1


@pytest.mark.parametrize(
    ("block", "what"),
    [
        ("file: no.yml\nrows: a\ncolumns: {A: '{a}'}", "cannot be read"),
        ("file: data.yml\nrows: b\ncolumns: {A: '{a}'}", "lacks 'b'"),
        ("file: data.yml\nrows: a\ncolumns: {A: '{z}'}", "no row of data.yml has a 'z'"),
        ("file: data.yml", "lacks 'columns'"),
    ],
)
def test_a_table_that_cannot_be_built_is_refused_at_its_line(
    sandbox: Sandbox, block: str, what: str
) -> None:
    sandbox.write(
        "mkdocs.yml",
        "site_name: S\nmarkdown_extensions: [pymdownx.snippets, docproof.markdown.tables]\n",
    )
    sandbox.write("docs/data.yml", "a: [{a: 1}]\n")
    sandbox.write("docs/page.md", PAGE + f"\n```table\n{block}\n```\n")
    (line,) = lines(sandbox, "docs/page.md")
    assert line.startswith(f"docs/page.md:{PAGE.count(chr(10)) + 2}: table: ")
    assert what in line


SETTINGS = "pyproject.toml:2: setting: "


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("pyproject.toml", text, said)
        for text, said in [
            ("[tool.docproof]\nprogram = 'x'", f"{SETTINGS}[tool.docproof] has no setting progr"),
            ("[tool.docproof]\nroot = '.'", f"{SETTINGS}[tool.docproof] has no setting root"),
            ("[tool.docproof]\nprograms = 'x'", f"{SETTINGS}[tool.docproof] has no setting prog"),
            ("[tool.docproof]\npreload = 'os'", f"{SETTINGS}preload is not a list of texts"),
            ("[tool.docproof]\nversions = [1]", f"{SETTINGS}versions is not a list of texts"),
            ("[tool.docproof]\ncompatibility = 3", f"{SETTINGS}compatibility is not a text"),
            ("[tool.docproof]\nenvironment = ['x']", f"{SETTINGS}environment is not a table of te"),
            ("\n[tool.docproof.environment]\na = 3", f"{SETTINGS}environment is not a table of te"),
            ("[tool]\ndocproof = 'x'", "pyproject.toml:1: setting: docproof is no table"),
            ("[[tool.docproof]]", "pyproject.toml:1: setting: docproof is no table"),
            ("tool = 3", "pyproject.toml:1: setting: tool is no table"),
        ]
    ]
    + [
        ("mkdocs.yml", f"site_name: S\n{text}", f"mkdocs.yml:2: setting: {said}")
        for text, said in [
            ("docs_dir: nowhere", "docs_dir is nowhere, and there is no such folder"),
            ("docs_dir: mkdocs.yml", "docs_dir is mkdocs.yml, and there is no such folder"),
            ("docs_dir: ..", "docs_dir is .., and the project is below it"),
            ("docs_dir: [docs]", "docs_dir is no text"),
            ("INHERIT: nowhere.yml", "INHERIT is nowhere.yml, which is no file"),
            ("INHERIT: mkdocs.yml", "INHERIT is mkdocs.yml, which inherits from it"),
            ("INHERIT: docs", "INHERIT is docs, which is no file"),
            ("markdown_extensions: toc", "markdown_extensions is no list"),
            ("markdown_extensions: [[toc]]", "markdown_extensions has ['toc'], neither"),
            ("markdown_extensions: [{a: , b: }]", "markdown_extensions has {'a': None, "),
            ("markdown_extensions: [pymdownx.snippets: yes]", "markdown_extensions has {'pym"),
            ("markdown_extensions: {toc: 5}", "markdown_extensions has {'toc': 5}, neither"),
        ]
    ]
    + [("mkdocs.yml", "- a", "mkdocs.yml:1: setting: it is no mapping of settings")],
)
def test_a_setting_that_cannot_be_meant_is_refused_at_its_line(
    sandbox: Sandbox, file: str, text: str, said: str
) -> None:
    sandbox.write(file, f"{text}\n")
    done = sandbox.docproof("check")
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        "docs_dir:\nmarkdown_extensions: {pymdownx.snippets: , toc: {separator: _}}",
        "INHERIT: base.yml",
        "INHERIT: base.yml\nmarkdown_extensions: [pymdownx.snippets]",
        "INHERIT: base.yml\ntheme: {name: material}",
        "\ufeffmarkdown_extensions: [pymdownx.snippets, pymdownx.snippets]",
    ],
)
def test_settings_are_read_as_mkdocs_reads_them(sandbox: Sandbox, text: str) -> None:
    base = "docs_dir: docs\nmarkdown_extensions: [pymdownx.snippets]\ntheme: {locale: en}\n"
    sandbox.write("base.yml", base)
    sandbox.write("mkdocs.yml", f"{text}\nsite_name: S\n")
    assert lines(sandbox) == []
    sandbox.write("docs/page.md", PAGE + '\n--8<-- "code/page/gone.py"\n')
    assert "include" in only(sandbox)


def test_what_a_file_inherits_is_merged_as_mkdocs_does(sandbox: Sandbox) -> None:
    sandbox.write("base.yml", "a: {x: 1, y: {z: 1}}\nb: [1]\nmarkdown_extensions: [toc]\n")
    sandbox.write("mkdocs.yml", "INHERIT: base.yml\na: {y: {u: 2}}\nb: [2]\nsite_name: S\n")
    with (sandbox.root / "mkdocs.yml").open("rb") as file:
        there = yaml_load(file)
    here = sandbox.project.mkdocs
    assert {name: here[name] for name in ("a", "b")} == {name: there[name] for name in ("a", "b")}
    assert here["a"] == {"x": 1, "y": {"z": 1, "u": 2}}
    assert list(here["markdown_extensions"]) == ["toc"]


@pytest.mark.parametrize("text", ["[", "\xff"])
def test_an_mkdocs_yml_that_cannot_be_read_is_refused(sandbox: Sandbox, text: str) -> None:
    (sandbox.root / "mkdocs.yml").write_bytes(text.encode("latin-1"))
    done = sandbox.docproof("check")
    assert done.returncode == 2
    assert done.stderr.startswith("mkdocs.yml:")
    assert done.stderr.count("\n") == 1


def test_check_exits_1_and_prints_one_line_for_each_problem(sandbox: Sandbox) -> None:
    sandbox.write("docs/page.md", PAGE.replace("title", "tilte"))
    done = sandbox.docproof("check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == lines(sandbox)
    assert sandbox.docproof("check", "docs/none.md").returncode == 2


def test_a_folder_without_mkdocs_yml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    sandbox = Sandbox(tmp_path / "x")
    (sandbox.root / "mkdocs.yml").unlink()
    done = sandbox.docproof("check")
    assert done.returncode == 2
    assert done.stderr.startswith("mkdocs.yml:1: setting: there is none in ")


def test_check_never_imports_what_takes_long() -> None:
    code = (
        "import sys; from pathlib import Path; from docproof.core.project import load_project; "
        "from docproof.check import check; "
        f"check(load_project(Path({str(ROOT)!r}))); "
        "print([m for m in ('litellm', 'openai', 'vcr', 'httpx', 'mkdocs') if m in sys.modules])"
    )
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stdout == "[]\n", done.stderr


def test_this_project_has_no_problem() -> None:
    from docproof.core.project import load_project

    assert [str(problem) for problem in check(load_project(ROOT))] == []


@pytest.mark.parametrize(
    "line", ["import tests", "from docs.page import x", "from . import helper", "import helper"]
)
def test_a_program_that_imports_a_module_of_the_project_is_refused(
    sandbox: Sandbox, line: str
) -> None:
    sandbox.write("code/page/terminal/helper.md", "```text\n$ python helper.py\n```\n")
    sandbox.write("code/page/helper.py", "x = 1\n")
    sandbox.program(f"import json\n{line}\n")
    assert any(found.startswith("code/page/x.py:2: program: ") for found in lines(sandbox))


def test_a_recording_of_an_origin_that_nobody_knows_is_refused(sandbox: Sandbox) -> None:
    path = "tests/cassettes/page/x.yaml"
    sandbox.write(path, sandbox.read(path).replace("stand-in", "real"))
    assert only(sandbox).startswith(f"{path}:1: recording: ")


def test_a_row_with_a_key_that_no_column_shows_is_refused(sandbox: Sandbox) -> None:
    sandbox.write(
        "mkdocs.yml",
        sandbox.read("mkdocs.yml").replace("snippets]", "snippets, docproof.markdown.tables]"),
    )
    sandbox.write("docs/data.yml", "a: [{a: 1}, {a: 1, b: 2}]\n")
    block = "file: data.yml\nrows: a\ncolumns: {A: '{a}'}"
    sandbox.write("docs/page.md", PAGE + f"\n```table\n{block}\n```\n")
    assert "a row of data.yml has 'b', which no column shows" in only(sandbox)


def test_a_title_that_is_not_the_file_s_name_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("docs/page.md", PAGE.replace("```python", '```python title="y.py"'))
    assert only(sandbox).startswith("docs/page.md:8: block-title: ")
    sandbox.write("docs/page.md", PAGE.replace("```python", '```python title="Step one"'))
    assert lines(sandbox) == []


def test_a_version_that_nothing_pins_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("requirements.txt", "thing==1.2.3\n")
    sandbox.write("docs/page.md", PAGE + "\nRun with version 1.2.3.\n")
    assert lines(sandbox) == []
    sandbox.write("docs/page.md", PAGE + "\nRun with version 1.3.2.\n")
    assert ": number-unknown: requirements.txt pins nothing to version 1.3.2" in only(sandbox)


@pytest.mark.parametrize(
    ("option", "what"),
    [
        ("url_download: true", "what is downloaded cannot be held true"),
        ("base_paths: [.]", "pymdownx.snippets: base_paths is no option of it"),
        ("base_path:", "base_path is None, and no path"),
        ("base_path: [.]\n      encoding: klingon", "encoding is 'klingon', which names no"),
        ("base_path: [.]\n      encoding: latin-1", "encoding is 'latin-1', and all else is read"),
        ("check_paths: maybe", "check_paths is 'maybe', and neither true nor false"),
    ],
)
def test_an_option_of_snippets_that_cannot_be_kept_is_refused_at_its_line(
    sandbox: Sandbox, option: str, what: str
) -> None:
    name = option.split(":")[0]
    sandbox.write(
        "mkdocs.yml",
        f"site_name: S\nmarkdown_extensions:\n  - pymdownx.snippets:\n      {option}\n",
    )
    line = only(sandbox)
    assert line.startswith(f"mkdocs.yml:{4 + option.count(chr(10))}: include: ")
    assert what in line
    assert name in sandbox.read("mkdocs.yml")


def test_an_include_by_address_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("docs/page.md", PAGE + '\n--8<-- "https://example.test/x.py"\n')
    assert "what is downloaded cannot be held true" in only(sandbox)
