"""The built site, served on loopback, and a real browser to read it with."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.browser.host import hosting
from tests.conftest import NO_CHROMIUM, ROOT
from tests.shared import Once
from tests.test_site import PAGES

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 900}

# A tile that is drawn again in part has other round corners than one that is drawn at once.
FLAGS = ["--no-sandbox", "--disable-partial-raster"]

NewTab = Callable[..., Page]

# Blocks that get a copy button; the theme gives them an id as it does so.
_COPIED = ".md-content .highlight:not(.no-copy) pre"


def until(tab: Page, expression: str, seconds: float = 10) -> None:
    """Wait until `expression` is true in the page; at most so many seconds.

    The browser's own way to wait evaluates a string, which the policy of the pages forbids.
    """
    end = time.monotonic() + seconds
    while not tab.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        tab.wait_for_timeout(20)


def opened(tab: Page, address: str) -> None:
    """Open a page and wait until its scripts have made it what a reader uses."""
    tab.goto(address)
    until(tab, "window.component$ !== undefined && document.readyState === 'complete'")
    until(tab, f"[...document.querySelectorAll('{_COPIED}')].every(code => code.id)")


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
    """The folder of the site, built into it from the project itself by plain `mkdocs build`."""
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return folder


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the site, built into `folder`, while it is served."""
    with hosting(built(folder)) as address:
        yield address


@pytest.fixture(scope="session")
def site_url(once: Once) -> Iterator[str]:
    """The address of the built site."""
    with hosting(once("site-of-the-browser", built)) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, started once a worker."""
    if installed() is None:
        pytest.skip(NO_CHROMIUM)
    with chromium() as made:
        yield made


@contextlib.contextmanager
def reading(
    browser: Browser, url: str, clipboard: bool = False, **options: Any
) -> Iterator[BrowserContext]:
    """A reader with the options of `Browser.new_context`, who may use the clipboard or not."""
    context = browser.new_context(**{"base_url": url, "viewport": WIDE, **options})
    if clipboard:
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    yield context
    context.close()


@pytest.fixture(scope="session")
def reader_of(browser: Browser, site_url: str) -> Iterator[Callable[..., BrowserContext]]:
    """Gives one reader for each set of options: a new one takes longer than a page does."""
    known: dict[str, BrowserContext] = {}
    with contextlib.ExitStack() as stack:

        def reader_of(**options: Any) -> BrowserContext:
            key = repr(sorted(options.items()))
            if key not in known:
                known[key] = stack.enter_context(reading(browser, site_url, **options))
            return known[key]

        yield reader_of


@pytest.fixture
def new_tab(
    browser: Browser, site_url: str, reader_of: Callable[..., BrowserContext]
) -> Iterator[NewTab]:
    """Opens tabs with the options of `reading`; `fresh` ones are of a reader of their own.

    A test that changes what a browser keeps (settings, being offline) needs a fresh one.
    What a test leaves open is closed after it, also when it fails: a tab in front
    would have the focus and the clipboard that the next test asks for.
    """
    with contextlib.ExitStack() as stack:

        def new_tab(fresh: bool = False, **options: Any) -> Page:
            if fresh:
                context = stack.enter_context(reading(browser, site_url, **options))
            else:
                context = reader_of(**options)
            tab = context.new_page()
            stack.callback(tab.close)
            return tab

        yield new_tab


@pytest.fixture
def tab(new_tab: NewTab) -> Page:
    """A new tab on the home page."""
    page = new_tab()
    opened(page, "")
    return page


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


@pytest.fixture(scope="session")
def _visitor(browser: Browser, site_url: str) -> Iterator[Page]:
    """The one tab of all visits: a page takes half as long in a browser that is at work."""
    with reading(browser, site_url, clipboard=True, reduced_motion="reduce") as reader:
        reader.add_init_script(BLOCKED)
        yield reader.new_page()


@pytest.fixture(
    scope="session",
    params=PAGES,
    ids=lambda address: f"page {address}",  # `tests.workers` gives a page to one worker
)
def _visited(request: pytest.FixtureRequest, _visitor: Page, site_url: str) -> Visit:
    sizes: dict[str, int] = {}

    def note(answer: Response) -> None:
        sizes.setdefault(answer.url, int(answer.headers.get("content-length", 0)))

    _visitor.bring_to_front()
    _visitor.set_viewport_size(WIDE)
    _visitor.on("response", note)
    opened(_visitor, request.param)
    _visitor.wait_for_load_state("networkidle")
    _visitor.remove_listener("response", note)
    return Visit(site_url, request.param, _visitor, sizes)


@pytest.fixture
def visit(_visited: Visit) -> Visit:
    """Each page, as a reader finds it; it is opened once for all tests that follow each other."""
    _visited.begin()
    return _visited
