"""What stands at the address that a page once had?

A small page that leads on to where the page is now, by an address relative to
its own, so that it works in any folder. With JavaScript the part of the address
behind the # is kept; the script is a file, as a site's policy may want it.
"""

from __future__ import annotations

import html
from posixpath import dirname, relpath

from docproof.pages import addresses
from tools.publish.site import Site

SCRIPT = "javascripts/moved.js"
_SCRIPT = """\
// Leads on to where the page is now, with what stands behind the # of the old address.
location.replace(new URL(document.currentScript.dataset.to, document.baseURI).href + location.hash);
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}: this page has moved</title>
<link rel="canonical" href="{canonical}">
<script src="{script}" data-to="{to}"></script>
<noscript><meta http-equiv="refresh" content="0; url={to}"></noscript>
</head>
<body>
<main><h1>This page has moved</h1><p>It is here now: <a href="{to}">{title}</a></p></main>
</body>
</html>
"""


def files(site: Site) -> dict[str, str]:
    """The pages that lead on, and their script: texts by their paths on the site."""
    made: dict[str, str] = {}
    for one in site.pages:
        for old in addresses.moved_from(one.meta):
            path = f"{old}index.html" if old.endswith("/") else old
            folder, new = dirname(path), f"/{one.address}"
            to = relpath(new, folder) + ("/" if new.endswith("/") else "")
            made[SCRIPT] = _SCRIPT
            made[path.lstrip("/")] = _PAGE.format(
                title=html.escape(one.title),
                to=html.escape(to),
                canonical=html.escape(f"{site.url}{one.address}" if site.url else to),
                script=html.escape(relpath(f"/{SCRIPT}", folder)),
            )
    return made
