"""Reads YAML, and knows on which line each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from docproof.core.problem import BadInput, Problem
from docproof.core.rules import rule

UNREADABLE = rule(
    "unreadable",
    family="input",
    refuses="a file that is not UTF-8 text, or not the YAML that it is read as",
    why="The build would stop with a traceback, or show the wrong letters.",
    example="nav: [",
)

# The same reader, written in C where that is installed.
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Where something is in YAML: keys of mappings, numbers of items from 0.
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """What a YAML text says, `data`, and the tree of its nodes, which know their lines."""

    data: Any
    tree: yaml.Node | None

    def line_of(self, *place: str | int) -> int:
        """The line, from 1, of what is at a place, or of the nearest thing around it.

        A number inside a text is that of a line of the text, from 0.
        """
        line, node = 1, self.tree
        for key in place:
            if isinstance(node, yaml.MappingNode):
                pairs = [pair for pair in node.value if pair[0].value == key]
                if not pairs:
                    break
                mark, node = pairs[-1][0].start_mark, pairs[-1][1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                if key >= len(node.value):
                    break
                node = node.value[key]
                mark = node.start_mark
            else:
                if isinstance(node, yaml.ScalarNode) and isinstance(key, int) and node.style == "|":
                    line = node.start_mark.line + 2 + key
                break
            line = mark.line + 1
        return line


def parse(text: str) -> Document:
    """The document in a text; raises `yaml.YAMLError`."""
    loader = SAFE_LOADER(text)
    try:
        tree = loader.get_single_node()
        return Document(loader.construct_document(tree) if tree else None, tree)
    finally:
        loader.dispose()


def read(path: Path, name: str) -> Document:
    """The document in the file at `path`, called `name` in messages; raises `BadInput`."""
    try:
        return parse(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(yaml_problem(name, error)) from None


def yaml_problem(path: str, error: Exception) -> Problem:
    """What a YAML file's reader had to say, with the line it said it of."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return UNREADABLE.problem(path, line, f"cannot be read: {what}", "mend the file")


def repeated(node: yaml.Node | None, place: Place = ()) -> Iterator[Place]:
    """Where a key stands twice in a mapping; YAML's reader takes the last in silence."""
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(names)) < len(names):
            yield (*place, next(name for name in names if names.count(name) > 1))
        for key, value in node.value:
            if not isinstance(value, yaml.ScalarNode):
                yield from repeated(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            if not isinstance(item, yaml.ScalarNode):
                yield from repeated(item, (*place, number))
