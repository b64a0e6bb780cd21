"""Who has only a keyboard comes to the code soon, and sees where they are."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.browser.test_copy import expected
from tests.helpers.axe import SCHEME, findings
from tests.helpers.browser import NewTab, Visit, copied, opened, until
from tests.helpers.guide import READ

FALLBACKS = "get-started/integrations/litellm/fallbacks/"
CHEAT_SHEET = "get-started/integrations/litellm/cheat-sheet/"
TABS = 12
# This page begins with its list of messages; the skip link leaves it out.
LONGER = {"get-started/integrations/litellm/troubleshooting/": 30}


def styled(tab: Tab, style: str) -> None:
    """Add a style in the way that the policy of the pages leaves to a debugger."""
    tab.evaluate(
        "style => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style);"
        " document.adoptedStyleSheets.push(sheet); }",
        style,
    )


@pytest.fixture
def tab(new_tab: NewTab) -> Tab:
    """A tab that may use the clipboard, whose reader wants no motion."""
    return new_tab(clipboard=True, reduced_motion="reduce")


def clipboard(tab: Tab) -> str:
    """What the button that has the focus copies."""
    return copied(tab, lambda: tab.keyboard.press("Enter"))


def on_a_copy_button(tab: Tab) -> bool:
    return bool(tab.evaluate("document.activeElement.matches('.md-content pre button')"))


def test_a_block_is_copied_within_twelve_tabs_or_three_with_the_skip_link(visit: Visit) -> None:
    tab, texts = visit.tab, expected(READ[visit.address])
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    skip = tab.locator(":focus").inner_text() == "Skip to the first block of code"
    assert skip == bool(texts)
    if not skip:
        return
    tab.keyboard.press("Enter")
    until(tab, "location.hash !== ''")
    tab.keyboard.press("Tab")
    until(tab, lambda: on_a_copy_button(tab))
    expect(tab.locator("pre button:focus")).to_be_in_viewport()
    assert clipboard(tab) in texts

    visit.begin()
    tabs = 0
    while not on_a_copy_button(tab):
        tab.keyboard.press("Tab")
        tabs += 1
        assert tabs <= LONGER.get(visit.address, TABS)
    expect(tab.locator("pre button:focus")).to_be_in_viewport()
    assert clipboard(tab) in texts


# The ring of each thing that can have the focus, and its contrast to what is behind it.
RINGS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = color => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = color => {
    const [r, g, b] = rgba(color).slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const behind = element => {
    const inside = parseFloat(getComputedStyle(element).outlineOffset) < 0;
    for (let up = inside ? element : element.parentElement; up; up = up.parentElement) {
      const color = getComputedStyle(up).backgroundColor;
      if (rgba(color)[3] > 200) return color;
    }
    return "white";
  };
  const faults = [];
  for (const element of document.querySelectorAll("a[href], button, input, summary, [tabindex]")) {
    if (element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) continue;
    element.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement !== element) continue;
    const shown = element.matches(".md-option")
      ? document.querySelector(".md-option:focus-visible + label") : element;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(shown);
    const [a, b] = [light(outlineColor), light(behind(shown))].sort((one, other) => other - one);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2 || a / b < 3)
      faults.push(`${element.outerHTML.slice(0, 80)}: ${outlineStyle}, ${outlineColor}`);
  }
  return faults;
}"""
STILL = "* { transition: none !important }"  # what is measured is how it ends


def test_everything_that_can_have_the_focus_has_a_ring_then(visit: Visit) -> None:
    tab = visit.tab
    styled(tab, STILL)
    tab.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
    tab.keyboard.press("Tab")
    for scheme in ("default", "slate"):
        tab.evaluate(SCHEME, scheme)
        assert tab.evaluate(RINGS) == []


def test_a_ring_that_is_missing_or_too_faint_is_found(tab: Tab) -> None:
    opened(tab, "")
    styled(tab, STILL)
    tab.keyboard.press("Tab")
    for style in ("outline: none", "outline-color: #eee", "outline-width: 1px"):
        content = f"article a:focus-visible {{ {style} !important }}"
        styled(tab, content)
        assert tab.evaluate(RINGS) != []
        tab.evaluate("document.adoptedStyleSheets.pop()")
    assert tab.evaluate(RINGS) == []


# How many pixels of the second picture have a contrast of 3 or more to those of the first.
CHANGED = """async pictures => {
  const read = async picture => {
    const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height).data;
  };
  const [before, after] = await Promise.all(pictures.map(read));
  const curve = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const part = value => curve(value / 255);
  const light = (data, at) =>
    0.2126 * part(data[at]) + 0.7152 * part(data[at + 1]) + 0.0722 * part(data[at + 2]) + 0.05;
  let count = 0;
  for (let at = 0; at < before.length; at += 4) {
    const [a, b] = [light(before, at), light(after, at)];
    if (Math.max(a, b) / Math.min(a, b) >= 3) count += 1;
  }
  return count;
}"""

KINDS = {
    "": {
        "the link that skips": ".md-skip",
        "the logo": ".md-header .md-logo",
        "the switch of colours": ".md-option",
        "a page in the menu": ".md-sidebar--primary a.md-nav__link",
        "the next page": ".md-footer__link--next",
    },
    FALLBACKS: {
        "a heading in the contents": ".md-sidebar--secondary a.md-nav__link",
        "a copy button": "article pre button",
    },
    "get-started/integrations/litellm/": {
        "the link of a step": ".filename a",
        "a collapsed block": "summary",
    },
    CHEAT_SHEET: {"a link in a text": "article p > a", "a tab": ".tabbed-set > input"},
    "api-reference/reference/": {"a table that scrolls": ".md-typeset__scrollwrap"},
}
# What has the ring instead of what has the focus and is not seen itself.
RINGED = {".md-option": ".md-option + label:visible", ".tabbed-set > input": ".tabbed-labels"}


def seen(tab: Tab, selector: str) -> float:
    """How many pixels change, for each one of its edge, when an element gets the focus."""
    element = tab.locator(selector).first
    element.wait_for(state="attached")
    shown = tab.locator(RINGED[selector]).first if selector in RINGED else element
    shown.evaluate("element => element.scrollIntoView({ block: 'center' })")
    box = shown.bounding_box()
    assert box
    clip = {
        "x": max(box["x"] - 8, 0), "y": max(box["y"] - 8, 0),
        "width": box["width"] + 16, "height": box["height"] + 16,
    }  # fmt: skip
    tab.evaluate("document.activeElement.blur()")
    before = tab.screenshot(clip=clip)
    element.evaluate("one => one.focus({ preventScroll: true, focusVisible: true })")
    after = tab.screenshot(clip=clip)
    pictures = [base64.b64encode(picture).decode() for picture in (before, after)]
    return float(tab.evaluate(CHANGED, pictures)) / (box["width"] + box["height"])


@pytest.mark.parametrize("address", KINDS)
def test_the_ring_can_be_seen_on_the_screen(tab: Tab, address: str) -> None:
    opened(tab, address)
    styled(tab, STILL)
    tab.keyboard.press("Tab")
    for scheme in ("default", "slate"):
        tab.evaluate(SCHEME, scheme)
        rings = {kind: seen(tab, selector) for kind, selector in KINDS[address].items()}
        assert {kind: ring for kind, ring in rings.items() if ring < 2} == {}


def test_tabs_are_changed_with_the_arrows_and_all_of_them_are_printed(tab: Tab) -> None:
    opened(tab, CHEAT_SHEET)
    sync, asynchronous = tab.locator(".tabbed-block").all()
    tab.get_by_label("Sync", exact=True).focus()
    expect(asynchronous).to_be_hidden()
    tab.keyboard.press("ArrowRight")
    expect(asynchronous).to_be_visible()
    expect(sync).to_be_hidden()
    tab.emulate_media(media="print")
    expect(sync).to_be_visible()
    expect(asynchronous).to_be_visible()


def test_the_menu_of_a_narrow_screen_opens_and_closes_from_the_keyboard(tab: Tab) -> None:
    opened(tab, FALLBACKS)
    button, menu = tab.get_by_role("button", name="Menu"), tab.locator(".md-sidebar--primary")
    tab.set_viewport_size({"width": 1280, "height": 800})
    expect(menu).to_be_visible()
    expect(button).to_be_hidden()
    tab.set_viewport_size({"width": 360, "height": 800})
    expect(menu).to_be_hidden()
    for _ in range(3):
        tab.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    tab.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(menu.locator(":focus")).to_have_text("When it must not fail")
    assert findings(tab, set()) == []
    tab.keyboard.press("Enter")  # back to the list of groups
    expect(menu.locator(":focus")).to_have_attribute("aria-label", "LiteLLM with kluster.ai")
    menu.locator("label:visible", has_text="Reference").focus()
    tab.keyboard.press("Enter")
    expect(menu.locator(":focus")).to_have_text("Reference")
    expect(menu.get_by_text("Troubleshooting")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("group", ["Start", "Everyday"])
def test_another_list_of_the_menu_is_in_sight(new_tab: NewTab, group: str) -> None:
    tab = new_tab(viewport={"width": 390, "height": 800}, has_touch=True)
    opened(tab, "get-started/integrations/litellm/errors-and-retries/")
    menu = tab.locator(".md-sidebar--primary")
    tab.get_by_role("button", name="Menu").tap()
    menu.locator("label:visible", has_text="When it must not fail").tap()
    menu.locator("label:visible", has_text=group).tap()
    link = menu.locator("a.md-nav__link:visible").first
    until(tab, lambda: 0 <= (link.bounding_box() or {"x": -1})["x"] < 100)
    tab.wait_for_timeout(400)  # it has slid in by then, and stays
    assert 0 <= (link.bounding_box() or {"x": -1})["x"] < 100
    assert menu.locator(".md-sidebar__scrollwrap").evaluate("box => box.scrollLeft") == 0


def test_nothing_has_the_focus_behind_the_open_menu(tab: Tab) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    opened(tab, FALLBACKS)
    button = tab.get_by_role("button", name="Menu")
    button.press("Enter")
    hit = """() => {
      const { x, y, width, height } = document.activeElement.getBoundingClientRect();
      const top = document.elementFromPoint(x + width / 2, y + height / 2);
      return document.activeElement.contains(top);
    }"""
    expect(tab.locator(".md-sidebar--primary :focus")).to_be_visible()
    entries = 0
    while tab.locator(".md-sidebar--primary :focus").count():
        until(tab, hit)
        tab.keyboard.press("Tab")
        entries += 1
    assert entries > 2
    expect(button).to_have_attribute("aria-expanded", "false")
