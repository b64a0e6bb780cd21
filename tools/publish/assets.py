"""Which files of a built site does each of its pages ask for, and by what address?"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_KINDS = {
    "styles": re.compile(r'<link rel="stylesheet" href="(?P<address>[^"]+)">\s*'),
    "scripts": re.compile(r'<script src="(?P<address>[^"]+)"></script>\s*'),
}


@dataclass(frozen=True)
class Asked:
    """Files of one kind that a page asks for, in its order."""

    tags: tuple[str, ...]
    """The elements, as they stand in the page."""
    names: tuple[str, ...]
    """The files, from the site's folder on."""
    base: str
    """What the page writes before such a name: `../../`, or `/` on the page of errors."""


def asked(
    site: Path, built: dict[Path, str], kind: str
) -> tuple[tuple[str, ...], dict[Path, Asked]]:
    """The "styles" or "scripts" of a site's pages, and how each page asks for them, if it does.

    Raises `ValueError` if pages ask for different ones, or for one that is not there.
    """
    place = functools.cache(functools.partial(_place, site))  # pages ask for the same ones
    pages: dict[Path, Asked] = {}
    for path, text in built.items():
        if found := list(_KINDS[kind].finditer(text)):
            bases, names = zip(*(place(one["address"]) for one in found), strict=True)
            pages[path] = Asked(tuple(one[0] for one in found), names, bases[0])
    orders = {one.names for one in pages.values()}
    if len(orders) != 1:
        raise ValueError(f"the pages ask for different {kind}: {sorted(orders)}")
    return orders.pop(), pages


def joined(page: str, asked: Asked, element: str) -> str:
    """The page with `element` in the place of the first of `asked`, and without the others."""
    first, *others = asked.tags
    page = page.replace(first, f"{element}\n", 1)
    for tag in others:
        page = page.replace(tag, "", 1)
    return page


def _place(site: Path, address: str) -> tuple[str, str]:
    """An address as its base and a file's name from the site's folder on."""
    parts = PurePosixPath(address).parts
    for start in range(len(parts)):
        name = "/".join(parts[start:])
        if parts[start] not in ("/", "..") and (site / name).is_file():
            return address[: -len(name)], name
    raise ValueError(f"a page asks for {address}, which is not in {site.name}/")
