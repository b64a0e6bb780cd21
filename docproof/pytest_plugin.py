"""How does pytest prove each program and each page?

Every program below the folder of programs and every page below the folder of
pages is a test of its own, in any project that has a mkdocs.yml and says
`[tool.docproof]` in its pyproject.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from docproof.core.problem import BadInput, Problem, render
from docproof.core.project import Project, load_project
from docproof.merge import conflicts
from docproof.replay.servers import Servers

if TYPE_CHECKING:
    from docproof.replay.replay import Replayer


class Proofs:
    """One project's replays, each made once, however many tests ask for it.

    Other tests may fork from its `servers`, which have imported what is to be preloaded.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.servers = Servers()
        self._replayer: Replayer | None = None
        self._problems: dict[Path, list[Problem]] = {}

    def program(self, path: Path) -> list[Problem]:
        """What is wrong with a program, its recording and its output file."""
        from docproof.replay.replay import Replayer

        program = self.project.program(path)
        if self._replayer is None:
            self._replayer = Replayer(self.project, servers=self.servers)
        if program.path not in self._problems:
            self._problems[program.path] = self._replayer.prove(program)
        return self._problems[program.path]

    def page(self, page: Path) -> list[Problem]:
        """What is wrong with a page, and with the programs and outputs that it shows."""
        from docproof.check import check_page
        from docproof.lines import lock
        from docproof.pages.page import read_anyway

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
        if self._replayer is not None:
            self._replayer.__exit__(None, None, None)
        self.servers.__exit__()


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
    if file_path.suffix == ".md" and proofs.project.docs in file_path.parents:
        return _PageFile.from_parent(parent, path=file_path)
    if proofs.project.is_program(file_path) and not parent.session.isinitpath(file_path):
        return _ProgramFile.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    """A program that is named on the command line is proved, not imported as tests."""
    proofs = parent.config.stash.get(PROOFS, None)
    if proofs and proofs.project.is_program(module_path):
        return _ProgramFile.from_parent(parent, path=module_path)
    return None


class _Wrong(Exception):
    """A proof failed; it carries the problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(render(problems))


class _Item(pytest.Item):
    """One program or page."""

    def problems(self) -> list[Problem]:
        raise NotImplementedError

    def proofs(self) -> Proofs:
        proofs = self.config.stash[PROOFS]
        assert proofs is not None
        return proofs

    def runtest(self) -> None:
        problems = self.problems()
        if problems:
            raise _Wrong(problems)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _Wrong):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.nodeid


class _ProgramItem(_Item):
    def problems(self) -> list[Problem]:
        return self.proofs().program(self.path)


class _PageItem(_Item):
    def problems(self) -> list[Problem]:
        return self.proofs().page(self.path)


class _ProgramFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield _ProgramItem.from_parent(self, name="replay")


class _PageFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield _PageItem.from_parent(self, name="page")
