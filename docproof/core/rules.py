"""Declares what is refused.

A rule is declared where it is reported, and only so: whatever is printed as a
rule's name can be explained.
"""

from __future__ import annotations

from dataclasses import dataclass

from docproof.core.problem import Problem


@dataclass(frozen=True)
class Rule:
    """One thing that is refused; `name` is what is printed.

    `refuses` finishes the sentence "It refuses …", `why` says what a reader
    would see otherwise, and `example` is a bit of page, program or file that
    the rule refuses.
    """

    name: str
    refuses: str
    why: str
    example: str

    def at(self, line: int, what: str, hint: str) -> Problem:
        """What is wrong on a line, from 1, of what is being looked at, which `on` names."""
        return self.problem("", line, what, hint)

    def problem(self, path: str, line: int, what: str, hint: str, detail: str = "") -> Problem:
        """What is wrong on a line, from 1, of the file `path`, named from the project's root."""
        return Problem(path, line, self.name, what, hint, detail)


# Filled while modules are imported, some more than once, and the same for every project.
_RULES: dict[str, Rule] = {}


def rule(name: str, *, refuses: str, why: str, example: str) -> Rule:
    """Declare a rule; raises `ValueError` if its name is taken."""
    made = Rule(name, refuses, why, example)
    if _RULES.setdefault(name, made) != made:
        raise ValueError(f"there are two rules {name}")
    return made


def declared() -> dict[str, Rule]:
    """The rules of all modules that have been imported, by name."""
    return dict(_RULES)
