"""What does a page show that cannot be built? Its problems, and all that can be built of it."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from docproof.check import check_page
from docproof.core.problem import BadInput, Problem
from docproof.core.project import load_project
from docproof.pages.page import read_anyway


def guard(page: Page, root: Path) -> None:
    """Let `page.render` raise nothing: what cannot be rendered is said on the page."""
    render = functools.partial(_render, page, page.render, root)
    setattr(page, "render", render)  # noqa: B010  mypy takes it for a mistake


def _render(page: Page, render: Callable[..., None], root: Path, *arguments: Any) -> None:
    try:
        render(*arguments)
    except Exception as error:
        found = problems(root, Path(str(page.file.abs_src_path)))
        whole, page.markdown = page.markdown or "", _without_includes(page.markdown or "", found)
        try:
            if page.markdown == whole:
                raise
            render(*arguments)
        except Exception:
            said = [str(problem) for problem in found] or [f"{page.file.src_uri}: {error}"]
            items = "".join(f"<li>{html.escape(line)}</li>" for line in said)
            page.content = (
                f"<h1>{html.escape(page.title or page.file.name)}</h1>"
                f"<p>This page cannot be built.</p><ul>{items}</ul>"
            )
            page.toc = get_toc([])
            page.present_anchor_ids, page.links_to_anchors = set(), {}


def problems(root: Path, path: Path) -> list[Problem]:
    """What is wrong with the page at `path`."""
    try:
        project = load_project(root)
        return check_page(project, read_anyway(project, path))
    except BadInput as bad:
        return [bad.problem]


def _without_includes(markdown: str, found: list[Problem]) -> str:
    """The text of a page with the problems of includes in their place."""
    lines = markdown.split("\n")
    written = Path(found[0].path).read_text("utf-8-sig", errors="replace") if found else ""
    offset = len(written.split("\n")) - len(lines)  # the front matter, and blank lines below it
    for problem in found:
        number = problem.line - 1 - offset
        if 0 <= number < len(lines) and "8<" in lines[number]:
            indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
            # Not the marker itself, which would be an include again.
            lines[number] = indent + str(problem).replace("8<", "8 <")
    return "\n".join(lines)
