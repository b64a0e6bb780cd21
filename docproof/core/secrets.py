"""Does something stand here that could be somebody's key?

A key is known by its shape, wherever it stands and whatever it spells, or by
its randomness where a key would stand: after `api_key=`, `Bearer` and the like.
Ids and hashes look as random as keys, so elsewhere randomness means nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

# After JSON's \n and a URL's %3D, a letter before a key belongs to the escape.
_START = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{2}))"

# What a text has to hold for the pattern to be worth trying, whose key it is, and its shape.
_SHAPES = tuple(
    (hints.split(), name, re.compile(f"{_START}(?:{shape})"))
    for hints, name, shape in (
        ("sk-ant-", "an Anthropic key", r"sk-ant-[\w-]{20,}"),
        ("sk-or-", "an OpenRouter key", r"sk-or-[\w-]{20,}"),
        ("sk-", "an OpenAI key", r"sk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,}|[A-Za-z0-9]{20,})"),
        (  # what LiteLLM's proxy hands out; class names have no such mixture
            "sk-",
            "an API key",
            r"sk-(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}",
        ),
        ("ghp_ gho_ ghu_ ghs_ ghr_", "a GitHub token", r"gh[pousr]_[A-Za-z0-9]{30,}"),
        ("github_pat_", "a GitHub token", r"github_pat_\w{22,}"),
        ("glpat-", "a GitLab token", r"glpat-[\w-]{20,}"),
        ("AKIA ASIA", "an AWS key id", r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
        ("AIza", "a Google key", r"AIza[\w-]{35}"),
        ("xox", "a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("hf_", "a Hugging Face token", r"hf_[A-Za-z0-9]{30,}"),
        ("k_live_ k_test_", "a Stripe key", r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
        ("gsk_", "a Groq key", r"gsk_[A-Za-z0-9]{30,}"),
        ("r8_", "a Replicate token", r"r8_[A-Za-z0-9]{30,}"),
        ("xai-", "an xAI key", r"xai-[A-Za-z0-9]{40,}"),
        ("pplx-", "a Perplexity key", r"pplx-[A-Za-z0-9]{40,}"),
        ("nvapi-", "an NVIDIA key", r"nvapi-[\w-]{40,}"),
        ("npm_", "an npm token", r"npm_[A-Za-z0-9]{36}"),
        ("pypi-AgE", "a PyPI token", r"pypi-AgE[\w-]{40,}"),
        ("eyJ", "a signed token (JWT)", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
        ("PRIVATE KEY", "a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    )
)

# Words after which a key would stand; before "key" and "token" it matters what kind.
_NAMES = ("key", "token", "secret", "password", "passwd", "authorization", "bearer", "credential")
_KEY_KIND = re.compile(
    r"(?:(?i:api|access|secret|private|auth|account|service|master|virtual)[_ -]?|[A-Z0-9]_)$"
)
_HARMLESS_KIND = re.compile(
    r"(?i:page|next|sync|continuation|cache|primary|sort|foreign|public|idempotency)[_ -]?$"
)
_VALUE = re.compile(
    r"(?:[\s\"'`\\\[\](){}<>,:=|*-]|%3[ADad]|%20"
    r"|\b(?:is|or|str|bytes|None|Optional|Bearer|Basic|Token|[bfr](?=[\"']))\b){1,60}"
    r"(?P<value>[A-Za-z0-9_.+/~-]{20,}={0,2})(?![\w+/~(-])"
)
_PLACEHOLDER = re.compile(
    r"insert|your|example|fake|dummy|placeholder|redacted|replace|change.?me|not.?a|x{4}|12345678",
    re.IGNORECASE,
)
_DATA_URI = re.compile(r"data:[\w/+.;=-]*;base64,[A-Za-z0-9+/=]*")
_RUN = re.compile("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_PIECE = re.compile("[A-Za-z0-9]{10,}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def found(text: str) -> Iterator[tuple[int, str, str]]:
    """What is shaped like a key in `text`: where it begins, itself, and what it looks like."""
    text = text.encode("ascii", "replace").decode("ascii")  # each character stays one
    if ";base64," in text:
        text = _DATA_URI.sub(lambda found: re.sub(r"\S", " ", found[0]), text)
    taken: list[range] = []
    for start, value, what in (*_by_shape(text), *_by_place(text)):
        if any(start in span or span.start in range(start, start + len(value)) for span in taken):
            continue
        taken.append(range(start, start + len(value)))
        yield start, value, what


def _by_shape(text: str) -> Iterator[tuple[int, str, str]]:
    for hints, what, shape in _SHAPES:
        if any(hint in text for hint in hints):
            for found in shape.finditer(text):
                yield found.start(), found[0], what


def _by_place(text: str) -> Iterator[tuple[int, str, str]]:
    lower = text.lower()
    for name in _NAMES:
        at = lower.find(name)
        while at >= 0:
            end = at + len(name)
            found = _VALUE.match(text, end) if _is_place(text, at, name) else None
            if found and _is_random(found["value"]):
                yield found.start("value"), found["value"].rstrip("."), "a key"
            at = lower.find(name, end)


def _is_place(text: str, at: int, name: str) -> bool:
    before = text[max(0, at - 16) : at]
    if _HARMLESS_KIND.search(before):
        return False
    return name != "key" or bool(_KEY_KIND.search(before))


def _is_random(value: str) -> bool:
    """Whether `value` was drawn by a machine: neither a placeholder nor made of words.

    Between two punctuation marks, words have digits at one or two places, and
    letters in runs of five or so, of three likeThis. What was drawn has digits
    in between, and runs of two. A piece too short to tell is left out.
    """
    if _PLACEHOLDER.search(value) or _entropy(value) < 2.7:
        return False
    if _UUID.fullmatch(value):
        return True
    for piece in _PIECE.findall(value):
        runs = _RUN.findall(piece)
        digits = sum(run.isdigit() for run in runs)
        if digits > 2 or len(piece) / len(runs) < (3.2 if digits else 2.3):
            return True
    return False


def _entropy(value: str) -> float:
    """Bits in each character, if each were drawn as often as it occurs."""
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)
