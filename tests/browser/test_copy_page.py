"""A reader takes the whole page along as Markdown, with one press."""

from __future__ import annotations

import urllib.request

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.helpers.browser import NewTab

ADDRESS = "get-started/integrations/litellm/"
# What the button says for two seconds it says for longer: a busy machine may look later.
SLOWER = """(later => {
  setTimeout = (act, time, ...given) => later(act, time === 2000 ? 1e6 : time, ...given);
})(setTimeout);"""


@pytest.fixture
def reader(new_tab: NewTab) -> Tab:
    """A tab that may use the clipboard."""
    tab = new_tab(clipboard=True)
    tab.add_init_script(SLOWER)
    tab.goto(ADDRESS)
    return tab


def test_the_page_s_markdown_is_on_the_clipboard_and_the_button_says_so(
    reader: Tab, site_url: str
) -> None:
    button = reader.get_by_role("button", name="Copy page")
    button.focus()
    reader.keyboard.press("Enter")
    expect(reader.locator(".copy-page__said")).to_have_text("Copied")
    expect(reader.get_by_role("button", name="Copied")).to_be_focused()
    with urllib.request.urlopen(f"{site_url}{ADDRESS.rstrip('/')}.md") as answer:
        markdown = answer.read().decode()
    assert reader.evaluate("navigator.clipboard.readText()") == markdown


def test_a_page_that_cannot_be_fetched_is_not_said_to_be_copied(reader: Tab) -> None:
    reader.evaluate("navigator.clipboard.writeText('before')")
    reader.route("**/*.md", lambda route: route.fulfill(status=404, body="gone"))
    reader.get_by_role("button", name="Copy page").click()
    expect(reader.locator(".copy-page__said")).to_have_text("Not copied")
    assert reader.evaluate("navigator.clipboard.readText()") == "before"


@pytest.mark.parametrize("script", [True, False])
def test_there_is_no_button_where_it_could_not_work(new_tab: NewTab, script: bool) -> None:
    tab = new_tab(java_script_enabled=script)
    if script:  # a page of an engine that makes no Markdown has no link to it
        tab.route("**/litellm/", lambda route: route.fulfill(
            body=route.fetch().text().replace("text/markdown", "text/none"),
            content_type="text/html",
        ))  # fmt: skip
    tab.goto(ADDRESS)
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.locator(".copy-page__button")).to_be_hidden()
