"""Declares what is refused, and collects what looks for it.

A rule is declared where the code is that reports it, and only so: whatever is
printed as a rule's name can be explained. A function that looks for something
in each page, in each program or once in the project says so by `check`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from docproof.core.problem import Finding, Problem


@dataclass(frozen=True)
class Rule:
    """One thing that is refused: `name` is what is printed, `family` what it belongs to.

    `refuses` finishes the sentence "It refuses …", `why` says what a reader
    would see otherwise, and `example` is a bit of page, program or file that
    the rule refuses.
    """

    name: str
    family: str
    refuses: str
    why: str
    example: str

    def at(self, line: int, what: str, hint: str, detail: str = "") -> Finding:
        """What is wrong on a line, from 1, of what is being looked at."""
        return Finding(self.name, line, what, hint, detail)

    def problem(self, path: str, line: int, what: str, hint: str, detail: str = "") -> Problem:
        """What is wrong on a line, from 1, of the file `path`, named from the project's root."""
        return self.at(line, what, hint, detail).on(path)


class Scope(Enum):
    """What a function that looks for something is given.

    PAGE: the project and a page. PROGRAM: the project and a program. PAGES: the project and
    all pages, if all could be read. PROJECT: the project.
    """

    PAGE = "page"
    PROGRAM = "program"
    PAGES = "pages"
    PROJECT = "project"


Looks = TypeVar("Looks", bound=Callable[..., Any])

# Filled while modules are imported and the same for every project.
_RULES: dict[str, Rule] = {}
_CHECKS: dict[Scope, list[Callable[..., Any]]] = {scope: [] for scope in Scope}


def rule(name: str, *, family: str, refuses: str, why: str, example: str) -> Rule:
    """Declare a rule; raises `ValueError` if its name is taken."""
    if name in _RULES:
        raise ValueError(f"there are two rules {name}")
    _RULES[name] = Rule(name, family, refuses, why, example)
    return _RULES[name]


def check(scope: Scope) -> Callable[[Looks], Looks]:
    """Let `docproof check` and pytest call a function for everything in its scope."""

    def register(function: Looks) -> Looks:
        _CHECKS[scope].append(function)
        return function

    return register


def declared() -> dict[str, Rule]:
    """The rules of all modules that have been imported, by name."""
    return dict(_RULES)


def checks(scope: Scope) -> list[Callable[..., Any]]:
    """The functions of all modules that have been imported that look in this scope."""
    return list(_CHECKS[scope])
