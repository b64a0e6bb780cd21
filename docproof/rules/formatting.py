"""Does the formatting of this page say what its author meant?"""

from __future__ import annotations

import ast
import html
import re
import warnings
from collections.abc import Iterator

from docproof.core.problem import Problem, rule
from docproof.core.project import Project
from docproof.pages import highlights, tables
from docproof.pages.page import Block, Page
from docproof.rules import Scope, check

FENCE_UNCLOSED = rule(
    "fence-unclosed",
    refuses=(
        "a line that looks like a fence but begins no block, because it is never closed, is "
        "closed at another indentation, or has options that nothing understands"
    ),
    why="The rest of the page would be shown as code, or the code as prose.",
    example="```bash\nls",
)
FENCE_LANGUAGE = rule(
    "fence-language",
    refuses="a Python program that is labeled as another language, or not labeled at all",
    why="It would have no colors, or the wrong ones.",
    example='```bash\n--8<-- "code/page/x.py"\n```',
)
TYPED = rule(
    "typed",
    refuses=(
        "a line of Python, or what a Python program prints, that is typed into a page "
        "instead of included"
    ),
    why=(
        "Nobody runs what is typed on a page, and nothing notices when the program prints "
        "something else."
    ),
    example="```python\nprint('Hello!')\n```",
)
BLOCK_TITLE = rule(
    "block-title",
    refuses="a block whose title names another file than the one it shows",
    why="A reader would save the program under the wrong name.",
    example='```python title="y.py"\n--8<-- "code/page/x.py"\n```',
)
STRUCTURE = rule(
    "structure",
    refuses=(
        "a list item, a block or a box that Markdown does not put where its author meant it: a "
        "step with another number than was typed, an item inside a paragraph or in a list of the "
        "other kind, a block that fell out of its step, or a box with nothing in it"
    ),
    why="A reader would see step 1 twice, steps run together in one line, or an empty box.",
    example="1. Run it:\n\n  ```bash\n  ls\n  ```",
)
LINK = rule(
    "link",
    refuses=(
        "a reference link that the page does not define, and a link from the root of the site "
        "that leads to no page or file"
    ),
    why="The page would show the link's brackets, or the reader would get an error 404.",
    example="[the reference](/api-refrence/)",
)
ENTITY_STRAY = rule(
    "entity-stray",
    refuses=(
        "an HTML entity inside code, where it is shown as it is typed, and one in prose that is "
        "escaped twice"
    ),
    why="A reader would see (and copy) `&lt;` instead of `<`.",
    example="`List&lt;int&gt;`, or &amp;lt; in prose",
)
HEADING_MISSING = rule(
    "heading-missing",
    refuses="a page whose first heading is not of level 1, or that has two headings of level 1",
    why="The table of contents and the search would give the page the wrong name.",
    example="## Prerequisites\n\n# Use LiteLLM",
)
TABLE = rule(
    "table",
    refuses=(
        "a table built from a data file that cannot be read, lacks what a column shows, or has "
        "what no column shows"
    ),
    why="The build would stop, a column would be empty, or data would be missing.",
    example='columns: {Model: "{idd}"}, where the data has id',
)

PYTHON = {"python", "py", "python3", "py3"}
_SESSION = {"pycon", "pycon3", "python-console"}
# Labels under which Python is never meant.
_OTHER = {
    "", "none", "text", "txt", "plain", "plaintext", "code", "output", "console", "terminal",
    "shell", "bash", "sh", "zsh", "shell-session", "powershell", "json", "yaml", "yml", "toml",
    "ini", "html", "css", "xml", "js", "javascript", "ts", "typescript", "sql",
}  # fmt: skip
_TERMINAL = _OTHER - {"json", "yaml", "yml", "toml", "ini", "html", "css", "xml"}
_COMMAND = re.compile(r"\$ (?:\w+=\S+ )*(?:uv run )?python[\d.]*(?:\s|$)")
# What Python has and no other of these languages writes in the same way.
_PYTHONIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.With, ast.AsyncWith, ast.For,
    ast.AsyncFor, ast.Try, ast.Import, ast.ImportFrom,
)  # fmt: skip

_BOX = re.compile(r"^( *)(?:\?\?\?\+?|!!!) +\S")
_DEFINED = re.compile(r"^ {0,3}\[([^\]]+)\]:", re.M)
_REFERENCE = re.compile(r"(?<![\]\\!])\[([^\]\[\n]+)\]\[([^\]\n]*)\]")
_ENTITY = re.compile(r"&(?:[lg]t|amp|quot|apos|nbsp|#\d+|#[xX][0-9a-fA-F]+);")
_TWICE = re.compile(r"&amp;(?:[lg]t|amp|quot|apos|nbsp|#\d+|#[xX][0-9a-fA-F]+);")
# A span that is about an entity.
_ONE_ENTITY = re.compile(r"&[#\w;]+;")
# Languages whose own syntax has entities.
_MARKUP = {"html", "xml", "svg", "md", "markdown", "jinja", "html+jinja", "vue", "jsx", "tsx"}
_HEADING = re.compile(r"(#{1,6})[^#]|<h([1-6])\b", re.IGNORECASE)
_UNDERLINE = re.compile("(=+|-+) *")


@check(Scope.PAGE)
def fences(project: Project, page: Page) -> Iterator[Problem]:
    """What is wrong with the blocks of a page."""
    for unclosed in page.unclosed:
        if unclosed.swallowed:
            yield FENCE_UNCLOSED.at(
                unclosed.line,
                f"'{unclosed.fence}' begins a block that swallows the fence on line"
                f" {unclosed.swallowed}",
                "close it before, or give it more backticks if it is to show a fence",
            )
        else:
            yield FENCE_UNCLOSED.at(
                unclosed.line,
                f"'{unclosed.fence}' looks like a fence, and no block comes of it",
                "close it at the same indentation, and fix its options",
            )
    for block in page.blocks:
        yield from _language(page, block)
        if project.configured:
            yield from _typed(page, block)
            yield from _titled(page, block)


@check(Scope.PAGE)
def boxes(project: Project, page: Page) -> Iterator[Problem]:
    """Boxes whose body is not indented."""
    for number, line in enumerate(page.body, start=1):
        box = _BOX.match(line)
        if box:
            after = next((text for text in page.lines[number:] if text.strip()), "")
            if len(after) - len(after.lstrip(" ")) < len(box[1]) + 4:
                yield STRUCTURE.at(
                    number,
                    "nothing is inside this box",
                    "indent what belongs in it by 4 columns more",
                )


@check(Scope.PAGE)
def references(project: Project, page: Page) -> Iterator[Problem]:
    """References to links that the page does not define, which are shown as they are typed."""
    text = "\n".join(page.plain)
    defined = {name.lower() for name in _DEFINED.findall(text)}
    for reference in _REFERENCE.finditer(text):
        name = reference[2] or reference[1]
        if name.lower() not in defined:
            yield LINK.at(
                text.count("\n", 0, reference.start()) + 1,
                f"no link is defined as [{name}]",
                f"write [{name}]: and its address below",
            )


@check(Scope.PAGE)
def entities(project: Project, page: Page) -> Iterator[Problem]:
    """HTML entities where they are shown as they are typed."""
    shown = {
        span.line: entity[0]
        for span in page.spans
        for entity in [_ENTITY.search(span.text)]
        if entity and not _ONE_ENTITY.fullmatch(span.text)
    }
    for block in page.blocks:
        if block.language.lower() not in _MARKUP:
            for number, line in enumerate(block.body, start=block.line + 1):
                entity = _ENTITY.search(line)
                if entity:
                    shown[number] = entity[0]
    for number, line in enumerate(page.plain, start=1):
        entity = _TWICE.search(line)
        if entity:
            shown.setdefault(number, entity[0])
    for number, typed in shown.items():
        plain = html.unescape(typed)
        yield ENTITY_STRAY.at(
            number,
            f"{typed} is shown as it is typed, not resolved",
            f"type {'a space' if plain.isspace() else plain} instead",
        )


@check(Scope.PAGE)
def headings(project: Project, page: Page) -> Iterator[Problem]:
    """A page begins with its one heading of the first level."""
    if page.meta.get("template"):
        return  # a page with a template of its own may have its heading there
    outline = list(_outline(page))
    if outline and outline[0][1] != 1:
        line, level = outline[0]
        yield HEADING_MISSING.at(
            line,
            f"its first heading is of level {level}",
            "begin it with one of level 1: # …",
        )
    for line, _ in [heading for heading in outline if heading[1] == 1][1:]:
        yield HEADING_MISSING.at(
            line,
            "this is its second heading of level 1",
            "make it a ##, or put a backslash before a # that is no heading",
        )


@check(Scope.PAGE)
def unbuilt_tables(project: Project, page: Page) -> Iterator[Problem]:
    """The tables of a page that cannot be built, if the project uses that extension."""
    if project.extension("docproof.markdown.tables") is None:
        return
    for block in page.blocks:
        if block.language == "table":
            try:
                tables.table(project.docs, "\n".join(block.body))
            except tables.TableError as error:
                yield TABLE.at(block.line, str(error), "fix the block or the data file")


def _language(page: Page, block: Block) -> Iterator[Problem]:
    language = block.language.lower()
    if language in PYTHON | _SESSION:
        return
    files = _included(page, block)
    typed = _typed_lines(page, block)
    program = next((name for name in files.values() if name.endswith(".py")), None)
    if program and not typed:
        code = f"a block that shows {program}"
    elif typed and not files and language in _OTHER and _is_python("\n".join(block.body)):
        code = "a block of Python"
    else:
        return
    labelled = f"is labelled '{block.language}'" if block.language else "has no language"
    yield FENCE_LANGUAGE.at(block.line, f"{code} {labelled}", "label it python")


def _titled(page: Page, block: Block) -> Iterator[Problem]:
    """A title that is a file's name is that of the file that the block shows."""
    title = block.options.get("title", "")
    names = set(_included(page, block).values())
    if re.fullmatch(r"[\w.-]+\.\w+", title) and names and title not in names:
        yield BLOCK_TITLE.at(
            block.line,
            f"the block is titled {title} and shows {', '.join(sorted(names))}",
            "fix the title",
        )


def _typed(page: Page, block: Block) -> Iterator[Problem]:
    language = block.language.lower()
    typed = _typed_lines(page, block)
    if not typed:
        return
    number, line = next(iter(typed.items()))
    if language in PYTHON | _SESSION:
        yield TYPED.at(
            number,
            f"'{_short(line)}' is typed into the page, so nothing runs it",
            'put it into a program, and include its lines: --8<-- "code/….py:1:4"',
        )
    elif language in _TERMINAL and _COMMAND.match(line):
        printed = [line for line in typed.values() if not line.startswith("$ ")]
        if printed:
            yield TYPED.at(
                number,
                f"what '{_short(line)}' prints is typed into the page",
                'include its output: --8<-- "code/…/terminal/….md"',
            )


def _included(page: Page, block: Block) -> dict[int, str]:
    """The targets of the includes of a block, by line."""
    return {
        include.line: include.file.name
        for include in page.includes
        if include.file and block.line < include.line < block.end
    }


def _typed_lines(page: Page, block: Block) -> dict[int, str]:
    """The lines of a block that are neither blank nor included, by line."""
    rows = highlights.shown_rows(page, block)
    return {row.line: row.text.strip() for row in rows if row.text.strip() and not row.include}


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, _PYTHONIC) or _is_print(node) for node in tree.body)


def _is_print(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "print"


def _short(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:39]}…"


def _outline(page: Page) -> Iterator[tuple[int, int]]:
    """The line and the level of each heading."""
    lines = ["", "", *page.prose]
    for number, line in enumerate(page.prose, start=1):
        heading = _HEADING.match(line)
        if heading:
            yield number, len(heading[1]) if heading[1] else int(heading[2])
        elif _UNDERLINE.fullmatch(line) and lines[number].strip() and not lines[number - 1].strip():
            yield number - 1, 1 if line[0] == "=" else 2
