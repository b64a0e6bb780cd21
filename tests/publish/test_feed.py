"""Who follows the feed sees what changed, where and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

from docproof.publish import feed
from docproof.publish.dates import Commit
from tests.helpers.builds import CHANGED_PAGES, FIRST, SECOND, URL, page, page_of
from tests.helpers.guide import PAGES

_ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(text: str) -> ElementTree.Element:
    """A feed, in which RFC 4287's required elements are."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{_ATOM}feed"
    assert root.findtext(f"{_ATOM}author/{_ATOM}name")
    entries = root.findall(f"{_ATOM}entry")
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{_ATOM}{name}")) == 1, name
        assert ":" in (element.findtext(f"{_ATOM}id") or "")
        updated = datetime.fromisoformat(element.findtext(f"{_ATOM}updated") or "")
        assert updated.tzinfo is not None
    ids = [entry.findtext(f"{_ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    return root


def test_the_feed_has_an_entry_for_each_page_and_day(site: Path) -> None:
    root = parsed((site / "feed.xml").read_text("utf-8"))
    entries = root.findall(f"{_ATOM}entry")
    assert len(entries) == len(PAGES) + len(CHANGED_PAGES)
    newest = entries[: len(CHANGED_PAGES)]
    for entry in newest:
        assert entry.findtext(f"{_ATOM}updated") == SECOND
        assert entry.findtext(f"{_ATOM}summary") == "A program changes"
    links = [entry.find(f"{_ATOM}link") for entry in newest]
    found = {str(link.get("href")) for link in links if link is not None}
    assert found == {URL + address for address in CHANGED_PAGES}
    assert entries[-1].findtext(f"{_ATOM}summary") == "All pages & <programs>"
    assert entries[-1].findtext(f"{_ATOM}title") in PAGES.values()
    assert root.findtext(f"{_ATOM}updated") == SECOND
    own = root.find(f"{_ATOM}link[@rel='self']")
    assert own is not None
    assert own.get("href") == f"{URL}feed.xml"


def test_every_page_names_the_feed(site: Path) -> None:
    for address in PAGES:
        link = page_of(site, address).select_one('link[type="application/atom+xml"]')
        assert link is not None
        assert (site / address / str(link["href"])).resolve() == site / "feed.xml"


def test_the_feed_has_the_newest_thirty_and_one_entry_for_a_day() -> None:
    start = datetime.fromisoformat(FIRST)
    days = [start + timedelta(days=number) for number in range(40)]
    commits = [Commit(day, "Newer", frozenset()) for day in reversed(days)]
    commits.insert(0, Commit(days[-1], "Same day", frozenset()))
    config: Any = SimpleNamespace(site_url=URL, site_name="S")
    text = feed.write(config, [page("a.md", "", title="A")], {"a.md": commits})
    entries = parsed(text).findall(f"{_ATOM}entry")
    assert len(entries) == 30
    assert entries[0].findtext(f"{_ATOM}summary") == "Same day\nNewer"
    assert entries[0].findtext(f"{_ATOM}id") == "tag:docs.example.org,2026-12-10:/some-project/a/"
