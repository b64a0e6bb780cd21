"""When, during `mkdocs build`, is each thing added to the site?

Nothing that a page needs to be right is here: a page is shaped by Markdown
extensions, which every engine runs. This plugin only calls; one module beside
it answers one question.
"""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin


class Publish(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """The plugin `docproof` of mkdocs.yml; it has no options."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        # Live reload is an inline script and wants its files as they were written.
        self.serving = command == "serve"

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Adds to the folder `config.site_dir` once every page is in it."""
