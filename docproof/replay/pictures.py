"""Which pictures did this program draw, and are they those that the pages show?

A picture is an .svg file that a program writes into its current folder. It is
kept in docs_dir, in images/ below the folder that mirrors the program's, with
the program's name in its first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from docproof.core.files import text_of
from docproof.core.problem import Problem, diff
from docproof.core.project import Program, relative
from docproof.replay.terminal import OUTPUT

_SIGNED = re.compile(r"<!-- Drawn by (\S+) -->\n")


def drawn(folder: Path) -> dict[str, str]:
    """The pictures in `folder`, where a program ran: their text by file name.

    What is not UTF-8 in one has marks in its place; a folder is no picture, however it is called.
    """
    found = filter(Path.is_file, sorted(folder.glob("*.svg")))
    return {path.name: text_of(path) for path in found}


def beside(program: Program) -> list[Path]:
    """The pictures that are kept for the folder of a program, whoever drew them."""
    return sorted(program.pictures.path.glob("*.svg"))


def filed(program: Program, pictures: Mapping[str, str]) -> dict[Path, str]:
    """Where each picture of a program is kept, and the text that is kept there."""
    signature = f"<!-- Drawn by {program.name} -->\n"
    folder = program.pictures.path
    return {folder / name: f"{signature}{text.rstrip()}\n" for name, text in pictures.items()}


def compare(program: Program, pictures: Mapping[str, str], docs: Path) -> Iterator[Problem]:
    """What is wrong with the kept pictures of `program`, which drew `pictures`.

    `docs` is the folder of the pages, where it may have drawn others before.
    """
    name = program.name
    mend = f"if it should, renew it: python -m docproof fix {name}"
    wanted = filed(program, pictures)
    for path, text in wanted.items():
        shown = text_of(path)
        if shown != text:
            what = (
                f"{name} draws something else" if shown else f"{name} draws it, and it is not here"
            )
            where = relative(path, program.root)
            yield OUTPUT.problem(where, 1, what, mend, diff(shown, text, where))
    for path, author in signed(docs):
        if author == name and path not in wanted:
            yield OUTPUT.problem(
                relative(path, program.root),
                1,
                f"{name} does not draw it",
                "delete it, or let the program draw it",
            )


def signed(docs: Path) -> Iterator[tuple[Path, str]]:
    """The kept pictures that a program has drawn, each with the program's path."""
    for path in sorted(docs.rglob("images/*.svg")):
        found = _SIGNED.match(text_of(path))
        if found:
            yield path, found[1]
