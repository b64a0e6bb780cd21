"""Where in the whole program does a step stand, if the page shows both?

A postprocessor of `docproof.markdown.blocks`: it reads the line numbers in the blocks as
they were built. A step gets a link to its first line in the whole program. The
whole program gets one span for each run of lines that a step shows, which the
link leads to and which can be marked. Its class `walkthrough` says that the
steps show all of it. Nothing is added to the code itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from markdown import Markdown

_BLOCK = re.compile(
    r'<div class="(?P<classes>[^"]*)" data-program="(?P<program>[^"]*)"'
    r'(?P<step> data-lines="")?>(?P<title><span class="filename">.*?</span>)?'
    r"(?P<before><pre><span></span><code>)(?P<code>.*?)(?P<after></code></pre></div>)",
    re.DOTALL,
)
_NUMBER = re.compile(r'data-linenos=" *(\d+) ')
_LINE_ENDS = re.compile(r"(?<=\n)(?!</span>)|(?<=\n</span>)")  # a highlighted line is in a span
_TAGS = re.compile(r"<[^>]*>")
_Lines = tuple[int, int]  # the first and the last line of a run, from 1


def places(md: Markdown, text: str) -> str:
    """Puts the links, and the spans that they lead to, into the blocks of a page."""
    blocks = list(_BLOCK.finditer(text))
    wholes: dict[str, re.Match[str]] = {}
    for block in blocks:
        if not block["step"] and _stem(block) not in map(_stem, wholes.values()):
            wholes[block["program"]] = block  # a name is the address of one program only
    steps: dict[str, list[_Lines]] = {}
    for block in blocks:
        if block["step"] and block["program"] in wholes:
            steps.setdefault(block["program"], []).append(_lines(block))

    def placed(block: re.Match[str]) -> str:
        program = block["program"]
        if program in steps and block["step"]:
            return _step(block, _lines(wholes[program])[1])
        if program in steps and block.start() == wholes[program].start():
            return _whole(block, steps[program])
        title = block["title"] or ""
        code = f"{block['before']}{block['code']}{block['after']}"
        return f'<div class="{block["classes"]}">{title}{code}'

    return _BLOCK.sub(placed, text)


def _stem(block: re.Match[str]) -> str:
    return PurePosixPath(block["program"]).stem


def _lines(block: re.Match[str]) -> _Lines:
    numbers = _NUMBER.findall(block["code"])
    return int(numbers[0]), int(numbers[-1])


def _step(block: re.Match[str], end: int) -> str:
    first, last = _lines(block)
    words = f"line {first}" if first == last else f"lines {first} to {last}"
    place = f'<a href="#{_stem(block)}-L{first}">{words} of {end}</a>'
    title = block["title"].removesuffix("</span>")
    return (
        f'<div class="{block["classes"]}" data-program="{block["program"]}" '
        f'data-lines="{first}-{last}">'
        f"{title} {place}</span>{block['before']}{block['code']}{block['after']}"
    )


def _whole(block: re.Match[str], steps: list[_Lines]) -> str:
    built = _LINE_ENDS.split(block["code"])
    numbered = dict(enumerate(built, start=_lines(block)[0]))
    code = "".join(_runs(numbered, steps, _stem(block)))
    shown = {number for first, last in steps for number in range(first, last + 1)}
    missing = {number for number, line in numbered.items() if _TAGS.sub("", line).strip()} - shown
    classes = block["classes"] if missing else f"walkthrough {block['classes']}"
    return (
        f'<div class="{classes}" data-program="{block["program"]}">'
        f"{block['title']}{block['before']}{code}{block['after']}"
    )


def _runs(numbered: dict[int, str], steps: list[_Lines], stem: str) -> Iterator[str]:
    """The lines, cut where a step begins or ends; what a step shows is in a span."""
    cuts = {cut for first, last in steps for cut in (first, last + 1)} | {min(numbered)}
    starts = sorted(cut for cut in cuts if cut in numbered)
    for start, following in pairwise([*starts, max(numbered) + 1]):
        text = "".join(numbered[number] for number in range(start, following))
        if any(first <= start <= last for first, last in steps):
            run = f"{start}-{following - 1}"
            yield f'<span class="lines" id="{stem}-L{start}" data-lines="{run}">{text}</span>'
        else:
            yield text
