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

from tools.publish import assets

# Beginnings of names that the theme's script knows, and no page of this site has or needs.
ABSENT = (
    "--md-mermaid", "footnote", "md-annotation", "md-progress", "md-source", "md-status", "md-tag",
    "md-tooltip", "md-version", "rtl", "success",
    # On each page for the frame in which the theme sets its colours; its rule is for all elements,
    # so that their styles would be worked out twice more.
    "data-md-color-switching",
)  # fmt: skip
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`')
_WORD = re.compile(r"[\w-]+")
_TAG = re.compile(r"""<([a-z][\w-]*)((?:[^"'>]++|"[^"]*"|'[^']*')*)>""")
_PROSE = re.compile(r' (content|title|aria-label)="[^"]*"')
_BETWEEN = re.compile(r"""[\s="']+""")
_NTH = re.compile(r":nth-child\((\d+)\)")
_USED = re.compile(r"var\(\s*(--[\w-]+)")

# What may hold a mark that ends nothing: a string, an escape, a pair of brackets.
_QUOTED = r""" "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+' | \\. """


def _nested(opening: str, closing: str) -> str:
    """The pattern of a pair of brackets, with up to three pairs inside each other in it."""
    pair = inside = rf"{_QUOTED} | [^\"'\\{opening}{closing}]++"
    for _ in range(4):
        pair = rf"{opening}(?:{inside})*+{closing}"
        inside = rf"{_QUOTED} | [^\"'\\{opening}{closing}]++ | {pair}"
    return pair


_BLOCK, _ROUND, _SQUARE = _nested(r"\{", r"\}"), _nested(r"\(", r"\)"), _nested(r"\[", r"\]")
_CSS = re.VERBOSE | re.DOTALL
_COMMENT = re.compile(rf"({_QUOTED}) | /\*.*?\*/", _CSS)
_RULE = re.compile(rf"\s*+ ( (?:{_QUOTED} | [^\"'\\{{}};]++)*+ ) ( ; | {_BLOCK} ) | (\S.*)", _CSS)
_DECLARATION = re.compile(rf"(?: {_QUOTED} | {_ROUND} | {_BLOCK} | [^\"'\\({{;]++ )++", _CSS)
_SELECTOR = re.compile(rf"(?: {_QUOTED} | {_ROUND} | {_SQUARE} | [^\"'\\(\[,]++ )++", _CSS)
_CONDITION = re.compile(r"@(media|supports)\b(.*)", _CSS)
# In a selector: an attribute and the value that it must have, or a name and what is before it.
_NAME = re.compile(
    rf"""{_ROUND} | \[\s*(?P<attribute>[\w-]+) (?:\s*=\s*["']?(?P<value>[^"'\]]*))? [^\]]*\]
    | (?P<mark>[.\#:]?) (?P<name>(?:[\w-]|\\.)+)""",
    _CSS,
)

# A declaration, or a rule with its selectors, or a condition, and what stands in it.
_Part = str | tuple[str, list["_Part"]]


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

    `words` has classes, ids, attributes and their values as they are, elements as `<name`, and
    the names of values (`--name`) that scripts speak of. Raises `ValueError` if it ends midway.
    """
    rules = list(_read(_COMMENT.sub(r"\1", style), words))
    text, before = "".join(_written(rule) for rule in rules), ""
    while text != before:  # a value that only a value without use names has no use either
        before, named = text, words | set(_USED.findall(text))
        text = "".join(_written(rule, named) for rule in rules)
    return text


def _read(style: str, words: set[str]) -> Iterator[_Part]:
    """The rules that can match, each with those of its selectors that can."""
    for head, body, rest in _RULE.findall(style):
        if rest:
            raise ValueError(f"the styles cannot be read from here: {rest[:60]}")
        condition = _CONDITION.match(head)
        if condition:
            inner = list(_read(body[1:-1], words))
            if inner:
                yield f"@{condition[1]} {condition[2].strip()}", inner
        elif head.startswith("@"):
            yield head + body
        else:
            some = [one.strip() for one in _SELECTOR.findall(head) if _names(one) <= words]
            parts = [part.strip() for part in _DECLARATION.findall(body[1:-1])]
            if some and any(parts):
                yield ",".join(some), list(filter(None, parts))


def _written(part: _Part, named: set[str] | None = None) -> str:
    """A rule or a declaration as text; "" for a value (`--name: …`) that is not `named`."""
    if isinstance(part, str):
        name = part.partition(":")[0].strip()
        return "" if named is not None and name.startswith("--") and name not in named else part
    head, parts = part
    inner = [text for text in (_written(one, named) for one in parts) if text]
    between = ";" if isinstance(parts[0], str) and not parts[0].startswith("@") else ""
    return f"{head}{{{between.join(inner)}}}" if inner else ""


def _names(selector: str) -> set[str]:
    """What must be on a page, or in a script, for the selector to match."""
    found: set[str] = set()
    for one in _NAME.finditer(selector):
        name = re.sub(r"\\(.)", r"\1", one["name"] or "")
        if one["attribute"]:
            found |= {one["attribute"], one["value"] or one["attribute"]}
        elif one["mark"]:
            found |= {name} if one["mark"] != ":" else set()
        elif name:
            found.add(f"<{name.lower()}")
    if ".tabbed-" in selector:  # the theme has a rule for each of twenty tabs
        found |= {f"__tabbed_1_{number}" for number in _NTH.findall(selector)}
    return found - {"<html", "<body"}


def _words(site: Path, built: dict[Path, str], absent: tuple[str, ...]) -> set[str]:
    """All that a selector may name: of the pages' elements, and of what the scripts say."""
    words: set[str] = set()
    for tag, attributes in {found for text in built.values() for found in _TAG.findall(text)}:
        words |= {f"<{tag}", *_BETWEEN.split(_PROSE.sub(r" \1", attributes))}
    spoken: set[str] = set()
    for name in assets.asked(site, built, "scripts")[0]:
        for parts in _STRING.findall((site / name).read_text("utf-8")):
            spoken.update(_WORD.findall("".join(parts)))
    spoken = {word for word in spoken if not word.startswith(absent)}
    return words | spoken | {f"<{word}" for word in spoken}
