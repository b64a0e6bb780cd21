"""What shape has each answer of the API? Writes the shapes: `python -m tools.wire_types`.

docproof/recordings/answers.py says how the file is read. The types are those of the
installed openai package, as JSON Schema, less what only a person would read.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from openai.pagination import SyncCursorPage, SyncPage
from openai.types import Batch, CreateEmbeddingResponse, FileDeleted, FileObject, Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

FILE = Path(__file__).parents[1] / "proof/wire-types.json"
COMMAND = "python -m tools.wire_types"
# By method and end of the address; None is an answer that may be anything.
ANSWERS: dict[str, type[BaseModel] | None] = {
    "POST /chat/completions": ChatCompletion,
    "POST /embeddings": CreateEmbeddingResponse,
    "GET /models": SyncPage[Model],
    "GET /models/{id}": Model,
    "POST /files": FileObject,
    "GET /files": SyncCursorPage[FileObject],
    "GET /files/{id}": FileObject,
    "DELETE /files/{id}": FileDeleted,
    "GET /files/{id}/content": None,
    "POST /batches": Batch,
    "GET /batches": SyncCursorPage[Batch],
    "GET /batches/{id}": Batch,
    "POST /batches/{id}/cancel": Batch,
}
# And of each event, where the request asks for a stream.
EVENTS: dict[str, type[BaseModel]] = {"POST /chat/completions": ChatCompletionChunk}
FOR_PEOPLE = {"title", "description", "default"}


def text() -> str:
    """What the file should say for the installed version."""
    models = dict.fromkeys(model for model in (*ANSWERS.values(), *EVENTS.values()) if model)
    found, whole = models_json_schema([(model, "validation") for model in models])
    names = {model: ref["$ref"].rpartition("/")[2] for (model, _), ref in found.items()}
    types = {name: _lean(schema) for name, schema in sorted(whole["$defs"].items())}
    # Unless told otherwise, the client asks for base64, and decodes it before it looks at the type.
    vector = types["Embedding"]["properties"]["embedding"]
    types["Embedding"]["properties"]["embedding"] = {"anyOf": [vector, {"type": "string"}]}
    parts = {
        "answers": {where: names[model] if model else None for where, model in ANSWERS.items()},
        "events": {where: names[model] for where, model in EVENTS.items()},
        "types": types,
    }
    head = f"The wire types of openai {version('openai')}. Written by: {COMMAND}"
    said = ",\n".join(f'"{title}": {{\n{_lines(part)}\n}}' for title, part in parts.items())
    return f'{{\n"about": {json.dumps(head)},\n{said}\n}}\n'


def _lines(part: dict[str, Any]) -> str:
    """One entry a line, so that a difference shows which type has changed."""
    return ",\n".join(f"  {json.dumps(name)}: {json.dumps(part[name])}" for name in part)


def _lean(schema: Any, is_schema: bool = True) -> Any:
    """A schema without what says nothing about the value; the names of fields stay."""
    if isinstance(schema, list):
        return [_lean(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _lean(value, is_schema=name != "properties")
        for name, value in schema.items()
        if not is_schema or not (name in FOR_PEOPLE or (name, value) == _ANYTHING)
    }


_ANYTHING = ("additionalProperties", True)

if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
