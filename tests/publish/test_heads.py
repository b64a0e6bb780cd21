"""What machines are told of a page is true: its dates, its addresses, its source."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.helpers.builds import CHANGED_PAGES, EDIT, FIRST, SECOND, URL, build, built, page_of
from tests.helpers.guide import GUIDE, PAGES, READ, ROOT, SOURCES
from tests.helpers.sandbox import Sandbox


def meta(site: Path, address: str) -> dict[str, str]:
    """The values of a page's `meta` elements."""
    found = page_of(site, address).select("meta[property], meta[name]")
    return {str(one.get("property") or one["name"]): str(one["content"]) for one in found}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_when_what_it_shows_changed_last(site: Path, address: str) -> None:
    last = SECOND if address in CHANGED_PAGES else FIRST
    time = page_of(site, address).select_one(".page-facts time")
    assert time is not None
    assert time["datetime"] == last[:10]
    assert time.get_text() == f"{int(last[8:10])} November 2026"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_what_it_is_where_it_is_shared(site: Path, address: str) -> None:
    found = meta(site, address)
    written = READ[address].meta
    assert found["og:title"] == written["title"]
    assert found["og:description"] == written["description"]
    assert found["og:url"] == URL + address


@pytest.mark.parametrize("address", PAGES)
def test_without_history_and_address_a_page_claims_neither(bare: Path, address: str) -> None:
    read = page_of(bare, address)
    assert not read.select(".page-facts, time, link[rel=canonical]")
    assert "og:url" not in meta(bare, address)


def test_without_an_address_nothing_is_there_that_needs_one(bare: Path) -> None:
    for name in ("sitemap.xml", "sitemap.xml.gz", "robots.txt"):
        assert not (bare / name).exists(), name


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


def test_the_sitemap_lists_every_page_with_the_day_of_its_last_change(site: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    found = {url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod") for url in root}
    days = {True: SECOND[:10], False: FIRST[:10]}
    assert found == {URL + address: days[address in CHANGED_PAGES] for address in PAGES}
    assert f"Sitemap: {URL}sitemap.xml\n" in (site / "robots.txt").read_text("utf-8")


@pytest.fixture
def small(sandbox: Sandbox) -> Sandbox:
    """A small project that is published as the guide is, without a menu and a history."""
    settings = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")
    rest = settings[2][settings[2].index("\nmarkdown_extensions:") :]
    sandbox.write("mkdocs.yml", settings[0] + rest)
    for name in (
        "overrides",
        "tools/publish",
        "tools/live",
        *(f"docs/{n}" for n in ("stylesheets", "images")),
    ):
        shutil.copytree(ROOT / name, sandbox.root / name)
    shutil.copytree(ROOT / "docs/javascripts", sandbox.root / "docs/javascripts")
    sandbox.write(
        "docs/index.md", "---\ntitle: Home\ndescription: The first page.\n---\n\n# Home\n"
    )
    return sandbox


def test_a_file_of_the_author_s_own_is_kept(small: Sandbox) -> None:
    small.write("docs/robots.txt", "User-agent: *\nDisallow: /\n")
    url = "https://docs.example.org/"
    site = built(small.root, "mkdocs", "build", "--strict", SITE_URL=url)
    assert "Disallow: /" in (site / "robots.txt").read_text("utf-8")
    assert meta(site, "page/")["og:url"] == f"{url}page/"
    assert "<lastmod>" not in (site / "sitemap.xml").read_text("utf-8")


def test_what_cannot_be_finished_is_said_in_a_line(small: Sandbox) -> None:
    page = small.read("docs/page.md").replace("---\n", "---\nwalkthrough: [code/page/x.py]\n", 1)
    small.write("docs/page.md", page)
    done = build(small.root, "mkdocs", "build", "--strict")
    assert done.returncode == 1
    assert "page.md shows no whole x.py in a box, to offer it below" in done.stderr
    assert "Traceback" not in done.stderr
