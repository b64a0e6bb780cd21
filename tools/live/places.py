"""On which page, and at which of its blocks, is a problem to be seen?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docproof.core.project import Program, Project
from docproof.pages.page import Page, blocks_of, read_anyway
from docproof.pages.structure import shown_as_code

_TABLES = ("table", "rules")  # blocks that become something else


@dataclass(frozen=True)
class Place:
    """A line of a page, from 1: its text, and which of its blocks of code it is in.

    `page` is relative to the folder of the pages. `block` counts from 0, and is -1 on a
    line outside; `blocks` is how many the page shows, by which a browser can see whether
    it counts the same ones.
    """

    page: str
    line: int
    text: str
    block: int
    blocks: int


class Pages:
    """The pages of a project at one moment, read when they are asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[Path, Page] = {}
        self._blocks: dict[Path, list[range]] = {}

    def places(self, name: str, line: int) -> Iterator[Place]:
        """Where a problem on a line of the file `name`, from the project's root, is seen."""
        path = self._project.root / name
        if path.suffix == ".md" and self._project.docs in path.parents and path.is_file():
            yield self._place(self._page(path), line)
            return
        program = self.program(path)
        if program:
            yield from self._showing(program, path, line)

    def outputs(self, program: Program) -> Iterator[Place]:
        """Where the output of a program is seen."""
        yield from self._showing(program, program.output.path, 1)

    def program(self, path: Path) -> Program | None:
        """The program that a file is, or belongs to."""
        for program in self._project.all_programs():
            own = (program.output, program.recording, program.expectations)
            if path in (program.path, answers_of(self._project, program), *(f.path for f in own)):
                return program
        return None

    def naming(self, path: Path) -> list[Page]:
        """The pages that name a file, which may be gone: in an include, or for a table."""
        pages = map(self._page, self._project.pages())
        return [page for page in pages if any(path.name in line for line in page.lines)]

    def _showing(self, program: Program, path: Path, line: int) -> Iterator[Place]:
        files = [path, program.output.path, program.path]
        for page in map(self._page, self._project.pages()):
            shown = [include for include in page.includes if include.file in files]
            if not shown:
                continue
            nearest = min(shown, key=lambda include: files.index(include.file or path))
            at = next(
                (
                    row.line
                    for row in page.rows
                    if row.include and row.include.file == path == nearest.file
                    and row.include.numbers[row.index] == line
                ),
                nearest.line,
            )  # fmt: skip
            yield self._place(page, at)

    def _place(self, page: Page, line: int) -> Place:
        blocks = self._blocks_of(page)
        text = page.lines[line - 1] if line <= len(page.lines) else ""
        name = page.path.relative_to(self._project.docs).as_posix()
        block = next((n for n, lines in enumerate(blocks) if line in lines), -1)
        return Place(name, line, text, block, len(blocks))

    def _page(self, path: Path) -> Page:
        if path not in self._read:
            self._read[path] = read_anyway(self._project, path)
        return self._read[path]

    def _blocks_of(self, page: Page) -> list[range]:
        """The lines of the page from which each block comes that a reader sees as code."""
        if page.path not in self._blocks:
            lines = [row.text for row in page.rows]
            found = blocks_of(lines)
            seen = shown_as_code(self._project, lines, found)
            self._blocks[page.path] = [
                range(page.rows[block.line - 1].line, page.rows[block.end - 1].line + 1)
                for block in found
                if block.language not in _TABLES
                # Of an include that cannot be read no row is left; the page says so there.
                and (block.line in seen or "8<" in page.lines[page.rows[block.line - 1].line])
            ]
        return self._blocks[page.path]


def answers_of(project: Project, program: Program) -> Path:
    """Where the stand-in's answers to a program are."""
    inside = program.path.relative_to(project.programs).with_suffix(".yaml")
    return project.root / "tools/standin/answers" / inside
