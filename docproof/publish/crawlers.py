"""What does a search engine find out about the site's addresses?

MkDocs writes the sitemap, and the canonical address into each page. Both need
the site's address.
"""

from __future__ import annotations

from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig


def prepare(config: MkDocsConfig) -> None:
    """Leaves the sitemap out of a site without an address: it would list nothing."""
    if not config.site_url:
        config.theme.static_templates.discard("sitemap.xml")


def robots(config: MkDocsConfig) -> str:
    """The text of `robots.txt`, which is read only at the root of a host."""
    sitemap = urljoin(config.site_url or "", "sitemap.xml")
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n"
