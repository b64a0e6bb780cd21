"""A table on a page is its data file, whatever the data are."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import markdown
import pytest
from bs4 import BeautifulSoup

from docproof.pages.tables import TableError

DATA = """\
plain:
- {name: "a_b*c*<i>|&`d`", all: [1.0, 2.0 to 3.0]}
- {name: e}
programs:
  code/page/x_y.py: {'1.0': same, '1.10': fails}
  code/other/z.py: {'1.0': fails, '1.10': same}
"""


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder is that of a project, as it is in a build."""
    (tmp_path / "mkdocs.yml").write_text("site_name: S\n", "utf-8")
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)


def table(folder: Path, block: str) -> list[list[str]]:
    """The cells of the table that a block is built to, its head first."""
    (folder / "docs/data.yml").write_text(DATA, "utf-8")
    page = f"```table\nfile: data.yml\n{block}\n```\n"
    html = markdown.markdown(page, extensions=["tables", "docproof.markdown.tables"])
    rows = BeautifulSoup(html, "html.parser").find_all("tr")
    return [[cell.decode_contents() for cell in row.find_all(["th", "td"])] for row in rows]


def test_a_value_is_shown_as_it_stands_and_a_list_with_commas(tmp_path: Path) -> None:
    block = 'rows: plain\ncolumns: {Name: "{name}", Releases: "{all}"}'
    assert table(tmp_path, block) == [
        ["Name", "Releases"],
        ["a_b*c*&lt;i&gt;|&amp;`d`", "1.0, 2.0 to 3.0"],
        ["e", "\N{EN DASH}"],
    ]


def test_a_table_may_stand_in_a_box(tmp_path: Path) -> None:
    (tmp_path / "docs/data.yml").write_text(DATA, "utf-8")
    block = 'file: data.yml\nrows: plain\ncolumns: {Name: "{name}", All: "{all}"}'
    page = indent(f"```table\n{block}\n```", "    ")
    extensions = ["tables", "admonition", "docproof.markdown.tables"]
    html = markdown.markdown(f'!!! note "Box"\n\n{page}\n', extensions=extensions)
    assert len(BeautifulSoup(html, "html.parser").select("div.admonition tr")) == 3


MARKED = """\
rows: programs
columns:
  Program: "[`{key.name}`]({key.page})"
  "*": {same: "=", fails: "✗"}
"""


def test_each_value_of_a_list_in_code_is_code_of_its_own(tmp_path: Path) -> None:
    block = 'rows: plain\ncolumns: {Name: "{name}", Releases: "`{all}`"}'
    assert table(tmp_path, block)[1][1] == "<code>1.0</code>, <code>2.0 to 3.0</code>"


def test_the_name_of_a_row_is_a_path_and_the_rest_are_marks(tmp_path: Path) -> None:
    assert table(tmp_path, MARKED) == [
        ["Program", "1.0", "1.10"],
        ['<a href="/page.md"><code>x_y.py</code></a>', "=", "✗"],
        ['<a href="/other.md"><code>z.py</code></a>', "✗", "="],
    ]


def test_a_value_without_a_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="does not say what is shown for 'fails'"):
        table(tmp_path, MARKED.replace(', fails: "✗"', ""))
