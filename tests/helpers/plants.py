"""What does the origin plant in its answers, and is any of it left in these bytes?

No key stands in this file: each is put together when the test runs, and says
that it is none.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_to_bytes

F = "FAKE"
# Not shaped like a key of any known service, and not the same in a URL or in base64.
KEY = "live/FAKE+key=of/these+tests/7Qz"
OTHER_KEY = "other/FAKE+key=of/these+tests/9Xw"
KEYS = {
    "OpenAI": "sk-" + "proj-" + "Fake_fake-" * 5,
    "Anthropic": "sk-" + "ant-api03-" + F * 10,
    "OpenRouter": "sk-" + "or-v1-" + F.lower() * 10,
    "GitHub": "ghp" + "_" + F * 9,
    "AWS": "AKIA" + F * 4,
    "Google": "AIza" + F * 8 + "FAK",
    "Slack": "xoxb" + "-1234567890-" + F * 6,
    "Hugging Face": "hf" + "_" + F * 9,
    "Stripe": "sk" + "_live_" + F * 6,
    "Groq": "gsk" + "_" + F * 13,
    "npm": "npm" + "_" + F * 9,
    "a JWT": ".".join(["eyJ" + F * 5, "eyJ" + F * 8, F * 8]),
}
# Who recorded, and from where.
TRACES = {
    "organisation": "org-" + F * 6,
    "project": "proj_" + "FAKE42" * 4,
    "request": "req_" + "fake4242" * 4,
    "IPv4 address": "93.184.215." + "14",
    "e-mail address": "fake.person" + "@" + "fake-company.dev",
}


def planted(key: str, host: str) -> dict[str, str]:
    """All that must not survive, by its name: `key` is the one in use, `host` the origin's own."""
    found = {**KEYS, **TRACES, "the key in use": key, "the origin's host": host}
    found["the key in a URL"] = quote(key, safe="")
    for name, around in (("alone", "{}"), ("as a user", "{}:"), ("as a password", "me:{}")):
        found[f"the key in base64, {name}"] = _base64(around.format(key))
    return found


def data(key: str, host: str) -> dict[str, object]:
    """The same in every place of a JSON object, names of its fields included.

    Its request's id is another each time, so that a recording which holds it differs.
    """
    secrets = planted(key, host)
    return {
        "nested": [list(secrets.values()), [[{"deep": {"deeper": [secrets["a JWT"]]}}]]],
        "by_name": {name.replace(" ", "_"): value for name, value in secrets.items()},
        "names": [{value: name} for name, value in secrets.items()],
        "two names": {KEYS["GitHub"]: 1, KEYS["npm"]: 2},
        "in JSON": json.dumps({"api_key": key, "other": KEYS["Groq"]}),
        "organization": TRACES["organisation"],
        "request_id": uuid.uuid4().hex,
        "address": f"https://{host}/v1/files?key={KEYS['Google']}&token={quote_plus(key)}",
    }


def sentence(key: str, host: str) -> str:
    """The same in words."""
    return "; ".join(f"{name}: {value}" for name, value in planted(key, host).items())


def headers(key: str, host: str) -> dict[str, str]:
    """The same in headers, those that a recording keeps included."""
    return {
        "set-cookie": f"session={KEYS['a JWT']}; Path=/; Secure",
        "openai-organization": TRACES["organisation"],
        "openai-project": TRACES["project"],
        "x-request-id": TRACES["request"],
        "cf-ray": f"{uuid.uuid4().hex[:16]}-FAK",
        "x-echo": f"Bearer {key}",
        "www-authenticate": "Basic " + _base64(f"me:{key}"),
        "x-ratelimit-limit-requests": "600",
        "x-ratelimit-account": f"{TRACES['organisation']} {KEYS['OpenAI']} {key}",
        "location": f"https://{host}/v1/seen?key={KEYS['Google']}&token={quote(key, safe='')}",
    }


def page(key: str, host: str) -> str:
    """The same on a page of HTML."""
    rows = "".join(f"<li>{html.escape(one)}</li>" for one in planted(key, host).values())
    return f"<!doctype html><title>Sign in</title><ul>{rows}</ul>"


def survivors(text: bytes, key: str = KEY, host: str = "") -> set[str]:
    """The names of what is left in `text`, written in whichever way."""
    wanted = {name: one.encode() for name, one in planted(key, host).items() if one}
    return {
        name
        for form in _readings(text)
        for name, one in wanted.items()
        if any(piece in form for piece in (one, *_in_base64(one)))
    }


def files_below(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file in the folders, with its bytes; one that goes away meanwhile is left out."""
    for top, _, names in (one for folder in folders for one in os.walk(folder)):
        for name in names:
            with contextlib.suppress(OSError):
                yield Path(top, name), Path(top, name).read_bytes()


def _readings(text: bytes) -> Iterator[bytes]:
    """`text` as it is, and without what URLs, JSON, HTML and YAML put into it."""
    yield text
    plain = re.sub(rb"\\u00([0-9a-fA-F]{2})", lambda found: bytes.fromhex(found[1].decode()), text)
    plain = re.sub(rb"[\s\\]", b"", plain)  # as YAML folds and JSON escapes
    yield plain
    yield unquote_to_bytes(plain)
    yield html.unescape(plain.decode("latin-1")).encode("latin-1", "replace")


def _in_base64(one: bytes) -> Iterator[bytes]:
    """What stands for `one` in base64 of whatever surrounds it."""
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + one)
        inner = coded[4 if offset else 0 : -4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
