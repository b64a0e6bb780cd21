"""What MkDocs calls while it serves; for any other command, nothing of this is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from tools.live.browser import Browser
    from tools.live.watch import Watch

_command = ""
_watch: Watch | None = None
_browser: Browser | None = None


def on_startup(*, command: str, **_: Any) -> None:
    """Remembers what MkDocs was asked to do."""
    global _command
    _command = command


def on_config(config: MkDocsConfig) -> None:
    """Makes what lives as long as the server, at the first of its builds."""
    global _watch, _browser
    if _command == "serve" and _watch is None:
        from tools.live.browser import Browser
        from tools.live.watch import Watch

        _watch = Watch(Path(config.config_file_path).parent)
        _browser = Browser(_watch)


def on_page_read_source(*, page: Page, config: MkDocsConfig) -> str | None:
    """The text of a page that is not UTF-8 as far as it is, which would end the build."""
    if _watch is None or page.file.abs_src_path is None:
        return None
    try:
        page.file.content_string  # noqa: B018  it reads the file, which MkDocs does then, too
    except UnicodeDecodeError:
        return Path(page.file.abs_src_path).read_text("utf-8-sig", errors="replace")
    return None


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> None:
    """Lets a page that cannot be rendered show why, instead of ending the build."""
    if _watch is not None:
        from tools.live.unbuilt import guard

        guard(page, _watch.root)


def on_page_context(context: Any, *, page: Page, **_: Any) -> None:
    """Lets the templates have a title that is a text, whatever the front matter says it is."""
    if _watch is not None and not isinstance(page.meta.get("title", ""), str):
        page.meta["title"] = page.title = str(page.meta["title"])


def on_env(env: Any, *, files: Files, **_: Any) -> None:
    """Notes the address of each page."""
    if _browser is not None:
        _browser.addresses = {file.src_uri: file.url for file in files.documentation_pages()}


def on_post_page(output: str, *, page: Page, **_: Any) -> str:
    """Lets a page load the script, which knows by its attribute which page it is on."""
    return _with_script(output, page.file.src_uri)


def on_post_template(output_content: str, *, template_name: str, **_: Any) -> str:
    """Lets the page for wrong addresses load it, too: it comes where a page was removed."""
    return _with_script(output_content, "") if template_name == "404.html" else output_content


def on_serve(server: LiveReloadServer, **_: Any) -> None:
    """Begins to watch and to answer."""
    if _browser is not None:
        _browser.join(server)


def on_shutdown(**_: Any) -> None:
    """Ends what was begun."""
    if _watch is not None:
        _watch.close()


def _with_script(html: str, page: str) -> str:
    return _browser.with_script(html, page) if _browser is not None else html
