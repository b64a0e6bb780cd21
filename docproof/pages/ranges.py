"""Which lines does each include ask for?"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from docproof.pages.includes import Include
from docproof.pages.page import Page

_SPEC = re.compile(r"^(?P<path>.*?):(?P<start>\d*)(?::(?P<end>\d*))?$")


@dataclass(frozen=True)
class Range:
    """An include by line range, as written: `start` and `end` are lines from 1, both included.

    `padding` is the width to which numbers are filled with zeros, 0 for none;
    `open_start` is true where the start is left out, as in '::04'. `is_whole` is true for an
    include of a whole file or a section, which has no numbers to follow its lines.
    """

    include: Include
    file: Path
    path: str
    start: int
    end: int
    padding: int
    open_start: bool
    is_whole: bool = False

    def respelled(self, start: int, end: int, padding: int) -> str:
        """The target for other lines, in this one's style."""
        first = "" if self.open_start and start == 1 else str(start).zfill(padding)
        return f"{self.path}:{first}:{str(end).zfill(padding)}"


def lines_of(file: Path) -> tuple[str, ...]:
    """The lines of an included file, as pymdownx reads them, less the empty one at its end."""
    return _lines(file, file.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _lines(file: Path, changed: int) -> tuple[str, ...]:
    lines = file.read_text("utf-8", errors="replace").split("\n")
    return tuple(lines[:-1] if lines[-1] == "" else lines)


def ranges(page: Page) -> list[Range]:
    """The page's own includes by line range that can be understood, in its order."""
    found = (range_of(include) for include in page.includes if not include.nested)
    return [one for one in found if one is not None]


def whole(include: Include) -> Range:
    """An include of a whole file or a section, where what it shows must be remembered, too."""
    assert include.file is not None
    last = len(include.shown)
    return Range(include, include.file, include.target, 1, last, 0, True, is_whole=True)


def range_of(include: Include) -> Range | None:
    """The line range of an include; None if it has none that can be understood."""
    found = _SPEC.match(include.target)
    if include.file is None or not found or not found["end"]:
        return None
    numbers = [number for number in (found["start"], found["end"]) if number]
    padded = [len(number) for number in numbers if number.startswith("0")]
    return Range(
        include=include,
        file=include.file,
        path=found["path"],
        start=int(found["start"] or 1),
        end=int(found["end"]),
        padding=max(padded, default=0),
        open_start=not found["start"],
    )


def path_of(include: Include) -> str:
    """The path that an include names, without its lines or its section."""
    found = re.match(r"(.*?)(?::[-0-9:,]*|:[a-zA-Z][-_0-9a-zA-Z]*)?$", include.target)
    return found[1] if found else include.target
