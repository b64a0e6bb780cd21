"""What of an exchange must nobody read, and what stands in its place?

Keys are known as docproof.core.secrets knows them, and the one key that is in use is
known in whatever form it comes back. Ids of accounts and requests, addresses of
people and machines go, too: they say who recorded, and from where.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from docproof.core import secrets

PLACEHOLDER = "INSERT_API_KEY"
SHORTEST_KEY = 8  # characters; a shorter one would be found in words that are none

_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?-----END [A-Z0-9 ]+-----", re.S
)
_IDS = re.compile(
    r"(?<![A-Za-z0-9])(?:(org-|proj_|req_)[A-Za-z0-9]{16,}"
    r"|((?:org|user)-|(?:proj|req)_)(?=[A-Za-z]*\d)[A-Za-z0-9]{12,})"
)
_EMAIL = re.compile(r"[\w.+-]+@(?!example\.)[\w-]+(?:\.[\w-]+)+", re.ASCII)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{1,4}(?::{1,2}[0-9A-Fa-f]{1,4}){2,7}(?![\w:])")
# Fields whose value names the account, the machine or the moment.
_FIELDS = re.compile(
    r"organization|(?:organization|org|project|account|request|x_request)_id"
    r"|(?:client_)?ip(?:_address)?"
)
REMOVED = "REMOVED"
_PASSES = 3  # what is put in the place of one thing can lay bare another


@dataclass
class Redactor:
    """Takes out what nobody may read; `taken` counts what it took, by kind.

    `key` is the key in use ("" if none), `moved` pairs of what names the real
    server and what stands in its place.
    """

    key: str = ""
    moved: tuple[tuple[str, str], ...] = ()
    taken: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._forms = tuple(dict.fromkeys(_forms(self.key))) if self.key else ()

    def text(self, text: str) -> str:
        """`text` without what nobody may read."""
        for real, shown in self.moved:
            if real in text:
                text = text.replace(real, shown)
                self.taken["address"] += 1
        for form in self._forms:
            if form in text:
                text = text.replace(form, PLACEHOLDER)
                self.taken["key"] += 1
        if "PRIVATE KEY" in text:
            text = self._gone(_BLOCK, PLACEHOLDER, "key", text)
        for _ in range(_PASSES):
            keys = sorted(secrets.found(text), reverse=True)
            for start, value, _what in keys:
                text = text[:start] + PLACEHOLDER + text[start + len(value) :]
            self.taken["key"] += len(keys)
            if not keys:
                break
        text = self._gone(_IDS, rf"\1\2{REMOVED}", "id", text)
        if "@" in text:
            text = self._gone(_EMAIL, "someone@example.com", "address", text)
        text = _IPV4.sub(lambda found: self._address(found[0], "192.0.2.1"), text)
        return _IPV6.sub(lambda found: self._address(found[0], "2001:db8::1"), text)

    def data(self, data: Any) -> Any:
        """The same of what JSON can hold: each text in it, and the names of its fields."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, list):
            return [self.data(one) for one in data]
        if isinstance(data, dict):
            return {self.text(name): self._field(name, value) for name, value in data.items()}
        return data

    def body(self, body: bytes) -> bytes:
        """The same of a body: JSON, events of JSON, or anything else."""
        try:
            text, coding = body.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            text, coding = body.decode("latin-1"), "latin-1"  # which every byte has a letter in
        lines = text.split("\n") if re.match(r"(data|event|id|retry)?:", text) else [text]
        text = "\n".join(self._line(line) for line in lines)
        return self.text(text).encode(coding)

    def _line(self, line: str) -> str:
        head, rest = ("data:", line[5:]) if line.startswith("data:") else ("", line)
        try:
            data = json.loads(rest)
        except ValueError:
            return line
        clean = self.data(data)
        if clean == data:
            return line
        is_escaped = "\\ud" in rest.lower()  # half a character, perhaps, which has no UTF-8
        return f"{head} {json.dumps(clean, ensure_ascii=is_escaped)}".lstrip()

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and value and _FIELDS.fullmatch(name.lower().replace("-", "_")):
            self.taken["id"] += 1
            return REMOVED
        return self.data(value)

    def _gone(self, what: re.Pattern[str], instead: str, kind: str, text: str) -> str:
        text, count = what.subn(instead, text)
        self.taken[kind] += count
        return text

    def _address(self, text: str, instead: str) -> str:
        """`instead` for an address that anyone could reach; loopback and the like say nothing."""
        try:
            if not ipaddress.ip_address(text).is_global:
                return text
        except ValueError:
            return text
        self.taken["address"] += 1
        return instead


def moved(real: str, documented: str) -> tuple[tuple[str, str], ...]:
    """What names a server at the URL `real`, and what the guide calls it, longest first."""
    there, here = urlsplit(real), urlsplit(documented)
    pairs = [(real, documented), (there.netloc, here.netloc)]
    host = there.hostname or ""
    if "." in host and not host.replace(".", "").isdigit():
        pairs.append((host, here.hostname or ""))
    return tuple(pairs)


def _forms(key: str) -> Iterator[str]:
    """How a key may come back: as it is, in a URL, in JSON, in base64 at any offset."""
    yield key
    yield quote(key, safe="")
    yield json.dumps(key)[1:-1]
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + key.encode()).decode().rstrip("=")
        # The first and the last letters depend on what stands beside the key.
        yield coded[(0, 2, 3)[offset] : -1 if (len(key) + offset) % 3 else None]
