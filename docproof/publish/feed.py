"""What changed on the site, for a feed reader?

An Atom feed (RFC 4287) of the pages' history: an entry for each page and day.
Its ids are tag URIs (RFC 4151), which stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from docproof.publish.dates import Commit

NAME = "feed.xml"
_NEWEST = 30


@dataclass
class _Entry:
    """What happened to a page on one day."""

    page: Page
    day: date
    updated: datetime
    subjects: list[str] = field(default_factory=list)


def write(config: MkDocsConfig, site: Iterable[Page], changes: dict[str, list[Commit]]) -> str:
    """The feed of a site that has an address, from each page's commits; "" if there are none."""
    entries: list[_Entry] = []
    for page in site:
        days: dict[date, _Entry] = {}
        for commit in changes[page.file.src_uri]:  # the newest first
            day = commit.when.date()
            entry = days.setdefault(day, _Entry(page, day, commit.when))
            entry.subjects.append(commit.subject)
        entries += days.values()
    if not entries:
        return ""
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    home = config.site_url or ""
    feed = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _add(feed, "title", f"{config.site_name}: what changed")
    _add(feed, "id", home)
    _add(feed, "updated", entries[0].updated.isoformat())
    _add(_add(feed, "author"), "name", config.site_name)
    _add(feed, "link", rel="self", type="application/atom+xml", href=urljoin(home, NAME))
    _add(feed, "link", rel="alternate", type="text/html", href=home)
    for entry in entries[:_NEWEST]:
        _add_entry(feed, entry)
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, "unicode", xml_declaration=True) + "\n"


def _add_entry(feed: ElementTree.Element, entry: _Entry) -> None:
    url = entry.page.canonical_url or ""
    parts = urlsplit(url)
    element = _add(feed, "entry")
    _add(element, "title", str(entry.page.meta.get("title") or entry.page.title))
    _add(element, "id", f"tag:{parts.hostname},{entry.day}:{parts.path}")
    _add(element, "updated", entry.updated.isoformat())
    _add(element, "link", rel="alternate", type="text/html", href=url)
    _add(element, "summary", "\n".join(dict.fromkeys(entry.subjects)), type="text")


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = text
    return element
