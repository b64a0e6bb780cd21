"""Which names, strings, numbers and expressions stand in this piece of Python?

It may be a program, some lines of one, or what a page says of one: the pieces
are told apart by one expression, so that they can be compared on every Python.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# A comment, a string, a number, a word, or one other character.
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<start>(?:\b[rbfuRBFU]{1,2})?)(?P<quote>\"{3}|'{3}|\"|')
        (?P<inside>(?:\\.|(?!(?P=quote)).)*)(?P=quote)
    |(?P<number>\b\d[\d_]*(?:\.\d+)?\b)
    |\w+|\S""",
    re.VERBOSE | re.DOTALL,
)
_IN_BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Names:
    """What can be named in a piece of Python.

    `words` are its tokens: identifiers, numbers, strings with their quotes.
    `strings` is what stands between the quotes, `numbers` the values of its
    numbers. `text` is all of it without spaces and comments, to look
    expressions up in.
    """

    words: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    numbers: frozenset[float] = frozenset()
    text: str = ""

    def has(self, span: str) -> bool:
        """Whether `span` stands here: token by token, or as a string or some words of one."""
        tokens = [found[0] for found in _TOKEN.finditer(span)]
        if span in self.words or span in self.strings:
            return True
        if len(tokens) == 1:
            return span[0] in "\"'" and span.strip("\"'") in self.strings
        if self.words.issuperset(tokens) and _joined(tokens) in self.text:
            return True
        return " " in span and any(span in one for one in self.strings)

    def sets(self, name: str) -> bool:
        """Whether a value is given to `name` here, as a variable, an attribute or an argument."""
        return _joined([*(found[0] for found in _TOKEN.finditer(name)), "="]) in self.text


def of_program(path: Path) -> Names:
    """What can be named in the program at `path`; kept until the file changes."""
    return _of_program(path, path.stat().st_mtime_ns)


@functools.cache
def _of_program(path: Path, changed: int) -> Names:
    return of_python(path.read_text("utf-8", errors="replace"))


def of_python(text: str) -> Names:
    """What can be named in a program, or in some lines of one."""
    tokens: list[str] = []
    strings: set[str] = set()
    numbers: set[float] = set()
    run = ""  # of strings beside each other, which are one
    for found in _TOKEN.finditer(text):
        if found["comment"]:
            continue
        tokens.append(found[0])
        if found["quote"]:
            run += found["inside"]
            strings |= {found["inside"].strip(), run.strip()}
            if "f" in found["start"].lower():
                for inner in map(of_python, _IN_BRACES.findall(found["inside"])):
                    tokens += ["", *inner.text.split("\0")]  # no expression goes on beyond it
                    strings |= inner.strings
        else:
            run = ""
            if found["number"]:
                numbers.add(as_number(found[0]))
    return Names(frozenset(tokens), frozenset(strings), frozenset(numbers), _joined(tokens))


def together(parts: Iterable[Names]) -> Names:
    """What can be named in any of `parts`."""
    every = list(parts)
    return Names(
        frozenset().union(*(one.words for one in every)),
        frozenset().union(*(one.strings for one in every)),
        frozenset().union(*(one.numbers for one in every)),
        "\n".join(one.text for one in every),
    )


def as_number(text: str) -> float:
    """The value of a number as it is written in code or prose: 4096, 4_096, 4,096, 0.3."""
    return float(text.replace(",", "").replace("_", ""))


def _joined(tokens: Iterable[str]) -> str:
    return "\0" + "\0".join(tokens) + "\0"
