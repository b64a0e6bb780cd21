"""Where may a line of code break?

A Python-Markdown extension for the site: code in a sentence, and a command, may
break after a space or a slash. A browser would also break at a hyphen, and a reader
would take the parts of a path for two names; so what has to stay whole is marked.
Nothing is added to the text: `<wbr>` is not copied.
"""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.postprocessors import Postprocessor

from docproof.markdown.extension import extension

_SPAN = re.compile(r"(?<!</span>)<code>[^<>]+</code>")  # in a block, a span is before the code
_COMMAND = re.compile(r'<div class="language-bash.*?</div>', re.DOTALL)
_WORD = re.compile(r"\S+")
_PLACE = re.compile(r"(?<=[\w.-]/)(?=[\w.-])")
# No browser breaks these (https://www.unicode.org/reports/tr14/): names, `a.b`, `a=1`, `f()`.
_WHOLE = re.compile(r"[\w.=:\"']*(\(\))?/?", re.ASCII)
_TEXT = re.compile(r"(?<=>)[^<>]+")
_BUILT = 18  # after docproof.markdown.blocks has read the blocks (19)


def _marked(md: Markdown, text: str) -> str:
    return _COMMAND.sub(_broken, _SPAN.sub(_broken, text))


def _broken(found: re.Match[str]) -> str:
    return _TEXT.sub(lambda part: _WORD.sub(_parted, part[0]), found[0])


def _parted(word: re.Match[str]) -> str:
    return "<wbr>".join(
        part if _WHOLE.fullmatch(part) else f'<span class="whole">{part}</span>'
        for part in _PLACE.split(word[0])
    )


makeExtension = extension((Postprocessor, _BUILT, _marked))
