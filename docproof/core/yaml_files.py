"""Reads YAML, and knows on which line each part of it stands."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from docproof.core.problem import BadInput, Problem, rule

UNREADABLE = rule(
    "unreadable",
    refuses="a file that is not UTF-8 text, or not the YAML that it is read as",
    why="The build would stop with a traceback, or show the wrong letters.",
    example="nav: [",
)

# The same reader, written in C where that is installed.
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """What a YAML text says, `data`, and the tree of its nodes, which know their lines.

    A place in it is made of keys of mappings, and numbers of items from 0.
    """

    data: Any
    tree: yaml.Node | None

    def line_of(self, *place: str | int) -> int:
        """The line, from 1, of what is at a place, or of the nearest thing around it."""
        line, node = 1, self.tree
        for key in place:
            found: list[tuple[yaml.Node, yaml.Node]] = []
            if isinstance(node, yaml.MappingNode):
                found = [pair for pair in node.value if pair[0].value == key]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                found = [(item, item) for item in node.value[key : key + 1]]
            if not found:
                break
            begin, node = found[-1]
            line = begin.start_mark.line + 1
        return line


def parse(text: str) -> Document:
    """The document in a text; raises `yaml.YAMLError`."""
    loader = SAFE_LOADER(text)
    try:
        tree = loader.get_single_node()
        return Document(loader.construct_document(tree) if tree else None, tree)
    finally:
        loader.dispose()


@functools.lru_cache(maxsize=8)
def written(path: Path, changed: int) -> Document:
    """The document in a file of that time of change; raises `OSError`, `yaml.YAMLError`."""
    return parse(path.read_text("utf-8"))


def read(path: Path, name: str) -> Document:
    """The document in the file at `path`, called `name` in messages; raises `BadInput`."""
    try:
        return written(path, path.stat().st_mtime_ns)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(yaml_problem(name, error)) from None


def yaml_problem(path: str, error: Exception) -> Problem:
    """What a YAML file's reader had to say, with the line it said it of."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return UNREADABLE.problem(path, line, f"cannot be read: {what}", "fix the file")
