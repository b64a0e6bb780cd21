"""A printed page is the page: all of its code, nothing around it, in ink on white."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.helpers.browser import reading
from tests.helpers.guide import ROOT

WALK = "get-started/integrations/litellm/"
PROGRAM = ROOT / "code/get-started/integrations/litellm/litellm_features.py"
WIDTH = 672  # A4 without its margins, in pixels of 1/96 inch


@pytest.fixture(scope="module", params=["light", "dark"])
def paper(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Tab]:
    """The walkthrough as it goes to the printer, its collapsed block closed."""
    size = {"width": WIDTH, "height": 950}
    # The theme's script opens blocks for the printer; without it they have to be seen as well.
    options = {"color_scheme": request.param, "viewport": size, "java_script_enabled": False}
    with reading(browser, site_url, **options) as reader:
        page = reader.new_page()
        page.goto(WALK)
        page.emulate_media(media="print")
        yield page


def test_the_whole_program_is_printed(paper: Tab) -> None:
    assert paper.locator("details.program").evaluate("box => !box.open")
    printed = paper.locator("details.program code").inner_text()
    lines = [line.strip() for line in printed.split("\n") if line.strip()]
    program = PROGRAM.read_text("utf-8").split("\n")
    assert lines == [line.strip() for line in program if line.strip()]


def test_below_an_output_is_printed_where_it_comes_from(paper: Tab) -> None:
    lines = paper.locator(".output + .origin")
    seen = "all => all.filter(one => one.checkVisibility() && one.innerText).length"
    assert lines.evaluate_all(seen) == paper.locator(".output").count() > 1
    breaks = "all => [...new Set(all.map(one => getComputedStyle(one).breakBefore))]"
    assert lines.evaluate_all(breaks) == ["avoid"]


def test_a_heading_is_never_the_last_line_of_a_sheet(paper: Tab) -> None:
    """Chromium keeps it with what follows; Firefox keeps only a box whole, so the box is taller."""
    found = paper.locator("article :is(h2, h3)").evaluate_all(
        """all => all.map(one => {
          const { breakAfter, breakInside } = getComputedStyle(one);
          const below = parseFloat(getComputedStyle(one, "::after").height);
          const space = one.nextElementSibling.getBoundingClientRect().top
            - one.getBoundingClientRect().bottom;
          return [breakAfter, breakInside, below > 60, space < 40];
        })"""
    )
    assert len(found) > 5
    assert {tuple(one) for one in found} == {("avoid", "avoid", True, True)}


def test_nothing_is_printed_that_can_only_be_clicked(paper: Tab) -> None:
    chrome = "header, nav, footer, button, input, form, .md-sidebar, .md-skip, .headerlink"
    seen = "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 99))"
    assert paper.locator(chrome).count() > 10
    assert paper.locator(chrome).evaluate_all(seen) == []
    after = "links => links.map(link => getComputedStyle(link, '::after').content)"
    leaving = paper.locator("article a[target=_blank]").evaluate_all(after)
    assert set(leaving) == {"none"}


def test_no_line_is_cut_off_at_the_edge_of_the_paper(paper: Tab) -> None:
    wider = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert paper.locator("article, pre, pre > code").evaluate_all(wider) == 0
    assert paper.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_the_ink_is_dark_and_the_paper_white_in_both_schemes(paper: Tab) -> None:
    ground = "one => getComputedStyle(one).backgroundColor"
    assert {paper.locator(one).evaluate(ground) for one in ("html", "body")} == {
        "rgb(255, 255, 255)"
    }
    ink = "all => [...new Set(all.map(one => getComputedStyle(one).color))]"
    for colour in paper.locator("article :is(h1, h2, p, a, code, span)").evaluate_all(ink):
        red, green, blue = (float(part) for part in colour.split("(")[1].rstrip(")").split(",")[:3])
        assert 0.3 * red + 0.6 * green + 0.1 * blue < 120, colour
