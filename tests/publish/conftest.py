"""The site, published twice: with an address and a history, and with neither."""

from __future__ import annotations

import functools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests import builds
from tests.builds import URL
from tests.shared import Once

CHANGED_PAGES = {"", "get-started/integrations/litellm/"}  # which show the program that changed


def page(uri: str, text: str, **meta: str) -> Any:
    """A page as MkDocs has it when all pages are read, as far as it is looked at."""
    url = f"{URL}{uri.removesuffix('.md')}/"
    return SimpleNamespace(
        file=SimpleNamespace(src_uri=uri, abs_src_path=uri), canonical_url=url,
        markdown=text, meta=meta, title="Title",
    )  # fmt: skip


@functools.cache
def soup(site: Path, address: str) -> BeautifulSoup:
    return BeautifulSoup((site / address / "index.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="session")
def site(once: Once) -> Path:
    """A site below the root of its host, with two commits."""
    return once("site-published", builds.published)


@pytest.fixture(scope="session")
def bare(once: Once) -> Path:
    """A site that knows no address, built from a folder that git does not know."""
    return once("site-mkdocs", builds.bare)
