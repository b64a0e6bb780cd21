"""What does a search engine find out about the site's addresses?

MkDocs writes the sitemap, and the canonical address into each page. Both need
the site's address.
"""

from __future__ import annotations

from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig

# MkDocs needs a day for each page, if only to date the packed sitemap.
UNKNOWN = "1970-01-01"


def sitemap(text: str, config: MkDocsConfig) -> str:
    """MkDocs' sitemap without unknown days; "" if the site has no address, so that none is written.

    The template cannot be taken from MkDocs' list instead: it would be copied as it is.
    """
    return text.replace(f"<lastmod>{UNKNOWN}</lastmod>", "") if config.site_url else ""


def robots(config: MkDocsConfig) -> str:
    """The text of `robots.txt`, which is read only at the root of a host."""
    sitemap = urljoin(config.site_url or "", "sitemap.xml")
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n"
