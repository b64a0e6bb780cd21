"""Which recordings, programs, outputs, images and data files belong to nothing?

A project without `[tool.docproof]` may keep its programs otherwise, so there
only images are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages.page import Page
from docproof.replay import pictures

RECORDING_ORPHAN = rule(
    "recording-orphan",
    family="recordings",
    refuses="a recording, or a file of expectations, whose program does not exist",
    why="It looks like a proof and proves nothing.",
    example="tests/cassettes/page/old.yaml without code/page/old.py",
)
PROGRAM_UNSHOWN = rule(
    "program-unshown",
    family="programs",
    refuses="a program that no page includes",
    why="It is replayed on every commit, and no reader ever sees it.",
    example='code/page/x.py, and no page has --8<-- "code/page/x.py"',
)
OUTPUT_UNSHOWN = rule(
    "output-unshown",
    family="programs",
    refuses="an output that no page includes",
    why="A reader could not compare.",
    example="code/terminal/x.md on no page",
)
OUTPUT_ORPHAN = rule(
    "output-orphan",
    family="programs",
    refuses="a file of output that no program prints into",
    why="A page could go on showing what nothing prints any more.",
    example="code/page/terminal/old.md without code/page/old.py",
)
FILE_UNUSED = rule(
    "file-unused",
    family="site",
    refuses=(
        "an image, or a data file (YAML, JSON, CSV, TOML), that no page, style sheet, template,"
        " README.md or mkdocs.yml names"
    ),
    why="It is published, and its page may have lost it by mistake.",
    example="docs/images/old.png, and no page has ![…](images/old.png)",
)

_IMAGES = ("png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp")
_DATA = ("yml", "yaml", "json", "csv", "toml")
_ENDING = re.compile(rf"\.(?:{'|'.join(_IMAGES + _DATA)})(?![A-Za-z0-9])", re.IGNORECASE)
# Where a path begins; within quotes or brackets it may have blanks in it.
_BEFORE = (re.compile(r"[\s\"'`()<>\[\]{}|,=]"), re.compile("[\"'<>(){}\n]"))
_LONGEST = 300
_HOST = re.compile(r"\w+://[^/]*|//[^/]*")
# Files below docs_dir, or in the theme's own folder, that may name one.
_TEXTS = {".css", ".js", ".html", ".md", ".yml", ".yaml", ".json", ".csv", ".webmanifest"}
# Themes look for these by name.
_FOUND_BY_NAME = ("favicon", "apple-touch-icon")


def problems(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """What belongs to nothing; `pages` are all the pages of the project."""
    pages = list(pages)
    if project.configured:
        yield from _recordings(project)
        yield from _programs(project, pages)
        yield from _outputs(project)
    yield from pictures.orphans(project)
    yield from _unused(project, pages)


def _recordings(project: Project) -> Iterator[Problem]:
    programs = list(project.all_programs())
    known = {program.recording.path for program in programs}
    known |= {program.expectations.path for program in programs}
    names = {program.name for program in programs}
    for path in _below(project.recordings, {".yaml", ".yml"}):
        if path not in known:
            inside = path.relative_to(project.recordings)
            program = project.programs / inside.parent / f"{inside.name.split('.')[0]}.py"
            name = project.relative(program)
            if name in names:
                what = f"nothing reads it; {name} reads files of other names"
            else:
                what = f"there is no {name}"
            yield RECORDING_ORPHAN.problem(
                project.relative(path), 1, what, "delete it, or name it after its program"
            )


def _programs(project: Project, pages: list[Page]) -> Iterator[Problem]:
    shown = {include.file for page in pages for include in page.includes if include.file}
    shown = {file.resolve() for file in shown}
    for program in project.all_programs():
        if program.path not in shown:
            name = program.name
            yield PROGRAM_UNSHOWN.problem(
                name, 1, "no page includes it", f'include it with --8<-- "{name}", or delete it'
            )
        output, name = program.output
        if output.is_file() and output.resolve() not in shown:
            yield OUTPUT_UNSHOWN.problem(
                name, 1, "no page includes it", f'include it with --8<-- "{name}"'
            )


def _outputs(project: Project) -> Iterator[Problem]:
    known = {program.output.path for program in project.all_programs()}
    for path in _below(project.programs, {".md"}):
        if path.parent.name == "terminal" and path not in known:
            yield OUTPUT_ORPHAN.problem(
                project.relative(path),
                1,
                "no program prints into it",
                "delete it, or bring its program back",
            )


def _unused(project: Project, pages: list[Page]) -> Iterator[Problem]:
    kinds = _IMAGES + _DATA if project.configured else _IMAGES
    files = {
        path: project.relative(path)
        for path in _below(project.docs, {f".{kind}" for kind in kinds})
        if not path.name.startswith(_FOUND_BY_NAME)
        and not any(part.startswith(".") for part in path.relative_to(project.docs).parts)
    }
    if not files:
        return
    named = {str(include.file) for page in pages for include in page.includes}
    for folders, text in _texts(project, pages):
        for mention in _mentions(text):
            for folder in folders:
                named |= {normpath(folder / mention), normpath(folder / mention.lstrip("/"))}
    for path, name in files.items():
        if str(path) not in named:
            yield FILE_UNUSED.problem(
                name,
                1,
                "no page, style sheet or setting names it",
                "show it where it belongs, or delete it",
            )


def _mentions(text: str) -> Iterator[str]:
    """What `text` may hold of paths to images and data files."""
    for found in _ENDING.finditer(text):
        before = text[max(0, found.start() - _LONGEST) : found.start()]
        for delimiter in _BEFORE:
            yield _HOST.sub("", unquote(delimiter.split(before)[-1] + found[0]))


def _texts(project: Project, pages: list[Page]) -> Iterator[tuple[list[Path], str]]:
    """What may name such a file, and the folders from which its paths may be meant."""
    root, docs = project.root, project.docs
    for page in pages:
        here = page.path.resolve()
        included = (line for include in page.includes for line in include.shown)
        # HTML on a page is written from the page's address, a folder of its own.
        folders = [here.parent, here.with_suffix(""), docs]
        yield folders, "\n".join([*page.lines, *included])
    theme = project.mkdocs.get("theme")
    custom = theme.get("custom_dir") if isinstance(theme, dict) else None
    places = [docs, root / str(custom)] if custom else [docs]
    read = {page.path.resolve() for page in pages}
    for place in places:
        for path in _below(place, _TEXTS):
            if path.resolve() not in read:
                yield [path.parent, docs], path.read_text("utf-8", errors="replace")
    for name in ("README.md", "mkdocs.yml"):
        if (root / name).is_file():
            yield [root, docs], (root / name).read_text("utf-8", errors="replace")


def _below(folder: Path, suffixes: set[str]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in suffixes and path.is_file():
            yield path
