"""Formatting that changes what a page means is named at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from docproof.check import check_page
from docproof.core.problem import Problem, Rule
from docproof.core.project import Project, load_project
from docproof.pages.page import Page, read_page
from docproof.rules import formatting, site, steps
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import PAGE, Sandbox

HEAD = "---\ntitle: A page\ndescription: A page.\n---\n\n# A page\n\n"
START = HEAD.count("\n") + 1  # the line on which a test's own text begins
EXTENSIONS = "admonition, tables, attr_list, pymdownx.details, pymdownx.superfences"
SHOWN = '```python\n--8<-- "code/page/x.py"\n```\n'
STEP = '    ```python\n    --8<-- "code/page/x.py"\n    ```\n'


RULES = [
    rule
    for module in (formatting, steps)
    for rule in vars(module).values()
    if isinstance(rule, Rule) and rule is not formatting.TABLE  # tests/test_tables.py has it
]


def found(sandbox: Sandbox, text: str, extensions: str = EXTENSIONS) -> list[str]:
    """The problems of a page as "line rule", its lines counted from HEAD's end."""
    sandbox.write(
        "mkdocs.yml", f"site_name: S\nmarkdown_extensions: [pymdownx.snippets, {extensions}]\n"
    )
    return whole(sandbox, HEAD + text, START - 1)


def whole(sandbox: Sandbox, text: str, above: int = 0) -> list[str]:
    page = read_page(sandbox.project, sandbox.write("docs/page.md", text))
    problems = looked_at(sandbox.project, page)
    for problem in problems:
        assert "\n" not in str(problem)
    return sorted(f"{problem.line - above} {problem.rule}" for problem in problems)


def looked_at(project: Project, page: Page) -> list[Problem]:
    names = {rule.name for rule in RULES}
    return [problem for problem in check_page(project, page) if problem.rule in names]


def test_steps_that_go_on_after_a_block_are_refused_with_the_block(sandbox: Sandbox) -> None:
    text = f"1. One\n\n{SHOWN}\n2. Two\n"
    assert found(sandbox, text) == ["3 structure", "7 structure"]


def test_steps_all_typed_1_that_start_again_after_a_block_are_refused(sandbox: Sandbox) -> None:
    text = f"1. One\n\n{SHOWN}\n1. Two\n\n{STEP}\n1. Three\n"
    assert found(sandbox, text) == ["3 structure", "7 structure"]


def test_an_output_between_two_steps_is_refused(sandbox: Sandbox) -> None:
    text = '1. One\n\n--8<-- "code/page/terminal/x.md"\n\n2. Two\n'
    assert found(sandbox, text) == ["3 structure", "5 structure"]


@pytest.mark.parametrize(
    "text",
    ["Do this:\n1. One\n2. Two\n", "Do this:\n- a\n- b\n", "> Do this:\n> * a\n"],
)
def test_a_list_without_a_blank_line_before_it_is_refused_at_its_first_item(
    sandbox: Sandbox, text: str
) -> None:
    assert found(sandbox, text) == ["2 structure"]


@pytest.mark.parametrize(
    "text", ["In\n2020. We\n", "- a\n  more\n- b\n", "1. One\n    - a\n    - b\n2. Two\n"]
)
def test_text_that_goes_on_over_lines_is_no_lost_list(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == []


@pytest.mark.parametrize(
    "between",
    ["A remark.", "!!! note\n\n    A remark.", "<!-- a remark -->", "![A](a.png)", "<p>A</p>"],
)
@pytest.mark.parametrize("second", ["1", "2"])
def test_steps_parted_by_something_that_is_not_indented_are_refused(
    sandbox: Sandbox, between: str, second: str
) -> None:
    text = f"1. One\n\n{between}\n\n{second}. Two\n"
    assert found(sandbox, text) == [f"{text.count(chr(10))} structure"]


def test_a_list_that_does_not_begin_with_1_is_refused(sandbox: Sandbox) -> None:
    assert found(sandbox, "3. Three\n4. Four\n") == ["1 structure"]
    assert found(sandbox, "2024. A year at the start of a line.\n") == ["1 structure"]


def test_a_list_that_begins_with_3_is_shown_so_by_sane_lists(sandbox: Sandbox) -> None:
    assert found(sandbox, "3. Three\n4. Four\n", EXTENSIONS + ", sane_lists") == []


@pytest.mark.parametrize("indent", [1, 2, 3])
def test_a_block_indented_by_less_than_4_columns_has_left_its_step(
    sandbox: Sandbox, indent: int
) -> None:
    block = "".join(" " * indent + line + "\n" for line in SHOWN.splitlines())
    assert found(sandbox, f"1. One\n\n{block}") == ["3 structure"]
    assert found(sandbox, f"- One\n\n{block}") == ["3 structure"]


def test_a_block_after_an_item_that_announces_it_has_left_its_item(sandbox: Sandbox) -> None:
    assert found(sandbox, f"1. Zero\n2. **Run it:**\n\n{SHOWN}") == ["4 structure"]
    assert found(sandbox, f"- One\n\n    1. Run it:\n\n{STEP}") == ["5 structure"]


@pytest.mark.parametrize("indent", [1, 2, 3])
def test_a_bullet_indented_by_less_than_4_columns_becomes_a_step(
    sandbox: Sandbox, indent: int
) -> None:
    text = f"1. One\n{' ' * indent}- a detail\n2. Two\n"
    assert found(sandbox, text) == ["2 structure"]


def test_a_bullet_among_steps_hides_no_restart(sandbox: Sandbox) -> None:
    text = f"1. One\n\n{SHOWN}\n2. Two\n   - a detail\n"
    assert found(sandbox, text) == ["3 structure", "7 structure", "8 structure"]


def test_a_step_that_follows_a_bullet_becomes_a_bullet(sandbox: Sandbox) -> None:
    assert found(sandbox, "- a\n- b\n\n1. One\n2. Two\n") == ["4 structure"]


@pytest.mark.parametrize(
    "text",
    [
        f"1. One:\n\n{STEP}\n2. Two:\n\n{STEP}\n3. Three\n",
        f"1. One:\n\n{STEP}\n1. Two:\n\n{STEP}\n1. Three\n",
        '1. One:\n\n    --8<-- "code/page/terminal/x.md"\n\n2. Two\n',
        f"1. One:\n{SHOWN}\n2. Two\n",
        "1. One\n2. Two\n\n## Again\n\n1. One\n2. Two\n",
        "1. One\n\n---\n\n1. One\n",
        "1. One\n2. Two\n\nTo undo it:\n\n1. One\n2. Two\n",
        "1. Only one.\n\nTo undo it:\n\n1. Only one.\n",
        f"1. One\n2. Two\n\nThis shows it:\n\n{SHOWN}\nAnd then:\n\n1. One\n2. Two\n",
        f"1. One\n2. Two\n\nThis shows it:\n\n{SHOWN}",
        f"1. One\n2. Two\n\n{SHOWN}",
        "1. One\n\n    !!! note\n\n        A note.\n\n2. Two\n",
        "1. One\n\n    ??? tip\n\n        A tip.\n\n2. Two\n",
        f"!!! note\n\n    1. One:\n\n{STEP.replace('    ', '        ')}\n    2. Two\n",
        "> 1. One:\n>\n>     ```bash\n>     ls\n>     ```\n>\n> 2. Two\n",
        "1. One\n    1. In it\n    2. In it, too\n2. Two\n    - a\n    - b\n3. Three\n",
        "- a\n    1. One\n    2. Two\n- b\n    1. One\n",
        "1. - a bullet at once\n2. Two\n",
        "- 1. a step at once\n- b\n",
        "1. One,\n   with a second line\n2. Two\n",
        "1. One\n\n    A second paragraph.\n\n2. Two\n",
        "| A | B |\n| --- | --- |\n| 1. x | - y |\n",
        "It was in\n1985. A year inside a paragraph.\n",
        "1) One\n\n2) Two\n",
        "10 things.\n\n3.14 is a number.\n",
        "1. One { .a }\n2. Two\n{: .b }\n",
    ],
)
def test_lists_as_they_should_be_are_not_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "```bash\nls\n",
        "```bash\nls\n  ```\n",
        "    ```bash\n  ls\n    ```\n",
        "~~~bash\nls\n```\n",
        "````md\nls\n```\n",
        "> ```bash\n> ls\n",
    ],
)
def test_a_fence_that_begins_no_block_is_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == ["1 fence-unclosed"]


def test_behind_a_block_without_an_end_the_page_is_read_again_from_its_heading_on(
    sandbox: Sandbox,
) -> None:
    text = "```bash\nls\n\n## B\n\n- a\n- b\n\n1. One\n2. Two\n"
    assert sorted(found(sandbox, text)) == ["1 fence-unclosed", "9 structure"]


def test_a_fence_is_refused_where_it_begins_and_not_where_it_is_noticed(sandbox: Sandbox) -> None:
    text = f"A\n\n```bash\nls\n\n## B\n\n{SHOWN}\n```text\nx\n```\n\n1. One\n\n3. Three\n"
    assert found(sandbox, text) == ["3 fence-unclosed"]


@pytest.mark.parametrize(
    "text",
    [
        "~~~bash\nls\n~~~\n",
        "````md\n```bash\nls\n```\n````\n",
        "> ```bash\n> ls\n> ```\n",
        '```bash title="a.sh" hl_lines="1"\nls\n```\n',
        "```{ .bash .annotate }\nls\n```\n",
        "``` bash\nls\n```\n",
        "Use ```a``` here.\n\n```b``` there.\n",
        "<!--\n```bash\n-->\n",
    ],
)
def test_fences_as_they_should_be_are_not_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == []


@pytest.mark.parametrize("language", ["", "bash", "text", "js", "toml", "Console"])
def test_a_program_under_another_language_is_refused(sandbox: Sandbox, language: str) -> None:
    text = SHOWN.replace("python", language, 1)
    assert found(sandbox, text) == ["1 fence-language"]
    assert found(sandbox, f"```{language}\nimport os\nprint(os.sep)\n```\n") == ["1 fence-language"]


@pytest.mark.parametrize(
    "text",
    [
        SHOWN,
        SHOWN.replace("python", "py", 1),
        '```python title="x.py"\n--8<-- "code/page/x.py"\n```\n',
        "```bash\nls -l\npython --version\n```\n",
        "```bash\nKLUSTER_API_KEY=INSERT_API_KEY\n```\n",
        "```text\nHello!\n```\n",
        "```text\nprinted(1)\n```\n",
        '```json\n{"a": [1, 2]}\n```\n',
        "```toml\na = 1\n```\n",
        "```swift\nimport Foundation\n```\n",
        '```js\nconsole.log("x")\n```\n',
        "```starlark\ndef f():\n    return 1\n```\n",
        "```console\n$ pip install litellm\nCollecting litellm\n```\n",
        "```text\n\\d = '\\d'\n```\n",
    ],
)
def test_blocks_of_the_right_language_are_not_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == []


@pytest.mark.parametrize("language", ["python", "py", "Python", "pycon"])
def test_python_typed_into_a_page_is_refused_at_its_line(sandbox: Sandbox, language: str) -> None:
    text = f'```{language}\n--8<-- "code/page/x.py"\n\nx = 1\ny = 2\n```\n'
    assert found(sandbox, text) == ["4 typed"]


def test_an_escaped_include_is_typed(sandbox: Sandbox) -> None:
    assert found(sandbox, SHOWN.replace("--8<--", ";--8<--")) == ["2 typed"]


def test_a_block_of_includes_is_not_typed(sandbox: Sandbox) -> None:
    text = "```python\n--8<--\ncode/page/x.py\n--8<--\n\n--8<-- 'code/page/x.py:1:2'\n```\n"
    assert found(sandbox, text) == []


@pytest.mark.parametrize("language", ["text", "console", "", "bash", "none"])
@pytest.mark.parametrize("command", ["python x.py", "KEY=a python3 x.py", "uv run python x.py"])
def test_output_typed_into_a_page_is_refused(sandbox: Sandbox, language: str, command: str) -> None:
    assert found(sandbox, f"```{language}\n$ {command}\nHello!\n```\n") == ["2 typed"]


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ python x.py\n```\n",
        "```console\n$ pip install litellm\n$ python x.py\n```\n",
        "```console\n$ pip install litellm\nCollecting litellm\n```\n",
        "```text\n$ pythonic\nyes\n```\n",
        '--8<-- "code/page/terminal/x.md"\n',
    ],
)
def test_a_command_without_its_output_is_not_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == []


def test_without_settings_code_and_output_may_be_typed(sandbox: Sandbox) -> None:
    (sandbox.root / "pyproject.toml").unlink()
    text = "```python\nx = 1\n```\n\n```text\n$ python x.py\nHello!\n```\n"
    assert found(sandbox, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Use `List&lt;int&gt;`.\n",
        "Use `a&nbsp;b`.\n",
        "Use `don&#39;t`.\n",
        "```bash\na &lt; b\n```\n",
        "```text\na &amp;lt; b\n```\n",
        "A &amp;lt; B\n",
        "A &amp;amp; B\n",
    ],
)
def test_an_entity_that_is_shown_as_it_is_typed_is_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == [f"{2 if text.startswith('`' * 3) else 1} entity-stray"]


@pytest.mark.parametrize(
    "text",
    [
        "A &lt; B &amp; C&nbsp;D\n",
        "Write `&lt;` for a <, or `&amp;lt;` to show that.\n",
        "```html\na &lt; b\n```\n",
        "```bash\na && b; c &\n```\n",
        "`a && b`, `?a=1&lt=2`\n",
    ],
)
def test_entities_where_they_belong_are_not_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, text) == []


@pytest.mark.parametrize("first", ["## A\n\n# B\n", "A\n-\n\n# B\n", "<h2>A</h2>\n\n# B\n"])
def test_a_page_whose_first_heading_is_not_the_first_level_is_refused(
    sandbox: Sandbox, first: str
) -> None:
    assert whole(sandbox, first) == ["1 heading-missing"]


@pytest.mark.parametrize("second", ["# B", "B\n=", "<h1>B</h1>", "#3096 is an issue."])
def test_a_second_heading_of_the_first_level_is_refused(sandbox: Sandbox, second: str) -> None:
    assert found(sandbox, f"A\n\n{second}\n") == ["3 heading-missing"]


@pytest.mark.parametrize(
    "text",
    [
        "No heading.\n",
        "# A\n\n## B\n\n### C\n\n## D\n",
        "A\n===\n\nB\n---\n",
        "# A\n\n```bash\n# a comment\n```\n\n    # code\n",
        "# A\n\n<!--\n# B\n-->\n",
        "# A\n\n\\#1 and text #2\n",
        "---\ntemplate: home.html\n---\n\n## A\n",
        "# A\n\n| A |\n| --- |\n| = |\n",
    ],
)
def test_headings_as_they_should_be_are_not_refused(sandbox: Sandbox, text: str) -> None:
    assert whole(sandbox, text) == []


@pytest.mark.parametrize("key", ["title", "description"])
def test_two_pages_with_one_title_or_description_are_refused(sandbox: Sandbox, key: str) -> None:
    other = PAGE.replace("title: ", "title: Not ").replace("description: ", "description: Not ")
    line = next(line for line in PAGE.splitlines() if line.startswith(key))
    sandbox.write("docs/z.md", f"---\n{line}\n{other[4:].replace(f'{key}:', 'x:')}")
    read = [read_page(sandbox.project, path) for path in sandbox.project.pages()]
    (problem,) = site.shared_titles(sandbox.project, read)
    assert str(problem).startswith(f"docs/z.md:2: front-matter: docs/page.md has the same {key}")


def test_two_pages_without_titles_have_no_title_in_common(sandbox: Sandbox) -> None:
    for name in ("y", "z"):
        sandbox.write(f"docs/{name}.md", "No title.\n")
    read = [read_page(sandbox.project, path) for path in sandbox.project.pages()]
    assert list(site.shared_titles(sandbox.project, read)) == []


@pytest.mark.parametrize(
    "text",
    [
        "[A](/nowhere/)",
        "[A](/nowhere.md#x)",
        "![A](/images/none.png)",
        '[A](</nowhere> "A")',
        "[A]: /nowhere",
        '<a href="/nowhere/">A</a>',
        "[A](/../mkdocs.yml)",
    ],
)
def test_an_absolute_link_that_leads_nowhere_is_refused(sandbox: Sandbox, text: str) -> None:
    assert found(sandbox, f"{text}\n") == ["1 link"]


@pytest.mark.parametrize(
    "text",
    [
        "[A](/)",
        "[A](/page.md#x)",
        "[A](/page/)",
        "[A](/page)",
        "[A](/page.html)",
        "[A](/deep/)",
        "[A](/deep/index.md)",
        "![A](/images/a%20b.png?x#only-light)",
        "[A]: /deep/other/ 'A'",
        '<a href="/page/">A</a>',
        "[A](//example.test/nowhere)",
        "[A](https://example.test/nowhere)",
        "[A](nowhere.md)",
        "`[A](/nowhere/)`",
        "`GET /models` and /nowhere/",
        "[A](/sitemap.xml)",
    ],
)
def test_links_that_lead_somewhere_or_elsewhere_are_not_refused(
    sandbox: Sandbox, text: str
) -> None:
    for path in ("index.md", "deep/index.md", "deep/other.md", "images/a b.png"):
        sandbox.write(f"docs/{path}", "A\n")
    assert found(sandbox, f"{text}\n") == []


def test_this_project_is_laid_out_well() -> None:
    here = load_project(ROOT)
    read = [read_page(here, path) for path in here.pages()]
    assert [str(problem) for problem in site.shared_titles(here, read)] == []
    for page in read:
        assert [str(problem) for problem in looked_at(here, page)] == []


def test_windows_line_ends_change_nothing(sandbox: Sandbox) -> None:
    text = (HEAD + f"1. One\n\n{SHOWN}\n2. Two\n").replace("\n", "\r\n")
    path: Path = sandbox.root / "docs/page.md"
    path.write_bytes(text.encode())
    page = read_page(sandbox.project, path)
    assert len(list(looked_at(sandbox.project, page))) == 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_refuses_its_own_example(sandbox: Sandbox, rule: Rule) -> None:
    page = whole if rule.name == "heading-missing" else found
    assert any(line.endswith(f" {rule.name}") for line in page(sandbox, rule.example + "\n"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('??? note "Title"\n\nThe body.\n', "structure"),
        ("!!! note\n\n```bash\nls\n```\n", "structure"),
    ],
)
def test_a_box_without_a_body_is_refused(sandbox: Sandbox, text: str, rule: str) -> None:
    sandbox.write("docs/page.md", PAGE + "\n" + text)
    read = read_page(sandbox.project, sandbox.root / "docs/page.md")
    assert [problem.rule for problem in looked_at(sandbox.project, read)] == [rule]


def test_a_link_by_reference_needs_its_definition(sandbox: Sandbox) -> None:
    assert found(sandbox, "See [the guide][guide].\n") == ["1 link"]
    assert found(sandbox, "See [the guide][].\n") == ["1 link"]
    assert found(sandbox, "See [the guide][guide].\n\n[guide]: page.md\n") == []


@pytest.mark.parametrize(
    "text",
    [
        '??? note "Title"\n\n    The body.\n',
        "!!! note\n    The body.\n",
        '1. Step\n\n    --8<-- "code/page/terminal/x.md"\n',
        "See [the guide][guide].\n\n[guide]: page.md\n",
        "See `chunks[0][1]` and the list \\[a][b].\n",
        "[one](page.md)[two](page.md)\n",
    ],
)
def test_boxes_with_bodies_and_defined_references_are_good(sandbox: Sandbox, text: str) -> None:
    sandbox.write("docs/page.md", PAGE + "\n" + text)
    read = read_page(sandbox.project, sandbox.root / "docs/page.md")
    assert list(looked_at(sandbox.project, read)) == []
