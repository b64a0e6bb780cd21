"""What is wrong?"""

from __future__ import annotations

import importlib
import pkgutil

import docproof
from docproof.core.problem import BadInput
from docproof.core.project import PATH
from docproof.core.rules import Rule, declared

# The rooms whose modules declare rules; another one's would not be found.
_ROOMS = ("core", "pages", "lines", "inventory", "recordings", "replay", "record", "rules")


def rules() -> list[Rule]:
    """All rules, in the order of their names."""
    for room in pkgutil.iter_modules(docproof.__path__, "docproof."):
        if room.name.removeprefix("docproof.") in _ROOMS:
            package = importlib.import_module(room.name)
            for module in pkgutil.iter_modules(package.__path__, f"{room.name}."):
                importlib.import_module(module.name)
    return [known for _, known in sorted(declared().items())]


def named(name: str) -> Rule:
    """The rule of that name; raises `BadInput`, which lists the names that there are."""
    known = {one.name: one for one in rules()}
    if name not in known:
        hint = f"name one of {', '.join(known)}"
        raise BadInput(PATH.problem(name, 1, "there is no such rule", hint))
    return known[name]


def explained(one: Rule) -> str:
    """One rule in a few lines of plain text."""
    return f"{one.name} refuses {one.refuses}.\n{one.why}\nFor example: {one.example}"
