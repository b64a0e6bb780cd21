"""Builds tables from data files (a Python-Markdown extension); `docproof.pages.tables` says how."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from docproof.markdown.provenance import linked, path_of
from docproof.pages.tables import FENCE, table

# After snippets (32), before superfences puts blocks away to keep their tabs (31.05).
_PRIORITY = 31.5


class _TableExtension(Extension):
    def __init__(self, **options: Any) -> None:
        self.config = {"docs_dir": ["docs", "The folder of the pages"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        folder = Path(str(self.getConfig("docs_dir")))
        md.preprocessors.register(_Tables(md, folder), "docproof-tables", _PRIORITY)


makeExtension = _TableExtension  # by this name Python-Markdown finds it


class _Tables(Preprocessor):
    def __init__(self, md: Markdown, folder: Path) -> None:
        super().__init__(md)
        self.folder = folder

    def run(self, lines: list[str]) -> list[str]:
        def made(block: re.Match[str]) -> str:
            made = linked(table(self.folder, block["block"]), path_of(self.md))
            return indent(made, block["indent"])  # as in a box

        return FENCE.sub(made, "\n".join(lines)).split("\n")
