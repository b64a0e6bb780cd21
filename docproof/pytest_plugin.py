"""How does pytest prove each program and each page?

Every program below the folder of programs and every page below the folder of
pages is a test of its own, in any project that has a mkdocs.yml and says
`[tool.docproof]` in its pyproject.toml.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docproof.check import check_page
from docproof.core.problem import BadInput, Problem, render
from docproof.core.project import Project, load_project
from docproof.lines import lock
from docproof.merge import conflicts
from docproof.pages.page import read_anyway
from docproof.replay.replay import Replayer
from docproof.replay.servers import Servers


class Proofs:
    """One project's replays, each made once, however many tests ask for it.

    Other tests may fork from its `servers`, which have imported what is to be preloaded.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._open = contextlib.ExitStack()
        self.servers = self._open.enter_context(Servers())
        self._problems: dict[Path, list[Problem]] = {}

    @functools.cached_property
    def _replayer(self) -> Replayer:
        return self._open.enter_context(Replayer(self.project, servers=self.servers))

    def program(self, path: Path) -> list[Problem]:
        """What is wrong with a program, its recording and its output file."""
        program = self.project.program(path)
        if program.path not in self._problems:
            self._problems[program.path] = self._replayer.prove(program)
        return self._problems[program.path]

    def page(self, page: Path) -> list[Problem]:
        """What is wrong with a page, and with the programs and outputs that it shows."""
        try:
            read = read_anyway(self.project, page)
            lock.entries(self.project)  # a lock that cannot be read says nothing of any page
            problems = check_page(self.project, read)
        except BadInput as bad:
            return [bad.problem]
        shown = {include.file for include in read.includes if include.file}
        for program in self.project.all_programs():
            if program.path in shown or program.output.path in shown:
                problems += self.program(program.path)
        return problems

    def close(self) -> None:
        """End the processes that the replays were forked from."""
        self._open.close()


PROOFS = pytest.StashKey["Proofs | None"]()  # in the stash of pytest's configuration


def pytest_configure(config: pytest.Config) -> None:
    """Look for the project once."""
    config.stash[PROOFS] = None
    root = config.rootpath
    if not (root / "mkdocs.yml").is_file():
        return
    try:
        project = load_project(root)
    except BadInput as bad:
        raise pytest.UsageError(str(bad)) from None
    if project.configured:
        if unmerged := conflicts(project):
            raise pytest.UsageError(render(unmerged))
        config.stash[PROOFS] = Proofs(project)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process behind."""
    proofs = config.stash.get(PROOFS, None)
    if proofs:
        proofs.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A program or a page, unless pytest's own collector is about to ask for it."""
    proofs = parent.config.stash.get(PROOFS, None)
    if not proofs:
        return None
    is_page = file_path.suffix == ".md" and proofs.project.docs in file_path.parents
    is_program = proofs.project.is_program(file_path) and not parent.session.isinitpath(file_path)
    return _File.from_parent(parent, path=file_path) if is_page or is_program else None


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    """A program that is named on the command line is proved, not imported as tests."""
    proofs = parent.config.stash.get(PROOFS, None)
    if proofs and proofs.project.is_program(module_path):
        return _File.from_parent(parent, path=module_path)
    return None


class _Wrong(Exception):
    """A proof failed; it carries the problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(render(problems))


class _Item(pytest.Item):
    """The proof of one program or page."""

    def runtest(self) -> None:
        proofs = self.config.stash[PROOFS]
        assert proofs is not None
        prove = proofs.page if self.path.suffix == ".md" else proofs.program
        if problems := prove(self.path):
            raise _Wrong(problems)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _Wrong):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.nodeid


class _File(pytest.File):
    """A program or a page."""

    def collect(self) -> Iterator[pytest.Item]:
        yield _Item.from_parent(self, name="page" if self.path.suffix == ".md" else "replay")
