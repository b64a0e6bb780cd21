"""A step says where its lines stand in the whole program, if the page shows that, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import markdown
import pytest
from bs4 import BeautifulSoup, Tag

Build = Callable[..., BeautifulSoup]


@pytest.fixture
def html(tmp_path: Path) -> Build:
    """Builds a page from includes of a program of ten lines, whose fourth is blank."""
    lines = ["" if number == 4 else f"line_{number}" for number in range(1, 11)]
    for name in ("p.py", "q.py", "other/p.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")

    def build(*includes: str, options: str = "") -> BeautifulSoup:
        text = "".join(f'```python{options}\n--8<-- "{one}"\n```\n\n' for one in includes)
        names = ("pymdownx.highlight", "pymdownx.superfences", "pymdownx.snippets", "attr_list")
        configs = {
            "pymdownx.highlight": {"linenums_style": "pymdownx-inline"},
            "pymdownx.snippets": {"base_path": [str(tmp_path)]},
        }
        made = markdown.markdown(text, extensions=["docproof.markdown.blocks", *names],
                                 extension_configs=configs)  # fmt: skip
        return BeautifulSoup(made, "html.parser")

    return build


def links(soup: BeautifulSoup) -> list[tuple[str, str]]:
    return [(a.get_text(), str(a["href"])) for a in soup.select(".filename a")]


def runs(soup: BeautifulSoup) -> dict[str, list[str]]:
    """The lines in each part of a whole program that has an address."""
    return {str(run["id"]): run.get_text().split() for run in soup.select(".lines")}


def test_a_step_leads_to_its_lines_in_the_whole_program(html: Build) -> None:
    soup = html("p.py:1:3", "p.py:5:5", "p.py:6:", "p.py")
    assert links(soup) == [
        ("lines 1 to 3 of 10", "#p-L1"),
        ("line 5 of 10", "#p-L5"),
        ("lines 6 to 10 of 10", "#p-L6"),
    ]
    assert runs(soup) == {
        "p-L1": ["line_1", "line_2", "line_3"],
        "p-L5": ["line_5"],
        "p-L6": [f"line_{number}" for number in range(6, 11)],
    }


def test_a_step_says_its_program_and_its_lines_to_scripts(html: Build) -> None:
    soup = html("p.py", "p.py::3")
    whole, step = soup.select(".highlight")
    assert (step["data-program"], step["data-lines"]) == ("p.py", "1-3")
    assert whole["data-program"] == "p.py"
    assert not whole.has_attr("data-lines")
    assert soup.select_one(".lines")["data-lines"] == "1-3"


@pytest.mark.parametrize("includes", [["p.py:1:3"], ["p.py"], ["p.py:1:3", "q.py"]])
def test_no_link_where_the_page_does_not_show_both(html: Build, includes: list[str]) -> None:
    soup = html(*includes)
    assert links(soup) == []
    assert runs(soup) == {}
    assert "data-program" not in str(soup)
    assert soup.select_one(".filename").get_text() == "p.py"


def test_steps_that_overlap_share_the_lines_that_both_show(html: Build) -> None:
    soup = html("p.py:1:3", "p.py:2:6", "p.py")
    assert [href for _, href in links(soup)] == ["#p-L1", "#p-L2"]
    assert [run["data-lines"] for run in soup.select(".lines")] == ["1-1", "2-3", "4-6"]


def test_each_address_is_on_a_page_once(html: Build) -> None:
    soup = html("p.py:1:3", "p.py", "p.py", "other/p.py:1:3", "other/p.py", "q.py:1:3", "q.py")
    assert [href for _, href in links(soup)] == ["#p-L1", "#q-L1"]
    assert list(runs(soup)) == ["p-L1", "q-L1"]


@pytest.mark.parametrize(
    ("includes", "all_shown"),
    [
        (["p.py:1:3", "p.py:5:10", "p.py"], True),  # line 4 is blank
        (["p.py:1:3", "p.py:6:10", "p.py"], False),
    ],
)
def test_steps_that_show_every_line_make_a_walkthrough(
    html: Build, includes: list[str], all_shown: bool
) -> None:
    assert bool(html(*includes).select_one(".walkthrough")) == all_shown


def test_the_code_is_what_it_was(html: Build) -> None:
    with_steps = html("p.py", "p.py:2:3", "p.py:5:7").select_one("pre")
    assert isinstance(with_steps, Tag)
    assert with_steps.get_text() == html("p.py").select_one("pre").get_text()


def test_a_highlighted_line_stays_inside_its_part(html: Build) -> None:
    soup = html("p.py:1:3", "p.py:5:10", "p.py", options=' hl_lines="3"')
    last = soup.select_one("#p-L1 .hll")
    assert last.get_text().strip() == "line_3"
    assert runs(soup)["p-L5"][0] == "line_5"
