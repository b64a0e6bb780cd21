"""Does this value have the shape that a JSON Schema asks for, and if not, where?

It reads as much of JSON Schema as types of an API's answers come to. A library
that compiles schemas first takes as long for that as reading all recordings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docproof.core.yaml_files import Place

Misfit = tuple[Place, str]

_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def misfits(value: Any, schema: Any, types: Any, place: Place = ()) -> Iterator[Misfit]:
    """Where `value`, which is at `place`, is not as `schema` says, and what is wrong there.

    `types` are the schemas that a `$ref` names by its last part.
    """
    if "$ref" in schema:
        schema = types[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        yield from _nearest(value, schema["anyOf"], types, place)
    elif "const" in schema:
        if value != schema["const"]:
            yield place, f"is {shown(value)} and not {shown(schema['const'])}"
    elif "enum" in schema:
        if value not in schema["enum"]:
            yield place, f"is {shown(value)} and none of {', '.join(map(str, schema['enum']))}"
    elif not _is_a(schema["type"], value):
        yield place, f"is {shown(value)} and not {_WORDS[schema['type']]}"
    elif isinstance(value, dict):
        yield from _fields(value, schema, types, place)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from misfits(item, schema["items"], types, (*place, number))


def shown(value: Any) -> str:
    """A value as a message names it."""
    if isinstance(value, (dict, list)):
        return _WORDS["object" if isinstance(value, dict) else "array"]
    if value is None:
        return "null"
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"


def _nearest(value: Any, schemas: Any, types: Any, place: Place) -> Iterator[Misfit]:
    """The misfits of the alternative that comes nearest: nothing is wrong but deep inside."""
    found = [list(misfits(value, schema, types, place)) for schema in schemas]
    if all(found):
        yield from max(found, key=lambda some: (min(len(at) for at, _ in some), -len(some)))


def _fields(value: Any, schema: Any, types: Any, place: Place) -> Iterator[Misfit]:
    for name in schema.get("required", ()):
        if name not in value:
            yield place, f"has no '{name}'"
    fields = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for name, item in value.items():
        wanted = fields.get(name, others)
        if wanted:
            yield from misfits(item, wanted, types, (*place, name))


def _is_a(kind: str, value: Any) -> bool:
    if kind == "object":
        return isinstance(value, dict)
    if kind == "array":
        return isinstance(value, list)
    if kind == "string":
        return isinstance(value, str)
    if kind == "null":
        return value is None
    if kind == "boolean":
        return isinstance(value, bool)
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return not isinstance(value, bool) and (
        whole or (kind == "number" and isinstance(value, float))
    )
