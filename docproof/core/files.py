"""Finds files, digests them, reads what git could not merge, and replaces several, whole or not."""

from __future__ import annotations

import hashlib
import os
import re
import signal
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from docproof.core.problem import Problem, rule

UNFINISHED = ".unfinished"
CONFLICT = rule(
    "merge-conflict",
    refuses="a file in which git has left the marks of a conflict",
    why="The two sides of a merge would be taken for one text.",
    example="<<<<<<< HEAD",
)
_MARK = re.compile(r"^[<>]{7} ", re.MULTILINE)
_HUNK = re.compile(
    r"^<{7} .*\n((?:.*\n)*?)(?:\|{7}.*\n(?:.*\n)*?)?={7}\r?\n((?:.*\n)*?)>{7} .*(?:\n|\Z)",
    re.MULTILINE,
)


def replace(texts: Mapping[Path, str]) -> None:
    """Write each text to its path: all of them, or, if one cannot be written, none.

    Raises `OSError`. A file that would not change is left alone. Only a process
    that is killed between two renames leaves some files new and others old, and
    one that is killed before can leave files that end in `.unfinished`.
    """
    changed = {path: text for path, text in texts.items() if _read(path) != text.encode()}
    unfinished = {path: path.with_name(f".{path.name}{UNFINISHED}") for path in changed}
    try:
        for path, text in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished[path].open("wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        # Ctrl-C waits until the last one is in its place.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            for path in changed:
                os.replace(unfinished[path], path)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
    finally:
        for path in unfinished.values():
            path.unlink(missing_ok=True)


def conflict(text: str, name: str, hint: str) -> Problem | None:
    """That the file called `name`, with this text, has marks of a conflict, if it has."""
    lines = [text.count("\n", 0, mark.start()) + 1 for mark in _MARK.finditer(text)]
    if not lines:
        return None
    where = ", ".join(map(str, lines))
    what = f"git has left the marks of a conflict on line{'s' * (len(lines) > 1)} {where}"
    return CONFLICT.problem(name, lines[0], what, hint)


def hunks(text: str) -> list[tuple[str, str]]:
    """The two sides of each conflict in a text; none if a mark of one stands alone."""
    if _MARK.search(_HUNK.sub("", text)):
        return []
    return [(hunk[1], hunk[2]) for hunk in _HUNK.finditer(text)]


def sides(text: str, union: bool = False) -> tuple[str, str]:
    """A text as each of the two sides of its conflicts has it; with `union`, first that of both."""
    ours = _HUNK.sub(lambda hunk: hunk[1] + hunk[2] * union, text)
    return ours, _HUNK.sub(lambda hunk: hunk[2], text)


def text_of(path: Path) -> str:
    """What stands in a file, with marks for what is not UTF-8; "" if there is none."""
    return path.read_text("utf-8", errors="replace") if path.is_file() else ""


def below(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    """The files in a folder and its folders whose names end so, in the order of their paths."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in suffixes and path.is_file():
            yield path


def before(texts: Mapping[Path, str]) -> dict[Path, str]:
    """What stands in those files that do not say the same as the texts; "" where none is."""
    shown = {path: text_of(path) for path in texts}
    return {path: text for path, text in shown.items() if text != texts[path]}


def digest(paths: Iterable[Path]) -> str:
    """Stands for the bytes of all files, in this order; a file may be missing."""
    made = hashlib.sha256()
    for path in paths:
        text = _read(path)
        made.update(b"none" if text is None else text)
        made.update(b"\0")
    return made.hexdigest()


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
