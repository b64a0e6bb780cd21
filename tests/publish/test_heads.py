"""What machines are told of a page is true: its dates, its addresses, its picture, its source."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from docproof.pages.page import read_page
from docproof.publish import cards, heads
from tests.helpers.builds import CHANGED_PAGES, EDIT, FIRST, SECOND, URL, built, page, page_of
from tests.helpers.guide import GUIDE, PAGES, ROOT, SOURCES
from tests.helpers.sandbox import Sandbox


def article(site: Path, address: str) -> dict[str, Any]:
    """The page as it describes itself to search engines."""
    element = page_of(site, address).select_one('script[type="application/ld+json"]')
    assert element is not None
    found: dict[str, Any] = json.loads(element.get_text())
    return found


def meta(site: Path, address: str) -> dict[str, str]:
    """The values of a page's `meta` elements."""
    found = page_of(site, address).select("meta[property], meta[name]")
    return {str(one.get("property") or one["name"]): str(one["content"]) for one in found}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_describes_itself_with_the_dates_of_its_commits(site: Path, address: str) -> None:
    found = article(site, address)
    written = read_page(GUIDE, SOURCES[address]).meta
    assert found["@type"] == "TechArticle"
    assert found["headline"] == written["title"]
    assert found["description"] == written["description"]
    assert found["url"] == URL + address
    assert found["datePublished"] == FIRST
    last = SECOND if address in CHANGED_PAGES else FIRST
    assert found["dateModified"] == last
    time = page_of(site, address).select_one(".page-facts time")
    assert time is not None
    assert time["datetime"] == last[:10]
    assert time.get_text() == f"{int(last[8:10])} November 2026"


@pytest.mark.parametrize("address", PAGES)
def test_without_history_and_address_a_page_claims_neither(bare: Path, address: str) -> None:
    found = article(bare, address)
    assert set(found) == {"@context", "@type", "headline", "description", "inLanguage", "isPartOf"}
    assert "url" not in found["isPartOf"]
    read = page_of(bare, address)
    assert not read.select(".page-facts, time, link[rel=canonical], link[type*=atom]")
    assert not {"og:image", "og:url", "twitter:card"} & set(meta(bare, address))


def test_without_an_address_nothing_is_there_that_needs_one(bare: Path) -> None:
    for name in ("sitemap.xml", "sitemap.xml.gz", "feed.xml", "robots.txt", "cards"):
        assert not (bare / name).exists(), name


def test_text_cannot_end_the_script_that_holds_it() -> None:
    config: Any = SimpleNamespace(site_name="<&>", site_url="", theme={}, site_description="")
    facts = heads.facts(page("a.md", "", title="</script>"), config, [], "")
    assert not set("<>&") & set(facts["json_ld"])
    assert json.loads(facts["json_ld"])["headline"] == "</script>"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_names_its_markdown_and_its_address(site: Path, address: str) -> None:
    read = page_of(site, address)
    link = read.select_one('link[type="text/markdown"]')
    canonical = read.select_one("link[rel=canonical]")
    assert link is not None
    assert canonical is not None
    assert (site / address / str(link["href"])).resolve().is_file()
    assert canonical["href"] == URL + address


@pytest.mark.parametrize("address", PAGES)
def test_a_page_s_edit_link_leads_to_its_own_file(site: Path, address: str) -> None:
    link = page_of(site, address).select_one("a[rel~=edit]")
    assert link is not None
    assert link["href"] == EDIT + SOURCES[address].relative_to(GUIDE.docs).as_posix()
    assert link["target"] == "_blank"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_a_picture_of_its_own_for_those_who_share_it(site: Path, address: str) -> None:
    found = meta(site, address)
    written = read_page(GUIDE, SOURCES[address]).meta
    assert found["og:title"] == written["title"]
    assert found["og:description"] == written["description"]
    assert written["title"] in found["og:image:alt"]
    assert found["og:url"] == URL + address
    assert found["twitter:card"] == "summary_large_image"
    file = site / found["og:image"].removeprefix(URL)
    size = (int(found["og:image:width"]), int(found["og:image:height"]))
    with Image.open(file) as picture:
        assert picture.size == size == (1200, 630)
    assert file.stat().st_size < 20_000


def test_each_page_has_another_picture(site: Path) -> None:
    files = list((site / "cards").rglob("*.png"))
    assert len({file.read_bytes() for file in files}) == len(files) == len(PAGES)


def test_a_title_in_letters_that_the_font_lacks_has_no_picture() -> None:
    made = [page(f"{title}.md", "", title=title) for title in ("Café \N{EN DASH} bar", "键")]
    assert set(cards.paths(made)) == {"Café \N{EN DASH} bar.md"}


def test_the_sitemap_lists_every_page_with_the_day_of_its_last_change(site: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    found = {url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod") for url in root}
    days = {True: SECOND[:10], False: FIRST[:10]}
    assert found == {URL + address: days[address in CHANGED_PAGES] for address in PAGES}
    assert f"Sitemap: {URL}sitemap.xml\n" in (site / "robots.txt").read_text("utf-8")


def test_a_file_of_the_author_s_own_is_kept(sandbox: Sandbox) -> None:
    """With an address and without a history."""
    settings = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")
    rest = settings[2][settings[2].index("\nmarkdown_extensions:") :]
    sandbox.write("mkdocs.yml", settings[0] + rest)
    shutil.copytree(ROOT / "overrides", sandbox.root / "overrides")
    for name in ("stylesheets", "javascripts", "images"):
        shutil.copytree(ROOT / "docs" / name, sandbox.root / "docs" / name)
    sandbox.write(
        "docs/index.md", "---\ntitle: Home\ndescription: The first page.\n---\n\n# Home\n"
    )
    sandbox.write("docs/robots.txt", "User-agent: *\nDisallow: /\n")
    url = "https://docs.example.org/"
    site = built(sandbox.root, "mkdocs", "build", "--strict", SITE_URL=url)
    assert "Disallow: /" in (site / "robots.txt").read_text("utf-8")
    assert article(site, "page/")["url"] == f"{url}page/"
    assert not (site / "feed.xml").exists()  # it would be empty: no history
    assert "<lastmod>" not in (site / "sitemap.xml").read_text("utf-8")
