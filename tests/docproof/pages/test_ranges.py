"""A range that makes no sense, or a walkthrough that is not its program, is refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docproof.check import check
from docproof.pages import includes, ranges
from docproof.pages.page import read_page
from docproof.rules import lines
from tests.helpers.sandbox import PAGE, Sandbox

PROGRAM = '''\
import os

names = [
    "one",
    "two",
]


@sorted
def greet(name):
    if name:
        text = """
        Hello
        """
        print(text)
    else:
        print("nobody")


try:
    greet(names)
except ValueError:
    pass
# The end.
print("done"); print("really")
'''
LAST = PROGRAM.count("\n")


def page(*includes: str, walkthrough: bool = False) -> str:
    """A page of steps, one for each include of code/page/p.py."""
    head = PAGE.split("```python")[0]
    if walkthrough:
        head = head.replace("---\n\n#", "walkthrough: [code/page/p.py]\n---\n\n#")
    steps = [
        f'1. Do it:\n\n    ```python\n    --8<-- "code/page/p.py{i}"\n    ```\n\n' for i in includes
    ]
    return head + "".join(steps)


def found(sandbox: Sandbox, text: str, program: str = PROGRAM) -> list[str]:
    sandbox.write("code/page/p.py", program)
    sandbox.write("docs/page.md", text)
    said = check(sandbox.project, [sandbox.root / "docs"])
    return [str(problem) for problem in said if problem.rule != "lock"]


def only(sandbox: Sandbox, text: str, program: str = PROGRAM) -> str:
    problems = found(sandbox, text, program)
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "::1",
        "::01",
        ":3:6",
        ":03:06",
        ":9:17",
        f":20:{LAST}",
        ":12:14",
        ":12:15",
        ":15:15",
        ":24:25",
    ],
)
def test_whole_statements_are_good(sandbox: Sandbox, spec: str) -> None:
    sandbox.write("code/page/p.py", PROGRAM)
    assert found(sandbox, page(spec)) == []


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        (":3:4", "ends inside the statement on lines 3 to 6"),
        (":4:6", "begins inside the statement on lines 3 to 6"),
        (":10:17", "begins inside the statement on lines 9 to 17"),
        (":9:10", "ends inside the statement on lines 9 to 17"),
        (":9:11", "ends inside the statement on lines 11 to 17"),
        (":12:13", "ends inside the statement on lines 12 to 14"),
        (":13:15", "begins inside the statement on lines 12 to 14"),
        (":16:17", "begins inside the statement on lines 11 to 17"),
        (":20:21", "ends inside the statement on lines 20 to 23"),
        (":22:23", "begins inside the statement on lines 20 to 23"),
    ],
)
def test_a_range_that_cuts_a_statement_is_refused(sandbox: Sandbox, spec: str, what: str) -> None:
    line = only(sandbox, page(spec))
    assert line.startswith("docs/page.md:11: range-cut: ")
    assert what in line


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        (":6:3", "is reversed"),
        (":0:1", f"is not within the file's {LAST} lines"),
        (f":20:{LAST + 1}", f"is not within the file's {LAST} lines"),
        (":90:99", f"is not within the file's {LAST} lines"),
    ],
)
def test_a_range_out_of_bounds_is_refused(sandbox: Sandbox, spec: str, what: str) -> None:
    line = only(sandbox, page(spec))
    assert line.startswith("docs/page.md:11: range: ")
    assert what in line


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        (":5", "goes on to the end of the file"),
        (":5:", "goes on to the end of the file"),
        (":-5", "counts from the end"),
        (":1:-5", "counts from the end"),
        (":1:1,3:6", "is a list"),
    ],
)
def test_a_range_of_another_form_is_refused(sandbox: Sandbox, spec: str, what: str) -> None:
    line = only(sandbox, page(spec))
    assert line.startswith("docs/page.md:11: range: ")
    assert what in line


@pytest.mark.parametrize(("spec", "verb"), [(":2:6", "begins"), (":3:7", "ends")])
def test_a_range_with_a_blank_edge_is_refused(sandbox: Sandbox, spec: str, verb: str) -> None:
    assert f": range: code/page/p.py{spec} {verb} with a blank line" in only(sandbox, page(spec))


@pytest.mark.parametrize(
    "marker",
    [
        "--8<-- code/page/p.py:1:1",
        '--8<-- "code/page/p.py:1:1" ',
        '--8<-- "code/page/p.py:1:1',
        "--8<-- 'code/page/p.py:1:1' # one",
        "--8<--\ncode/page/p.py:1:1",
    ],
)
def test_a_marker_that_pymdownx_does_not_take_for_one_is_refused(
    sandbox: Sandbox, marker: str
) -> None:
    line = min(found(sandbox, page() + marker + "\n"))
    assert line.startswith("docs/page.md:8: include: ")


def test_blocks_of_includes_and_single_quotes_and_escapes_are_understood(sandbox: Sandbox) -> None:
    block = "```python\n--8<--\ncode/page/p.py:1:1\n\n; code/page/gone.py\n--8<--\n"
    others = "--8<-- 'code/page/p.py:3:6'\n```\n\n;--8<-- \"code/page/gone.py\"\n"
    assert found(sandbox, page() + block + others) == []
    assert ":10: range: " in only(sandbox, page() + block.replace(":1:1", ":1:99") + "```\n")


def test_a_range_inside_an_included_file_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("part.md", '--8<-- "code/page/p.py:1:1"\n')
    line = only(sandbox, page() + '```python\n--8<-- "part.md"\n```\n')
    assert line.startswith("docs/page.md:9: include: ")


def test_a_section_is_understood_and_one_that_is_not_there_is_refused(sandbox: Sandbox) -> None:
    marked = "# --8<-- [start:greet]\nprint(1)\n# --8<-- [end:greet]\n"
    assert found(sandbox, page(":greet"), marked) == []
    assert ": range: " in only(sandbox, page(":great"), marked)


def test_a_file_outside_the_project_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.py"
    outside.write_text("print(1)\n")
    (sandbox.root / "code/page/link.py").symlink_to(outside)
    line = only(sandbox, page() + '```python\n--8<-- "code/page/link.py:1:1"\n```\n')
    assert line.startswith("docs/page.md:9: include: ")


def test_lines_of_other_files_are_held_in_bounds_only(sandbox: Sandbox) -> None:
    sandbox.write("data.yml", "a: [\n  1,\n]\n")
    assert found(sandbox, page() + '```yaml\n--8<-- "data.yml:1:2"\n```\n') == []
    assert ": range: " in only(sandbox, page() + '```yaml\n--8<-- "data.yml:1:9"\n```\n')


STEPS = ["::1", ":3:6", ":9:17", ":20:23", ":24:25"]


def test_a_walkthrough_that_is_its_program_is_good(sandbox: Sandbox) -> None:
    assert found(sandbox, page(*STEPS, "", walkthrough=True)) == []


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        ([":3:6", "::1", *STEPS[2:]], "12: walkthrough: code/page/p.py:3:6 comes before line 1"),
        ([*STEPS[:2], *STEPS[3:]], "24: walkthrough: lines 9-17 of code/page/p.py are in no step"),
        (STEPS[:-1], "30: walkthrough: lines 24-25 of code/page/p.py are in no step"),
        ([*STEPS, ":24:25"], "42: walkthrough: code/page/p.py:24:25 shows line 24"),
        ([*STEPS[:3], ":9:23", STEPS[4]], "30: walkthrough: code/page/p.py:9:23 shows line 9"),
        ([*STEPS[:4], ":25:25"], "36: walkthrough: line 24 of code/page/p.py is in no step"),
    ],
)
def test_a_step_swapped_dropped_or_doubled_is_refused(
    sandbox: Sandbox, steps: list[str], what: str
) -> None:
    assert only(sandbox, page(*steps, walkthrough=True)).startswith(f"docs/page.md:{what}")


def test_an_excerpt_is_free_to_show_one_part(sandbox: Sandbox) -> None:
    assert found(sandbox, page(":24:25", ":3:6")) == []


@pytest.mark.parametrize("name", ["code/page/q.py", "code/page/x.py"])
def test_a_walkthrough_of_nothing_is_refused(sandbox: Sandbox, name: str) -> None:
    text = page(*STEPS, walkthrough=True).replace("[code/page/p.py]", f"[{name}]")
    assert f": walkthrough: it walks through {name}, which " in only(sandbox, text)


@pytest.mark.parametrize("spec", [":-", ":1:-", ":1:2,-"])
def test_a_range_that_ends_pymdownx_with_a_traceback_is_refused(
    sandbox: Sandbox, spec: str
) -> None:
    sandbox.write("docs/page.md", page(spec).replace("p.py", "x.py"))
    (line,) = [str(p) for p in check(sandbox.project) if p.path == "docs/page.md"]
    number = sandbox.read("docs/page.md").split("--8<--")[0].count("\n") + 1
    assert line.startswith(f"docs/page.md:{number}: include: it includes code/page/x.py")
    assert "pymdownx cannot read its range" in line


SPECS = st.text(alphabet="0123456789:,-a \"'", max_size=8)


@given(SPECS)
def test_whatever_an_include_says_it_is_understood_as_pymdownx_does_or_refused(spec: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder))
        sandbox.write("code/page/p.py", PROGRAM)
        text = page() + f'--8<-- "code/page/p.py{spec}"\n'
        path = sandbox.write("docs/page.md", text)
        read = read_page(sandbox.project, path)
        problems = list(lines.includes(sandbox.project, read))
        snippets = {"base_path": [folder], "check_paths": False}
        md = markdown.Markdown(
            extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": snippets}
        )
        try:
            shown = md.preprocessors["snippet"].run(includes.without_front_matter(text).split("\n"))
        except ValueError:
            assert read.includes[-1].why == "pymdownx cannot read its range"
            return
        if problems or not read.includes or read.includes[0].file is None:
            return
        if read.includes[0].target == "code/page/p.py":
            expected = PROGRAM.split("\n")
        else:
            one = ranges.ranges(read)[0]
            expected = PROGRAM.split("\n")[one.start - 1 : one.end]
        assert list(read.includes[0].shown) == expected
        assert "\n".join(expected) in "\n".join(shown)


@pytest.mark.parametrize(
    "text", ["", "\n", "---\n", "---\n---\n", "\ufeff# A\n", "`", "```", "--8<--"]
)
def test_a_page_with_next_to_nothing_on_it_is_read(sandbox: Sandbox, text: str) -> None:
    assert isinstance(found(sandbox, text), list)


def test_a_byte_order_mark_before_the_front_matter_is_read_as_mkdocs_does(sandbox: Sandbox) -> None:
    assert found(sandbox, "\ufeff" + PAGE.replace("x.py", "p.py")) == []


def test_a_program_with_a_byte_order_mark_is_refused(sandbox: Sandbox) -> None:
    assert any(
        "begins with a byte order mark" in line
        for line in found(sandbox, page("::1"), "\ufeff" + PROGRAM)
    )


def test_an_included_file_that_is_not_utf_8_is_refused(sandbox: Sandbox) -> None:
    (sandbox.root / "bad.txt").write_bytes(b"Gr\xfc\xdfe\n")
    line = only(sandbox, page() + '--8<-- "bad.txt"\n')
    assert "it includes bad.txt, and the file is not UTF-8 text" in line


def test_a_program_of_100_000_lines_is_checked_in_seconds(sandbox: Sandbox) -> None:
    program = "x = 1\n" * 100_000
    assert found(sandbox, page(":1:9", ":99999:100000"), program) == []
