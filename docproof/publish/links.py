"""Where on the built site does a link of a page lead?"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from urllib.parse import unquote, urljoin, urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files


def absolute(config: MkDocsConfig, files: Files, source: str, target: str) -> str | None:
    """The whole address of `target`, as it is written on the page `source`; "" is the page.

    None if the site's own address is not known, or if `target` is not on it.
    """
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return target
    path = unquote(parts.path)
    if path.startswith("/"):
        path = path[1:]
    elif path:
        path = normpath(join(dirname(source), path))
    file = files.get_file_from_path(path or source)
    if file is None or not config.site_url:
        return None
    return urljoin(config.site_url, file.url) + (f"#{parts.fragment}" if parts.fragment else "")
