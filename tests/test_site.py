"""The built site shows what the pages promise, with either engine."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from docproof.core.project import load_project
from docproof.pages import ranges
from docproof.pages.page import read_page
from tests.helpers.builds import MOVED, build, copy_of_the_site, page_of
from tests.helpers.guide import PAGES, READ, ROOT, shown
from tests.helpers.shared import Once

PROGRAM = ROOT / "code/get-started/integrations/litellm/litellm_features.py"


def code(element: Tag) -> str:
    found = element.select_one("pre > code")
    assert found is not None
    return found.get_text()


@pytest.mark.parametrize(("address", "title"), PAGES.items())
def test_each_page_is_at_its_address(site: Path, address: str, title: str) -> None:
    soup = page_of(site, address)
    heading = soup.find("h1")
    assert heading is not None
    assert soup.title is not None
    assert soup.title.get_text().startswith(title)
    description = soup.find("meta", attrs={"name": "description"})
    assert description is not None
    assert len(str(description["content"])) > 50


def test_no_page_is_built_that_has_no_source(site: Path) -> None:
    built = {path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")}
    moved = {address.strip("/") for address in MOVED}
    assert built - moved == {address.strip("/") or "." for address in PAGES}


def steps() -> dict[str, list[tuple[int, int]]]:
    """The walkthrough as the page is written: by section, the lines that each step shows."""
    here = load_project(ROOT)
    written = read_page(here, ROOT / "docs/get-started/integrations/litellm.md")
    found: dict[str, list[tuple[int, int]]] = {}
    for one in ranges.ranges(written):
        heading = next(
            line for line in reversed(written.lines[: one.include.line]) if line.startswith("#")
        )
        section = heading.strip("# ").lower().replace(" ", "-")
        found.setdefault(section, []).append((one.start, one.end))
    return found


@pytest.mark.parametrize("section", steps())
def test_each_step_shows_its_lines_inside_a_numbered_step(site: Path, section: str) -> None:
    lines = PROGRAM.read_text("utf-8").splitlines()
    heading = page_of(site, "get-started/integrations/litellm/").find(id=section)
    assert isinstance(heading, Tag)
    numbered = heading.find_next("ol")
    assert isinstance(numbered, Tag)
    assert not numbered.has_attr("start")
    items = numbered.find_all("li", recursive=False)
    assert len(items) == len(steps()[section])
    for item, (first, last) in zip(items, steps()[section], strict=True):
        assert code(item).splitlines() == lines[first - 1 : last]
    following = numbered.find_next_sibling()
    assert following is None or following.name.startswith("h")


def test_the_walkthrough_has_its_sections() -> None:
    assert {section: len(shown) for section, shown in steps().items()} == {
        "exploring-litellm-features": 4,
        "streaming-responses": 2,
        "multi-turn-conversation-handling": 5,
    }


def test_the_whole_program_is_collapsed_and_its_output_follows(site: Path) -> None:
    heading = page_of(site, "get-started/integrations/litellm/").find(id="putting-it-all-together")
    assert isinstance(heading, Tag)
    block = heading.find_next("details")
    assert isinstance(block, Tag)
    assert not block.has_attr("open")
    summary = block.find("summary")
    assert summary is not None
    assert summary.get_text() == "litellm_features.py"
    assert code(block) == PROGRAM.read_text("utf-8")
    output = block.find_next("div", class_="language-text")
    assert isinstance(output, Tag)
    lines = code(output).splitlines()
    assert lines[0] == "$ python litellm_features.py"
    assert "First answer, streamed:" in lines
    assert "Second answer, in one piece:" in lines


def test_the_page_for_what_is_not_there_names_every_page(site: Path) -> None:
    soup = BeautifulSoup((site / "404.html").read_text("utf-8"), "html.parser")
    links = {str(a["href"]).removesuffix("."): a.get_text() for a in soup.select("article li a")}
    assert set(links) == {f"/{address}" for address in PAGES}
    assert all(links.values())


def test_whoever_goes_from_page_to_next_page_sees_all_of_them_and_can_go_back(site: Path) -> None:
    address, seen = "", [""]
    while following := page_of(site, address).select_one("a.md-footer__link--next"):
        here = address
        address = urljoin(f"/{here}", str(following["href"])).removeprefix("/")
        seen.append(address)
        back = page_of(site, address).select_one("a.md-footer__link--prev")
        assert back is not None
        assert urljoin(f"/{address}", str(back["href"])) == f"/{here}"
    assert sorted(seen) == sorted(PAGES)


def test_a_walkthrough_offers_its_program_below_the_box_that_shows_it(site: Path) -> None:
    address = "get-started/integrations/litellm/"
    (link,) = page_of(site, address).select("details.program + p > a[download]")
    program = site / address / str(link["href"])
    assert program.read_text("utf-8") == PROGRAM.read_text("utf-8")


@pytest.mark.parametrize("address", PAGES)
def test_every_block_of_python_is_cut_from_a_program(site: Path, address: str) -> None:
    written = READ[address]
    cut = [shown(written, block) for block in written.blocks if block.language == "python"]
    typed = [line for b in written.blocks if b.language == "python" for line in b.body]
    assert all("--8<--" in line for line in typed if line.strip())
    built = [
        code(block).strip("\n") for block in page_of(site, address).select("div.language-python")
    ]
    assert built == [text.strip("\n") for text in cut]


@pytest.mark.parametrize("address", PAGES)
def test_links_that_leave_the_site_open_a_new_tab_and_no_others_do(
    site: Path, address: str
) -> None:
    article = page_of(site, address).find("article")
    assert isinstance(article, Tag)
    for link in article.find_all("a", href=True):
        leaves = str(link["href"]).startswith("http")
        assert (link.get("target") == "_blank") == leaves, link


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_a_link_that_a_browser_would_follow_ahead_of_its_reader(
    site: Path, address: str
) -> None:
    """Firefox fetches what a page calls the next one, and the policy would block that."""
    kinds = {" ".join(link["rel"]) for link in page_of(site, address).select("link[rel]")}
    assert {"stylesheet", "icon"} <= kinds <= {"stylesheet", "icon", "alternate markdown"}


@pytest.mark.parametrize("address", PAGES)
def test_no_page_asks_a_third_party_for_anything(site: Path, address: str) -> None:
    soup = page_of(site, address)
    sources = [e.get("src") for e in soup.select("script[src], img[src], iframe[src]")]
    sources += [e.get("href") for e in soup.select("link[href]:not([rel=canonical])")]
    assert [s for s in sources if str(s).startswith(("http:", "https:", "//"))] == []


def test_the_models_table_is_the_data_file(site: Path) -> None:
    data = yaml.safe_load((ROOT / "docs/api-reference/models.yml").read_text("utf-8"))
    heading = page_of(site, "api-reference/reference/").find(id="list-supported-models")
    assert isinstance(heading, Tag)
    table = heading.find_next("table")
    assert isinstance(table, Tag)
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in table.select("tbody tr")]
    assert [row[0] for row in rows] == [model["id"] for model in data["models"]]
    assert rows[5][1:] == ["131k", "131k", "tools, fine-tuning", "0.70 / 0.70"]
    sources = table.find_next("table")
    assert isinstance(sources, Tag)
    for source in data["sources"].values():
        assert source["where"] in sources.get_text()
    assert (site / "api-reference/models.yml").is_file()


def test_the_collapsed_block_has_an_icon_of_its_own(site: Path) -> None:
    style = (site / "stylesheets/guide.css").read_text("utf-8")
    assert '--md-admonition-icon--program: url("data:image/svg+xml' in style
    assert page_of(site, "get-started/integrations/litellm/").select_one("details.program")


# What a link leads to in vain, as it is written, and the warning's words.
WARNINGS = {
    "gone.md": "target 'get-started/integrations/gone.md' is not found",
    "#gone": "there is no such anchor on this page",
    "../get-api-key.md#gone": "the doc 'get-started/get-api-key.md' does not contain an anchor",
    "/get-started/gone.md": "the target is not found",
    "/get-started/get-api-key.md#lost": "the doc 'get-started/get-api-key.md' does not contain",
    "/get-started/get-api-key/": "the target 'get-started/get-api-key' is not found",
    "../get-api-key/": "an unrecognized relative link",
}
GOOD = "/get-started/get-api-key.md#create-the-key"


@pytest.fixture(scope="module")
def warnings(once: Once) -> list[str]:
    """What a strict build says of all the links that lead nowhere, and of a page in no menu."""

    def warnings(folder: Path) -> list[str]:
        copy_of_the_site(folder)
        with (folder / "docs/get-started/integrations/litellm.md").open("a") as file:
            file.write("".join(f"\n[link]({target})\n" for target in [*WARNINGS, GOOD]))
        (folder / "docs/lost.md").write_text("# Lost\n")
        done = build(folder, "mkdocs", "build", "--strict")
        assert done.returncode != 0
        said = re.split(r"^(?=[A-Z]+ +- )", done.stderr, flags=re.MULTILINE)
        return [one for one in said if one.startswith("WARNING")]

    return once("site-of-bad-links", warnings)


@pytest.mark.parametrize("target", WARNINGS)
def test_a_link_that_leads_nowhere_fails_the_build(warnings: list[str], target: str) -> None:
    (said,) = (line for line in warnings if f"link '{target}'" in line)
    assert WARNINGS[target] in said


def test_a_page_that_is_not_in_the_menu_fails_the_build(warnings: list[str]) -> None:
    assert sum("lost.md" in line for line in warnings) == 1


def test_an_absolute_link_to_a_page_is_good(warnings: list[str]) -> None:
    assert not any(GOOD in line for line in warnings)
    assert len(warnings) == len(WARNINGS) + 1


def test_an_include_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    folder = copy_of_the_site(tmp_path)
    with (folder / "docs/index.md").open("a") as file:
        file.write('\n--8<-- "code/gone.py"\n')
    done = build(folder, "mkdocs", "build", "--strict")
    assert done.returncode != 0
    assert "code/gone.py" in done.stdout + done.stderr
