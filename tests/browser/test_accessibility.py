"""Nobody is kept out: axe finds nothing on any page, in either scheme, wide or narrow."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import Page as Tab

from tests.helpers.axe import ALL, COLOURS, SCHEME, WIDTH, findings, found
from tests.helpers.browser import NARROW, WIDE, NewTab, Visit, opened, until

OPEN = "document.querySelectorAll('details').forEach(box => box.open = true)"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
REACHED = """[...document.querySelectorAll('pre > code')]
    .every(code => code.scrollWidth <= code.clientWidth || code.tabIndex >= 0)"""
FIGURES = """[...document.querySelectorAll('figure > svg')]
    .map(figure => figure.getBoundingClientRect().width)"""


@pytest.fixture
def tab(new_tab: NewTab) -> Tab:
    """A tab whose reader wants no motion."""
    return new_tab(reduced_motion="reduce")


def open_boxes(tab: Tab) -> None:
    """Open all boxes, and let the theme's script see which code has to be scrolled now."""
    tab.evaluate(OPEN)
    with contextlib.suppress(AssertionError):  # axe says it better
        until(tab, REACHED)


def narrow(tab: Tab) -> None:
    """Make the screen narrow, with all boxes open."""
    tab.set_viewport_size(NARROW)
    open_boxes(tab)


def look(tab: Tab, known: set[str]) -> list[str]:
    """What axe finds on a page with all its boxes open, wide by all rules and then narrow."""
    open_boxes(tab)
    said = findings(tab, known)
    assert tab.evaluate(FITS)
    narrow(tab)
    assert tab.evaluate(FITS)
    assert all(width > 200 for width in tab.evaluate(FIGURES))
    return said + [f"narrow, {one}" for one in found(tab, WIDTH)]


@pytest.fixture(scope="session")
def known() -> set[str]:
    """The looks of what axe found good on any page."""
    return set()


def test_axe_finds_nothing_on_a_page_with_all_its_boxes_open(visit: Visit, known: set[str]) -> None:
    assert look(visit.tab, known) == []


def test_axe_finds_nothing_on_the_page_for_what_is_not_there(tab: Tab, known: set[str]) -> None:
    opened(tab, "404.html")
    assert look(tab, known) == []


@pytest.mark.parametrize("is_narrow", [True, False], ids=["narrow", "wide"])
def test_axe_finds_nothing_in_the_open_search_and_around_it(tab: Tab, is_narrow: bool) -> None:
    """What is around a page is the same on all of them, and another on a narrow screen."""
    opened(tab, "")
    if is_narrow:
        narrow(tab)
        assert findings(tab, set()) == []
    tab.keyboard.press("/")
    tab.keyboard.type("litellm")
    tab.locator(".md-search-result__link").first.wait_for()
    assert findings(tab, set()) == []


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize("is_narrow", [True, False], ids=["narrow", "wide"])
def test_axe_finds_nothing_by_any_rule_in_any_setting(
    visit: Visit, is_narrow: bool, scheme: str
) -> None:
    """On a commit, most settings of a page are looked at by the rules that depend on them."""
    if is_narrow:
        narrow(visit.tab)
    open_boxes(visit.tab)
    visit.tab.evaluate(SCHEME, scheme)
    assert visit.tab.evaluate(FITS)
    assert found(visit.tab, ALL) == []


FAULTS = """
<img src=x>
<p><font color=#444>Grey on black</font></p>
<p><font color=#ccc>Grey on white</font></p>
<pre><code><span class=n style='color: #ccc'>faint</span></code></pre>
<style>@media (width < 500px) { .flat { height: 9px !important } }</style>
<style>.flat { height: 30px; display: block; overflow: hidden }</style>
<a class=flat href=#>one</a><a class=flat href=#>two</a>
<p style='white-space: nowrap; overflow-x: auto'>NARROW</p>
""".replace("NARROW", "Where it is narrow, this takes a mouse to scroll it to its end.")
FOUND = [
    "color-contrast: 2",
    "image-alt: 1",
    "in the dark, color-contrast: 1",
    "narrow, scrollable-region-focusable: 1",
    "narrow, target-size: 2",
]


@pytest.fixture
def lawless(new_tab: NewTab) -> Tab:
    """A tab whose pages may have styles of any origin."""
    tab = new_tab(bypass_csp=True, reduced_motion="reduce")
    opened(tab, "")
    return tab


def put_in(tab: Tab, html: str) -> None:
    add = "html => document.querySelector('article').insertAdjacentHTML('beforeend', html)"
    tab.evaluate(add, html)


def test_each_fault_is_found_where_it_is(lawless: Tab) -> None:
    put_in(lawless, FAULTS)
    assert sorted(one.rpartition(", as ")[0] for one in look(lawless, set())) == FOUND


def test_a_page_that_is_too_wide_for_its_screen_is_found(lawless: Tab) -> None:
    for wide in ("400px", "1300px"):
        put_in(lawless, f"<div style='width: {wide}'>Wide.</div>")
        lawless.set_viewport_size(WIDE)
        assert lawless.evaluate(FITS) == (wide == "400px")
        narrow(lawless)
        assert not lawless.evaluate(FITS)


def test_what_looks_like_nothing_else_is_looked_at(lawless: Tab) -> None:
    style = "<style>.n { color: #ddd } .n + .n { color: #dedede } .m { color: #767676 }</style>"
    code = "<pre><code><span class=n>one</span><span class=n>two</span></code></pre>"
    known: set[str] = set()
    put_in(lawless, f"{style}<p class=m>Good.</p>")
    assert found(lawless, COLOURS, known) == []
    assert found(lawless, COLOURS, known) == []
    put_in(lawless, f"<p class=m>Good.</p>{code * 2}")
    assert found(lawless, COLOURS, known)[0].startswith("color-contrast: 2,")
    assert found(lawless, COLOURS, known)[0].startswith("color-contrast: 2,")  # nothing is forgiven
    assert found(lawless, COLOURS)[0].startswith("color-contrast: 4,")
