"""Which pictures did this program draw, and are they those that the pages show?

A picture is an .svg file that a program writes into its current folder. It is
kept in docs_dir, in images/ below the folder that mirrors the program's, with
the program's name in its first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from docproof.core.problem import Problem, diff
from docproof.core.project import Project
from docproof.core.rules import rule

PICTURE_DIFFERS = rule(
    "picture-differs",
    family="programs",
    refuses="a picture that its program draws otherwise, or no longer",
    why="A reader would see figures that nothing produced.",
    example="docs/page/images/calls.svg, drawn when there were three models",
)

_SIGNED = re.compile(r"<!-- Drawn by (\S+) -->\n")


def drawn(folder: Path) -> dict[str, str]:
    """The pictures in `folder`, where a program ran: their text by file name."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.svg"))}


def beside(project: Project, program: Path) -> list[Path]:
    """The pictures that are kept for the folder of a program, whoever drew them."""
    inside = program.resolve().parent.relative_to(project.programs)
    return sorted((project.docs / inside / "images").glob("*.svg"))


def filed(project: Project, program: Path, pictures: Mapping[str, str]) -> dict[Path, str]:
    """Where each picture of a program is kept, and the text that is kept there."""
    inside = program.resolve().parent.relative_to(project.programs)
    folder = project.docs / inside / "images"
    signature = f"<!-- Drawn by {project.relative(program)} -->\n"
    return {folder / name: f"{signature}{text.rstrip()}\n" for name, text in pictures.items()}


def compare(project: Project, program: Path, pictures: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with the kept pictures of `program`, which drew `pictures`."""
    name = project.relative(program)
    mend = f"if it should, renew it: python -m docproof fix {name}"
    wanted = filed(project, program, pictures)
    for path, text in wanted.items():
        shown = path.read_text("utf-8", errors="replace") if path.is_file() else ""
        if shown != text:
            what = (
                f"{name} draws something else" if shown else f"{name} draws it, and it is not here"
            )
            where = project.relative(path)
            yield PICTURE_DIFFERS.problem(where, 1, what, mend, diff(shown, text, where))
    for path, author in signed(project):
        if author == name and path not in wanted:
            yield PICTURE_DIFFERS.problem(
                project.relative(path),
                1,
                f"{name} does not draw it",
                "delete it, or let the program draw it",
            )


def signed(project: Project) -> Iterator[tuple[Path, str]]:
    """The kept pictures that a program has drawn, each with the program's path."""
    for path in sorted(project.docs.rglob("images/*.svg")):
        found = _SIGNED.match(path.read_text("utf-8", errors="replace"))
        if found:
            yield path, found[1]
