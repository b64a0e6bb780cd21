"""Which of the rules of style does this site use, and in what one file do they stand?

A theme brings rules for all that a site may hold; a reader waits for each of
them. A rule is left out when its selector names a class, an id, an attribute or
an element that is on no page and in no string of the site's scripts, so that
nothing a script may add loses its style.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import rcssmin
import tinycss2

from docproof.publish import pages

_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`')
_WORD = re.compile(r"[\w-]+")
_USED = re.compile(r"var\(\s*(--[\w-]+)")


def merge(site: Path, built: dict[Path, str], absent: list[str]) -> None:
    """Put the styles that the pages of a built site use into one file, and link that one.

    `built` has the text of each page, and is changed. `absent` are the beginnings of names that
    the theme's script knows and no page has. Raises `ValueError` if pages link different files.
    """
    linked = {path: pages.styles(site, text) for path, text in built.items()}
    linked = {path: asked for path, asked in linked.items() if asked.names}
    orders = {asked.names for asked in linked.values()}
    if len(orders) != 1:
        raise ValueError(f"the pages link different styles: {sorted(orders)}")
    whole = "\n".join((site / name).read_text("utf-8") for name in orders.pop())
    style = rcssmin.cssmin(used(whole, _words(site, built, tuple(absent))))
    name = f"assets/stylesheets/site.{hashlib.sha256(style.encode()).hexdigest()[:8]}.css"
    (site / name).write_text(style, "utf-8")
    for path, asked in linked.items():
        link = f'<link rel="stylesheet" href="{asked.base}{name}">'
        built[path] = pages.joined(built[path], asked, link)


def used(style: str, words: set[str]) -> str:
    """The rules of a style sheet whose selectors name only `words`, without white space.

    `words` has classes, ids, attributes and their values as they are, elements as `<name`.
    """
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    kept = "".join(_kept(rules, words))
    while True:  # a value that only a value without use names has no use either
        less = _without_unused_values(kept)
        if less == kept:
            return kept
        kept = less


def _kept(rules: list[Any], words: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            names = [one for one in _selectors(rule.prelude) if _names(one) <= words]
            body = tinycss2.serialize(rule.content).strip()
            if names and body:
                yield ",".join(tinycss2.serialize(one).strip() for one in names) + f"{{{body}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            text = "".join(_kept(inner, words))
            if text:
                head = tinycss2.serialize(rule.prelude).strip()
                yield f"@{rule.lower_at_keyword} {head}{{{text}}}"
        elif rule.type == "at-rule":
            yield rule.serialize()


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


def _without_unused_values(style: str) -> str:
    named = set(_USED.findall(style))
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    return "".join(_without(rule, named) for rule in rules)


def _without(rule: Any, named: set[str]) -> str:
    if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        text = "".join(_without(one, named) for one in inner)
        head = tinycss2.serialize(rule.prelude).strip()
        return f"@{rule.lower_at_keyword} {head}{{{text}}}" if text else ""
    if rule.type != "qualified-rule":
        return str(rule.serialize())
    parts = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    kept = [
        part.serialize()
        for part in parts
        if not (
            part.type == "declaration" and part.name.startswith("--") and part.name not in named
        )
    ]
    head = tinycss2.serialize(rule.prelude).strip()
    return f"{head}{{{';'.join(kept)}}}" if kept else ""


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
    for name in {name for text in built.values() for name in pages.scripts(site, text).names}:
        for parts in _STRING.findall((site / name).read_text("utf-8")):
            spoken.update(_WORD.findall("".join(parts)))
    spoken = {word for word in spoken if not word.startswith(absent)}
    return tags.words | spoken | {f"<{word}" for word in spoken}
