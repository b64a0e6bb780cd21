"""What is wrong, where, by which rule, and which command fixes it?

A rule is declared where it is reported, and only so: whatever is printed as a
rule's name can be explained.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

# How this interpreter is called from the project's folder, so that a command can be pasted.
_IS_LOCAL = Path(sys.prefix).name == ".venv" and os.environ.get("VIRTUAL_ENV") != sys.prefix
_PYTHON = ".venv/bin/python" if _IS_LOCAL else "python"
_COMMAND = re.compile(r"python -m docproof (\w+)((?: [^\s,;]+)*)")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, said in one line.

    `path` is relative to the project, and "" of what a rule was given, until `on` says of
    which file. `line` counts from 1. `rule` is the
    name of the check. `what` says what is wrong and `hint` what to do about
    it. `detail` may hold more for those who look closer, such as a diff.
    """

    path: str
    line: int
    rule: str
    what: str
    hint: str
    detail: str = ""

    def __str__(self) -> str:
        hint = _COMMAND.sub(_as_called, self.hint)
        return " ".join(f"{self.path}:{self.line}: {self.rule}: {self.what}; {hint}".split())

    def on(self, path: str) -> Problem:
        """The same of the file `path`, unless it names one itself."""
        return self if self.path else replace(self, path=path)


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


class BadInput(Exception):
    """What was asked for cannot be done; `str()` is a Problem's line."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def render(problems: Iterable[Problem]) -> str:
    """The problems by page and line, one line each, each followed by its detail."""
    lines = []
    for problem in sorted(set(problems)):
        lines.append(str(problem))
        lines.extend(f"    {line}" for line in problem.detail.splitlines())
    return "\n".join(lines)


def _as_called(command: re.Match[str]) -> str:
    """A command of a hint as whoever reads it calls it: by the Makefile here, if that can."""
    verb, arguments = command[1], command[2].strip()
    makefile = Path("Makefile")
    rules = makefile.read_text("utf-8", errors="replace") if makefile.is_file() else ""
    recipe = rf"^([\w-]+):.*\n(?:\t.*\n)*?\t.* docproof {verb} \$\(ARGS\)(?: \\)?$"
    target = re.search(recipe, rules, re.MULTILINE)
    if not target:
        return command[0].replace("python", _PYTHON, 1)
    quote = '"' if " " in arguments else ""
    return f"make {target[1]}" + (f" ARGS={quote}{arguments}{quote}" if arguments else "")


def diff(old: str, new: str, path: str) -> str:
    """A unified diff from `old` to `new`, both the text of `path`; empty if equal."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), path, path, n=2, lineterm="")
    return "\n".join(lines)
