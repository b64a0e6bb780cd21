"""Which pages are there, for a language model: as a list, and all in one text?

`llms.txt` has the form of https://llmstxt.org/. Addresses are absolute if the
site has one, and relative to the file if not.
"""

from __future__ import annotations

from urllib.parse import quote

from tools.publish.site import Site


def index(site: Site) -> str:
    """The text of `llms.txt`: a section for each of the menu, a line for each page."""
    parts = [
        _head(site),
        "Each page is Markdown, with the programs and the outputs that it shows in their places."
        f" [All pages in one file]({site.url}llms-full.txt)\n",
    ]
    sections: dict[str, list[str]] = {}
    for one in site.pages:
        line = f"- [{one.title}]({site.url}{quote(one.uri)}): {one.description}\n"
        sections.setdefault(one.section, []).append(line.replace(": \n", "\n"))
    parts += [f"## {name}\n\n{''.join(lines)}" for name, lines in sections.items()]
    return "\n".join(parts)


def full(site: Site, texts: dict[str, str]) -> str:
    """The text of `llms-full.txt`; `texts` has the pages' Markdown by the path of their source."""
    parts = [_head(site), "Links in a page are relative to the address of its Markdown.\n"]
    parts += [
        f"---\n\nPage: {site.url}{one.address or (not site.url and './') or ''}\n"
        f"Markdown: {site.url}{quote(one.uri)}\n\n{texts[one.uri]}"
        for one in site.pages
    ]
    return "\n".join(parts)


def _head(site: Site) -> str:
    return f"# {site.name}\n" + (f"\n> {site.description}\n" if site.description else "")
