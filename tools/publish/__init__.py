"""Finishes a built site: what machines read, what a page weighs, what it may do.

It works on the folder that an engine has built, MkDocs or Zensical, and on the pages'
sources; no page needs it to be right. MkDocs calls it by `hook.py`, `make build
ENGINE=zensical` by `python -m tools.publish`.
"""

from __future__ import annotations

from tools.publish import (
    buttons,
    dates,
    exchanges,
    llms,
    markdown,
    pages,
    policy,
    redirects,
    scripts,
    styles,
)
from tools.publish.site import Site


def finish(site: Site) -> None:
    """Writes into the folder of a site that was built a moment ago.

    Raises `BadInput` for a page that cannot be read, `ValueError` for a built page that
    is not as the theme makes it.
    """
    days = dates.last(site)
    texts = markdown.texts(site)
    files = {
        **texts,
        "llms.txt": llms.index(site),
        "llms-full.txt": llms.full(site, texts),
        **pages.programs(site),
        **redirects.files(site),
    }
    if site.url:
        files["sitemap.xml"] = pages.sitemap(site, days)
        files["robots.txt"] = f"User-agent: *\nAllow: /\n\nSitemap: {site.url}sitemap.xml\n"
    for name in ("sitemap.xml", "sitemap.xml.gz"):  # the engine's has no days, or today's
        (site.folder / name).unlink(missing_ok=True)
    for name, text in files.items():
        path = site.folder / name
        if not path.exists():  # the author may have such a file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    built = {path: path.read_text("utf-8") for path in sorted(site.folder.rglob("*.html"))}
    pages.complete(site, built, days)
    exchanges.add(site, built)
    built = {path: buttons.add(text) for path, text in built.items()}
    styles.merge(site.folder, built)
    scripts.merge(site.folder, built)
    policy.add(site.folder, built)
    for path, text in built.items():
        path.write_text(text, "utf-8")
