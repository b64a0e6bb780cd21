"""How does a data file stand on a page as a table?

A page names a YAML file and says what the columns hold; the rows are those of
the file, so no figure is typed on the page:

    ```table
    file: api-reference/models.yml
    rows: models
    columns:
      Model: "`{id}`"
      Context: "{context}"
    ```

`file` is relative to the folder of the pages, `rows` the name of a list or a
mapping in the file. Values are text, not Markdown. A column whose value a row
lacks shows a dash. A list is shown with commas; in code, each value of it is
code of its own. The name of a row in a mapping is `{key}`, with the parts of a
path: `{key.name}`. Of a program, `{key.page}` is the page that its folder mirrors, from
the root of the site: `code/a/b/x.py` is a program of `/a/b.md`. A column `"*"` stands for
one of each name that no other column shows, and says what is shown for each value:
`"*": {same: "=", fails: "✗"}`.
"""

from __future__ import annotations

import re
import string
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from docproof.core.yaml_files import SAFE_LOADER, written

# A block of a page that becomes a table.
FENCE = re.compile(
    r"^(?P<indent> *)```table[ \t]*\n(?P<block>.*?)^(?P=indent)```[ \t]*$", re.DOTALL | re.MULTILINE
)
_KEY = "key"


class TableError(Exception):
    """A table that cannot be built; `str()` says why."""


def data_files(text: str) -> list[str]:
    """The data files that the tables of a page name, relative to the folder of the pages."""
    found = [yaml.load(one["block"], SAFE_LOADER) for one in FENCE.finditer(text)]
    return [str(block["file"]) for block in found if isinstance(block, dict) and "file" in block]


def table(folder: Path, block: str) -> str:
    """The Markdown of one table; raises `TableError`."""
    try:
        wanted = yaml.load(block, SAFE_LOADER)
        columns = dict(wanted["columns"])
        marks = columns.pop("*", None)
        path = folder / wanted["file"]
        rows = _rows(written(path, path.stat().st_mtime_ns).data[wanted["rows"]])
    except (OSError, yaml.YAMLError) as error:
        raise TableError(f"the data cannot be read: {str(error).splitlines()[0]}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"the block or the data lacks {error}") from None
    known = list(dict.fromkeys(name for row in rows for name in row))
    parts = [part for shape in columns.values() for part in string.Formatter().parse(shape)]
    shown = [name.partition(".")[0] for _, name, _, _ in parts if name]
    for name in sorted({*shown} - {*known}):
        raise TableError(f"no row of {wanted['file']} has a '{name}'")
    others = [name for name in known if name not in shown and name != _KEY]
    if others and marks is None:
        name = min(others)
        raise TableError(f"a row of {wanted['file']} has '{name}', which no column shows")
    lines = [[*columns, *others], ["---"] * (len(columns) + len(others))]
    for row in rows:
        cells = [_cell(shape, row) for shape in columns.values()]
        lines.append(cells + [_mark(marks, row.get(name)) for name in others])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


class _Key(PurePosixPath):
    """The name of a row, with its parts if it is a path."""

    @property
    def page(self) -> str:
        """The page that the folder of a program mirrors, from the root of the site."""
        return f"/{'/'.join(self.parts[1:-1])}.md"


def _rows(data: Any) -> list[dict[str, Any]]:
    """The rows of a list, or of a mapping, where each knows the name that it has there."""
    if isinstance(data, dict):
        return [{_KEY: _Key(str(key)), **row} for key, row in data.items()]
    return [dict(row) for row in data]


def _cell(shape: str, row: dict[str, Any]) -> str:
    between = "`, `" if "`" in shape else ", "  # each value of a list is code of its own
    joined = {k: between.join(map(str, v)) if isinstance(v, list) else v for k, v in row.items()}
    if "`" not in shape:
        joined = {k: _plain(v) if isinstance(v, str) else v for k, v in joined.items()}
    try:
        return shape.format(**joined).replace("|", "\\|")
    except KeyError:
        return "\N{EN DASH}"


def _plain(text: str) -> str:
    """Text in Markdown that is shown as it stands."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"[\\`*_{}\[\]>#]", r"\\\g<0>", text)


def _mark(marks: dict[str, str], value: Any) -> str:
    if value not in marks:
        raise TableError(f"the column '*' does not say what is shown for '{value}'")
    return marks[value]
