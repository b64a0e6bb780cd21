"""Says what is wrong with the pages and programs, as far as no program need run to see it.

The rules are in `docproof.rules`; here each is asked about all that is in its scope.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat
from pathlib import Path

from docproof.core.problem import Finding, Problem
from docproof.core.project import Project
from docproof.pages.page import Page, read_anyway
from docproof.rules import Scope, Selection, checks

MANY = 200  # pages, from which on they are checked side by side


def check(project: Project, paths: Iterable[Path] = (), oldest: int | None = None) -> list[Problem]:
    """The problems of the pages and programs among `paths`, or of all of them.

    A recording may be `oldest` days old, or of any age.
    """
    selection = Selection(project, frozenset(path.resolve() for path in paths), oldest)
    files = [path for path in project.pages() if selection.has(path)]
    pages, problems = _checked(project, files)
    programs = [
        program
        for program in project.all_programs()
        if selection.has(program.path) or selection.has(program.recording.path)
    ]
    for program in programs:
        for look in checks(Scope.PROGRAM):
            problems += _on(program.name, look(program))
    selection = replace(selection, pages=tuple(pages), programs=tuple(programs))
    for look in checks(Scope.PROJECT):
        problems += look(selection)
    if not selection.paths:
        for look in checks(Scope.PAGES):
            problems += look(project, pages)
    return problems


def check_page(project: Project, page: Page) -> list[Problem]:
    """The problems of one page by itself."""
    findings = (finding for look in checks(Scope.PAGE) for finding in look(project, page))
    return [*([page.problem] if page.problem else []), *_on(page.name, findings)]


def _checked(project: Project, files: list[Path]) -> tuple[list[Page], list[Problem]]:
    """The pages, and the problems of each by itself."""
    if len(files) > MANY:
        # A part for each process, which reads once what pages share.
        size = -(-len(files) // (os.cpu_count() or 1))
        parts = [files[start : start + size] for start in range(0, len(files), size)]
        with ProcessPoolExecutor() as pool:
            done = list(pool.map(_checked_here, repeat(project), parts))
    else:
        done = [_checked_here(project, files)]
    return [page for pages, _ in done for page in pages], [p for _, found in done for p in found]


def _checked_here(project: Project, files: list[Path]) -> tuple[list[Page], list[Problem]]:
    pages: list[Page] = []
    problems: list[Problem] = []
    for path in files:
        pages.append(read_anyway(project, path))
        problems += check_page(project, pages[-1])
    return pages, problems


def _on(name: str, findings: Iterable[Finding | Problem]) -> Iterator[Problem]:
    """The findings as problems of the file `name`, but for those that name a file."""
    for finding in findings:
        yield finding.on(name) if isinstance(finding, Finding) else finding
