"""How does a reader without a mouse come to the code soon?

The first block with a copy button gets an address, for a link that skips to it.
The mark of a heading's own address is no stop on the way: the table of contents
has the same addresses.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown

FIRST = "first-block"  # also in overrides/main.html

# The empty span before the code, after which the copy button is put; and what may hide a block.
_PLACE = re.compile(
    r"(?P<open><details\b)|(?P<close></details>)|"
    r'<div class="(?![^"]*\bno-copy\b)[^"]*\bhighlight"[^>]*>'
    r'(?:<span class="filename">(?:(?!<pre>).)*</span>)?<pre><span(?=></span><code>)',
    re.DOTALL,
)


def first_block(md: Markdown, text: str) -> str:
    """Gives the first block its address."""
    depth, place = 0, None
    for found in _PLACE.finditer(text):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        elif depth == 0:
            place = found.end()
            break
        elif place is None:
            place = found.end()  # in a collapsed block, which opens if nothing else is there
    return text if place is None else f'{text[:place]} id="{FIRST}"{text[place:]}'


def permalinks(md: Markdown, root: Element) -> None:
    """Takes the marks of headings out of the keyboard's way."""
    for link in root.iter("a"):
        if link.get("class") == "headerlink":
            link.set("tabindex", "-1")
