"""The copy button of each block, in the page as it is built.

The theme's script adds one to each block when a page is loaded, and lays out the page anew after
each: with a hundred blocks a phone stands still for half a second. Here they are there from the
start, and work by the same script, which does the rest for a block when it comes into view.
"""

from __future__ import annotations

import itertools
import re

# Of the theme's settings in each page: that it makes the buttons, and that it waits.
_FEATURE, _LAZY = '"content.code.copy"', '"content.lazy"'
_BLOCK = re.compile(
    r'(<div class="(?P<classes>[^"]*\bhighlight\b[^"]*)"(?:(?!\bhighlight\b).)*?'
    r"<pre><span[^>]*></span>)<code>",
    re.DOTALL,
)
_BUTTON = (
    '<nav class="md-code__nav" role="none"><button class="md-code__button" '
    'title="Copy to clipboard" data-clipboard-target="#{0}" data-md-type="copy"></button></nav>'
    '<code id="{0}">'
)


def add(page: str) -> str:
    """The page with its buttons, if the theme was to make them."""
    if _FEATURE not in page:
        return page
    numbers = itertools.count(1)

    def block(found: re.Match[str]) -> str:
        if "no-copy" in found["classes"].split():
            return found[0]
        return found[1] + _BUTTON.format(f"__text_{next(numbers)}")

    return _BLOCK.sub(block, page.replace(_FEATURE, _LAZY))
