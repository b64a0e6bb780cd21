"""A block of code shows its file's name and the file's own line numbers."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest
from bs4 import BeautifulSoup

LINES = [f"line_{number}" for number in range(1, 31)]


@pytest.fixture
def html(tmp_path: Path) -> object:
    """Builds Markdown in a folder with a program of thirty lines, and an output."""
    (tmp_path / "p.py").write_text("\n".join(LINES) + "\n", "utf-8")
    (tmp_path / "out.md").write_text("```text\n$ python p.py\nHello\n```\n", "utf-8")

    def build(text: str) -> BeautifulSoup:
        md = markdown.Markdown(
            extensions=[
                *("docproof.markdown.blocks", "pymdownx.highlight", "pymdownx.superfences"),
                "pymdownx.snippets",
            ],
            extension_configs={
                "pymdownx.highlight": {"linenums_style": "pymdownx-inline"},
                "pymdownx.snippets": {"base_path": [str(tmp_path)]},
            },
        )
        return BeautifulSoup(md.convert(text), "html.parser")

    return build


def numbers(soup: BeautifulSoup) -> list[str]:
    return [str(one["data-linenos"]).strip() for one in soup.select(".linenos")]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [(":6:8", ["6", "7", "8"]), (":06:08", ["6", "7", "8"]), ("::2", ["1", "2"])],
)
@pytest.mark.parametrize("indent", ["", "    "])
def test_a_range_has_its_file_s_numbers_and_name(
    html: object, spec: str, wanted: list[str], indent: str
) -> None:
    assert callable(html)
    text = f'```python\n--8<-- "p.py{spec}"\n```\n'
    text = "".join(f"{indent}{line}\n" for line in text.splitlines())
    soup = html(f"1. Do:\n\n{text}" if indent else text)
    assert numbers(soup) == wanted
    assert soup.select_one(".filename").get_text() == "p.py"
    assert soup.select_one("pre").get_text().split() == [f"line_{number}" for number in wanted]


def test_a_whole_program_counts_from_1_and_keeps_what_its_block_says(html: object) -> None:
    assert callable(html)
    soup = html('```python title="mine.py" hl_lines="2"\n--8<-- "p.py"\n```\n')
    assert numbers(soup)[:2] == ["1", "2"]
    assert soup.select_one(".filename").get_text() == "mine.py"
    assert soup.select_one(".hll").get_text().strip() == "line_2"


def test_a_block_that_is_shown_with_its_fences_is_shown_as_it_is_typed(html: object) -> None:
    assert callable(html)
    text = '````text\n```python\n--8<-- "p.py:1:2"\n```\n````\n'
    assert html(text).select_one("code").get_text() == "```python\nline_1\nline_2\n```\n"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_page_with_other_line_ends_has_the_same_blocks(html: object, end: str) -> None:
    assert callable(html)
    text = '1. Do:\n\n    ```python\n    --8<-- "p.py:6:8"\n    ```\n\n--8<-- "out.md"\n'
    assert html(text.replace("\n", end)) == html(text)


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint()\n```\n",
        '```bash\n# a\n--8<-- "p.py"\n```\n',
        '```\n--8<-- "p.py"\n```\n',
        '````text\n```python\n--8<-- "p.py"\n```\n````\n',
    ],
)
def test_other_blocks_are_left_as_they_are(html: object, text: str) -> None:
    assert callable(html)
    soup = html(text)
    assert numbers(soup) == []
    assert soup.select_one(".filename") is None


def test_an_output_with_columns_is_marked_as_such(html: object, tmp_path: Path) -> None:
    assert callable(html)
    table = "name   requests\ndefault       3\nother         1\n"
    (tmp_path / "out.md").write_text(f"```text\n$ python p.py\n{table}```\n", "utf-8")
    soup = html('1. See:\n\n    --8<-- "out.md"\n\nText.\n')
    assert {"output", "columns", "no-copy"} <= set(soup.select_one(".highlight")["class"])
    assert soup.select_one("code").get_text() == f"$ python p.py\n{table}"
    (tmp_path / "out.md").write_text("```text\n$ python p.py\nOne.  Two.\nMore.\n```\n", "utf-8")
    assert "columns" not in html('--8<-- "out.md"\n').select_one(".highlight")["class"]


def test_an_output_is_marked_and_has_no_copy_button(html: object) -> None:
    assert callable(html)
    soup = html('--8<-- "out.md"\n')
    assert {"output", "no-copy"} <= set(soup.select_one(".highlight")["class"])
    assert soup.select_one("code").get_text() == "$ python p.py\nHello\n"


def test_an_output_says_which_program_printed_it_and_marks_the_command(html: object) -> None:
    assert callable(html)
    block = html('--8<-- "out.md"\n').select_one(".output")
    assert block.select_one(".filename").get_text() == "Output of p.py"
    assert block.select_one(".command").get_text() == "$ python p.py"
    assert block.select_one(".command .prompt").get_text() == "$ "


def test_what_looks_like_a_command_in_an_output_is_left_alone(html: object, tmp_path: Path) -> None:
    assert callable(html)
    printed = "$ python p.py\n$ python q.py <b>\n"
    (tmp_path / "out.md").write_text(f"```text\n{printed}```\n", "utf-8")
    block = html('--8<-- "out.md"\n').select_one(".output")
    assert [one.get_text() for one in block.select(".command")] == ["$ python p.py"]
    assert block.select_one("code").get_text() == printed


FIRST = "first-block"
COPIED = "```bash\nls\n```\n"
OUTPUT = '--8<-- "out.md"\n'
CLOSED = '<details><summary>S</summary>\n<div class="highlight"><pre><span></span><code>a'
CLOSED += "</code></pre></div></details>\n\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{COPIED}\n```bash\npwd\n```\n", "ls"),
        (f"{OUTPUT}\n{COPIED}", "ls"),
        ('```python\n--8<-- "p.py:1:1"\n```\n', "line_1"),
        (CLOSED + COPIED, "ls"),
        (CLOSED, "a"),
        (OUTPUT, None),
    ],
)
def test_the_first_block_that_is_copied_has_an_address(
    html: object, text: str, code: str | None
) -> None:
    assert callable(html)
    found = html(text).select(f"#{FIRST}")
    assert [place.parent.get_text().strip() for place in found] == ([code] if code else [])
