"""The site, published twice: with an address and a history, and with neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers import builds
from tests.helpers.shared import Once


@pytest.fixture(scope="session")
def site(once: Once) -> Path:
    """A site below the root of its host, with two commits."""
    return once("site-published", builds.published)


@pytest.fixture(scope="session")
def bare(once: Once) -> Path:
    """A site that knows no address, built from a folder that git does not know."""
    return once("site-mkdocs", builds.bare)
