"""When, during `mkdocs build`, is each thing added to the site?

Nothing that a page needs to be right is here: a page is shaped by Markdown
extensions, which every engine runs. This plugin only calls; one module beside
it answers one question.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config import base, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from docproof.core.problem import BadInput
from docproof.core.project import load_project
from docproof.pages import addresses
from docproof.publish import (
    crawlers,
    dates,
    downloads,
    feed,
    heads,
    llms,
    markdown,
    policy,
    redirects,
    scripts,
    styles,
)

_THEME_ICON = "assets/images/favicon.png"


class Options(base.Config):  # type: ignore[no-untyped-call]
    """The options of the plugin in mkdocs.yml."""

    absent = config_options.ListOfItems(config_options.Type(str), default=[])
    """Beginnings of names in the theme's script that style nothing on this site."""


class Publish(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """The plugin `docproof` of mkdocs.yml."""

    serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        # Live reload is an inline script and wants its files as they were written.
        self.serving = command == "serve"

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """Adds what pages link to, so that the strict build looks at these links, too."""
        self.moved: dict[str, tuple[str, str]] = {}
        try:
            project = load_project(Path(config.config_file_path).parent)
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
        for old in addresses.moved_from(page.meta):
            self.moved[old] = (f"/{page.url}", str(page.meta.get("title") or page.title))
        return downloads.offered(markdown, self.walks.get(page.file.src_uri, []))

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        return downloads.saved(html, self.walks.get(page.file.src_uri, []))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        self.nav = nav

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> None:
        """All pages are read, and nothing is written yet."""
        # The templates' own indentation is a twentieth of a page.
        env.trim_blocks = env.lstrip_blocks = True
        self.taken = {file.dest_uri for file in files}
        self.pages = [file.page for file in files.documentation_pages() if file.page]
        self.changes = dates.of(self.pages, Path(config.config_file_path).parent)
        for page in self.pages:
            day = dates.last(self.changes[page.file.src_uri])
            page.update_date = day or crawlers.UNKNOWN  # for the sitemap
        self.cards: dict[str, str] = {}
        if config.site_url and not self.serving:
            from docproof.publish import cards  # loads Pillow

            self.cards = cards.paths(self.pages)

    def on_post_template(self, text: str, *, template_name: str, config: MkDocsConfig) -> str:
        return crawlers.sitemap(text, config) if template_name == "sitemap.xml" else text

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        uri = page.file.src_uri
        changes = self.changes.get(uri, [])  # a draft, which is only served, has none
        facts = heads.facts(page, config, changes, self.cards.get(uri, ""))
        context["docproof"] = facts  # type: ignore[typeddict-unknown-key]

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Adds to the folder `config.site_dir` once every page is in it."""
        texts = markdown.texts(self.pages, config)
        self._add(config, texts)
        self._add(config, {"llms.txt": llms.index(config, self.nav)})
        self._add(config, {"llms-full.txt": llms.full(config, self.nav, texts)})
        if config.site_url:
            self._add(config, {"robots.txt": crawlers.robots(config)})
            self._add(config, {feed.NAME: feed.write(config, self.pages, self.changes)})
        if self.cards:
            from docproof.publish import cards

            self._add(config, cards.pictures(self.pages, config, self.cards))
        self._add(config, redirects.files(self.moved, config.site_url or ""))
        if not self.serving:
            self._lighten(Path(config.site_dir))

    def _lighten(self, site: Path) -> None:
        """Renews the pages of the built site, so that they ask for little and allow little."""
        built = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
        styles.merge(site, built, self.config.absent)
        scripts.merge(site, built)
        policy.add(site, built)
        for path, text in built.items():
            path.write_text(text, "utf-8")

    def _add(self, config: MkDocsConfig, files: dict[str, str] | dict[str, bytes]) -> None:
        """Writes files, by their paths on the site, unless the author has such a file."""
        for name, content in files.items():
            if content and name not in self.taken:
                path = Path(config.site_dir, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
