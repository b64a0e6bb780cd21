"""Does something stand here that could be somebody's key?

A key is known by its form, wherever it stands, or by its place: after `api_key=`,
`Bearer` and the like. On a page, what stands there has to look drawn by a machine, since
pages show samples and code; in an answer it may look like anything. Ids and hashes look
as random as keys, so elsewhere randomness means nothing.

Most forms are in key_formats.json, the rules of a scanner that others keep up; `python -m
tools.key_formats` renews it. Each is an id, words of which a text holds one (in lower case),
a regular expression, and expressions for what has the form and is no secret.
"""

from __future__ import annotations

import base64
import functools
import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

FORMATS = Path(__file__).with_name("key_formats.json")

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

# What the list lacks or cuts too fine: what a text holds in lower case, whose key it is, its
# form. Each is as the service writes it in its own documentation or hands it out.
_OWN = (
    # OpenAI's, Anthropic's and OpenRouter's, however long: the list knows one length.
    ("sk-", "a key", r"sk-(?:ant|or|proj|svcacct|admin|None)-[\w-]{20,}|sk-[A-Za-z0-9]{20,300}"),
    # What LiteLLM's proxy hands out; class names have no such mixture.
    ("sk-", "a key", r"sk-(?=[\w-]{,60}\d)(?=[\w-]{,60}[a-z])(?=[\w-]{,60}[A-Z])[\w-]{20,300}"),
    ("sk-lf-", "a Langfuse key", rf"sk-lf-{_UUID}"),
    ("aq.", "a Google key", r"AQ\.[\w-]{40,300}"),
    ("hf_", "a Hugging Face token", r"hf_[A-Za-z0-9]{30,300}"),
    ("xox", "a Slack token", r"xox[abeoprs]-[\w-]{20,300}"),
    ("ya29.", "a Google token", r"ya29\.[\w-]{20,300}"),
    ("gsk_", "a Groq key", r"gsk_[A-Za-z0-9]{30,300}"),
    ("r8_", "a Replicate token", r"r8_[A-Za-z0-9]{30,300}"),
    ("xai-", "an xAI key", r"xai-[A-Za-z0-9]{40,300}"),
    ("nvapi-", "an NVIDIA key", r"nvapi-[\w-]{40,300}"),
    ("fw_", "a Fireworks key", r"fw_[A-Za-z0-9]{20,300}"),
    ("csk-", "a Cerebras key", r"csk-[A-Za-z0-9]{30,300}"),
    ("tgp_v1_", "a Together key", r"tgp_v1_[\w-]{30,300}"),
    ("pcsk_", "a Pinecone key", r"pcsk_[A-Za-z0-9_]{30,300}"),
    ("vck_", "a Vercel key", r"vck_[A-Za-z0-9]{30,300}"),
    ("tvly-", "a Tavily key", r"tvly-(?:[a-z]+-)?[A-Za-z0-9]{20,300}"),
    ("jqqj9", "an Azure key", r"[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{27}"),
    ("eyj", "a signed token (JWT)", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    (
        "private key",
        "a private key",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"(?!(?:\s|\\n)*(?:\.\.\.|<))",
    ),
)

# After JSON's \n and a URL's %3D, a letter before a key belongs to the escape.
_START = re.compile(r"(?<![A-Za-z0-9_-])|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{2})")
_SHORTEST = 12  # characters of a key without blanks, of all that are listed
_REST = re.compile(r"[A-Za-z0-9_-]*")
# Who writes a sample says so, or counts.
_SAMPLE = re.compile(
    r"example|insert|placeholder|redacted|replace|your[_-]|john doe|jane doe"
    r"|(.)\1{5}|^sk-1234|12345678|abcdefgh|a1b2c3",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class _Form:
    """What keys of one kind look like; compiled once a text could hold one."""

    hints: tuple[str, ...]
    what: str
    shape: str
    samples: tuple[str, ...] = ()

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.shape)

    @functools.cached_property
    def may_go_on(self) -> bool:
        """Whether its beginning says that it is a key: then what is longer is one, too."""
        return all(re.search(r"[^a-z0-9]", hint) for hint in self.hints)

    def is_sample(self, value: str) -> bool:
        found = _SAMPLE.search(value) or any(re.search(one, value) for one in self.samples)
        return bool(found) or (value.startswith("eyJ") and bool(_SAMPLE.search(_payload(value))))


@functools.cache
def _forms() -> tuple[tuple[str, _Form], ...]:
    """Each form with each word that a text has to hold, for it to be worth trying."""
    listed = json.loads(FORMATS.read_text("utf-8"))["formats"]
    forms = [_Form((hint,), what, shape) for hint, what, shape in _OWN]
    forms += [
        _Form(tuple(hints), f"a key ({name})", shape, tuple(samples))
        for name, hints, shape, samples in listed
    ]
    return tuple((hint, form) for form in forms for hint in form.hints)


def _payload(token: str) -> str:
    """What a signed token says, which anyone can read."""
    coded = token.split(".")[1:2]
    try:
        return base64.urlsafe_b64decode(f"{coded[0]}===").decode("utf-8", "replace")
    except (ValueError, IndexError):
        return ""


# Words after which a key would stand; before "key" and "token" it matters what kind.
_NAMES = ("key", "token", "secret", "password", "passwd", "authorization", "bearer", "credential")
_KEY_KIND = re.compile(
    r"(?:(?i:api|access|secret|private|auth|account|service|master|virtual)[_ -]?|[A-Z0-9]_"
    r"|[?&]|(?i:refused|invalid|incorrect|wrong|unknown|expired|revoked|rejected|your) )$"
)
_HARMLESS_KIND = re.compile(
    r"(?i:page|next|sync|continuation|cache|primary|sort|foreign|public|idempotency|search)[_ -]?$"
)
_VALUE = re.compile(
    r"(?:[\s\"'`\\\[\](){}<>,:=|*-]|%3[ADad]|%20"
    r"|\b(?:is|or|str|bytes|None|Optional|Bearer|Basic|Token|provided|given|sent|used|was"
    r"|[bfr](?=[\"']))\b){1,60}"
    r"(?P<value>[A-Za-z0-9_.+/~-]{20,}={0,2})(?![\w+/~(*-])"
)
_PLACEHOLDER = re.compile(
    r"insert|your|example|fake|dummy|placeholder|redacted|replace|change.?me|not.?a|x{4}|12345678"
    r"|\.\.$",
    re.IGNORECASE,
)
_USER = re.compile(r"://(?P<value>[^\s/@\"'`<>\\]{8,})@")
_DATA_URI = re.compile(r"data:[\w/+.;=-]*;base64,[A-Za-z0-9+/=]*")
_RUN = re.compile("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_PIECE = re.compile("[A-Za-z0-9]{10,}")
_ADDRESS = re.compile("0x[0-9A-Fa-f]{40}")  # of a contract or an account on a chain
# Where a site's search is set up, with a key that every reader's browser sends.
_SEARCH = re.compile("algolia|docsearch|indexName|index_name", re.IGNORECASE)
_BESIDE = 200  # characters

# In an answer, what stands after one of these is a key, whatever it looks like; if nothing but a
# blank is between, or `token` is the word, it has to look less like the rest of a sentence.
_GIVEN = re.compile(
    r"(?:(?:api|secret|access|auth|private)[_ -]?key|(?:access|auth|api|bearer|secret)[_ -]?token"
    r"|(?P<token>(?<![a-z_])token)|[?&](?:key|sig|token)|client[_-]secret|password|passwd"
    r"|(?:proxy-)?authorization|(?<![a-z])bearer|key (?:provided|given|sent|received|used)"
    r"|(?:refused|invalid|incorrect|wrong|unknown|expired|revoked|rejected) key)"
    r"[\"'`\\*)\]]*(?: (?:provided|given|sent|received|used|was|is))*[\"'`\\*]*"
    r"(?:\s*(?:[:=]|%3d)[\s\"'`\\*\[]*|(?P<blank>\s+)[\"'`(\\]*)"
    r"(?:(?:bearer|basic|token)(?:\s|%20|\+)+)?"
    r"(?P<value>[^\s\"'`\\<>{}()\[\],;&|]{8,})",
    re.IGNORECASE,
)
_UUID_GIVEN = re.compile(rf"key\W{{1,6}}(?P<value>{_UUID})", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z]+(?:[_.:/-][A-Za-z]+)*[.:!?]*")
_LONG_RUN = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9]{84}(?![A-Za-z0-9+/_=-])")


def found(text: str) -> Iterator[tuple[int, str, str]]:
    """What looks like a key in a text for readers: where it begins, itself, and what it is."""
    text = _plain(text)
    kinds: list[tuple[int, str, str]] = []
    samples = set()
    for start, value, what, form in _by_form(text, ()):
        if form.is_sample(value):
            samples.add(start)
        else:
            kinds.append((start, value, what))
    kinds += [one for one in _by_place(text) if one[0] not in samples]
    yield from _apart(text, kinds)


def found_in_answer(
    text: str, edges: Collection[int] = (), by_place: bool = True
) -> Iterator[tuple[int, str, str]]:
    """The same of what a server says, where nothing is let through for looking like a sample.

    `text` may be put together from pieces that begin and end at the `edges`: there a key
    may do so, too, whatever stands beside it.
    """
    text = _plain(text)
    kinds = [one[:3] for one in _by_form(text, edges)]
    kinds += [(one.start(), one[0], "a key") for one in _LONG_RUN.finditer(text)
              if _is_mixed(one[0])]  # fmt: skip
    if by_place:
        kinds += [*_given(text), *_by_place(text)]
    yield from _apart(text, kinds)


def _plain(text: str) -> str:
    text = text.encode("ascii", "replace").decode("ascii")  # each character stays one
    if ";base64," in text:
        text = _DATA_URI.sub(lambda found: re.sub(r"\S", " ", found[0]), text)
    return text


def _apart(text: str, findings: list[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """The findings from left to right, with those that touch each other as one."""
    begin, end, said = 0, 0, ""
    for start, value, what in sorted(findings, key=lambda one: (one[0], -len(one[1]))):
        if start >= end:
            if end:
                yield begin, text[begin:end], said
            begin, end, said = start, start, what
        end = max(end, start + len(value))
    if end:
        yield begin, text[begin:end], said


def _by_form(text: str, edges: Collection[int]) -> Iterator[tuple[int, str, str, _Form]]:
    lower = text.lower()
    long = " ".join(word for word in lower.split() if len(word) >= _SHORTEST)
    held = (form for hint, form in _forms() if hint in (lower if " " in hint else long))
    for form in dict.fromkeys(held):
        at = 0
        while match := form.pattern.search(text, at):
            end = 0
            if match.start() in edges or _START.match(text, match.start()):
                end = _end(form, text, match, edges)
            if end:
                yield match.start(), text[match.start() : end], form.what, form
            at = end or match.start() + 1


def _end(form: _Form, text: str, match: re.Match[str], edges: Collection[int]) -> int:
    """Where a key that begins as `match` does ends; 0 if it is none."""
    start, end = match.span()
    rest = _REST.match(text, end)
    if not rest or not rest[0] or end in edges:
        return end
    if form.may_go_on:
        return rest.end()
    ends = (edge for edge in edges if start < edge < end)
    return next((edge for edge in ends if form.pattern.fullmatch(text, start, edge)), 0)


def _by_place(text: str) -> Iterator[tuple[int, str, str]]:
    """What was drawn by a machine and stands where a key would."""
    lower = text.lower()
    for name in _NAMES:
        at = lower.find(name)
        while at >= 0:
            end = at + len(name)
            found = _VALUE.match(text, end) if _is_place(text, at, name) else None
            if found and _is_random(found["value"]) and not _is_public(text, found):
                yield found.start("value"), found["value"].rstrip("."), "a key"
            at = lower.find(name, end)
    if "@" in text:
        for user in _USER.finditer(text):
            if len(user["value"]) >= 20 and _is_random(user["value"]):
                yield user.start("value"), user["value"], "a key"


def _given(text: str) -> Iterator[tuple[int, str, str]]:
    """What stands where nothing but a key does."""
    for found in _GIVEN.finditer(text):
        value = found["value"].rstrip(".:!?")
        is_drawn = bool(re.search("[0-9]", value) and re.search("[A-Za-z]", value))
        # A model's tokens are told in pieces of a word or two.
        if len(value) < (16 if found["token"] else 8) or _is_word(value):
            continue
        if is_drawn or not (found["blank"] or found["token"]):
            yield found.start("value"), value, "a key"
    for found in _UUID_GIVEN.finditer(text):
        if not _HARMLESS_KIND.search(text[max(0, found.start() - 16) : found.start()]):
            yield found.start("value"), found["value"], "a key"
    if "@" in text:
        for user in _USER.finditer(text):
            if not _is_word(user["value"]):
                yield user.start("value"), user["value"], "a key"


def _is_word(value: str) -> bool:
    """Whether `value` is made of words or code, or says itself that it is none."""
    return bool(_WORDS.fullmatch(value) or _ADDRESS.fullmatch(value)) or value.startswith(
        ("INSERT_", "$", "os.environ")
    )


def _is_public(text: str, found: re.Match[str]) -> bool:
    """Whether what stands at a key's place is something that anyone may know."""
    if _ADDRESS.fullmatch(found["value"]) or (found[0][0] == "-" and "/" in found["value"]):
        return True  # or a path, as in native-token-transfers/…
    around = text[max(0, found.start() - _BESIDE) : found.end() + _BESIDE]
    return bool(_SEARCH.search(around))


def _is_mixed(value: str) -> bool:
    return all(re.search(kind, value) for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def _is_place(text: str, at: int, name: str) -> bool:
    before = text[max(0, at - 16) : at]
    if _HARMLESS_KIND.search(before):
        return False
    return name != "key" or bool(_KEY_KIND.search(before)) or text.startswith(" provided", at + 3)


def _is_random(value: str) -> bool:
    """Whether `value` was drawn by a machine: neither a placeholder nor made of words.

    Between two punctuation marks, words have digits at one or two places, and
    letters in runs of five or so, of three likeThis. What was drawn has digits
    in between, and runs of two. A piece too short to tell is left out.
    """
    if _PLACEHOLDER.search(value) or _entropy(value) < 2.7:
        return False
    if re.fullmatch(_UUID, value):
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
