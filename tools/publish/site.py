"""What is the site that was built: which pages, at which addresses, in which order?

What an engine is not asked for is read from its own work: the site's address stands
in the built pages, if they know it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docproof.core.problem import BadInput
from docproof.core.project import Project
from docproof.markdown.extension import current_project
from docproof.pages import addresses, tables
from docproof.pages.page import front_matter
from tools.publish.markdown import kept

_CANONICAL = re.compile(r'<link rel="canonical" href="(https?:[^"]*)"')


@dataclass(frozen=True)
class Page:
    """A page of the site: `uri` is its source's path from the folder of the pages.

    `meta` is its front matter, and `shows` are the files that say what stands on it: its own,
    and those that it includes. `section` is where it is in the menu, `address` is from the
    site's root and without the slash before it; the page was built into `file`.
    """

    meta: dict[str, Any]
    shows: set[Path]
    section: str
    uri: str
    address: str
    file: Path

    @property
    def title(self) -> str:
        return str(self.meta.get("title", Path(self.uri).stem))

    @property
    def description(self) -> str:
        return str(self.meta.get("description", ""))


@dataclass(frozen=True)
class Site:
    """A built site, with its pages in the order of the menu.

    `url` ends in a slash, and is "" if the pages do not know where they are.
    """

    folder: Path
    project: Project
    name: str
    description: str
    url: str
    pages: list[Page]


def read(root: Path, folder: Path) -> Site:
    """The site of the project in `root`, which was built into `folder`; raises `BadInput`."""
    project = current_project(root)  # which the pages' outputs were read from
    pages = []
    written = [path.relative_to(project.docs).as_posix() for path in project.pages()]
    for section, uri in _entries(project.mkdocs.get("nav") or written, ()):
        path = project.docs / uri
        address = addresses.of(project, path).lstrip("/")
        file = folder / (f"{address}index.html" if f"/{address}".endswith("/") else address)
        if file.is_file():  # a draft is not built
            meta, bad = front_matter(project.relative(path), path.read_text("utf-8-sig"))
            if bad:
                raise BadInput(bad)
            shows = files_of(project, path, kept[uri].files)
            pages.append(Page(meta, shows, section, uri, address, file))
    return Site(
        folder,
        project,
        str(project.mkdocs.get("site_name", "")),
        str(project.mkdocs.get("site_description", "")),
        _url(folder / "index.html"),
        pages,
    )


def files_of(project: Project, path: Path, included: set[Path]) -> set[Path]:
    """The files that say what stands on the page at `path`: its own, `included` ones, data."""
    data = tables.data_files(path.read_text("utf-8-sig"))
    return {path, *included, *(project.docs / name for name in data)}


def _entries(items: list[Any], section: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The pages of a menu, each with the section it is in."""
    for item in items:
        title, value = next(iter(item.items())) if isinstance(item, dict) else ("", item)
        if isinstance(value, list):
            yield from _entries(value, (*section, title))
        elif value.endswith(".md"):
            yield " / ".join(section) or "Pages", value


def _url(home: Path) -> str:
    found = _CANONICAL.search(home.read_text("utf-8")) if home.is_file() else None
    return html.unescape(found[1]) if found else ""
