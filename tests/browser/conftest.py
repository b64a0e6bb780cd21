"""The built site, served on loopback, and a real browser to read it with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.helpers import NO_CHROMIUM
from tests.helpers.browser import (
    BLOCKED,
    WIDE,
    NewTab,
    Visit,
    built,
    chromium,
    installed,
    opened,
    reading,
    used,
)
from tests.helpers.guide import PAGES
from tests.helpers.host import hosting
from tests.helpers.shared import Once


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


@pytest.fixture(scope="session")
def _visitor(browser: Browser, site_url: str) -> Iterator[Page]:
    """The one tab of all visits: a page takes half as long in a browser that is at work."""
    with reading(browser, site_url, clipboard=True, reduced_motion="reduce") as reader:
        reader.add_init_script(BLOCKED)
        yield reader.new_page()


@pytest.fixture(
    scope="session",
    params=PAGES,
    ids=lambda address: f"page {address}",  # `tests.helpers.workers` gives a page to one worker
)
def _visited(request: pytest.FixtureRequest, _visitor: Page, site_url: str) -> Visit:
    sizes: dict[str, int] = {}

    def note(answer: Response) -> None:
        if not sizes and answer.request.resource_type != "document":
            return  # it is still the page before, whose search was being loaded
        sizes.setdefault(answer.url, int(answer.headers.get("content-length", 0)))

    _visitor.bring_to_front()
    _visitor.set_viewport_size(WIDE)
    _visitor.on("response", note)
    _visitor.goto(request.param, wait_until="networkidle")
    _visitor.remove_listener("response", note)
    used(_visitor)
    return Visit(site_url, request.param, _visitor, sizes)


@pytest.fixture
def visit(_visited: Visit) -> Visit:
    """Each page, as a reader finds it; it is opened once for all tests that follow each other."""
    _visited.begin()
    return _visited
