"""Are the fenced blocks of this page closed, labelled, and cut from files that were run?"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages.page import Block, Page

FENCE_UNCLOSED = rule(
    "fence-unclosed",
    family="formatting",
    refuses=(
        "a line that looks like a fence and begins no block: never closed, closed at another"
        " indentation, or with options that nothing understands"
    ),
    why="The page would show the rest of itself as code, or the code as prose.",
    example="```bash\nls",
)
FENCE_LANGUAGE = rule(
    "fence-language",
    family="formatting",
    refuses="a program in Python under the label of another language, or under none",
    why="It would have no colours, or wrong ones.",
    example='```bash\n--8<-- "code/x.py"\n```',
)
CODE_TYPED = rule(
    "code-typed",
    family="formatting",
    refuses="a line of Python that is typed into a page instead of included",
    why="Nobody runs what is typed on a page.",
    example="```python\nprint('Hello!')\n```",
)
BLOCK_TITLE = rule(
    "block-title",
    family="formatting",
    refuses="a block whose title is a file's name, and not that of the file that it shows",
    why="A reader would save the program under the wrong name.",
    example='```python title="helo.py"\n--8<-- "code/hello.py"\n```',
)
OUTPUT_TYPED = rule(
    "output-typed",
    family="formatting",
    refuses="what a Python program prints, typed into a page instead of included",
    why="Nothing would notice when the program prints something else.",
    example="```text\n$ python x.py\nHello!\n```",
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
_FENCE = re.compile(r"[ >\t]*(?:`{3,}[^`]*|~{3,}.*)")
_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*[\w{.][^`]*")
_COMMAND = re.compile(r"\$ (?:\w+=\S+ )*(?:uv run )?python[\d.]*(?:\s|$)")
_CUTTER = re.compile(r"\s*-+8<-+\s*")
# What Python has and no other of these languages writes in the same way.
_PYTHONIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.With, ast.AsyncWith, ast.For,
    ast.AsyncFor, ast.Try, ast.Import, ast.ImportFrom,
)  # fmt: skip


def problems(project: Project, page: Page) -> Iterator[Problem]:
    """What is wrong with the blocks of a page; after an unclosed fence, nothing else is."""
    unclosed = min(_unclosed(page), key=lambda problem: problem.line, default=None)
    if unclosed:
        yield unclosed
    for block in page.blocks:
        if unclosed is None or block.end < unclosed.line:
            yield from _language(page, block)
            if project.configured:
                yield from _typed(page, block)
                yield from _titled(page, block)


def _unclosed(page: Page) -> Iterator[Problem]:
    for number, line in enumerate(page.prose, start=1):
        if _FENCE.fullmatch(line):
            yield FENCE_UNCLOSED.problem(
                page.name,
                number,
                f"'{line.strip()}' looks like a fence, and no block comes of it",
                "close it at the same indentation, and mend its options",
            )
            break
    for block in page.blocks:
        fence = page.lines[block.line - 1].strip(" >\t")
        run = fence[: len(fence) - len(fence.lstrip(fence[0]))]
        for number, line in enumerate(block.body, start=block.line + 1):
            other = _OPENING.fullmatch(line)
            if other and other[1].startswith(run):
                yield FENCE_UNCLOSED.problem(
                    page.name,
                    block.line,
                    f"'{fence}' begins a block that swallows the fence on line {number}",
                    "close it before, or give it more backticks if it is to show a fence",
                )
                return


def _language(page: Page, block: Block) -> Iterator[Problem]:
    language = block.language.lower()
    if language in PYTHON | _SESSION:
        return
    files = _included(page, block)
    typed = _typed_lines(page, block, set(files))
    program = next((name for name in files.values() if name.endswith(".py")), None)
    if program and not typed:
        what = f"a block that shows {program}"
    elif typed and not files and language in _OTHER and _is_python("\n".join(block.body)):
        what = "a block of Python"
    else:
        return
    labelled = f"is labelled '{block.language}'" if block.language else "has no language"
    yield FENCE_LANGUAGE.problem(page.name, block.line, f"{what} {labelled}", "label it python")


def _titled(page: Page, block: Block) -> Iterator[Problem]:
    """A title that is a file's name is that of the file that the block shows."""
    title = block.options.get("title", "")
    names = set(_included(page, block).values())
    if re.fullmatch(r"[\w.-]+\.\w+", title) and names and title not in names:
        yield BLOCK_TITLE.problem(
            page.name,
            block.line,
            f"the block is titled {title} and shows {', '.join(sorted(names))}",
            "mend the title",
        )


def _typed(page: Page, block: Block) -> Iterator[Problem]:
    language = block.language.lower()
    typed = _typed_lines(page, block, set(_included(page, block)))
    if not typed:
        return
    number, line = next(iter(typed.items()))
    if language in PYTHON | _SESSION:
        yield CODE_TYPED.problem(
            page.name,
            number,
            f"'{_short(line)}' is typed into the page, so nothing runs it",
            'put it into a program, and include its lines: --8<-- "code/….py:1:4"',
        )
    elif language in _TERMINAL and _COMMAND.match(line):
        printed = [line for line in typed.values() if not line.startswith("$ ")]
        if printed:
            yield OUTPUT_TYPED.problem(
                page.name,
                number,
                f"what '{_short(line)}' prints is typed into the page",
                'include its output: --8<-- "code/…/terminal/….md"',
            )


def _included(page: Page, block: Block) -> dict[int, str]:
    """The targets of the includes of a block, by line."""
    return {
        include.line: include.file.name if include.file else include.target
        for include in page.includes
        if block.line < include.line < block.end
    }


def _typed_lines(page: Page, block: Block, included: set[int]) -> dict[int, str]:
    """The lines of a block that are neither blank nor includes, by line."""
    return {
        number: line.strip()
        for number, line in enumerate(block.body, start=block.line + 1)
        if line.strip() and number not in included and not _CUTTER.fullmatch(line)
    }


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
