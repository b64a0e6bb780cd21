"""Whoever hears a page instead of seeing it finds headings in order, and pictures in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.helpers.builds import page_of
from tests.helpers.guide import PAGES


def skipped(soup: BeautifulSoup) -> list[str]:
    """What is wrong with the order of a page's headings."""
    headings = soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])
    levels = [int(heading.name[1]) for heading in headings]
    found = [] if levels.count(1) == 1 and levels[0] == 1 else [f"h1: {levels}"]
    for heading, level, before in zip(headings[1:], levels[1:], levels, strict=False):
        if level > before + 1:
            found.append(f"h{before}, then h{level}: {heading.get_text()}")
    return found


def unnamed(soup: BeautifulSoup) -> list[str]:
    """The pictures of a page that have no words instead."""
    found = [str(image)[:80] for image in soup.find_all("img") if not image.get("alt", "").strip()]
    for drawing in soup.select("article svg"):
        if drawing.get("aria-hidden") == "true" or drawing.find_parent(["a", "button"]):
            continue  # an icon, whose link or button has the name
        label = drawing.get("aria-label") or ""
        named = [drawing.find("title", recursive=False)]
        named += [soup.find(id=name) for name in (drawing.get("aria-labelledby") or "").split()]
        words = " ".join([label, *(one.get_text() for one in named if isinstance(one, Tag))])
        if drawing.get("role") != "img" or len(words.split()) < 3:
            found.append(str(drawing)[:80])
    return found


@pytest.mark.parametrize("address", PAGES)
def test_headings_are_in_order_below_one_first_heading(site: Path, address: str) -> None:
    assert skipped(page_of(site, address)) == []


@pytest.mark.parametrize("address", PAGES)
def test_each_picture_has_words_instead(site: Path, address: str) -> None:
    assert unnamed(page_of(site, address)) == []


def test_some_page_has_a_picture(site: Path) -> None:
    assert any(page_of(site, address).select("article svg[role=img]") for address in PAGES)


@pytest.mark.parametrize(
    "html", ["<h1>A</h1><h3>B</h3>", "<h2>A</h2>", "<h1>A</h1><h1>B</h1>", "<h2>A</h2><h1>B</h1>"]
)
def test_headings_out_of_order_are_found(html: str) -> None:
    assert skipped(BeautifulSoup(html, "html.parser"))


@pytest.mark.parametrize(
    "html",
    [
        '<img src="a.png">',
        '<img src="a.png" alt="">',
        "<article><svg></svg></article>",
        '<article><svg role="img" aria-label=""></svg></article>',
        '<article><svg role="img" aria-labelledby="gone"></svg></article>',
        '<article><svg role="img"><g><title>Not of the picture itself</title></g></svg></article>',
    ],
)
def test_a_picture_without_words_is_found(html: str) -> None:
    assert unnamed(BeautifulSoup(html, "html.parser"))
