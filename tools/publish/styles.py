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
_TAG = re.compile(r"""<([a-z][\w-]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>""")
_BETWEEN = re.compile(r"""[\s="']+""")
_USED = re.compile(r"var\(\s*(--[\w-]+)")

# A declaration, or a rule with its selectors, or a condition, and what stands in it.
_Part = str | tuple[str, list[Any]]


def merge(site: Path, built: dict[Path, str], absent: tuple[str, ...] = ABSENT) -> None:
    """Put the styles that the pages of a built site use into one file, and link that one.

    `built` has the text of each page, and is changed. Raises `ValueError` if pages link
    different files.
    """
    names, linked = assets.asked(site, built, "styles")
    whole = "\n".join((site / name).read_text("utf-8") for name in names)
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
    rules = list(_read(tinycss2.parse_stylesheet(style, True, True), words))
    text, before = "".join(_written(rule) for rule in rules), ""
    while text != before:  # a value that only a value without use names has no use either
        before, named = text, set(_USED.findall(text))
        text = "".join(_written(rule, named) for rule in rules)
    return text


def _read(rules: list[Any], words: set[str]) -> Iterator[_Part]:
    """The rules that can match, each with those of its selectors that can."""
    for rule in rules:
        if rule.type == "qualified-rule":
            some = [one for one in _selectors(rule.prelude) if _names(one) <= words]
            head = ",".join(tinycss2.serialize(one).strip() for one in some)
            parts = [
                one.serialize() for one in tinycss2.parse_blocks_contents(rule.content, True, True)
            ]
            if some and parts:
                yield head, parts
        elif rule.lower_at_keyword in ("media", "supports"):
            inner = list(_read(tinycss2.parse_rule_list(rule.content, True, True), words))
            if inner:
                yield f"@{rule.lower_at_keyword} {tinycss2.serialize(rule.prelude).strip()}", inner
        else:
            yield rule.serialize()


def _written(part: _Part, named: set[str] | None = None) -> str:
    """A rule or a declaration as text; "" for a value (`--name: …`) that is not `named`."""
    if isinstance(part, str):
        name = part.partition(":")[0].strip()
        return "" if named is not None and name.startswith("--") and name not in named else part
    head, parts = part
    inner = [text for text in (_written(one, named) for one in parts) if text]
    between = ";" if isinstance(parts[0], str) and not parts[0].startswith("@") else ""
    return f"{head}{{{between.join(inner)}}}" if inner else ""


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


def _words(site: Path, built: dict[Path, str], absent: tuple[str, ...]) -> set[str]:
    """All that a selector may name: of the pages' elements, and of what the scripts say."""
    words: set[str] = set()
    for tag, attributes in {found for text in built.values() for found in _TAG.findall(text)}:
        words |= {f"<{tag}", *_BETWEEN.split(attributes)}
    spoken: set[str] = set()
    for name in assets.asked(site, built, "scripts")[0]:
        for parts in _STRING.findall((site / name).read_text("utf-8")):
            spoken.update(_WORD.findall("".join(parts)))
    spoken = {word for word in spoken if not word.startswith(absent)}
    return words | spoken | {f"<{word}" for word in spoken}
