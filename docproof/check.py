"""Says what is wrong with the pages and programs, as far as no program need run to see it.

The rules are in `docproof.rules`; here each is asked about all that is in its scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.merge import conflicts
from docproof.pages.page import Page, read_anyway
from docproof.rules import Scope, Selection, checks


def check(project: Project, paths: Iterable[Path] = ()) -> list[Problem]:
    """The problems of the pages and programs among `paths`, or of all of them."""
    selection = Selection(project, frozenset(path.resolve() for path in paths))
    if unmerged := conflicts(project):
        return unmerged  # whatever else would be said is said of two texts at once
    pages = [read_anyway(project, path) for path in project.pages() if selection.has(path)]
    problems = [problem for page in pages for problem in check_page(project, page)]
    programs = [
        program
        for program in project.all_programs()
        if selection.has(program.path) or selection.has(program.recording.path)
    ]
    for program in programs:
        for look in checks(Scope.PROGRAM):
            problems += [problem.on(program.name) for problem in look(program)]
    selection = replace(selection, pages=tuple(pages), programs=tuple(programs))
    for look in checks(Scope.PROJECT):
        problems += look(selection)
    if not selection.paths:
        for look in checks(Scope.PAGES):
            problems += look(project, pages)
    return problems


def check_page(project: Project, page: Page) -> list[Problem]:
    """The problems of one page by itself."""
    found = (problem for look in checks(Scope.PAGE) for problem in look(project, page))
    problems = [problem.on(page.name) for problem in found]
    return [page.problem, *problems] if page.problem else problems
