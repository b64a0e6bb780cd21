"""What is a walkthrough's page as a Jupyter notebook?

Its prose becomes Markdown cells and each step a code cell, in the page's order,
so that the code cells are the program. What else stands in a block, commands and
outputs, stays in the prose. The whole program is not shown again.
"""

from __future__ import annotations

import ast
import importlib
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from docproof.core.project import Project
from docproof.inventory.inventory import inventory, same_package
from docproof.markdown.provenance import Provenance
from docproof.pages import includes
from docproof.pages.page import Block, Page

# Gives the address on the built site of what a page links to; None if it has none there.
Resolve = Callable[[str], "str | None"]

SKIPPED = "skip-execution"  # the tag of a cell that those who run a notebook unattended leave out

_BOX = re.compile(r"(?P<indent> *)(?:\?\?\?\+?|!!!) +[\w -]+?(?: +\"(?P<title>.*)\")?\s*")
_LINK = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]"
    r"\(\s*<?(?P<target>[^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)",
    re.DOTALL,
)
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]*[#.][^}\n]*\}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class _Step:
    """A step of the walkthrough, in its place among the lines of the page."""

    code: str


@dataclass(frozen=True)
class _Line:
    """A line of the page; `prose` is false inside a block."""

    text: str
    prose: bool = True


class Notebooks:
    """Makes the notebooks of a project's pages."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def of(self, page: Page, program: Path, resolve: Resolve) -> str:
        """The walkthrough of `program` on `page` as the text of an .ipynb file.

        Two calls with the same page and program give the same text.
        """
        # Here, since only a page with a walkthrough needs it; and its functions have no types.
        nbformat: Any = importlib.import_module("nbformat")
        cells: list[dict[str, Any]] = [_markdown_cell(self._about(page, program, resolve))]
        needed = self._needed(program)
        if needed:
            install = _code_cell(f"%pip install --quiet {' '.join(needed)}")
            install["metadata"]["tags"] = [SKIPPED]
            cells.append(install)
        for part in self._parts(page, program, resolve):
            cells.append(_code_cell(part.code) if isinstance(part, _Step) else _markdown_cell(part))
        for number, cell in enumerate(cells, start=1):
            cell["id"] = f"cell-{number}"
        python = {"display_name": "Python 3", "language": "python", "name": "python3"}
        made = nbformat.from_dict(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "metadata": {
                    "kernelspec": python,
                    "language_info": {"name": "python"},
                    "title": str(page.meta.get("title", "")),
                },
                "cells": cells,
            }
        )
        nbformat.validate(made)
        return f"{nbformat.writes(made)}\n"

    def _about(self, page: Page, program: Path, resolve: Resolve) -> str:
        title, address = page.meta.get("title", page.path.stem), resolve("")
        source = f"[{title}]({address})" if address else f"*{title}*"
        said = [
            f"This notebook is made from the page {source}. Each cell of code is one of its steps."
        ]
        said.append(f"Run them in their order: together they are `{program.name}`.")
        if self._project.key_variable and self._project.key_variable in program.read_text("utf-8"):
            said.append(f"Set your key in `{self._project.key_variable}` before you start Jupyter.")
        if self._needed(program):
            said.append("The first cell installs what the page was run with.")
        return " ".join(said)

    def _needed(self, program: Path) -> list[str]:
        """What `program` imports of what the project pins, with the pinned versions."""
        imported: set[str] = set()
        for node in ast.walk(ast.parse(program.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
        pins = inventory(self._project).pins
        packages = sorted(same_package(name) for name in imported)
        return [f"{name}=={pins[name]}" for name in packages if name in pins]

    def _parts(self, page: Page, program: Path, resolve: Resolve) -> Iterator[_Step | str]:
        """The Markdown and the steps of the page, in turn."""
        lines: list[_Line] = []
        for one in [*_quoted(list(self._lines(page, program, resolve))), None]:
            if isinstance(one, _Line):
                lines.append(one)
                continue
            markdown = _markdown(lines, resolve)
            lines = []
            if markdown:
                yield markdown
            if one:
                yield one

    def _lines(self, page: Page, program: Path, resolve: Resolve) -> Iterator[_Line | _Step]:
        """The lines of the page without front matter, includes put in, steps taken out."""
        body = includes.without_front_matter("\n".join(page.lines)).split("\n")
        blocks = {block.line: block for block in page.blocks}
        shown: dict[int, list[str]] = {}
        for include in page.includes:
            if not include.nested:
                shown.setdefault(include.line, []).extend(include.shown)
        said = {}
        if self._project.extension("docproof.markdown.provenance") is not None:
            said = Provenance(self._project).below(page.lines, page.includes, page.blocks)
        number = 1
        while number <= len(body):
            block, text = blocks.get(number), body[number - 1]
            indent = text[: len(text) - len(text.lstrip())]
            if block:
                yield from _block(page, block, program, indent, shown, resolve)
                number = block.end
            elif number in shown:
                yield from (_Line(indent + line, prose=False) for line in shown[number])
            else:
                yield _Line(text)
            for one in said.get(number, ()):
                yield from (_Line(line) for line in ("", indent + one, ""))
            number += 1


def _markdown_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code_cell(source: str) -> dict[str, Any]:
    nothing_yet: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "metadata": {}, "source": source, **nothing_yet}


def folder_beside(page: PurePosixPath) -> PurePosixPath:
    """Where the files are that a page offers; `page` and it are relative to the same folder."""
    return page.parent if page.stem in ("index", "README") else page.with_suffix("")


def _block(
    page: Page,
    block: Block,
    program: Path,
    indent: str,
    shown: dict[int, list[str]],
    resolve: Resolve,
) -> Iterator[_Line | _Step]:
    code: list[str] = []
    for line, text in enumerate(block.body, start=block.line + 1):
        code += shown.get(line, [text])
    here = [one for one in page.includes if block.line < one.line < block.end]
    mine = [one for one in here if one.file and one.file.resolve() == program]
    if any(":" not in one.target for one in mine):
        address = resolve(f"{folder_beside(PurePosixPath(page.path.name)) / program.name}")
        name = f"[{program.name}]({address})" if address else f"`{program.name}`"
        yield _Line(f"{indent}The page offers it as a file: {name}.", prose=False)
    elif mine:
        yield _Step("\n".join(code).strip("\n"))
    else:
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`{3,}", "\n".join(code)))])
        shown_code = "\n".join(code).strip("\n").split("\n")
        for text in (f"{fence}{block.language}", *shown_code, fence):
            yield _Line(f"{indent}{text}".rstrip(), prose=False)


def _quoted(lines: list[_Line | _Step]) -> Iterator[_Line | _Step]:
    """The lines with each box (`!!!`, `???`), which notebooks do not know, as a quotation."""
    number = 0
    while number < len(lines):
        one = lines[number]
        number += 1
        box = _BOX.fullmatch(one.text) if isinstance(one, _Line) and one.prose else None
        if box is None:
            yield one
            continue
        inner, before = f"{box['indent']}    ", f"{box['indent']}> "
        if box["title"]:
            yield _Line(f"{before}**{box['title']}**")
        while number < len(lines):
            line = lines[number]
            if isinstance(line, _Line) and line.text.strip() and not line.text.startswith(inner):
                break
            number += 1
            if isinstance(line, _Line):
                text = f"{before}{line.text.removeprefix(inner)}".rstrip()
                line = _Line(text, line.prose)
            yield line
        yield _Line("")


def _markdown(lines: list[_Line], resolve: Resolve) -> str:
    """Lines as the text of a cell: what went on inside a step begins at the margin."""
    text, prose = "", ""
    for line in lines:
        if line.prose:
            prose += f"{line.text}\n"
        else:
            text, prose = f"{text}{_linked(prose, resolve)}{line.text}\n", ""
    text = (text + _linked(prose, resolve)).strip("\n")
    first = text[: len(text) - len(text.lstrip(" "))]
    if first:
        head = re.match(rf"(?:(?:{first}.*|[ ]*)(?:\n|\Z))+", text)
        assert head is not None
        text = textwrap.dedent(head[0]) + text[head.end() :]
    return text.rstrip()


def _linked(prose: str, resolve: Resolve) -> str:
    """Prose with links that lead somewhere from a notebook, too; the others are their words."""

    def link(found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        address = resolve(found["target"])
        if address is None:
            return found["text"]
        return f"{found['image']}[{found['text']}]({address})"

    return _ATTRIBUTES.sub("", _LINK.sub(link, prose))
