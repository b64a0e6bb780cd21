"""How does a data file stand on a page as a table?

A Python-Markdown extension. A page names a YAML file and says what the columns
hold; the rows are those of the file, so no figure is typed on the page:

    ```table
    file: api-reference/models.yml
    rows: models
    columns:
      Model: "`{id}`"
      Context: "{context}"
    ```

`file` is relative to the folder of the pages, `rows` the name of a list or a
mapping in the file. A column whose value a row lacks shows a dash.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from docproof.pages import Page
from docproof.project import Project
from docproof.report import Problem, Rule

RULES = (
    Rule(
        "table",
        "a table whose data cannot be read or lack a column",
        "The build would stop, or the column be empty.",
        'columns: {Model: "{idd}"}',
    ),
)


_FENCE = re.compile(r"^```table[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
# After snippets (32), before the fenced blocks (25).
_PRIORITY = 28


class TableError(Exception):
    """A table that cannot be built; `str()` says why."""


def problems(project: Project, page: Page) -> Iterator[Problem]:
    """The tables of a page that cannot be built, if the project uses this extension."""
    options = project.extension("docproof.tables")
    if options is None:
        return
    for block in page.blocks:
        if block.language == "table":
            try:
                _table(project.docs, "\n".join(block.body))
            except TableError as error:
                yield Problem(
                    page.name, block.line, "table", str(error), "mend the block or the data file"
                )


def data_files(text: str) -> list[str]:
    """The data files that the tables of a page name, relative to the folder of the pages."""
    found = [yaml.safe_load(block) for block in _FENCE.findall(text)]
    return [str(block["file"]) for block in found if isinstance(block, dict) and "file" in block]


def makeExtension(**options: Any) -> Extension:
    """The extension; its one option `docs_dir` is the folder of the pages."""
    return _TableExtension(**options)


class _TableExtension(Extension):
    def __init__(self, **options: Any) -> None:
        self.config = {"docs_dir": ["docs", "The folder of the pages"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        folder = Path(str(self.getConfig("docs_dir")))
        md.preprocessors.register(_Tables(md, folder), "docproof-tables", _PRIORITY)


class _Tables(Preprocessor):
    def __init__(self, md: Markdown, folder: Path) -> None:
        super().__init__(md)
        self.folder = folder

    def run(self, lines: list[str]) -> list[str]:
        text = _FENCE.sub(lambda found: _table(self.folder, found[1]), "\n".join(lines))
        return text.split("\n")


def _table(folder: Path, block: str) -> str:
    """The Markdown of one table; raises `TableError`."""
    try:
        wanted = yaml.safe_load(block)
        columns = dict(wanted["columns"])
        path = folder / wanted["file"]
        rows = yaml.safe_load(path.read_text("utf-8"))[wanted["rows"]]
    except (OSError, yaml.YAMLError) as error:
        raise TableError(f"the data cannot be read: {str(error).splitlines()[0]}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"the block or the data lacks {error}") from None
    rows = list(rows.values()) if isinstance(rows, dict) else rows
    known = {name for row in rows for name in row}
    parts = [part for shape in columns.values() for part in string.Formatter().parse(shape)]
    shown = {name for _, name, _, _ in parts if name}
    for name in sorted(shown - known):
        raise TableError(f"no row of {wanted['file']} has a '{name}'")
    for name in sorted(known - shown):
        raise TableError(f"a row of {wanted['file']} has '{name}', which no column shows")
    table = [list(columns), ["---"] * len(columns)]
    table += [[_cell(shape, row) for shape in columns.values()] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in table)


def _cell(shape: str, row: dict[str, Any]) -> str:
    try:
        return shape.format(**row).replace("|", "\\|")
    except KeyError:
        return "\N{EN DASH}"
