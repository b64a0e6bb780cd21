"""The theme's script comes at the reader's first move, and nothing is lost until it is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Request, Route, expect

from tests.helpers.browser import NARROW, NewTab, copied, until, used

SCRIPT = "**/bundle.*.js"
# Tables that scroll, tables that are cards, a walkthrough, a menu that is longer than the screen.
PAGE = "get-started/integrations/litellm/errors-and-retries/"
LOOKED_AT = (
    "",
    PAGE,
    "get-started/integrations/litellm/",
    "get-started/integrations/litellm/compatibility/",
    "404.html",
)
PLACES = """
() => [...document.querySelectorAll(
    "h1, h2, h3, footer, table, details, pre, .md-header *, .md-nav__link, .md-sidebar *")]
  .filter(one => one.checkVisibility() && one.offsetHeight !== 0)
  .map(one => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [one.textContent.slice(0, 40), ...[x, y, width, height].map(Math.round)].join(" ");
  })
"""


def test_a_page_that_is_only_read_never_asks_for_it(new_tab: NewTab) -> None:
    tab = new_tab()
    asked: list[Request] = []
    tab.on("request", lambda one: asked.append(one))
    tab.goto(PAGE, wait_until="networkidle")
    assert [one.url for one in asked if one.resource_type == "script"] != []
    assert [one.url for one in asked if "bundle" in one.url] == []


@pytest.mark.parametrize(
    "move",
    [
        lambda tab: tab.mouse.move(500, 500),
        lambda tab: tab.mouse.wheel(0, 500),
        lambda tab: tab.keyboard.press("Tab"),
        lambda tab: tab.locator("h1").tap(),
        lambda tab: tab.evaluate("document.querySelector('article').click()"),
    ],
    ids=["point", "scroll", "key", "touch", "press without a pointer"],
)
def test_each_first_move_starts_it(new_tab: NewTab, move: Callable[[Tab], None]) -> None:
    tab = new_tab(has_touch=True)
    tab.goto(PAGE)
    move(tab)
    until(tab, "window.component$ !== undefined")


@pytest.fixture
def held(new_tab: NewTab) -> tuple[Tab, list[Route]]:
    """A page whose theme's script is on its way until its route goes on."""
    tab = new_tab(fresh=True, clipboard=True)
    routes: list[Route] = []
    tab.route(SCRIPT, lambda route: routes.append(route))
    tab.goto(PAGE)
    return tab, routes


def test_a_press_copies_at_once_and_is_told_of_later(held: tuple[Tab, list[Route]]) -> None:
    tab, routes = held
    block = tab.locator(".highlight:has(.md-code__button)").first
    said = copied(tab, block.locator(".md-code__button").click)
    assert said == block.locator("code").inner_text().rstrip()
    until(tab, lambda: routes)
    routes[0].continue_()
    expect(tab.locator(".md-dialog")).to_contain_text("Copied to clipboard")
    assert tab.evaluate("navigator.clipboard.readText()") == said


def test_the_colours_change_at_once_and_for_good(held: tuple[Tab, list[Route]]) -> None:
    tab, routes = held
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    tab.get_by_title("Switch to dark mode").click()
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    tab.get_by_title("Switch to light mode").click()
    tab.get_by_title("Switch to dark mode").click()
    until(tab, lambda: routes)
    routes[0].continue_()
    until(tab, "window.component$ !== undefined")
    tab.get_by_title("Switch to light mode").click()
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    tab.get_by_title("Switch to dark mode").click()
    tab.goto("")
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_on_a_phone_the_search_can_be_typed_at_once(held: tuple[Tab, list[Route]]) -> None:
    tab, routes = held
    tab.set_viewport_size(NARROW)
    tab.locator("label[for=__search].md-header__button").click()
    tab.keyboard.type("frequency")
    until(tab, lambda: routes)
    routes[0].continue_()
    expect(tab.locator(".md-search-result__item").first).to_contain_text("frequency")
    assert tab.locator("[data-md-component=search-query]").input_value() == "frequency"


@pytest.mark.parametrize(
    ("liked", "scheme", "offer"),
    [("light", "default", "Switch to dark mode"), ("dark", "slate", "Switch to light mode")],
)
def test_the_reader_s_colours_are_there_without_it(
    new_tab: NewTab, liked: str, scheme: str, offer: str
) -> None:
    tab = new_tab(color_scheme=liked)
    tab.goto(PAGE)
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
    expect(tab.locator("[data-md-component=palette] label:visible")).to_have_attribute(
        "title", offer
    )


def test_what_was_kept_of_an_older_site_does_not_stop_it(new_tab: NewTab) -> None:
    tab = new_tab(fresh=True)
    tab.goto(PAGE)
    tab.evaluate("__md_set('__palette', { index: 7, color: {} })")
    tab.goto(PAGE)
    expect(tab.locator("[data-md-component=palette] label:visible")).to_have_count(1)
    used(tab)


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_a_search_can_be_typed_at_once(held: tuple[Tab, list[Route]], key: str) -> None:
    tab, routes = held
    tab.keyboard.press(key)
    tab.keyboard.type("frequency")
    until(tab, lambda: routes)
    routes[0].continue_()
    expect(tab.locator(".md-search-result__item").first).to_contain_text("frequency")
    assert tab.locator("[data-md-component=search-query]").input_value() == "frequency"


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "narrow"])
def test_the_page_stays_as_it_is(new_tab: NewTab, wide: bool) -> None:
    """What a reader looks at does not move when the script comes; that takes two seconds."""
    tab = new_tab(viewport={"width": 1440, "height": 900} if wide else NARROW)
    for address in LOOKED_AT:
        tab.goto(address, wait_until="networkidle")
        tab.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
        before = tab.evaluate(PLACES)
        used(tab)
        tab.wait_for_timeout(100)
        assert tab.evaluate(PLACES) == before, address
