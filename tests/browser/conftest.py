"""The built site, served on loopback, and a real browser to read it with."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.host import hosting
from tests.conftest import ROOT

# Blocks that get a copy button; the theme gives them an id as it does so.
_COPIED = ".md-content .highlight:not(.no-copy) pre"


def until(tab: Page, expression: str) -> None:
    """Wait until `expression` is true in the page; at most ten seconds.

    The browser's own way to wait evaluates a string, which the policy of the pages forbids.
    """
    end = time.monotonic() + 10
    while not tab.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        tab.wait_for_timeout(20)


def opened(tab: Page, address: str) -> None:
    """Open a page and wait until its scripts have made it what a reader uses."""
    tab.goto(address)
    until(tab, "window.component$ !== undefined && document.readyState === 'complete'")
    until(tab, f"[...document.querySelectorAll('{_COPIED}')].every(code => code.id)")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium, until the block ends."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield made
        made.close()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the site, built into `folder` by plain `mkdocs build`, while it is served."""
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    with hosting(folder) as address:
        yield address


@pytest.fixture(scope="session")
def site_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the built site."""
    with served(tmp_path_factory.mktemp("served")) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    if shutil.which("chromium") is None:
        pytest.skip("there is no chromium here: apt-get install chromium")
    with chromium() as made:
        yield made


@pytest.fixture
def tab(browser: Browser, site_url: str) -> Iterator[Page]:
    """A new tab on the home page."""
    page = browser.new_page(base_url=site_url)
    opened(page, "")
    yield page
    page.close()
