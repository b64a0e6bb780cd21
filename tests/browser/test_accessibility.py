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


# What depends on colours alone is looked at once more in the dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
DARK = "document.body.dataset.mdColorScheme = 'slate'"


@pytest.fixture(params=[360, 1280])
def tab(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Tab]:
    """A tab of some width, whose reader wants no motion."""
    page = browser.new_page(
        base_url=site_url, viewport={"width": request.param, "height": 900}, reduced_motion="reduce"
    )
    yield page
    page.close()


def findings(tab: Tab) -> list[str]:
    """What axe finds in light and dark colours, each with the first element that it is about."""
    found = Axe().run(tab, options=OPTIONS).response["violations"]
    tab.evaluate(DARK)
    found += Axe().run(tab, options=COLOURS).response["violations"]
    return [
        f"{one['id']}: {len(one['nodes'])}, as {one['nodes'][0]['html'][:120]}" for one in found
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


@pytest.mark.parametrize(
    ("fault", "rule"),
    [("<img src=x>", "image-alt"), ("<p><font color=#444>Grey on black", "color-contrast")],
)
def test_a_fault_is_found(tab: Tab, fault: str, rule: str) -> None:
    opened(tab, "")
    tab.evaluate(
        "html => document.querySelector('article').insertAdjacentHTML('beforeend', html)", fault
    )
    assert [one.split(":")[0] for one in findings(tab)] != []
    assert all(one.startswith(rule) for one in findings(tab))
