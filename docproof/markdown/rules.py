"""Lists all rules on a page (a Python-Markdown extension).

A block

    ```rules
    ```

becomes the list of all of them, from the rules themselves.
"""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from docproof.markdown.extension import extension
from docproof.rules import rules

_BLOCK = re.compile(r"^```rules[ \t]*\n```[ \t]*$", re.MULTILINE)
# After snippets (32), before superfences puts blocks away to keep their tabs (31.05).
_PRIORITY = 31.5


def _listed(md: Markdown, lines: list[str]) -> list[str]:
    return _BLOCK.sub(lambda found: _markdown(), "\n".join(lines)).split("\n")


def _markdown() -> str:
    return "\n".join(
        f"## {rule.name}\n\nRefuses {rule.refuses}. {rule.why}\n\n````text\n{rule.example}\n````\n"
        for rule in rules()
    )


makeExtension = extension((Preprocessor, _PRIORITY, _listed))
