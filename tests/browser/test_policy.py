"""No page runs, loads or keeps anything but its own."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page as Tab

from tests.helpers.browser import BLOCKED, NewTab, Visit, opened, until
from tests.helpers.guide import PAGES


@pytest.fixture
def tab(new_tab: NewTab) -> Tab:
    """A tab that remembers what its policy blocked."""
    page = new_tab()
    page.add_init_script(BLOCKED)
    return page


def use(tab: Tab, address: str) -> None:
    """Open a page, and do on it what a reader can do."""
    opened(tab, address)
    tab.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
    buttons = tab.locator(".md-content button[data-md-type=copy]")
    if buttons.count():
        buttons.first.click()
    tab.keyboard.press("/")
    tab.keyboard.insert_text("litellm")
    tab.keyboard.press("End")  # the search looks when a key is let go
    tab.locator(".md-search-result__link").first.wait_for()
    tab.keyboard.press("Escape")


def test_the_policy_blocks_nothing_that_a_page_needs_and_nothing_is_kept(
    new_tab: NewTab,
) -> None:
    tab = new_tab(fresh=True)
    tab.add_init_script(BLOCKED)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for address in ["", *list(PAGES)[1::5]]:
        use(tab, address)
        assert tab.evaluate("blocked") == []
    home = urlsplit(tab.url).netloc
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {home}
    tab.get_by_title("Switch to dark mode").click()
    until(tab, "Object.keys(localStorage).length > 0")
    assert tab.evaluate("Object.keys(localStorage)") == ["/.__palette"]  # the colour scheme
    assert tab.evaluate("Object.keys(sessionStorage)") == []
    assert tab.context.cookies() == []


def test_the_policy_of_each_page_allows_what_is_on_it(visit: Visit) -> None:
    assert visit.tab.evaluate("blocked") == []


@pytest.mark.parametrize(
    ("fault", "directive"),
    [
        ("const s = document.createElement('script'); s.text = 'window.ran = 1';"
         "document.body.append(s)", "script-src-elem"),
        ("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=ran=1>')",
         "script-src-attr"),
        ("document.body.insertAdjacentHTML('beforeend', '<p style=color:red>x</p>')",
         "style-src-attr"),
        ("fetch('https://example.com/').catch(() => 0)", "connect-src"),
        ("new Image().src = 'https://example.com/x.png'", "img-src"),
    ],
)  # fmt: skip
def test_what_is_not_the_site_s_own_is_blocked(tab: Tab, fault: str, directive: str) -> None:
    opened(tab, "")
    tab.evaluate(f"() => {{ {fault} }}")
    until(tab, "blocked.length > 0")
    assert tab.evaluate("blocked")[0].startswith(directive)
    assert tab.evaluate("window.ran === undefined")
