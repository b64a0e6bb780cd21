"""On which line of a YAML file does this stand?"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

# Where something is in YAML: keys of mappings, numbers of items from 0.
Place = tuple[str | int, ...]


def line_of(tree: yaml.Node | None, place: Place) -> int:
    """The line, from 1, of what is at `place`, or of the nearest thing around it.

    A number inside a text is that of a line of the text, from 0.
    """
    line, node = 1, tree
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


def repeated(node: yaml.Node | None, place: Place = ()) -> Iterator[Place]:
    """Where a key stands twice in a mapping; YAML's reader would take the last in silence."""
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
