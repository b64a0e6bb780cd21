"""Python-Markdown, as far as it says what is a list, a box, a block of code; and which blocks show.

It is asked with those of the project's extensions that have a say in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

import markdown

from docproof.core.project import Project
from docproof.pages.page import Block

# Extensions that change what is a list and what stands in it.
_STRUCTURE = (
    "admonition", "def_list", "footnotes", "md_in_html", "sane_lists", "tables",
    "pymdownx.details", "pymdownx.tabbed", "pymdownx.blocks.admonition",
    "pymdownx.blocks.details", "pymdownx.blocks.html", "pymdownx.blocks.tab",
)  # fmt: skip
# A mark that is all that stands in a block of code.
_MARK = re.compile("<pre[^>]*><code[^>]*>\\s*\ue002(\\d+)\ue001\\s*</code>")
# What a browser takes for text, and does not show, or not as a block.
_UNSHOWN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|template|textarea|title|noscript)\b.*?(?:</\1>|\Z)",
    re.DOTALL | re.IGNORECASE,
)


def parser(project: Project, *others: str) -> markdown.Markdown:
    """Python-Markdown with the project's extensions for structure, and with others; reset."""
    wanted = [name for name in _STRUCTURE if _in_use(project, name)]
    return _parser((*wanted, *others)).reset()


def shown_as_code(project: Project, lines: Iterable[str], blocks: Iterable[Block]) -> set[int]:
    """The lines, from 1, on which the blocks begin whose content a reader sees as code.

    `blocks` are the fenced blocks of `lines`. One in an HTML comment is not seen; one that
    is indented as code is seen with its fences.
    """
    marked = list(lines)
    for block in blocks:
        if block.end == block.line + 1:
            continue  # nothing is in it to be seen
        fence = marked[block.line - 1]
        before = fence[: len(fence) - len(fence.lstrip(" >\t"))]
        marked[block.line : block.end - 1] = [f"{before}\ue002{block.line}\ue001"] + [""] * (
            block.end - block.line - 2
        )
    md = parser(project, "pymdownx.superfences")
    html = _UNSHOWN.sub("", md.convert("\n".join(marked)))
    return set(map(int, _MARK.findall(html)))


def _in_use(project: Project, name: str) -> bool:
    return any(
        project.extension(form) is not None for form in (name, f"markdown.extensions.{name}")
    )


@functools.cache
def _parser(extensions: tuple[str, ...]) -> markdown.Markdown:
    md = markdown.Markdown(extensions=list(extensions))
    if "pymdownx.superfences" in extensions:
        md.treeprocessors.deregister("inline")  # which says nothing of blocks, and takes longest
        fences: Any = md.preprocessors["fenced_code_block"]
        fences.extension.superfences[0]["formatter"] = _plain_block
    return md


def _plain_block(src: str, **options: object) -> str:
    return f"<pre><code>{src}</code></pre>"
