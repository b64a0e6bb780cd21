"""How does a block of code say which file it shows, and which of its lines?

A Python-Markdown extension for the site: a fenced block that holds an include
gets the file's name as its title and the file's own line numbers, both taken from
the include, so they cannot drift. A block that shows what a program printed says
whose output it is, gets the class `output`, and no button that would copy its
prompt. `docproof.markdown.permalinks` links each step to the whole program, and
`docproof.markdown.keyboard` shortens the way to the first block.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from docproof.markdown.extension import extension
from docproof.markdown.keyboard import first_block, permalinks
from docproof.markdown.permalinks import places
from docproof.pages.includes import unix_lines
from docproof.pages.page import blocks_of

_HEAD = re.compile(r"(?P<fence>[ \t]*(?:```+|~~~+)) *(?P<language>[\w+-]+)(?P<options>[^\n`{]*)")
_INCLUDE = re.compile(r"[ \t]*-+8<-+ +(?P<quote>[\"'])(?P<target>[^\"'\n]+)(?P=quote)")
_TARGET = re.compile(r"(?P<path>[^:]+)(?P<range>:(?P<start>\d*)(?::\d*)?)?")
_OUTPUT = re.compile(
    r"^(?P<indent>[ \t]*)(?P<fence>```+)text\n"
    r"(?P<body>[ \t]*\$ (?P<command>[^\n]+)\n.*?)(?P=indent)(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(
    r'(?P<head><div class="[^"]*\boutput\b[^"]*"><span class="filename">[^<]*</span>'
    r"<pre><span></span><code>)\$ (?P<command>[^\n]+)"
)
_COLUMNS = re.compile(r"\S {2,}\S")  # a line of a table
# Before snippets (32), while the includes can be seen; and after them, before superfences
# puts blocks away to keep their tabs (31.05).
_BEFORE, _AFTER = 36, 31.5
# After the blocks are put in (30); and after headings have their permalinks (5).
_BUILT, _LINKED = 20, 4


def _steps(md: Markdown, lines: list[str]) -> list[str]:
    lines = unix_lines(lines)
    if any("8<" in line for line in lines):
        for block in blocks_of(lines):
            include = _INCLUDE.fullmatch(lines[block.line])
            head = _HEAD.fullmatch(lines[block.line - 1])
            if include and head and block.end == block.line + 2:
                lines[block.line - 1] = _named(head, include["target"].strip())
    return lines


def _outputs(md: Markdown, lines: list[str]) -> list[str]:
    return _OUTPUT.sub(_marked, "\n".join(lines)).split("\n")


def _commands(md: Markdown, text: str) -> str:
    """The command above an output, and its prompt, which nobody has to type."""
    shown = r'\g<head><span class="command"><span class="prompt">$ </span>\g<command></span>'
    return _COMMAND.sub(shown, text)


def _marked(found: re.Match[str]) -> str:
    # Lines wrap, as in a terminal; those of a table would be torn apart, and scroll.
    rows = sum(bool(_COLUMNS.search(line)) for line in found["body"].split("\n"))
    kind = ".output .columns" if rows > 1 else ".output"
    fence = f"{found['indent']}{found['fence']}"
    title = f"Output of {found['command'].removeprefix('python ')}".replace('"', "'")
    return f'{fence}{{.text {kind} .no-copy title="{title}"}}\n{found["body"]}{fence}'


def _named(head: re.Match[str], included: str) -> str:
    target = _TARGET.fullmatch(included)
    if target is None:
        return head[0]
    options = head["options"]
    if "title=" not in options:
        options += f' title="{PurePosixPath(target["path"]).name}"'
    if "linenums=" not in options:
        options += f' linenums="{int(target["start"] or 1)}"'
    options += f' data-program="{target["path"]}"'
    if target["range"]:
        options += (
            ' data-lines=""'  # docproof.markdown.permalinks writes which, once they are known
        )
    return f"{head['fence']}{{.{head['language']}{options}}}"


makeExtension = extension(
    (Preprocessor, _BEFORE, _steps),
    (Preprocessor, _AFTER, _outputs),
    (Postprocessor, _BUILT + 1, _commands),
    (Postprocessor, _BUILT, places),
    (Postprocessor, _BUILT - 1, first_block),
    (Treeprocessor, _LINKED, permalinks),
)
