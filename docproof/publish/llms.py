"""Which pages are there, for a language model: as a list, and all in one text?

`llms.txt` has the form of https://llmstxt.org/. Addresses are absolute if the
site has one, and relative to the file if not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page


def address(config: MkDocsConfig, path: str) -> str:
    """Where the file `path` of the site is."""
    return urljoin(config.site_url or "", quote(path))


def index(config: MkDocsConfig, nav: Navigation) -> str:
    """The text of `llms.txt`: a section for each of the menu, a line for each page."""
    parts = [
        _head(config),
        "Each page is Markdown, with the programs and the outputs that it shows in their places."
        f" [All pages in one file]({address(config, 'llms-full.txt')})\n",
    ]
    for heading, items in _sections(nav.items, ()):
        lines = [_line(config, item) for item in items]
        parts.append(f"## {heading}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def full(config: MkDocsConfig, nav: Navigation, texts: dict[str, str]) -> str:
    """The text of `llms-full.txt`; `texts` has the pages' Markdown by the path of their source."""
    parts = [_head(config), "Links in a page are relative to the address of its Markdown.\n"]
    for page in nav.pages:
        uri = page.file.src_uri
        if uri in texts:  # a draft, which is only served, is not
            parts.append(
                f"---\n\nPage: {page.canonical_url or page.file.url}\n"
                f"Markdown: {address(config, uri)}\n\n{texts[uri]}"
            )
    return "\n".join(parts)


def _head(config: MkDocsConfig) -> str:
    summary = f"\n> {config.site_description}\n" if config.site_description else ""
    return f"# {config.site_name}\n{summary}"


def _sections(items: list[Any], path: tuple[str, ...]) -> Iterator[tuple[str, list[Any]]]:
    here = [item for item in items if not item.is_section]
    if here:
        yield " / ".join(path) or "Pages", here
    for item in items:
        if item.is_section:
            yield from _sections(item.children, (*path, item.title))


def _line(config: MkDocsConfig, item: Any) -> str:
    if not isinstance(item, Page):
        return f"- [{item.title}]({item.url})"
    title = item.meta.get("title") or item.title
    line = f"- [{title}]({address(config, item.file.src_uri)})"
    description = item.meta.get("description")
    return f"{line}: {description}" if description else line
