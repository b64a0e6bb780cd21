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
from urllib.parse import quote, urlsplit

from docproof.core import secrets
from docproof.core.readings import Body, Reading

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
_FIELD = (
    r"organization|(?:organization|org|project|account|request|x[_-]request)[_-]id"
    r"|(?:client[_-])?ip(?:[_-]address)?"
)
_FIELDS = re.compile(_FIELD, re.IGNORECASE)
# The same in what is no JSON, or no longer; and inside of a text, where it has to look like an id.
_FIELD_HERE = re.compile(rf"[\"'](?:{_FIELD})[\"']\s*:\s*[\"']([^\"'\\]+)", re.IGNORECASE)
_ID = re.compile(r"(?=\S*[\d_-])\S+")
REMOVED = "REMOVED"
_PASSES = 3  # what is put in the place of one thing can lay bare another

# In a reading, what nobody may read: from where to where, what stands there instead, its kind.
_Find = tuple[int, int, str, str]


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

    def body(self, body: bytes) -> bytes:
        """`body` without what nobody may read: JSON, a stream of events, or anything else."""
        try:
            text, coding = body.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            text, coding = body.decode("latin-1"), "latin-1"  # which every byte has a letter in
        return self.text(text).encode(coding)

    def text(self, text: str) -> str:
        """The same of a text. What came in pieces is put together, and goes from each of them."""
        for _ in range(_PASSES):
            clean = self._once(text)
            if clean == text:
                break
            text = clean
        return text

    def knows(self, text: str) -> bool:
        """Whether the key in use stands in a text, however it is written."""
        return any(form in text for form in self._forms)

    def _once(self, text: str) -> str:
        body = Body(text)
        for name, piece in body.fields:
            value = text[piece.start : piece.end]
            if _FIELDS.fullmatch(name) and value not in ("", REMOVED):
                places = range(piece.start, piece.end), range(piece.start + 1, piece.end + 1)
                self.taken["id"] += body.take(Reading(value, *places), 0, len(value), REMOVED)
        for put_together in body.readings():
            for reading in put_together.decoded():
                for start, end, instead, kind in self._found(reading):
                    self.taken[kind] += body.take(reading, start, end, instead)
        return body.left()

    def _found(self, reading: Reading) -> Iterator[_Find]:
        text = reading.text
        if not text:
            return
        for form in self._forms:
            for found in re.finditer(re.escape(form), text) if form in text else ():
                yield *found.span(), PLACEHOLDER, "key"
        if "PRIVATE KEY" in text:
            for found in _BLOCK.finditer(text):
                yield *found.span(), PLACEHOLDER, "key"
        for start, value, _ in secrets.found_in_answer(text, reading.edges, reading.is_whole):
            yield start, start + len(value), PLACEHOLDER, "key"
        if reading.is_whole:
            yield from self._others(reading)

    def _others(self, reading: Reading) -> Iterator[_Find]:
        """What is no key, and says who recorded, and from where."""
        text = reading.text
        for real, shown in self.moved:
            for found in re.finditer(re.escape(real), text) if real in text else ():
                yield *found.span(), shown, "address"
        for found in _FIELD_HERE.finditer(text):
            if found[1] != REMOVED and (reading.depth == 0 or _ID.fullmatch(found[1])):
                yield *found.span(1), REMOVED, "id"
        for found in _IDS.finditer(text):
            yield *found.span(), f"{found[1] or found[2]}{REMOVED}", "id"
        for found in _EMAIL.finditer(text) if "@" in text else ():
            yield *found.span(), "someone@example.com", "address"
        for pattern, instead in ((_IPV4, "192.0.2.1"), (_IPV6, "2001:db8::1")):
            for found in pattern.finditer(text):
                if _is_public(found[0]):
                    yield *found.span(), instead, "address"


def moved(real: str, documented: str) -> tuple[tuple[str, str], ...]:
    """What names a server at the URL `real`, and what the guide calls it, longest first."""
    there, here = urlsplit(real), urlsplit(documented)
    pairs = [(real, documented), (there.netloc, here.netloc)]
    host = there.hostname or ""
    if "." in host and not host.replace(".", "").isdigit():
        pairs.append((host, here.hostname or ""))
    return tuple(pairs)


def _is_public(address: str) -> bool:
    """Whether anyone could reach it; loopback and the like say nothing."""
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _forms(key: str) -> Iterator[str]:
    """How a key may come back: as it is, in a URL, in JSON, in base64 at any offset."""
    yield key
    yield quote(key, safe="")
    yield json.dumps(key)[1:-1]
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + key.encode()).decode().rstrip("=")
        # The first and the last letters depend on what stands beside the key.
        yield coded[(0, 2, 3)[offset] : -1 if (len(key) + offset) % 3 else None]
