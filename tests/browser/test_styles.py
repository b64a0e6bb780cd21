"""A page looks as it does with all of the theme's styles, and takes few and small files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import material
import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.browser.conftest import opened
from tests.claims.conftest import GUIDE
from tests.test_site import PAGES

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
KILOBYTES, FILES = 68, 6  # of a page, before its reader does anything
CORNER = 8  # pixels of a round corner, which chromium does not always draw alike


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
    tab.locator(".md-content button[data-md-type=copy]").first.click()


def focus(tab: Tab) -> None:
    for _ in range(3):
        tab.keyboard.press("Tab")


STATES = [("", rest), (LITELLM, rest), (f"{LITELLM}troubleshooting/", rest), ("", search)]
STATES += [("api-reference/reference/", rest), (LITELLM, menu), ("", point), ("", focus)]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_looks_as_with_all_styles(
    browser: Browser, site_url: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    size = {"width": width, "height": 2000}
    tab = browser.new_page(
        base_url=site_url, viewport=size, color_scheme=scheme, reduced_motion="reduce"
    )
    for address, act in STATES:
        pictures = [looks(tab, address, act, names) for names in ([], whole())]
        assert different(*pictures) <= CORNER, (address, act.__name__)
    tab.close()


def looks(tab: Tab, address: str, act: Callable[[Tab], None], names: list[str]) -> bytes:
    """A picture of a page after `act`, with other style sheets if there are `names`."""
    opened(tab, address)
    if names:
        tab.evaluate(WHOLE, names)
    act(tab)
    tab.wait_for_timeout(300)  # until what moves has come to rest
    return tab.screenshot(animations="disabled")


def different(one: bytes, other: bytes) -> int:
    """How many pixels of two pictures differ."""
    pictures = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in (one, other)]
    assert pictures[0].size == pictures[1].size
    changed = ImageChops.difference(*pictures).convert("L").point(lambda value: 255 * (value > 0))
    return changed.histogram()[255]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_takes_few_and_small_files(browser: Browser, site_url: str, address: str) -> None:
    tab = browser.new_page(base_url=site_url)
    sizes: dict[str, int] = {}
    tab.on(
        "response",
        lambda response: sizes.setdefault(
            response.url, int(response.headers.get("content-length", 0))
        ),
    )
    tab.goto(address, wait_until="networkidle")
    tab.close()
    sizes = {url: size for url, size in sizes.items() if not url.startswith("data:")}
    assert len(sizes) <= FILES, sizes
    assert sum(sizes.values()) <= KILOBYTES * 1000, sizes
