"""The two engines give the same site."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.helpers import builds
from tests.helpers.guide import PAGES
from tests.helpers.shared import Once


@pytest.fixture(scope="session")
def other(once: Once) -> Path:
    """The site as Zensical builds it."""
    return once("site-zensical", builds.zensical)


def files(site: Path) -> set[str]:
    """What the site has besides the theme's own files, its search and its list of pages."""
    found = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    theme = re.compile(r"assets/.*|search/search_index\.json|search\.json|sitemap\.xml")
    return {name for name in found if not theme.fullmatch(name)}


def test_they_have_the_same_addresses_and_claim_none_that_nobody_gave(
    bare: Path, other: Path
) -> None:
    assert files(bare) == files(other)
    assert not (other / "sitemap.xml").exists()
    assert not builds.page_of(other, "").select("link[rel=canonical]")


def test_all_that_is_text_is_the_same(bare: Path, other: Path) -> None:
    texts = [name for name in files(bare) if not name.endswith((".html", "_headers"))]
    assert len(texts) > len(PAGES)
    for name in texts:
        assert (bare / name).read_bytes() == (other / name).read_bytes(), name


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_the_same_links_and_asks_for_files_of_the_same_kinds(
    bare: Path, other: Path, address: str
) -> None:
    def links(site: Path) -> list[tuple[str, str]]:
        found = builds.page_of(site, address).select("article a[href]:not(.headerlink)")
        return [
            (urljoin(f"/{address}", str(link["href"])), link.get_text(" ", strip=True))
            for link in found
        ]

    def asked(site: Path) -> list[str]:
        found = builds.page_of(site, address).select("link[rel=stylesheet], script[src]")
        names = [str(one.get("href") or one.get("src")) for one in found]
        return [urljoin(f"/{address}", re.sub(r"\.[0-9a-f]{8}\.", ".", n)) for n in names]

    assert links(bare) == links(other)
    assert asked(bare) == asked(other)


def test_their_policies_are_one_but_for_what_each_theme_has_inline(bare: Path, other: Path) -> None:
    def policy(site: Path) -> str:
        return re.sub(r" 'sha256-[^']+'", "", (site / "_headers").read_text("utf-8"))

    assert policy(bare) == policy(other)
    assert "script-src 'self';" in policy(bare)
