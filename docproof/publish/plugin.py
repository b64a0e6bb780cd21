"""When, during `mkdocs build`, is each thing added to the site?

Nothing that a page needs to be right is here: a page is shaped by Markdown
extensions, which every engine runs. This plugin only calls; one module beside
it answers one question.
"""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file

from docproof import project as projects
from docproof import published
from docproof.publish import downloads, redirects
from docproof.report import BadInput

_THEME_ICON = "assets/images/favicon.png"


class Publish(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """The plugin `docproof` of mkdocs.yml; it has no options."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        # Live reload is an inline script and wants its files as they were written.
        self.serving = command == "serve"

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """Adds what pages link to, so that the strict build looks at these links, too."""
        self.moved: dict[str, tuple[str, str]] = {}
        try:
            project = projects.load(Path(config.config_file_path).parent)
            self.walks = downloads.walks(project)
        except BadInput as bad:
            raise PluginError(str(bad)) from None
        downloads.add(project, self.walks, files, config)
        icon = files.get_file_from_path(_THEME_ICON)
        if icon and config.theme["favicon"] != _THEME_ICON:
            files.remove(icon)  # nothing names it

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        for old in published.moved_from(page.meta):
            self.moved[old] = (f"/{page.url}", str(page.meta.get("title") or page.title))
        return downloads.offered(markdown, self.walks.get(page.file.src_uri, []))

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        return downloads.saved(html, self.walks.get(page.file.src_uri, []))

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Adds to the folder `config.site_dir` once every page is in it."""
        for name, text in redirects.files(self.moved, config.site_url or "").items():
            write_file(text.encode(), str(Path(config.site_dir, name)))
