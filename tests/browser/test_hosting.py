"""The built site works on any static server, at its root and in a folder of it."""

from __future__ import annotations

import contextlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.helpers import builds
from tests.helpers.browser import NewTab, opened
from tests.helpers.host import hosting
from tests.helpers.shared import Once

FOLDER = "/some-project/"
DEEP = "no/such/page/"


@dataclass
class Hosted:
    """A site on a server: the address of its home page, and the folder it was built into."""

    url: str
    built: Path

    def pages(self) -> list[str]:
        """The addresses of its pages."""
        files = sorted(self.built.rglob("index.html"))
        return [
            self.url + str(file.relative_to(self.built))[: -len("index.html")] for file in files
        ]

    def moved(self) -> set[str]:
        """The addresses of them that only lead to where a page is now."""
        return {self.url + old for old in builds.MOVED}


@contextlib.contextmanager
def hosted(built: Path, base: str) -> Iterator[Hosted]:
    """The site in the folder `built`, while it is served at `base`."""
    with hosting(built, base) as url:
        yield Hosted(url, built)


@pytest.fixture(scope="module")
def at_root(once: Once) -> Iterator[Hosted]:
    """The site at the root of a server, built without an address."""
    with hosted(once("site-mkdocs", builds.bare), "/") as site:
        yield site


@pytest.fixture(scope="module")
def anywhere(at_root: Hosted) -> Iterator[Hosted]:
    """The same files in a folder of a server."""
    with hosted(at_root.built, FOLDER) as site:
        yield site


@pytest.fixture(scope="module")
def in_folder(once: Once) -> Iterator[Hosted]:
    """The site in a folder of a server, built with its address."""
    with hosted(once("site-published", builds.published), FOLDER) as site:
        yield site


def fetched(url: str) -> tuple[int, str]:
    """The status and the text at an address, as if its server had the name it was built for."""
    try:
        with urllib.request.urlopen(url) as answer:
            status, text = answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode("utf-8", "replace")
    return status, text.replace(builds.URL, urljoin(url, FOLDER))


class _Names(HTMLParser):
    """Gathers what a page names, and the theme's settings, without making a tree of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.settings = ""
        self._is_in_settings = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "data-to")]
        self._is_in_settings = ("id", "__config") in attrs

    def handle_endtag(self, tag: str) -> None:
        self._is_in_settings = False

    def handle_data(self, data: str) -> None:
        self.settings += data * self._is_in_settings


def named(url: str, text: str) -> set[str]:
    """What a page or a style sheet names: links, pictures, scripts, what a script loads."""
    if url.endswith(".css"):
        return {urljoin(url, one) for one in re.findall(r"url\([\"']?(?!data:)([^)\"']+)", text)}
    page = _Names(text)
    found = page.found + [one.split("url=")[1] for one in re.findall(r"0; url=[^\"]+", text)]
    if page.settings:
        said = json.loads(page.settings)
        found += [said["search"], f"{said['base'].rstrip('/')}/search/search_index.json"]
    return {urldefrag(urljoin(url, one)).url for one in found}


def broken(site: Hosted, start: list[str]) -> dict[str, str]:
    """What does not answer of what the pages `start` name, with a page that names it."""
    origin = urljoin(site.url, "/")
    wrong, seen = {}, set(start)
    for page in start:
        for url in named(page, fetched(page)[1]) - seen:
            if not url.startswith(origin):
                continue
            seen.add(url)
            status, text = fetched(url)
            if status != 200 or not url.startswith(site.url):
                wrong[url] = page
            elif url.endswith(".css"):
                for one in named(url, text):
                    if fetched(one)[0] != 200:
                        wrong[one] = url
    return wrong


@pytest.mark.parametrize("kind", ["in_folder", "anywhere"])
def test_everything_that_a_page_names_is_there(kind: str, request: pytest.FixtureRequest) -> None:
    """What is there from any folder is there at the root of a server, too."""
    site: Hosted = request.getfixturevalue(kind)
    assert len(site.pages()) > 15
    assert broken(site, site.pages()) == {}


@pytest.mark.parametrize("kind", ["at_root", "in_folder"])
def test_the_page_for_what_is_not_there_leads_back_from_any_depth(
    kind: str, request: pytest.FixtureRequest
) -> None:
    site: Hosted = request.getfixturevalue(kind)
    status, text = fetched(site.url + DEEP)
    assert status == 404
    assert broken(site, [site.url + DEEP]) == {}
    links = {
        urljoin(site.url + DEEP, str(a["href"]))
        for a in BeautifulSoup(text, "html.parser").select("article a")
    }
    assert links == set(site.pages()) - site.moved()


def test_what_names_whole_addresses_names_those_of_the_site(in_folder: Hosted) -> None:
    sitemap = fetched(f"{in_folder.url}sitemap.xml")[1]
    listed = set(re.findall(r"<loc>(.*?)</loc>", sitemap))
    assert listed == set(in_folder.pages()) - in_folder.moved()
    for page in in_folder.pages():
        canonical = BeautifulSoup(fetched(page)[1], "html.parser").select_one("link[rel=canonical]")
        assert canonical is not None
        moved = f"{in_folder.url}{builds.MOVED_PAGE}/"
        assert canonical["href"] == (moved if page in in_folder.moved() else page)


def test_the_only_icon_of_a_page_is_the_site_s_own_and_small(at_root: Hosted) -> None:
    assert (at_root.built / "images/favicon.svg").stat().st_size < 500
    home = BeautifulSoup(fetched(at_root.url)[1], "html.parser")
    assert [str(icon["href"]) for icon in home.select("link[rel=icon]")] == ["images/favicon.svg"]


@pytest.mark.parametrize(
    ("kind", "start"), [("in_folder", DEEP), ("anywhere", "contribute/rules/")]
)
def test_the_search_works_in_a_folder_and_where_no_page_is(
    new_tab: NewTab, kind: str, start: str, request: pytest.FixtureRequest
) -> None:
    site: Hosted = request.getfixturevalue(kind)
    tab = new_tab()
    opened(tab, site.url + start)
    tab.keyboard.press("/")
    expect(tab.locator("[data-md-component=search-query]")).to_be_focused()
    tab.keyboard.insert_text("suppress_debug_info")
    tab.keyboard.press("End")  # the search looks when a key is let go
    expect(tab.locator(".md-search-result__meta")).to_contain_text("matching document")
    results = tab.locator(".md-search-result__link")
    results.first.wait_for()
    links = [str(link) for link in results.evaluate_all("links => links.map(link => link.href)")]
    assert [link for link in links if not link.startswith(site.url)] == []
    with tab.expect_navigation() as arrived:
        results.first.click()
    assert arrived.value.status == 200


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def reader(new_tab: NewTab, scripts: bool) -> Tab:
    return new_tab(java_script_enabled=scripts)


@pytest.mark.parametrize("kind", ["at_root", "in_folder", "anywhere"])
def test_an_old_address_leads_to_the_page_and_with_scripts_to_its_part(
    reader: Tab, scripts: bool, kind: str, request: pytest.FixtureRequest
) -> None:
    site: Hosted = request.getfixturevalue(kind)
    reader.goto(f"{site.url}{builds.MOVED[0]}#create-the-key")
    new = f"{site.url}{builds.MOVED_PAGE}/"
    reader.wait_for_url(f"{new}#create-the-key" if scripts else new)
