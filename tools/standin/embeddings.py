"""Embeddings from hashed words: texts with the same words get vectors that point the same way.

Each word adds one, or takes one away, at a place that its hash chooses, and the vector is
scaled to the length 1. This is feature hashing (Weinberger and others, 2009). It knows words
and no meanings: "bicycle" and "bike" have nothing in common here.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import struct
from typing import Any

MODEL = "BAAI/bge-m3"  # the one that the service's documentation had last
SIZE = 64  # numbers in each vector; the model's own are 1,024
_USED = {"model", "input", "encoding_format", "user"}


def embedded(body: dict[str, Any], encoding: Any) -> dict[str, Any]:
    """The answer to a request; raises `ValueError` with what is not honoured of it."""
    texts = [body["input"]] if isinstance(body.get("input"), str) else body.get("input")
    form = body.get("encoding_format", "float")
    if body.get("model") != MODEL:
        raise ValueError(f"The stand-in has no embeddings of the model {body.get('model')!r}.")
    if "dimensions" in body:  # vLLM's words (its documentation, "Matryoshka Embeddings")
        raise ValueError(
            f'Model "{MODEL}" does not support matryoshka representation, '
            "changing output dimensions will lead to poor results."
        )
    if further := sorted(body.keys() - _USED):
        raise ValueError(f"The stand-in does not simulate {further[0]!r}.")
    if form not in ("float", "base64"):
        raise ValueError(f"The stand-in does not simulate 'encoding_format': {form!r}.")
    if not isinstance(texts, list) or not texts or not all(_is_text(one) for one in texts):
        raise ValueError("The stand-in embeds a text, or a list of texts; none may be empty.")
    vectors = [_vector(text) for text in texts]
    tokens = sum(len(encoding.encode(text)) for text in texts)
    return {
        "object": "list",
        "model": MODEL,
        "data": [
            {
                "object": "embedding",
                "index": number,
                "embedding": vector if form == "float" else _packed(vector),
            }
            for number, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _is_text(one: Any) -> bool:
    return isinstance(one, str) and bool(one)


def _vector(text: str) -> list[float]:
    counts = [0.0] * SIZE
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.md5(word.encode()).digest()
        counts[digest[0] % SIZE] += 1 if digest[1] % 2 else -1
    length = math.hypot(*counts) or 1.0
    return [round(count / length, 6) for count in counts]


def _packed(vector: list[float]) -> str:
    """Four bytes for each number, the lowest first, as OpenAI packs them."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
