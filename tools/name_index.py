"""Which names of LiteLLM and openai may a page use? Writes them: `python -m tools.name_index`.

docproof/inventory/names.py says how the file is read. It lists what the installed
versions have: public names, parameters of the calls that a guide shows, fields
of what the calls return, and the variables that the source reads from the
environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

FILE = Path(__file__).parents[1] / "proof/names.txt"
COMMAND = "python -m tools.name_index"
PACKAGES = ("litellm", "openai")
# Private names, those of one provider's settings, prices above so many tokens, and what a
# module left in a variable of one letter.
LEFT_OUT = re.compile(r"(?:^|\.)_|Config$|_above_|^(?:self|kwargs|no-log)$|\.[a-z]$")
# How the source reads a variable. An `ast` of each file finds the same, in ten times the time.
READ = re.compile(
    r"(?:\benviron(?:\.get\(|\[)|\bgetenv\(|\bget_secret(?:_str|_bool)?\()"
    r"\s*(?:(?:key|secret_name)\s*=\s*)?[\"']([A-Z][A-Z0-9_]+)[\"']"
)
NO_CODE = re.compile(r'"""(?:.|\n)*?"""|^\s*#.*$', re.MULTILINE)


def text() -> str:
    """What the file should say for the installed versions."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no network
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    lines = [f"# The names of {versions}. Written by: {COMMAND}"]
    sections = {
        "names": _names(),
        "parameters": _parameters(),
        "fields": _fields(),
        "variables": _variables(),
    }
    for title, found in sections.items():
        lines += [
            "",
            f"[{title}]",
            *sorted(name for name in set(found) if not LEFT_OUT.search(name)),
        ]
    return "\n".join(lines) + "\n"


def _names() -> Iterator[str]:
    """Dotted names: of the packages, and of the classes that a program makes objects of."""
    import litellm
    import openai
    from litellm._lazy_imports_registry import LITELLM_ATTRIBUTES

    yield from PACKAGES
    yield from (f"litellm.{name}" for name in _public(litellm))
    yield from (f"litellm.{name}" for name in LITELLM_ATTRIBUTES)
    for place in (
        litellm.Router, litellm.exceptions, litellm.utils, litellm.BudgetManager,
        openai, openai.OpenAI, openai.AsyncOpenAI,
    ):  # fmt: skip
        where = place.__name__ if isinstance(place, ModuleType) else _class_name(place)
        yield from (f"{where}.{name}" for name in _public(place))


def _public(place: object) -> Iterator[str]:
    """The names in `place` that are its own, not what it imports from other packages."""
    for name in dir(place):
        found = getattr(place, name)
        home = found.__name__ if isinstance(found, ModuleType) else _home(found)
        if home in ("", *PACKAGES):
            yield name


def _home(found: object) -> str:
    found = getattr(found, "func", found)  # a cached property is of who wrote its function
    return str(getattr(found, "__module__", None) or "").partition(".")[0]


def _class_name(one: type) -> str:
    return f"{one.__module__.partition('.')[0]}.{one.__name__}"


def _parameters() -> Iterator[str]:
    import inspect

    import litellm
    from litellm.types.router import LiteLLM_Params
    from litellm.types.utils import all_litellm_params
    from openai import OpenAI
    from openai.resources.chat.completions import Completions
    from openai.resources.embeddings import Embeddings

    for call in (
        litellm.completion, litellm.acompletion, litellm.embedding, litellm.Router,
        OpenAI, Completions.create, Embeddings.create,
    ):  # fmt: skip
        yield from inspect.signature(call).parameters
    # What LiteLLM's calls take as **kwargs, and a Router's deployment as litellm_params.
    yield from all_litellm_params
    yield from LiteLLM_Params.model_fields


def _fields() -> Iterator[str]:
    """The fields of a chat completion, of its chunks and of an embedding, all the way down."""
    from litellm.types import utils
    from openai.types import CreateEmbeddingResponse
    from openai.types.chat import ChatCompletion, ChatCompletionChunk
    from pydantic import BaseModel

    waiting: list[type[BaseModel]] = [
        ChatCompletion, ChatCompletionChunk, CreateEmbeddingResponse,
        utils.ModelResponse, utils.ModelResponseStream, utils.Message, utils.Delta, utils.Usage,
    ]  # fmt: skip
    seen: set[object] = set()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            for name, field in model.model_fields.items():
                yield name
                waiting += _models(field.annotation)


def _models(annotation: object) -> Iterator[type]:
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)


def _variables() -> Iterator[str]:
    import litellm
    import openai

    for package in (litellm, openai):
        for path in Path(str(package.__file__)).parent.rglob("*.py"):
            source = path.read_text("utf-8")
            if READ.search(source):
                for found in READ.finditer(NO_CODE.sub("", source)):
                    yield found[1]


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
