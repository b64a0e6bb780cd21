"""What a page includes as code is shown as code, in its own characters, or refused."""

from __future__ import annotations

import pytest

from docproof.check import check
from tests.helpers.sandbox import Sandbox

HEAD = "---\ntitle: A page\ndescription: A page.\n---\n\n# A page\n\n"
START = HEAD.count("\n")  # lines above a test's own
PROGRAM = "import os\nimport sys\n\n# a comment\nprint(os.name)\n"
INCLUDE = '--8<-- "code/page/p.py"\n'
BLOCK = f"```python\n{INCLUDE}```\n"
MKDOCS = """\
site_name: S
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - docproof.markdown.blocks
  - pymdownx.details
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.superfences: SUPERFENCES
  - pymdownx.snippets: SNIPPETS
"""


def found(
    sandbox: Sandbox,
    text: str,
    program: str = PROGRAM,
    superfences: str = "{preserve_tabs: true}",
    snippets: str = "{}",
) -> list[str]:
    """The problems of a page's includes as "line rule", its lines counted from HEAD's end."""
    sandbox.write(
        "mkdocs.yml", MKDOCS.replace("SUPERFENCES", superfences).replace("SNIPPETS", snippets)
    )
    sandbox.write("code/page/p.py", program)
    sandbox.write("docs/page.md", HEAD + text)
    said = check(sandbox.project, [sandbox.root / "docs"])
    left_out = {"lock", "lines-unaccepted"}
    return [
        f"{problem.line - START} {problem.rule}" if problem.path == "docs/page.md"
        else f"{problem.path} {problem.rule}"
        for problem in sorted(said) if problem.rule not in left_out
    ]  # fmt: skip


def indented(text: str, columns: int = 4) -> str:
    return "".join(" " * columns + line + "\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (INCLUDE, 1),
        (INCLUDE.replace("p.py", "p.py:1:2"), 1),
        ("--8<--\ncode/page/p.py\n--8<--\n", 2),
        (f"1. Run it:\n\n{indented(INCLUDE)}", 3),
        (f"!!! note\n\n{indented(INCLUDE)}", 3),
        (f'=== "T"\n\n{indented(INCLUDE)}', 3),
        (f"| A | B |\n| --- | --- |\n{INCLUDE}", 3),
        (f"See `\n{INCLUDE}` here.\n", 2),
        (f"1. Run it:\n\n{indented(INCLUDE, 8)}", 3),
        (f"<pre>\n{INCLUDE}</pre>\n", 2),
        (f"<!--\n{INCLUDE}-->\n", 2),
        (f"<!--\n{BLOCK}-->\n", 3),
        (f"<script>\n{BLOCK}</script>\n", 3),
        (f"<noscript>\n{BLOCK}</noscript>\n", 3),
        (f"Text.\n\n{indented(BLOCK)}", 4),
        (f"1. Run it:\n\n{indented(BLOCK, 8)}", 4),
        ('--8<-- "part.md"\n', 1),
        ('--8<-- "Makefile"\n', 1),
        ('<!--\n--8<-- "code/page/terminal/x.md"\n-->\n', 2),
        (f"Text.\n\n{indented('--8<-- code'.replace('code', chr(34) + 'part.ts' + chr(34)))}", 3),
    ],
)
def test_code_outside_a_fence_or_in_one_that_nobody_sees_is_refused(
    sandbox: Sandbox, text: str, line: int
) -> None:
    sandbox.write("part.md", INCLUDE)
    sandbox.write("part.ts", "let a = 1\n")
    sandbox.write("Makefile", "all:\n")
    assert f"{line} code-otherwise" in found(sandbox, text)


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        BLOCK.replace("p.py", "p.py:1:2"),
        f"1. Run it:\n\n{indented(BLOCK)}",
        f"!!! note\n\n{indented(BLOCK)}",
        f'=== "T"\n\n{indented(BLOCK)}',
        f"Term\n:   Text\n\n{indented(BLOCK)}",
        f"Text[^1].\n\n[^1]:\n{indented(BLOCK)}",
        f"<div>\n{BLOCK}</div>\n",
        f"<div markdown>\n\n{BLOCK}\n</div>\n",
        f"Text <!-- more\n\n{BLOCK}\n-->\n",
        f"~~~~python\n{INCLUDE}~~~~\n",
        BLOCK.replace("python", "{ .python .annotate }"),
        '--8<-- "part.md"\n',
        '--8<-- "code/page/terminal/x.md"\n',
        '1. See:\n\n    --8<-- "code/page/terminal/x.md"\n',
        '--8<-- "words.md"\n',
    ],
)
def test_code_that_a_reader_sees_as_code_is_good(sandbox: Sandbox, text: str) -> None:
    sandbox.write("part.md", BLOCK)
    sandbox.write("words.md", "Some words.\n")
    assert found(sandbox, text) == []


def test_a_program_that_closes_its_block_is_refused(sandbox: Sandbox) -> None:
    program = 'text = """\n```\n"""\nprint(text)\n'
    assert "2 code-otherwise" in found(sandbox, BLOCK, program)
    assert found(sandbox, BLOCK.replace("```", "````"), program) == []
    assert found(sandbox, BLOCK.replace("```", "~~~"), program) == []


@pytest.mark.parametrize(
    "text",
    [
        '> --8<-- "code/page/p.py"\n',
        '- --8<-- "code/page/p.py"\n',
        '1. --8<-- "code/page/p.py"\n',
        'Term\n:   --8<-- "code/page/p.py"\n',
        '## --8<-- "code/page/p.py"\n',
        'See --8<-- "code/page/p.py"\n',
        '| A | B |\n| --- | --- |\n| --8<-- "code/page/p.py" | b |\n',
    ],
)
def test_an_include_after_other_text_is_refused(sandbox: Sandbox, text: str) -> None:
    (line,) = [number for number, t in enumerate(text.splitlines(), 1) if "8<" in t]
    assert found(sandbox, text) == [f"{line} include"]


def test_an_include_that_a_page_speaks_of_is_none(sandbox: Sandbox) -> None:
    text = "Write `--8<-- 'x.py'`\nin a `span that\nhas --8<-- \"x\" in it`.\n"
    assert {line.split()[1] for line in found(sandbox, text)} == {"span-unknown"}


@pytest.mark.parametrize(
    ("line", "include"),
    [
        ('--8<-- "code/page/x.py"', BLOCK),
        ("--8<--\n--8<--", BLOCK),
        (';--8<-- "code/page/x.py"', BLOCK),
        ("# ;--8<-- [start:b]", BLOCK),
        ("# ;--8<-- [start:b]", BLOCK.replace("p.py", "p.py:a")),
    ],
)
def test_a_line_of_a_program_that_is_taken_for_an_include_is_refused(
    sandbox: Sandbox, line: str, include: str
) -> None:
    program = f'# --8<-- [start:a]\ntext = """\n{line}\n"""\n# --8<-- [end:a]\n'
    assert "2 code-otherwise" in found(sandbox, include, program)


INVISIBLE = "\0\x01\x02\x03\x08\x0b\x0c\x1b\x1c\x7f\x85"
INVISIBLE += "\xa0\xad\u200b\u200e\u2028\u2029\u202e\u2066\u3000\ufeff"


@pytest.mark.parametrize("character", INVISIBLE)
def test_a_character_that_nobody_sees_is_refused(sandbox: Sandbox, character: str) -> None:
    rules = found(sandbox, BLOCK, f'print("a{character}b")\n')
    assert "code/page/p.py code-otherwise" in rules


@pytest.mark.parametrize(
    ("program", "number", "mend"),
    [
        ("x = 1\n\xa0 = 2\n", 2, "write a plain space, or in a string its escape \\xa0"),
        ("x = 1\nx\u3000= 2\n", 2, "write a plain space, or in a string its escape \\u3000"),
        ("x = 1  # one\u202ftwo\n", 1, "write a plain space, or in a string its escape \\u202f"),
        ("x = 1\n\nprint('a\u200bb')\n", 3, "take it out, or in a string its escape \\u200b"),
        ("pri\u200bnt(1)\n", 1, "take it out, or in a string its escape \\u200b"),
    ],
)
@pytest.mark.parametrize("spec", ["", ":LINE:LINE", ":all"])
def test_it_is_said_once_of_the_program_on_its_line(
    sandbox: Sandbox, program: str, number: int, mend: str, spec: str
) -> None:
    if spec == ":all":
        program, number = f"y = 1\n# --8<-- [start:all]\n{program}# --8<-- [end:all]\n", number + 2
    block = BLOCK.replace("p.py", "p.py" + spec.replace("LINE", str(number)))
    found(sandbox, block + block, program)
    said = [p for p in check(sandbox.project) if p.rule in ("code-otherwise", "program")]
    (line,) = {str(problem) for problem in said}
    assert line.startswith(f"code/page/p.py:{number}: code-otherwise: U+")
    assert line.endswith(f"no page shows it as it is; {mend}")


@pytest.mark.parametrize(
    "character",
    [
        "\u00e9",
        "\u4e16",
        "\U0001f469\u200d\U0001f4bb",
        "\u0645\u06cc\u200c\u062e",
        "\ue0b0",
        "\ufe0f",
    ],
)
def test_a_character_that_is_seen_is_good(sandbox: Sandbox, character: str) -> None:
    assert found(sandbox, BLOCK, f'print("{character}")\n') == []


def test_an_output_has_what_a_terminal_shows_but_no_control_character(sandbox: Sandbox) -> None:
    text = '--8<-- "code/page/terminal/x.md"\n'
    for shown, expected in (
        ("a\xa0b", []),
        ("a\x1b[1mb", ["code/page/terminal/x.md code-otherwise"]),
    ):
        sandbox.write("code/page/terminal/x.md", f"```text\n$ python x.py\n{shown}\n```\n")
        assert found(sandbox, text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_lone_carriage_return_is_refused_in_a_page(sandbox: Sandbox, end: str) -> None:
    found(sandbox, BLOCK)
    text = (HEAD + BLOCK).replace("\n", end)
    (sandbox.root / "docs/page.md").write_bytes(text.encode())
    said = check(sandbox.project, [sandbox.root / "docs"])
    rules = [problem.rule for problem in said if problem.rule != "lock"]
    assert rules == (["code-otherwise"] if end == "\r" else [])


@pytest.mark.parametrize(
    "program", ["if True:\n\tprint(1)\n", 'print("a\tb")\n', 'text = """a\n   \nb"""\n']
)
def test_tabs_and_blanks_are_refused_once_unless_they_are_preserved(
    sandbox: Sandbox, program: str
) -> None:
    text = BLOCK + "\n" + BLOCK
    assert found(sandbox, text, program) == []
    assert found(sandbox, text, program, superfences="{}") == ["mkdocs.yml code-otherwise"]
    assert found(sandbox, f"1. A\n\n{indented(BLOCK)}", superfences="{}") == []


MARKED = "import os\n# --8<-- [start:a]\nx = 1\ny = 2\n# --8<-- [end:a]\nz = 3\n"


@pytest.mark.parametrize(
    ("fence", "target", "program", "expected"),
    [
        ("```python", "p.py", MARKED, ["1 line-numbers"]),
        ("```python", "p.py:1:6", MARKED, ["1 line-numbers"]),
        ("```python", "p.py:3:4", MARKED, []),
        ("```python", "p.py:a", MARKED, []),
        ("```python", "p.py:a", MARKED.replace("x = 1", "\nx = 1"), []),  # has no numbers
        ('```python linenums="3"', "p.py:a", MARKED, []),
        ('```python linenums="1"', "p.py:a", MARKED, ["1 line-numbers"]),
        ("```python", "p.py", "\n\nx = 1\n", ["1 line-numbers"]),
        ("```python", "p.py", "x = 1\n\n\n", []),
    ],
)
def test_line_numbers_are_those_of_the_file_or_refused(
    sandbox: Sandbox, fence: str, target: str, program: str, expected: list[str]
) -> None:
    text = f'{fence}\n--8<-- "code/page/{target}"\n```\n'
    assert found(sandbox, text, program) == expected


def block(*lines: str, highlight: str) -> str:
    return "\n".join([f'```python hl_lines="{highlight}"', *lines, "```", ""])


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (["--8<--", "code/page/p.py:4:5", "--8<--"], 2),
        (["--8<--", "; code/page/x.py", "code/page/p.py:4:5", "--8<--"], 2),
        (["--8<--", "code/page/p.py:1:2", "", "code/page/p.py:4:5", "--8<--"], 5),
        (['--8<-- "code/page/p.py:1:2"', '--8<-- "code/page/p.py:4:5"'], 4),
    ],
)
def test_highlights_count_what_the_block_shows(
    sandbox: Sandbox, lines: list[str], last: int
) -> None:
    assert found(sandbox, block(*lines, highlight=str(last))) == []
    assert found(sandbox, block(*lines, highlight=str(last + 1))) == ["1 highlight"]
    assert found(sandbox, block(*lines, "--8<--", "--8<--", highlight=f"1 {last}")) == []


def test_the_lock_marks_the_line_that_is_highlighted(sandbox: Sandbox) -> None:
    found(sandbox, block("--8<--", ";gone.py", "code/page/p.py:4:5", "--8<--", highlight="2"))
    sandbox.docproof("fix", "--accept", "docs/page.md")
    assert "\n| # a comment\n* print(os.name)\n" in sandbox.read("docproof.lock")


def test_what_is_appended_and_is_not_there_is_refused(sandbox: Sandbox) -> None:
    sandbox.write("words.md", "*[API]: a word\n")
    for value, expected in (
        ("[words.md]", []),
        ("[gone.md]", ["mkdocs.yml include"]),
        ("[words.md, code/page/p.py]", ["mkdocs.yml include"]),
        ("words.md", ["mkdocs.yml include"]),
    ):
        assert found(sandbox, BLOCK, snippets=f"{{auto_append: {value}}}") == expected


def test_a_dedented_range_follows_its_lines(sandbox: Sandbox) -> None:
    snippets = "{dedent_subsections: true}"
    program = "def f():\n    x = 1\n    return x\n"
    text = BLOCK.replace("p.py", "p.py:2:3")
    assert found(sandbox, text, program, snippets=snippets) == []
    sandbox.docproof("fix", "--accept", "docs/page.md")
    sandbox.write("code/page/p.py", f"import os\n\n\n{program}")
    done = sandbox.docproof("fix", "docs/page.md")
    assert '+--8<-- "code/page/p.py:5:6"' in done.stdout
    assert sandbox.docproof("check", "docs/page.md").returncode == 0


def test_a_fence_that_is_not_closed_hides_nothing_below_it(sandbox: Sandbox) -> None:
    text = "```bash\nls\n\n## B\n\n[A][a]\n\n```text\nx\n```\n\n```bash\nls\n\n## C\n\n[B][b]\n"
    assert found(sandbox, text) == [
        "1 fence-unclosed", "12 fence-unclosed", "17 link",
    ]  # fmt: skip


def test_a_lost_list_hides_nothing_below_it(sandbox: Sandbox) -> None:
    text = "Do this:\n1. One\n2. Two\n\n## B\n\nDo that:\n- a\n\n3. Three\n\n## C\n\n3. Three\n"
    assert found(sandbox, text) == [
        "2 structure",
        "8 structure",
        "10 structure",
        "14 structure",
    ]


@pytest.mark.parametrize(
    "page", [b"---\ntitle: [A\nmoved-from: /a/\n---\n# A\n", b"# Gr\xfc\xdfe\n"]
)
def test_a_page_that_cannot_be_read_hides_nothing_of_the_others(
    sandbox: Sandbox, page: bytes
) -> None:
    sandbox.write("docs/other.md", sandbox.read("docs/page.md"))
    (sandbox.root / "docs/bad.md").write_bytes(page)
    found = [(problem.path, problem.rule) for problem in check(sandbox.project)]
    assert ("docs/page.md", "front-matter") in found or ("docs/other.md", "front-matter") in found
    assert [rule for path, rule in found if path == "docs/bad.md" and rule != "orphan"] == [
        "front-matter" if page.startswith(b"---") else "unreadable"
    ]


@pytest.mark.parametrize("span", ["`a [b][c]\nd`", "``a ` b\n[b][c] d``", "`<!-- a\n[b][c]`"])
def test_a_code_span_over_two_lines_is_code(sandbox: Sandbox, span: str) -> None:
    problems = found(sandbox, f"See {span} for this, and [x][y] -->.\n")
    assert [problem for problem in problems if "link" in problem] == ["2 link"]


def test_a_program_that_is_indented_more_than_its_fences_is_refused(sandbox: Sandbox) -> None:
    assert found(sandbox, f"```python\n{indented(INCLUDE)}```\n") == ["2 code-otherwise"]
    inner = "def f():\n    return 1\n"
    assert found(sandbox, BLOCK.replace("p.py", "p.py:2:2"), inner) == []


def test_a_block_without_a_line_hides_nothing_of_the_next(sandbox: Sandbox) -> None:
    gone = BLOCK.replace("p.py", "gone.py")
    assert found(sandbox, f"{gone}\n{BLOCK}") == ["2 include"]
