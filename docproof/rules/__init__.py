"""What is wrong? One file for the rules of each subject.

A rule is declared by `rule(...)`. What looks for it is a function that says by
`check` of what, and yields problems:

    @check(Scope.PAGE)
    def loud(project: Project, page: Page) -> Iterator[Problem]:
        for number, line in enumerate(page.prose, start=1):
            if line.isupper():
                yield LOUD.at(number, "this line shouts", "write it in small letters")

`docproof check` and pytest call every function of every module in this room.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import docproof
from docproof.core.problem import BadInput, Problem, Rule, declared
from docproof.core.project import PATH, Program, Project
from docproof.pages.page import Page

# The rooms whose modules declare rules; another one's would not be found.
_ROOMS = ("core", "pages", "lines", "inventory", "recordings", "replay", "record", "rules")


class Scope(Enum):
    """What a function that looks for something is called for, and with what.

    What `Rule.at` says is of that page or program; all else is said by `Rule.problem`,
    which names the file.
    """

    PAGE = "(project, page), for each page that was chosen"
    PROGRAM = "(program), for each program that was chosen, itself or its recording"
    PAGES = "(project, pages), once, if all pages were chosen"
    PROJECT = "(selection), once"


@dataclass(frozen=True)
class Selection:
    """What `docproof check` was asked to look at.

    `paths` are files and folders, none for all there is. `pages` are the chosen
    pages, `programs` the chosen programs.
    """

    project: Project
    paths: frozenset[Path] = frozenset()
    pages: tuple[Page, ...] = ()
    programs: tuple[Program, ...] = ()

    def has(self, path: Path) -> bool:
        """Whether a file was chosen, by itself or with a folder that it is in."""
        return not self.paths or not self.paths.isdisjoint([path, *path.parents])


Look = TypeVar("Look", bound=Callable[..., Iterable[Problem]])

# By full name; filled while modules are imported, some more than once.
_CHECKS: dict[Scope, dict[str, Callable[..., Iterable[Any]]]] = {scope: {} for scope in Scope}


def check(scope: Scope) -> Callable[[Look], Look]:
    """Let `docproof check` and pytest call a function for everything in its scope."""

    def register(function: Look) -> Look:
        _CHECKS[scope][f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return register


def checks(scope: Scope) -> list[Callable[..., Iterable[Any]]]:
    """The functions of this room that look in a scope."""
    _import("rules")
    return list(_CHECKS[scope].values())


def rules() -> list[Rule]:
    """All rules, in the order of their names."""
    for room in _ROOMS:
        _import(room)
    return [known for _, known in sorted(declared().items())]


def named(project: Project, name: str) -> Rule:
    """The rule of that name; raises `BadInput`, which says what is near and where all stand."""
    known = {rule.name: rule for rule in rules()}
    if name not in known:
        near = difflib.get_close_matches(name, known) or ["one that a message has"]
        lists = (p for p in project.pages() if b"\n```rules" in p.read_bytes())
        page = next(map(project.relative, lists), "")
        hint = f"name {' or '.join(near)}" + (f"; {page} lists all" if page else "")
        raise BadInput(PATH.problem(name, 1, "there is no such rule", hint))
    return known[name]


def explained(rule: Rule) -> str:
    """One rule in a few lines of plain text."""
    return f"{rule.name} refuses {rule.refuses}.\n{rule.why}\nFor example: {rule.example}"


@functools.cache
def _import(room: str) -> None:
    folders = [f"{folder}/{room}" for folder in docproof.__path__]
    for module in pkgutil.iter_modules(folders):
        importlib.import_module(f"docproof.{room}.{module.name}")
