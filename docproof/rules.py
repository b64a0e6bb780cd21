"""Which rules are there, what does each refuse, and why?

Each module names the rules it can report, beside the code that does. Here they
are put together: for `check --explain RULE`, and for the site, where a block

    ```rules
    ```

becomes the list of all of them (a Python-Markdown extension).
"""

from __future__ import annotations

import importlib
import re
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from docproof.report import BadInput, Problem, Rule

# Those who report problems, in the order in which a reader would meet them.
_MODULES = (
    *(
        "pages",
        "check",
        "programs",
        "addresses",
        "published",
        "ranges",
        "walkthroughs",
        "lock",
        "highlights",
        "layout",
    ),
    *("prose", "names", "claims", "shell", "tables", "secrets", "orphans", "pictures", "recording"),
    *(
        "wellformed",
        "expectations",
        "verdict",
        "replay",
        "servers",
        "terminal",
        "record",
        "drift",
        "project",
        "includes",
    ),
    *("age", "compatibility"),
)
_BLOCK = re.compile(r"^```rules[ \t]*\n```[ \t]*$", re.MULTILINE)
# After snippets (32), before the fenced blocks (25).
_PRIORITY = 28


def rules() -> list[Rule]:
    """All rules, those of a module together."""
    found: list[Rule] = []
    for name in _MODULES:
        module = importlib.import_module(f"docproof.{name}")
        found += getattr(module, "RULES", ())
    return found


def named(name: str) -> Rule:
    """The rule of that name; raises `BadInput`, which lists the names that there are."""
    known = {rule.name: rule for rule in rules()}
    if name not in known:
        mend = f"name one of {', '.join(sorted(known))}"
        raise BadInput(Problem(name, 1, "path", "there is no such rule", mend))
    return known[name]


def explained(rule: Rule) -> str:
    """One rule in a few lines of plain text."""
    return f"{rule.name} refuses {rule.catches}.\n{rule.why}\nFor example: {rule.example}"


def makeExtension(**options: Any) -> Extension:
    """The extension; it has no options."""
    return _RulesExtension(**options)


class _RulesExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(_Rules(md), "docproof-rules", _PRIORITY)


class _Rules(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if not _BLOCK.search(text):
            return lines
        return _BLOCK.sub(lambda found: _markdown(), text).split("\n")


def _markdown() -> str:
    parts = []
    for rule in sorted(rules(), key=lambda rule: rule.name):
        parts.append(
            f"## {rule.name}\n\nRefuses {rule.catches}. {rule.why}\n\n"
            f"````text\n{rule.example}\n````\n"
        )
    return "\n".join(parts)
