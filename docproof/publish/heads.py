"""What does a page's head tell machines about the page?

The values that overrides/main.html writes there, under the name `docproof`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote, urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from docproof.publish import feed
from docproof.publish.dates import Commit


def facts(page: Page, config: MkDocsConfig, changes: list[Commit], card: str) -> dict[str, Any]:
    """What the template may say of a page.

    `changes` are its commits, the newest first, and `card` is where its picture
    is, from the site's root; both are empty if there is nothing to say.
    """
    last = changes[0].when if changes else None
    return {
        "markdown": page.file.src_uri,
        "title": page.meta.get("title") or page.title,
        "description": page.meta.get("description") or config.site_description or "",
        "changed": last and last.date().isoformat(),
        "changed_in_words": last and f"{last.day} {last:%B %Y}",
        "feed": feed.NAME if last and config.site_url else "",
        "card": urljoin(config.site_url, quote(card)) if config.site_url and card else "",
        "json_ld": _json_ld(page, config, changes[-1].when if changes else None, last),
    }


def _json_ld(
    page: Page, config: MkDocsConfig, first: datetime | None, last: datetime | None
) -> str:
    """The page as a `TechArticle` of schema.org, safe inside a `script` element."""
    article = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": page.meta.get("title") or page.title,
        "description": page.meta.get("description"),
        "url": page.canonical_url,
        "inLanguage": config.theme.get("language"),
        "datePublished": first and first.isoformat(),
        "dateModified": last and last.isoformat(),
        "isPartOf": {"@type": "WebSite", "name": config.site_name, "url": config.site_url},
    }
    text = json.dumps(_without_gaps(article), ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _without_gaps(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_gaps(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if value
    }
