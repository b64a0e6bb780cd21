"""A reader opens what was sent and received below an output, and watches a stream arrive."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.helpers.axe import findings
from tests.helpers.browser import NewTab, copied, opened, until

PAGE = "get-started/integrations/litellm/reasoning/"
WALK = "get-started/integrations/litellm/"
OWN = f"{PAGE}streamed.html"
LINE = ".play + .output + .origin"  # below the one output of the page that was streamed
NAME = "What was sent and received"
# How much of the output cannot be seen: nothing, or all behind so many characters.
UNSEEN = """[...CSS.highlights.get("yet-to-come")].map(range => range.toString().length)"""
# Over how many rows the text of each of some elements goes.
ROWS = """all => all.map(one => {
    const text = new Range();
    text.selectNodeContents(one);
    return text.getClientRects().length;
})"""


@pytest.fixture
def reader(new_tab: NewTab) -> Tab:
    """A tab that may use the clipboard."""
    tab = new_tab(clipboard=True)
    opened(tab, PAGE)
    return tab


def test_it_opens_from_the_keyboard_and_closes_again(new_tab: NewTab) -> None:
    reader = new_tab(clipboard=True, reduced_motion="reduce")  # or colours change slowly
    opened(reader, PAGE)
    button = reader.locator(f"{LINE} .exchanges")
    expect(button).to_have_accessible_name(NAME)
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    reader.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    opened_list = reader.locator(f"{LINE} + .exchanges-list")
    expect(opened_list).to_contain_text("How many corners has a cube?")
    expect(opened_list.locator("li")).to_have_count(12)
    assert set(opened_list.locator("li > span").evaluate_all(ROWS)) == {1}
    assert findings(reader, set()) == []
    command = opened_list.get_by_role("button", name="Copy as curl").first
    text = copied(reader, command.click)
    assert text == opened_list.locator("details code").first.text_content()
    opened_list.get_by_role("button", name="Close").click()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(reader.locator(".exchanges-list")).to_have_count(0)
    reader.keyboard.press("Space")
    expect(opened_list).to_be_visible()
    reader.keyboard.press("Space")
    expect(reader.locator(".exchanges-list")).to_have_count(0)


def test_nothing_of_it_is_fetched_before_it_is_asked_for(new_tab: NewTab) -> None:
    tab = new_tab()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    opened(tab, PAGE)
    assert not [url for url in asked if url.endswith(".html")]
    tab.locator(f"{LINE} .exchanges").click()
    expect(tab.locator(".exchanges-list")).to_be_visible()
    assert [url.rpartition("/")[2] for url in asked if url.endswith(".html")] == ["streamed.html"]


def test_what_cannot_be_fetched_is_gone_to(reader: Tab) -> None:
    reader.route("**/streamed.html", lambda route: route.fulfill(status=500), times=1)
    reader.locator(f"{LINE} .exchanges").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "What streamed.py sent and received"
    )


def test_whoever_presses_twice_has_it_open_and_closed(new_tab: NewTab) -> None:
    tab = new_tab()
    tab.goto(PAGE)
    opener = tab.get_by_role("button", name=NAME).first
    opener.evaluate("one => { one.click(); one.click(); }")
    tab.wait_for_load_state("networkidle")
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(tab.locator(".exchanges-list")).to_have_count(0)


def test_it_is_a_page_of_its_own_without_scripts(new_tab: NewTab) -> None:
    tab = new_tab(java_script_enabled=False)
    tab.goto(PAGE)
    tab.get_by_role("link", name=NAME).nth(1).click()
    expect(tab).to_have_title("What streamed.py sent and received")
    expect(tab.get_by_role("button")).to_have_count(0)
    tab.get_by_text("The same with curl").first.click()
    expect(tab.locator("details code").first).to_contain_text("$KLUSTER_API_KEY")
    tab.get_by_role("link", name="Reasoning models").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Reasoning models")


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_that_page(new_tab: NewTab, width: int) -> None:
    tab = new_tab(reduced_motion="reduce")
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(OWN)
    assert findings(tab, set()) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_stream_is_played_at_its_pace_and_is_all_there_for_a_screen_reader(
    new_tab: NewTab,
) -> None:
    tab = new_tab(fresh=True)  # the clock is of all tabs of a reader
    tab.clock.install(time=0)
    tab.goto(PAGE)
    until(tab, "document.querySelector('.play')")
    tab.clock.pause_at(3_600_000)  # from here on, it goes only as far as it is told
    output = tab.locator(".play + .output code")
    whole = str(output.text_content())
    places = str(tab.locator(".play").get_attribute("data-play")).split()
    assert places[0].endswith(":0.00")
    assert tab.evaluate(UNSEEN) == [], "it never begins by itself"
    tab.locator(".play").click()
    expect(tab.locator(".play")).to_have_text("Stop")
    passed = 0
    for step in places:
        place, at = step.split(":")
        moment = round(1000 * float(at))
        tab.clock.run_for(moment - passed + 1)
        passed = moment + 1
        if step != places[-1]:
            assert tab.evaluate(UNSEEN) == [len(whole) - int(place)], step
            assert output.text_content() == whole
    tab.clock.run_for(10)
    assert tab.evaluate(UNSEEN) == []
    expect(tab.locator(".play")).to_have_text("Watch it arrive, at the stand-in's pace")


def test_it_stops_when_it_is_told_to(reader: Tab) -> None:
    player = reader.locator(".play")
    player.click()
    assert len(reader.evaluate(UNSEEN)) == 1
    player.click()
    expect(player).to_have_text("Watch it arrive, at the stand-in's pace")
    assert reader.evaluate(UNSEEN) == []


def test_nothing_plays_for_who_wants_less_motion(new_tab: NewTab) -> None:
    tab = new_tab(reduced_motion="reduce")
    opened(tab, PAGE)
    expect(tab.get_by_role("button", name=NAME)).to_have_count(4)
    expect(tab.locator(".play")).to_be_hidden()


def test_its_beginning_is_seen_by_who_presses_the_button_and_nothing_moves(
    new_tab: NewTab,
) -> None:
    """The output is higher than the screen of a phone."""
    where = "document.querySelector('.play').getBoundingClientRect().top + scrollY"
    size = {"width": 390, "height": 844}
    unscripted, tab = new_tab(viewport=size), new_tab(viewport=size)
    unscripted.route("**/site.*.js", lambda route: route.abort())
    unscripted.goto(WALK)
    before = unscripted.evaluate(where)
    opened(tab, WALK)
    player = tab.locator(".play").first
    assert abs(tab.evaluate(where) - before) <= 1
    player.scroll_into_view_if_needed()
    player.click()
    top = tab.locator(".play + .output code").first.evaluate("e => e.getBoundingClientRect().top")
    assert 0 < top < 844


def test_what_is_said_of_a_copied_block_takes_no_tap(reader: Tab) -> None:
    reader.locator(".md-code__button").first.click()
    said = reader.locator(".md-dialog--active")
    expect(said).to_be_visible()
    assert said.evaluate("e => getComputedStyle(e).pointerEvents") == "none"
