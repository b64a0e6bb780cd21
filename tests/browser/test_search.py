"""Whoever searches the site for what they see in their terminal finds the page about it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from docproof import pages
from tests.claims.conftest import GUIDE

TROUBLES = GUIDE.programs / "get-started/integrations/litellm/troubleshooting/terminal"
TROUBLESHOOTING = "get-started/integrations/litellm/troubleshooting/"


def found(tab: Page, words: str) -> list[str]:
    """The addresses of the first three pages that a search for `words` gives."""
    tab.keyboard.press("/")
    expect(tab.locator("[data-md-component=search-query]")).to_be_focused()
    tab.keyboard.insert_text(words)
    tab.keyboard.press("End")  # the search looks when a key is let go
    expect(tab.locator(".md-search-result__meta")).to_contain_text("matching document")
    results = tab.locator(".md-search-result__link")
    links = [str(link) for link in results.evaluate_all("links => links.map(l => l.href)")]
    addresses = [re.sub(r"[?#].*", "", link).split("/", 3)[3] for link in links]
    return list(dict.fromkeys(addresses))[:3]


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("suppress_debug_info", "get-started/integrations/litellm/"),
        ("stream=True", "get-started/integrations/litellm/"),
        ("klusterai/Meta-Llama-3.1-8B-Instruct-Turbo", "api-reference/reference/"),
    ],
)
def test_what_stands_in_code_or_in_a_table_is_found(tab: Page, words: str, page: str) -> None:
    assert page in found(tab, words)


def messages() -> list[str]:
    """What the headings of the troubleshooting page quote, and the lines that have these words."""
    page = pages.read(GUIDE, GUIDE.docs / f"{TROUBLESHOOTING[:-1]}.md")
    headings = [line[4:] for line in page.lines if line.startswith("### ")]
    printed = [
        line
        for include in page.includes
        if include.file and include.file.parent == TROUBLES
        for line in include.shown
    ]
    assert len(headings) > 10
    return [*headings, *(line for line in printed if any(words in line for words in headings))]


@pytest.mark.parametrize("message", messages())
def test_each_message_of_the_troubleshooting_page_is_found(tab: Page, message: str) -> None:
    assert TROUBLESHOOTING in found(tab, message)
