"""A page looks as it does with all of the theme's styles, and takes few and small files."""

from __future__ import annotations

import io
from pathlib import Path

import material
import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page as Tab

from tests.helpers.browser import NewTab, Visit, opened
from tests.helpers.guide import GUIDE

# The one style sheet of a page becomes those that it was made of, in their order.
WHOLE = """
async names => {
  const link = document.querySelector("link[rel=stylesheet]");
  for (const name of names) {
    const one = link.cloneNode();
    one.href = new URL("../../" + name, link.href);
    link.before(one);
    await new Promise(done => { one.onload = done; });
  }
  link.remove();
}
"""
OPEN = "document.querySelectorAll('details').forEach(box => box.open = true)"
LITELLM = "get-started/integrations/litellm/"
KILOBYTES, FILES = 38, 3  # of a page, before its reader does anything


def whole() -> list[str]:
    """The style sheets that the one of the site was made of: the theme's, and the guide's."""
    folder = Path(material.__file__).parent / "templates"
    theme = [next(folder.glob(f"assets/stylesheets/{one}.*.css")) for one in ("main", "palette")]
    return [*(path.relative_to(folder).as_posix() for path in theme), *GUIDE.mkdocs["extra_css"]]


def rest(tab: Tab) -> None:
    tab.evaluate(OPEN)
    tab.mouse.move(0, 0)


def search(tab: Tab) -> None:
    tab.keyboard.press("/")
    tab.keyboard.type("litellm")
    tab.locator(".md-search-result__link").first.wait_for()
    tab.locator(".md-search-result__more summary").first.click()


def menu(tab: Tab) -> None:
    button = tab.locator("label[for=__drawer]").first
    if button.is_visible():
        button.click()


def point(tab: Tab) -> None:
    tab.locator(".md-content .highlight").first.hover()
    # As the theme's script shows it, for two seconds, when a block is copied.
    tab.evaluate("""() => {
      const said = document.querySelector(".md-dialog");
      said.firstElementChild.textContent = "Copied to clipboard";
      said.classList.add("md-dialog--active");
    }""")


def focus(tab: Tab) -> None:
    for _ in range(3):
        tab.keyboard.press("Tab")


STATES = [("", rest), (LITELLM, rest), (f"{LITELLM}troubleshooting/", rest), ("", search)]
STATES += [("api-reference/reference/", rest), (LITELLM, menu), ("", point), ("", focus)]
SETTINGS = [(1280, "light"), (360, "light"), (1280, "dark"), (360, "dark")]


def looking(new_tab: NewTab, width: int, scheme: str) -> Tab:
    size = {"width": width, "height": 2000}
    return new_tab(viewport=size, color_scheme=scheme, reduced_motion="reduce")


@pytest.mark.parametrize("number", range(4))
def test_a_page_looks_as_with_all_styles(new_tab: NewTab, number: int) -> None:
    """Each state in one setting; its styles are exchanged while it is looked at."""
    tab = looking(new_tab, *SETTINGS[number])
    for address, act in STATES[number :: len(SETTINGS)]:
        opened(tab, address)
        act(tab)
        one = settled(tab)
        tab.evaluate(WHOLE, whole())
        assert different(one, settled(tab)) == 0, (address, act.__name__)


@pytest.mark.nightly
@pytest.mark.parametrize(("width", "scheme"), SETTINGS)
def test_a_page_looks_as_with_all_styles_in_any_setting(
    new_tab: NewTab, width: int, scheme: str
) -> None:
    """Each state in all settings, and opened anew for the other styles."""
    tab = looking(new_tab, width, scheme)
    for address, act in STATES:
        pictures = []
        for names in ([], whole()):
            opened(tab, address)
            if names:
                tab.evaluate(WHOLE, names)
            act(tab)
            pictures.append(settled(tab))
        assert different(*pictures) == 0, (address, act.__name__)


def settled(tab: Tab) -> bytes:
    """A picture of the page once two that follow each other are the same."""
    pictures = [b"", tab.screenshot(animations="disabled", caret="hide")]
    while pictures[-1] != pictures[-2]:
        assert len(pictures) < 40, "the page does not come to rest"
        tab.wait_for_timeout(50)
        pictures.append(tab.screenshot(animations="disabled", caret="hide"))
    return pictures[-1]


def different(one: bytes, other: bytes) -> int:
    """How many pixels of two pictures differ."""
    pictures = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in (one, other)]
    assert pictures[0].size == pictures[1].size
    changed = ImageChops.difference(*pictures).convert("L").point(lambda value: 255 * (value > 0))
    return changed.histogram()[255]


def test_a_page_takes_few_and_small_files(visit: Visit) -> None:
    sizes = {url: size for url, size in visit.sizes.items() if not url.startswith("data:")}
    assert len(sizes) == FILES, sizes
    assert 20_000 < sum(sizes.values()) <= KILOBYTES * 1000, sizes
