"""What stands at the address that a page once had?

A small page that leads on to where the page is now, by an address relative to
its own, so that it works in any folder. With JavaScript the part of the address
behind the # is kept; the script is a file, as a site's policy may want it.
"""

from __future__ import annotations

import html
from posixpath import dirname, relpath

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


def files(moved: dict[str, tuple[str, str]], site_url: str) -> dict[str, str]:
    """The pages that lead on, and their script: texts by their paths on the site.

    `moved` gives for each old address, from the site's root, the new one and its page's title.
    """
    made = {SCRIPT: _SCRIPT} if moved else {}
    for old, (new, title) in moved.items():
        path = f"{old}index.html" if old.endswith("/") else old
        folder = dirname(path)
        to = relpath(new, folder) + ("/" if new.endswith("/") else "")
        made[path.lstrip("/")] = _PAGE.format(
            title=html.escape(title),
            to=html.escape(to),
            canonical=html.escape(f"{site_url.rstrip('/')}{new}" if site_url else to),
            script=html.escape(relpath(f"/{SCRIPT}", folder)),
        )
    return made
