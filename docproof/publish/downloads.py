"""Which files does a walkthrough's page offer to take away, and where on the page?

The program itself and its notebook, beside the page: `litellm.md` offers
`litellm/x.py` and `litellm/x.ipynb`. The page links them below the whole
program, or at its end if it does not show that.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from docproof.core.project import Project
from docproof.pages.page import Page, read_page
from docproof.publish import links
from docproof.publish.notebooks import Notebooks, folder_beside

Walk = tuple[Page, Path]  # a page, and a program that it walks through


def walks(project: Project) -> dict[str, list[Walk]]:
    """The walkthroughs of each page that has some, by its path in the folder of the pages."""
    found: dict[str, list[Walk]] = {}
    for path in project.pages():
        if b"\nwalkthrough:" in path.read_bytes():
            page = read_page(project, path)
            programs = [(project.root / name).resolve() for name in page.walkthroughs]
            name = path.relative_to(project.docs).as_posix()
            found[name] = [(page, program) for program in programs if program.is_file()]
    return found


def add(project: Project, walks: dict[str, list[Walk]], files: Files, config: MkDocsConfig) -> None:
    """Put what the pages offer among the site's files, where the strict build looks for it."""
    notebooks = Notebooks(project)
    for source, some in walks.items():
        resolve = functools.partial(links.absolute, config, files, source)
        for page, program in some:
            folder = folder_beside(PurePosixPath(source))
            text = program.read_text("utf-8")
            files.append(File.generated(config, f"{folder / program.name}", content=text))
            text = notebooks.of(page, program, resolve)
            files.append(File.generated(config, f"{folder / program.stem}.ipynb", content=text))


def offered(markdown: str, walks: list[Walk]) -> str:
    """The Markdown of a page with the links to what it offers."""
    lines = markdown.split("\n")
    for page, program in walks:
        folder = folder_beside(PurePosixPath(page.path.name))
        notebook = f"{program.stem}.ipynb"
        # What is below the place is counted: above it stands the front matter, or does not.
        place = len(lines) - (len(page.lines) - _end_of_whole(page, program))
        lines[place:place] = [
            "",
            f"Download [{program.name}]({folder / program.name}), or the steps as a Jupyter"
            f" notebook, [{notebook}]({folder / notebook}).",
            "",
        ]
    return "\n".join(lines)


def saved(html: str, walks: list[Walk]) -> str:
    """The HTML of a page whose links to what it offers save a file instead of showing it."""
    for _, program in walks:
        name = re.escape(program.stem)
        html = re.sub(rf'<a (?=href="(?!\w+:)[^"]*\b{name}\.(?:py|ipynb)")', "<a download ", html)
    return html


def _end_of_whole(page: Page, program: Path) -> int:
    """The line after which the block with the whole program, and a box around it, has ended."""
    whole = [
        include.line
        for include in page.includes
        if include.file and include.file.resolve() == program and ":" not in include.target
    ]
    for block in page.blocks:
        if any(block.line < line < block.end for line in whole):
            end = block.end
            while block.indent and end < len(page.lines) and page.lines[end][:1] in ("", " "):
                end += 1
            return end
    return len(page.lines)
