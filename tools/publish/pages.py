"""What does a built page get that its engine does not give it, and what stands beside it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path
from posixpath import dirname, join, relpath

from docproof.pages.page import walkthroughs
from tools.publish.site import Page, Site

Days = Mapping[str, date | None]

_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
# Names and blanks in code have the colour of what is around them, with an element or without.
_PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')
# HTML knows the first by itself, and the search has been told of the second.
_IDLE = re.compile(r' (?:xmlns="http://www\.w3\.org/2000/svg"|data-search-exclude(?:="")?)(?=[ >])')
# Zensical names an address that it does not know.
_NOWHERE = re.compile(r'<link rel="canonical" href="/[^>]*>')
# Firefox would fetch the next page before a reader wants it, and the policy forbids that.
_NEXT = re.compile(r'<link rel="?(?:prev|next)\b[^>]*>')
_FACTS = '<p class="page-facts">'  # as overrides/main.html has it


def programs(site: Site) -> dict[str, str]:
    """The programs that pages walk through, by their paths on the site, beside those pages."""
    return {
        join(dirname(one.address), Path(name).name): (site.project.root / name).read_text("utf-8")
        for one in site.pages
        for name in walkthroughs(one.meta)
    }


def complete(site: Site, built: dict[Path, str], days: Days) -> None:
    """Tell each page of `built` where its Markdown is, when it changed and what it offers.

    `days` has the day of each page's last change. The templates' indentation goes, and
    elements that colour nothing. Raises `ValueError` for a page that has no place for what
    it is told.
    """
    for one in site.pages:
        built[one.file] = _completed(one, built[one.file], days[one.uri])
    for path, text in built.items():
        parts = _PRE.split(text)
        parts[::2] = (re.sub(r"\s*\n\s*", "\n", _IDLE.sub("", part)) for part in parts[::2])
        parts[1::2] = (_PLAIN.sub(r"\1", part) for part in parts[1::2])
        built[path] = "".join(parts).replace(f"{_FACTS}\n</p>", "")


def sitemap(site: Site, days: Days) -> str:
    """The text of `sitemap.xml` (https://www.sitemaps.org/protocol.html)."""
    urls = ""
    for one in site.pages:
        day = days[one.uri]
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        urls += f"<url><loc>{escape(site.url + one.address)}</loc>{changed}</url>\n"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'


def _completed(one: Page, text: str, day: date | None) -> str:
    source = escape(relpath(one.uri, dirname(one.address) or "."))
    link = f'<link rel="alternate markdown" type="text/markdown" href="{source}">\n'
    text = _after(one, text, '<meta charset="utf-8">', f"\n{link}")
    text = _NEXT.sub("", _NOWHERE.sub("", text))
    if day:
        time = f'<time datetime="{day}">{day.day} {day:%B %Y}</time>'
        text = _after(one, text, _FACTS, f"<span>Last changed {time}</span>\n")
    for name in walkthroughs(one.meta):
        file = Path(name).name
        offer = f'\n<p>Download <a download href="{file}">{file}</a>.</p>'
        start = text.find(f"<summary>{file}</summary>")
        if start < 0:
            raise ValueError(f"{one.uri} shows no whole {file} in a box, to offer it below")
        text = text[:start] + _after(one, text[start:], "</details>", offer)
    return text


def _after(one: Page, text: str, mark: str, new: str) -> str:
    if mark not in text:
        raise ValueError(f"the page built from {one.uri} has no {mark}")
    return text.replace(mark, mark + new, 1)
