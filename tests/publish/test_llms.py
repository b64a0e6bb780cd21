"""A language model finds all pages, from a list and in one text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docproof.pages.page import read_page
from tests.helpers.builds import URL
from tests.helpers.guide import GUIDE, SOURCES

SOURCE_PATHS = {path.relative_to(GUIDE.docs).as_posix() for path in SOURCES.values()}
_ITEM = re.compile(r"^- \[([^\]]+)\]\(([^)]+)\): (.+)$", re.MULTILINE)


@pytest.mark.parametrize(("name", "base"), [("site", URL), ("bare", "")])
def test_llms_txt_lists_every_page_once_where_it_is(
    request: pytest.FixtureRequest, name: str, base: str
) -> None:
    site: Path = request.getfixturevalue(name)
    text = (site / "llms.txt").read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert all(link.startswith(base) for link in links)
    assert all((site / link.removeprefix(base)).is_file() for link in links)
    listed = [link.removeprefix(base) for link in links]
    assert sorted(listed) == sorted([*SOURCE_PATHS, "llms-full.txt"])


def test_llms_txt_has_the_form_of_its_proposal(bare: Path) -> None:
    text = (bare / "llms.txt").read_text("utf-8")
    title, summary, *sections = re.split(r"\n(?=> |## )", text)
    assert re.fullmatch(r"# .+\n", title)
    assert summary.startswith("> ")
    headings = [section.split("\n")[0] for section in sections]
    assert headings == [
        "## Pages", "## Start", "## Everyday", "## When it must not fail", "## Cost and scale",
        "## Reference", "## Contribute",
    ]  # fmt: skip
    for section in sections:
        assert all(_ITEM.fullmatch(line) for line in section.strip().split("\n")[2:])
    meta = read_page(GUIDE, GUIDE.docs / "contribute/rules.md").meta
    assert _ITEM.findall(sections[-1])[-1:] == [
        (meta["title"], "contribute/rules.md", meta["description"])
    ]


@pytest.mark.parametrize(("name", "base"), [("site", URL), ("bare", "")])
def test_llms_full_txt_has_each_page_with_its_address(
    request: pytest.FixtureRequest, name: str, base: str
) -> None:
    site: Path = request.getfixturevalue(name)
    text = (site / "llms-full.txt").read_text("utf-8")
    for address, path in SOURCES.items():
        uri = path.relative_to(GUIDE.docs).as_posix()
        page = f"Page: {base}{address or ('' if base else './')}\nMarkdown: {base}{uri}\n\n"
        assert page + (site / uri).read_text("utf-8") in text
