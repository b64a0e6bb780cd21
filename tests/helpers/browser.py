"""A real browser, and what is done with its pages."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.helpers import builds
from tests.helpers.guide import ROOT
from tests.helpers.host import hosting

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 900}

# A tile that is drawn again in part has other round corners than one that is drawn at once.
FLAGS = ["--no-sandbox", "--disable-partial-raster"]

NewTab = Callable[..., Page]

# Whatever comes to pass does so in a moment, but on a busy machine the moment is long.
PATIENCE = 60.0  # seconds
expect.set_options(timeout=1000 * PATIENCE)


def until(tab: Page, condition: str | Callable[[], object]) -> None:
    """Wait until an expression is true in the page, or a function here.

    The browser's own way to wait evaluates a string, which the policy of the pages forbids.
    """
    end = time.monotonic() + PATIENCE
    while not (tab.evaluate(condition) if isinstance(condition, str) else condition()):
        assert time.monotonic() < end, f"never true: {condition}"
        tab.wait_for_timeout(20)


def opened(tab: Page, address: str) -> None:
    """Open a page and wait until its scripts have made it what a reader uses."""
    tab.goto(address)
    used(tab)


def used(tab: Page) -> None:
    """Let a page know that its reader has begun, and wait until the theme's script is there."""
    tab.evaluate("dispatchEvent(new Event('scroll'))")
    until(tab, "window.component$ !== undefined && document.readyState === 'complete'")


def copied(tab: Page, press: Callable[[], object]) -> str:
    """What is on the clipboard once something was pressed."""
    tab.evaluate("navigator.clipboard.writeText('nothing')")
    press()
    until(tab, "navigator.clipboard.readText().then(text => text !== 'nothing')")
    return str(tab.evaluate("navigator.clipboard.readText()"))


def installed() -> str | None:
    """Where Debian's chromium is; without a window around it, where there is one.

    That one has the same engine, and opens a page in a third of the CPU time.
    """
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium, until the block ends."""
    with sync_playwright() as playwright:
        path = installed()
        made = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield made
        made.close()


def built(folder: Path) -> Path:
    """The folder of the site, built into it from the project itself.

    `ENGINE=zensical make test ARGS=tests/browser` tries the other engine's site, by hand.
    """
    if os.environ.get("ENGINE") == "zensical":
        return builds.zensical(folder / "site")
    builds.built(ROOT, "mkdocs", "build", "--strict", "-d", str(folder))
    return folder


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the site, built into `folder`, while it is served."""
    with hosting(built(folder)) as address:
        yield address


@contextlib.contextmanager
def reading(
    browser: Browser, url: str, clipboard: bool = False, **options: Any
) -> Iterator[BrowserContext]:
    """A reader with the options of `Browser.new_context`, who may use the clipboard or not."""
    context = browser.new_context(**{"base_url": url, "viewport": WIDE, **options})
    context.set_default_timeout(1000 * PATIENCE)
    if clipboard:
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    yield context
    context.close()


BLOCKED = """
window.blocked = [];
document.addEventListener("securitypolicyviolation", event =>
  blocked.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
"""
# Back to what a reader finds who has just come: the next Tab goes to what stands first.
_AS_FOUND = """() => {
  window.boxes ??= new Map([...document.querySelectorAll("details")].map(box => [box, box.open]));
  for (const [box, open] of boxes) box.open = open;
  document.body.setAttribute("data-md-color-scheme", "default");
  document.adoptedStyleSheets = [];
  const said = document.querySelector(".md-dialog");  // "Copied": the theme still writes into it
  const silent = said.cloneNode(true);
  silent.classList.remove("md-dialog--active");
  silent.firstElementChild.textContent = "";
  said.replaceWith(silent);
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.blur();
  document.body.removeAttribute("tabindex");
  history.replaceState(null, "", location.pathname);
  scrollTo(0, 0);
}"""


@dataclass
class Visit:
    """A page that was opened once, for all that is looked at on it.

    `sizes` has the bytes of each file that it asked for, by its address, before its
    reader did anything.
    """

    home: str
    address: str
    tab: Page
    sizes: dict[str, int]

    def begin(self) -> None:
        """Make the page what a reader finds who has just come."""
        self.tab.bring_to_front()
        if self.tab.url.partition("#")[0] != self.home + self.address:  # a test failed elsewhere
            opened(self.tab, self.address)
        self.tab.set_viewport_size(WIDE)
        self.tab.evaluate(_AS_FOUND)
