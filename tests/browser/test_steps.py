"""A step and its lines in the whole program find each other, on any screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.helpers.axe import findings
from tests.helpers.browser import NewTab, copied, opened, until

WALK = "get-started/integrations/litellm/"
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 1280, "height": 900}
STEP = '.highlight[data-lines="34-42"]'
RUN = "#litellm_features-L34"
SEEN = 0.9  # how much of a run is in view if it is marked to the edges of its block


@pytest.fixture(params=[WIDE, NARROW], ids=["beside", "under"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return dict(request.param)


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def tab(request: pytest.FixtureRequest, new_tab: NewTab, size: dict[str, int]) -> Tab:
    """A tab on the walkthrough, of either size, with or without JavaScript."""
    page = new_tab(viewport=size, java_script_enabled=request.param)
    page.goto(WALK)
    return page


@pytest.fixture
def blank(new_tab: NewTab) -> Tab:
    """A new tab, wide enough for the program beside the steps, that may use the clipboard."""
    return new_tab(viewport=WIDE, clipboard=True)


@pytest.fixture
def reader(blank: Tab) -> Tab:
    """The same on the walkthrough."""
    opened(blank, WALK)
    return blank


def marked(tab: Tab) -> list[str]:
    """The parts of the program that are set apart by their colour."""
    script = """runs => runs.filter(
        run => getComputedStyle(run).backgroundColor !== 'rgba(0, 0, 0, 0)').map(run => run.id)"""
    return list(tab.locator(".lines").evaluate_all(script))


def shows_marked(tab: Tab, *runs: str) -> None:
    """Wait until these parts of the program are marked, and no others."""
    until(tab, lambda: marked(tab) == list(runs))


def follow(tab: Tab) -> None:
    tab.locator(f"{STEP} .filename a").click()


def test_the_link_of_a_step_shows_its_lines_and_marks_them(tab: Tab, size: dict[str, int]) -> None:
    follow(tab)
    expect(tab.locator(RUN)).to_be_in_viewport(ratio=SEEN)
    shows_marked(tab, RUN[1:])
    step = expect(tab.locator(f"{STEP} .filename"))
    if size == WIDE:  # the program moves, and the page does not
        step.to_be_in_viewport(ratio=1)
    else:
        step.not_to_be_in_viewport()


def test_the_whole_program_is_beside_the_steps_where_there_is_room(
    tab: Tab, size: dict[str, int]
) -> None:
    step, program = tab.locator(STEP), tab.locator(".walkthrough")
    if size == NARROW:
        expect(program).to_be_hidden()
        tab.locator("details.program > summary").click()
        expect(program).to_be_visible()
        return
    step.scroll_into_view_if_needed()
    expect(program).to_be_in_viewport(ratio=1)
    expect(program.locator(".filename")).to_have_text("litellm_features.py")
    expect(program.locator(".filename")).to_be_visible()
    left, right = step.bounding_box(), program.bounding_box()
    contents = tab.locator(".md-sidebar--secondary .md-sidebar__scrollwrap").bounding_box()
    last = tab.locator(".md-sidebar--secondary .md-nav__link").last.bounding_box()
    assert left
    assert right
    assert contents
    assert last
    assert left["x"] + left["width"] < right["x"]
    assert right["x"] + right["width"] <= size["width"]
    assert contents["y"] + contents["height"] <= right["y"]
    assert last["y"] + last["height"] <= contents["y"] + contents["height"], "its end is cut off"
    tab.locator(".md-footer").scroll_into_view_if_needed()
    tab.locator(".md-footer__link--next").click(trial=True)  # the program does not cover it


def test_a_step_that_is_pointed_at_or_has_the_focus_marks_its_lines(reader: Tab) -> None:
    assert marked(reader) == []
    reader.locator(f"li:has({STEP}) > p").hover()
    shows_marked(reader, RUN[1:])
    expect(reader.locator(RUN)).to_be_in_viewport(ratio=SEEN)
    reader.locator('.highlight[data-lines="13-16"] .filename a').focus()
    shows_marked(reader, "litellm_features-L13")
    expect(reader.locator("#litellm_features-L13")).to_be_in_viewport(ratio=SEEN)


def test_the_mark_of_a_link_gives_way_to_the_step_touched_next(reader: Tab) -> None:
    follow(reader)
    reader.locator('.highlight[data-lines="44-45"]').hover()
    shows_marked(reader, "litellm_features-L44")


@pytest.mark.parametrize(
    ("place", "lines"),
    [(RUN, "34-42"), ("#streaming-responses", "18-32"), ("#prerequisites", None)],
)
def test_whoever_comes_by_an_address_sees_the_step_that_it_names(
    blank: Tab, place: str, lines: str | None
) -> None:
    opened(blank, f"{WALK}{place}")
    shows_marked(blank, *([f"litellm_features-L{lines.split('-')[0]}"] if lines else []))
    steps = "steps => steps.map(step => step.dataset.lines)"
    assert blank.locator(".highlight[data-lines].marked:not(.lines)").evaluate_all(steps) == (
        [lines] if lines else []
    )


def test_no_line_is_cut_beside_the_steps(reader: Tab) -> None:
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
    blocks = reader.locator(".language-python > pre > code")
    assert blocks.count() == 13
    assert blocks.evaluate_all(cut) == []
    numbers = """code => [...code.querySelectorAll("[data-linenos]")].map(one => {
        const line = document.createRange();
        line.setStartAfter(one);
        line.setEnd(one.nextSibling, 1);
        return Math.round(line.getBoundingClientRect().left);
    })"""
    starts = reader.locator(".walkthrough code").evaluate(numbers)
    assert len(set(starts)) == 1, starts  # a number of one digit takes the room of two


@pytest.mark.parametrize("address", [f"{WALK}{RUN}", f"{WALK}#putting-it-all-together"])
def test_what_is_marked_is_copied_like_the_rest(blank: Tab, address: str) -> None:
    button = blank.locator(".walkthrough button")
    found = []
    for place in (WALK, address):
        opened(blank, place)
        blank.locator('.highlight[data-lines="44-45"]').hover()
        found.append(copied(blank, button.click))
    code = blank.locator(".walkthrough code").evaluate("code => code.textContent")
    assert found == [code.rstrip("\n")] * 2


@pytest.mark.parametrize("page", ["spend-tracking/", "many-calls-at-once/", "troubleshooting/", ""])
def test_the_lines_of_a_program_are_as_high_as_others(new_tab: NewTab, page: str) -> None:
    reader = new_tab()
    opened(reader, f"{WALK}{page}")
    reader.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
    lines = reader.locator(".highlight code:has(.lines)").first
    lines.scroll_into_view_if_needed()
    expect(lines).to_have_class("md-code__content")  # what the theme's script makes of it
    heights = """blocks => blocks.filter(block => block.querySelector('.lines')).map(block => {
        const style = getComputedStyle(block);
        const lines = block.clientHeight - parseFloat(style.paddingTop) * 2;
        return lines / parseFloat(style.lineHeight) / (block.textContent.split('\\n').length - 1);
    })"""
    found = reader.locator(".highlight code").evaluate_all(heights)
    assert found == [pytest.approx(1, abs=0.01)] * len(found)
    assert found


def test_axe_finds_nothing_beside_the_steps(new_tab: NewTab) -> None:
    tab = new_tab(viewport=WIDE, reduced_motion="reduce")
    opened(tab, f"{WALK}{RUN}")
    assert findings(tab, set()) == []


def test_the_prompt_of_an_output_is_not_selected_with_it(reader: Tab) -> None:
    block = reader.locator(".output").first
    block.locator("code").evaluate("code => getSelection().selectAllChildren(code)")
    assert reader.evaluate("getSelection().toString()").startswith("python hello_litellm.py\n")


def test_an_output_is_announced_with_its_program_and_moves_in_no_way(reader: Tab) -> None:
    block = reader.locator(".output").first
    assert "text: Output of hello_litellm.py" in block.aria_snapshot()
    moving = "blocks => blocks.filter(one => one.getAnimations({subtree: true}).length).length"
    assert reader.locator(".output").evaluate_all(moving) == 0
