"""Which of the rules of style does this site use, and in what one file do they stand?

A theme brings rules for all that a site may hold; a reader waits for each of
them. A rule is left out when its selector names a class, an id, an attribute or
an element that is on no page and in no string of the site's scripts, so that
nothing a script may add loses its style.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import tinycss2

from tools.publish import assets

# Beginnings of names that the theme's script knows, and no page of this site has.
ABSENT = (
    "footnote", "md-annotation", "md-source", "md-status", "md-tag", "md-tooltip", "md-version",
    "rtl", "tabbed",
)  # fmt: skip
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`')
_WORD = re.compile(r"[\w-]+")
_USED = re.compile(r"var\(\s*(--[\w-]+)")


def merge(site: Path, built: dict[Path, str], absent: tuple[str, ...] = ABSENT) -> None:
    """Put the styles that the pages of a built site use into one file, and link that one.

    `built` has the text of each page, and is changed. Raises `ValueError` if pages link
    different files.
    """
    linked = {path: assets.styles(site, text) for path, text in built.items()}
    linked = {path: asked for path, asked in linked.items() if asked.names}
    orders = {asked.names for asked in linked.values()}
    if len(orders) != 1:
        raise ValueError(f"the pages link different styles: {sorted(orders)}")
    whole = "\n".join((site / name).read_text("utf-8") for name in orders.pop())
    style = used(whole, _words(site, built, absent))
    name = f"assets/stylesheets/site.{hashlib.sha256(style.encode()).hexdigest()[:8]}.css"
    (site / name).write_text(style, "utf-8")
    for path, asked in linked.items():
        link = f'<link rel="stylesheet" href="{asked.base}{name}">'
        built[path] = assets.joined(built[path], asked, link)


def used(style: str, words: set[str]) -> str:
    """The rules of a style sheet whose selectors name only `words`, without white space.

    `words` has classes, ids, attributes and their values as they are, elements as `<name`.
    """
    kept = _sifted(style, lambda rule: _selected(rule, words))
    while True:  # a value that only a value without use names has no use either
        named = set(_USED.findall(kept))
        less = _sifted(kept, lambda rule: _with_values(rule, named))  # noqa: B023 - used at once
        if less == kept:
            return kept
        kept = less


def _sifted(style: Any, sift: Callable[[Any], str]) -> str:
    """What is left of rules, in a text or in the tokens of an at-rule, by what `sift` leaves."""
    kept = ""
    for rule in tinycss2.parse_rule_list(style, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            kept += sift(rule)
        elif rule.lower_at_keyword in ("media", "supports"):
            text = _sifted(rule.content, sift)
            head = tinycss2.serialize(rule.prelude).strip()
            kept += f"@{rule.lower_at_keyword} {head}{{{text}}}" if text else ""
        else:
            kept += rule.serialize()
    return kept


def _selected(rule: Any, words: set[str]) -> str:
    """A rule with those of its selectors that can match."""
    names = [one for one in _selectors(rule.prelude) if _names(one) <= words]
    body = tinycss2.serialize(rule.content).strip()
    selectors = ",".join(tinycss2.serialize(one).strip() for one in names)
    return f"{selectors}{{{body}}}" if names and body else ""


def _with_values(rule: Any, named: set[str]) -> str:
    """A rule without the values (`--name: …`) that nothing names."""
    parts = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    kept = [
        part.serialize()
        for part in parts
        if part.type != "declaration" or not part.name.startswith("--") or part.name in named
    ]
    head = tinycss2.serialize(rule.prelude).strip()
    return f"{head}{{{';'.join(kept)}}}" if kept else ""


def _selectors(prelude: list[Any]) -> Iterator[list[Any]]:
    """The selectors of a rule, which stand between its commas."""
    one: list[Any] = []
    for token in prelude:
        if token == ",":
            yield one
            one = []
        else:
            one.append(token)
    yield one


def _names(selector: list[Any]) -> set[str]:
    """What must be on a page, or in a script, for the selector to match."""
    found: set[str] = set()
    before = ""
    for token in selector:
        if token.type == "hash":
            found.add(token.value)
        elif token.type == "ident" and before != ":":
            found.add(token.value if before == "." else f"<{token.lower_value}")
        elif token.type == "[] block":
            found |= _attribute(token.content)
        before = token.value if token.type == "literal" else ""
    return found - {"<html", "<body"}


def _attribute(content: list[Any]) -> set[str]:
    parts = [token for token in content if token.type in ("ident", "string")]
    exact = any(token == "=" for token in content)
    return {token.value for token in (parts if exact else parts[:1]) if token.value}


class _Tags(HTMLParser):
    """The elements of pages, with all that a selector may name of them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.words.add(f"<{tag}")
        for name, value in attributes:
            self.words |= {name, *(value or "").split()}


def _words(site: Path, built: dict[Path, str], absent: tuple[str, ...]) -> set[str]:
    tags = _Tags()
    for text in built.values():
        tags.feed(text)
    spoken: set[str] = set()
    for name in {name for text in built.values() for name in assets.scripts(site, text).names}:
        for parts in _STRING.findall((site / name).read_text("utf-8")):
            spoken.update(_WORD.findall("".join(parts)))
    spoken = {word for word in spoken if not word.startswith(absent)}
    return tags.words | spoken | {f"<{word}" for word in spoken}
