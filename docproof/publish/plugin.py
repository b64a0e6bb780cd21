"""When, during `mkdocs build`, is each thing added to the site?

Nothing that a page needs to be right is here: a page is shaped by Markdown
extensions, which every engine runs. This plugin only calls; one module beside
it answers one question.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment
from mkdocs.config import base, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files

from docproof.publish import policy, scripts, styles


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

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        # The templates' own indentation is a twentieth of a page.
        env.trim_blocks = env.lstrip_blocks = True
        return env

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self.serving:
            return
        site = Path(config.site_dir)
        built = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
        styles.merge(site, built, self.config.absent)
        scripts.merge(site, built)
        policy.add(site, built)
        for path, text in built.items():
            path.write_text(text, "utf-8")
