"""Builds tables from data files (a Python-Markdown extension); `docproof.pages.tables` says how."""

from __future__ import annotations

import re
from textwrap import indent

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from docproof.markdown.extension import current_project, extension, linked, path_of
from docproof.pages.tables import FENCE, table

# After snippets (32), before superfences puts blocks away to keep their tabs (31.05).
_PRIORITY = 31.5


def _built(md: Markdown, lines: list[str]) -> list[str]:
    def made(block: re.Match[str]) -> str:
        built = table(current_project().docs, block["block"])
        return indent(linked(built, path_of(md)), block["indent"])  # as in a box

    return FENCE.sub(made, "\n".join(lines)).split("\n")


makeExtension = extension((Preprocessor, _PRIORITY, _built))
