"""Lists all rules on a page (a Python-Markdown extension).

A block

    ```rules
    ```

becomes the list of all of them, from the rules themselves.
"""

from __future__ import annotations

import re

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from docproof.rules import rules

_BLOCK = re.compile(r"^```rules[ \t]*\n```[ \t]*$", re.MULTILINE)
# After snippets (32), before superfences puts blocks away to keep their tabs (31.05).
_PRIORITY = 31.5


class _RulesExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(_Rules(md), "docproof-rules", _PRIORITY)


makeExtension = _RulesExtension  # by this name Python-Markdown finds it


class _Rules(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if not _BLOCK.search(text):
            return lines
        return _BLOCK.sub(lambda found: _markdown(), text).split("\n")


def _markdown() -> str:
    parts = []
    for rule in rules():
        parts.append(
            f"## {rule.name}\n\nRefuses {rule.refuses}. {rule.why}\n\n"
            f"````text\n{rule.example}\n````\n"
        )
    return "\n".join(parts)
