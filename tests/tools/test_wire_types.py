"""The wire types are those of the installed openai, and are read as openai reads them.

Only the tests import openai, since every worker imports this module.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from docproof.recordings.answers import WireTypes
from docproof.recordings.schema import misfits
from tests.docproof.recordings.test_wellformed import BATCH, FILE, MODEL, STREAM, URL, completion
from tests.helpers.guide import ROOT

TEXT = (ROOT / "proof/wire-types.json").read_text("utf-8")
DATA = json.loads(TEXT)
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLS = {"role": "assistant", "content": None, "tool_calls": [CALL]}
TOKEN = {"token": "a", "logprob": -0.5, "top_logprobs": [], "bytes": [97]}
# Embeddings are not among them: as base64 they fit, and openai decodes them first.
EXAMPLES: list[tuple[str, Any]] = [
    (
        "ChatCompletion",
        completion(
            choices=[
                {
                    "index": 0,
                    "message": CALLS,
                    "finish_reason": "tool_calls",
                    "logprobs": {"content": [TOKEN]},
                }
            ],
            system_fingerprint=None,
            prompt_logprobs=None,
        ),
    ),
    ("ChatCompletionChunk", json.loads(STREAM[1])),
    ("ChatCompletionChunk", json.loads(STREAM[4])),
    ("FileObject", FILE),
    ("Batch", {**BATCH, "request_counts": {"total": 1, "completed": 1, "failed": 0}}),
    ("Model", MODEL),
]
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(0, 3), st.just(0.5), st.sampled_from(["", "stop", "f"]),
    st.just([]), st.just({}), st.just([{}]), st.just({"index": 0}),
)  # fmt: skip


def test_the_wire_types_are_those_of_the_installed_version() -> None:
    code = "from tools import wire_types; print(wire_types.text(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    same = done.stdout == TEXT
    assert same, "proof/wire-types.json is out of date; renew it: make names"


@pytest.mark.parametrize("name", DATA["answers"])
def test_the_client_asks_for_each_answer_at_its_address_and_takes_it_for_that_type(
    name: str,
) -> None:
    import openai

    from tools.wire_types import ANSWERS

    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"data": [{"id": "1"}]})

    client = openai.OpenAI(
        api_key="fake",
        base_url=URL,
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
    )
    got = CALLS_OF[name](client)
    wire = WireTypes(DATA["answers"], DATA["events"], DATA["types"])
    sent = {"method": asked[0].method, "uri": str(asked[0].url)}
    assert wire.of(sent) == (name, "an/id" if "{id}" in name else "")
    wanted = ANSWERS[name]
    assert wanted is None or type(got) is wanted


CALLS_OF: dict[str, Any] = {
    "POST /chat/completions": lambda c: c.chat.completions.create(model="a", messages=[]),
    "POST /embeddings": lambda c: c.embeddings.create(
        model="a", input="x", encoding_format="float"
    ),
    "GET /models": lambda c: c.models.list(),
    "GET /models/{id}": lambda c: c.models.retrieve("an/id"),
    "POST /files": lambda c: c.files.create(file=b"x", purpose="batch"),
    "GET /files": lambda c: c.files.list(limit=1),
    "GET /files/{id}": lambda c: c.files.retrieve("an/id"),
    "DELETE /files/{id}": lambda c: c.files.delete("an/id"),
    "GET /files/{id}/content": lambda c: c.files.content("an/id"),
    "POST /batches": lambda c: c.batches.create(
        input_file_id="x", endpoint="/v1/embeddings", completion_window="24h"
    ),
    "GET /batches": lambda c: c.batches.list(),
    "GET /batches/{id}": lambda c: c.batches.retrieve("an/id"),
    "POST /batches/{id}/cancel": lambda c: c.batches.cancel("an/id"),
}


@given(st.data())
def test_a_value_fits_if_openai_s_own_type_takes_it(data: st.DataObject) -> None:
    from openai import types

    name, example = data.draw(st.sampled_from(EXAMPLES))
    model = getattr(types.chat if name.startswith("Chat") else types, name)
    value = copy.deepcopy(example)
    for _ in range(data.draw(st.integers(0, 2))):
        places = list(_places(value))
        inside, key = data.draw(st.sampled_from(places))
        if data.draw(st.booleans()):
            del inside[key]
        else:
            inside[key] = copy.deepcopy(data.draw(ANYTHING))
    wrong = list(misfits(value, {"$ref": name}, DATA["types"]))
    try:
        model.model_validate(value, strict=True)
    except ValidationError:
        assert wrong
    else:
        assert wrong == []


def _places(value: Any) -> Any:
    """Each place in `value` that can be changed: what it is in, and its key there."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(item, (dict, list)):
            yield from _places(item)
