"""Does this value have the shape that a JSON Schema asks for, and if not, where?

It reads as much of JSON Schema as types of an API's answers come to. A library
that compiles schemas first takes as long for that as reading all recordings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from docproof.core.yaml_files import Place


class Misfit(NamedTuple):
    """Where a value is not as its schema says, and what is wrong there.

    It is `structural` if a mapping or a list is missing, or something else stands in its
    place; otherwise a single value is missing or of another kind.
    """

    place: Place
    what: str
    structural: bool
    lacks: str = ""  # the name of what is missing or null, if something is


_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_OF_PARTS = ("object", "array")


def misfits(value: Any, schema: Any, types: Any, place: Place = ()) -> Iterator[Misfit]:
    """Where `value`, which is at `place`, is not as `schema` says.

    `types` are the schemas that a `$ref` names by its last part.
    """
    if "$ref" in schema:
        schema = types[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        yield from _nearest(value, schema["anyOf"], types, place)
    elif "const" in schema:
        if value != schema["const"]:
            what = f"is {shown(value)} and not {shown(schema['const'])}"
            yield Misfit(place, what, _has_parts(value))
    elif "enum" in schema:
        if value not in schema["enum"]:
            what = f"is {shown(value)} and none of {', '.join(map(str, schema['enum']))}"
            yield Misfit(place, what, _has_parts(value))
    elif not _is_a(schema["type"], value):
        is_structural = _has_parts(value) or schema["type"] in _OF_PARTS
        lacks = str(place[-1]) if place and value is None else ""
        what = f"is {shown(value)} and not {_WORDS[schema['type']]}"
        yield Misfit(place, what, is_structural, lacks)
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
        yield from max(found, key=lambda some: (min(len(one.place) for one in some), -len(some)))


def _fields(value: Any, schema: Any, types: Any, place: Place) -> Iterator[Misfit]:
    fields = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            is_structural = _wants_parts(fields.get(name, {}), types)
            yield Misfit(place, f"has no '{name}'", is_structural, name)
    others = schema.get("additionalProperties")
    for name, item in value.items():
        wanted = fields.get(name, others)
        if wanted:
            yield from misfits(item, wanted, types, (*place, name))


def _has_parts(value: Any) -> bool:
    return isinstance(value, (dict, list))


def _wants_parts(schema: Any, types: Any) -> bool:
    """Whether nothing but a mapping or a list will do."""
    if "$ref" in schema:
        schema = types[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return all(_wants_parts(one, types) for one in schema["anyOf"])
    return schema.get("type") in _OF_PARTS


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
