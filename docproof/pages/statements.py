"""Where would a cut go through a statement of this program?"""

from __future__ import annotations

import ast
import functools
from collections import defaultdict

Cut = tuple[str, int, int]  # the kind of place, and the first and last line of the statement


@functools.lru_cache(maxsize=4096)
def cuts_of(lines: tuple[str, ...]) -> dict[int, list[Cut]]:
    """The lines before which a cut would go through a statement.

    The kind is "inside" within a simple statement or a header, "body" before the
    first line of a compound statement's body, and "clause" before an 'else' or
    the like.
    """
    cuts: dict[int, list[Cut]] = defaultdict(list)

    def walk(statement: ast.stmt) -> None:
        first, last = _first(statement), statement.end_lineno or statement.lineno
        suites = _suites(statement)
        for line in range(first + 1, (_first(suites[0][0]) if suites else last + 1)):
            cuts[line].append(("inside", first, last))
        at = first
        for number, suite in enumerate(suites):
            start = _first(suite[0])
            if number:
                cuts[at + 1].append(("clause", first, last))
                for line in range(at + 2, start):
                    cuts[line].append(("inside", first, last))
            if start > at + bool(number):
                cuts[start].append(("body", first, last))
            for inner in suite:
                walk(inner)
            at = suite[-1].end_lineno or at

    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return {}  # its replay says so; the other rules for lines still hold
    for statement in tree.body:
        walk(statement)
    return cuts


def _first(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    lines: list[int] = [statement.lineno, *(decorator.lineno for decorator in decorators)]
    return min(lines)


def _suites(statement: ast.stmt) -> list[list[ast.stmt]]:
    owners: list[object] = [statement]
    owners += getattr(statement, "handlers", []) + getattr(statement, "cases", [])
    found = [getattr(o, name, None) for o in owners for name in ("body", "orelse", "finalbody")]
    suites = [suite for suite in found if isinstance(suite, list) and suite]
    return sorted(suites, key=lambda suite: _first(suite[0]))
