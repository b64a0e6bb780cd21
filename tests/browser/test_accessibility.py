"""Nobody is kept out: axe finds nothing on any page, in either scheme, wide or narrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.browser.conftest import opened
from tests.test_site import PAGES

# WCAG 2.2 AA and what goes before it, and axe's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}}


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[360, 1280])
def tab(
    request: pytest.FixtureRequest, browser: Browser, site_url: str, scheme: str
) -> Iterator[Tab]:
    """A tab of some width, whose reader prefers one of the schemes, and no motion."""
    page = browser.new_page(
        base_url=site_url,
        viewport={"width": request.param, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    yield page
    page.close()


def findings(tab: Tab) -> list[str]:
    """What axe finds, each with the first element that it is about."""
    return [
        f"{one['id']}: {len(one['nodes'])}, as {one['nodes'][0]['html'][:120]}"
        for one in Axe().run(tab, options=OPTIONS).response["violations"]
    ]


@pytest.mark.parametrize("address", [*PAGES, "404.html"])
def test_axe_finds_nothing_on_a_page_with_all_its_boxes_open(tab: Tab, address: str) -> None:
    opened(tab, address)
    tab.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert findings(tab) == []
    widths = "figures => figures.map(figure => figure.getBoundingClientRect().width)"
    assert all(width > 200 for width in tab.locator("figure > svg").evaluate_all(widths))


def test_axe_finds_nothing_in_the_open_search(tab: Tab) -> None:
    opened(tab, "")
    tab.keyboard.press("/")
    tab.keyboard.type("litellm")
    tab.locator(".md-search-result__link").first.wait_for()
    assert findings(tab) == []


def test_axe_finds_nothing_in_the_open_menu(tab: Tab) -> None:
    opened(tab, "")
    button = tab.locator("label[for=__drawer]").first
    if button.is_visible():
        button.click()
        tab.wait_for_timeout(400)
    assert findings(tab) == []


def test_a_fault_is_found(tab: Tab) -> None:
    opened(tab, "")
    tab.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=x>')")
    assert [one.split(":")[0] for one in findings(tab)] == ["image-alt"]
