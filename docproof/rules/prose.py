"""Does the prose of this page name only what exists, and repeat numbers as the code has them?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.inventory import names
from docproof.inventory.inventory import broken, in_use, inventory
from docproof.pages.page import Page
from docproof.rules import lookup, shell
from docproof.rules.lookup import Place

SPAN_UNKNOWN = rule(
    "span-unknown",
    family="prose",
    refuses="a code span that names nothing in the page's programs, the libraries or the project",
    why="A reader would look for a name that is not there.",
    example="Keep the text in `streamed_txt`.",
)
NUMBER_UNKNOWN = rule(
    "number-unknown",
    family="prose",
    refuses=(
        "a number of tokens, seconds, requests, retries or attempts, or the value of an argument, "
        "that is not in the code that the page shows"
    ),
    why="A reader would expect something else than what the program does.",
    example="`max_tokens` cuts them at 400 tokens.",
)
DECLARATION_UNUSED = rule(
    "declaration-unused",
    family="prose",
    refuses="a declared name that no page uses",
    why="The entry would hide a fault in that name on a later page.",
    example="old_name: it was on a page once",
)

_AMOUNT = r"\d[\d,_]*(?:\.\d+)?"
_NUMBER = rf"(?<![\w.,$€£#/=-])({_AMOUNT})"
_QUANTITY = re.compile(rf"{_NUMBER}[\s-]+(token|second|request|retr|attempt)(?:s|y|ies)?\b", re.I)
_HEDGE = re.compile(r"(?:\b(?:about|around|roughly|nearly|almost)\s+|[~≈]\s*)$", re.I)
_VALUE = re.compile(rf"`(\w+)`\s+(?:is|of|at|is\s+set\s+to)\s+{_NUMBER}(?![\w%]|\.\d)")


def problems(project: Project, page: Page) -> Iterator[Problem]:
    """The code spans and the numbers in the page's prose that name nothing."""
    if not in_use(project) or broken(project):
        return
    place = lookup.place_of(project, page)
    for span in page.spans:
        fault = None if span.text in place.here.declared else _fault(place, span.text)
        if fault:
            yield Problem(page.name, span.line, *fault)
    if place.programs:
        yield from _versions_unknown(place)
        yield from _quantities_unknown(place)
        yield from _values_unknown(place)


def bad_declarations(project: Project) -> Iterator[Problem]:
    """What keeps the declarations or the index from being read, and each page from its proof."""
    problem = broken(project) if in_use(project) else None
    if problem:
        yield problem


def unused(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The declared names that none of `pages` has; `pages` are all there are."""
    if broken(project):
        return
    used: set[str] = set()
    for page in pages:
        used.update(span.text for span in page.spans)
        used.update(quantity for _, quantity, _, _ in _quantities(page))
        for _, command in shell.page_commands(page):
            used |= {command, *shell.parts(command)}
    for name, line in inventory(project).declared.items():
        if name not in used:
            yield DECLARATION_UNUSED.problem(
                project.names, line, f"no page names `{name}`", "remove the entry"
            )


def _fault(place: Place, text: str) -> tuple[str, str, str] | None:
    """The rule that a code span breaks, what is wrong with it, and what mends it."""
    declare = f"or declare it with the reason in {place.here.project.names}"
    if place.programs and re.fullmatch(_AMOUNT, text):
        if names.as_number(text) in place.numbers or lookup.is_printed(place, text):
            return None
        what = f"`{text}` is not in the code that the page shows"
        return "number-unknown", what, f"write the number that is, {declare}"
    if lookup.is_known(place, text):
        return None
    if " " in text and text.split()[0] in shell.KNOWN:
        for _, what, mend in shell.faults(place.here.project, place.page, text):
            mend = mend if "declare it" in mend else f"{mend}, {declare}"
            return "span-unknown", f"`{text}`: {what}", mend
        return None
    where = "the page's programs" if place.programs else "any program"
    similar = lookup.similar(place, text)
    mend = f"write `{similar}` if that is meant" if similar else "mend the name"
    what = f"`{text}` is not in {where}, and no library, model, file or command has it"
    return "span-unknown", what, f"{mend}, {declare}"


def _versions_unknown(place: Place) -> Iterator[Problem]:
    """A version that a page with programs names is one that they were run with."""
    pinned = set(place.here.pins.values())
    for number, line in enumerate(place.page.prose, start=1):
        for found in re.finditer(r"\bversion (\d+(?:\.\d+)+)\b", line):
            if pinned and found[1] not in pinned:
                yield NUMBER_UNKNOWN.problem(
                    place.page.name,
                    number,
                    f"requirements.txt pins nothing to version {found[1]}",
                    "write the version that the page was run with",
                )


def _quantities_unknown(place: Place) -> Iterator[Problem]:
    for line, quantity, number, unit in _quantities(place.page):
        near = {number}
        if unit in ("request", "attempt"):
            near.add(number - 1)  # so many retries are one request more
        printed = any(
            unit in text.lower() and number in names.of_python(text).numbers
            for text in place.output
        )
        if near.isdisjoint(place.numbers) and not printed and quantity not in place.here.declared:
            yield NUMBER_UNKNOWN.problem(
                place.page.name,
                line,
                f"no {quantity.split()[0]} is in the code that the page shows, for '{quantity}'",
                "write the number that is, or declare "
                f"'{quantity}' with the reason in {place.here.project.names}",
            )


def _quantities(page: Page) -> Iterator[tuple[int, str, float, str]]:
    """The numbers with a unit: the line, both as one reads them, the number, and the unit.

    A number that the prose only estimates ("about 5 seconds") is none of them.
    """
    prose = "\n".join(page.prose)
    for found in _QUANTITY.finditer(prose):
        if not _HEDGE.search(prose[max(0, found.start() - 12) : found.start()]):
            line = prose.count("\n", 0, found.start()) + 1
            quantity = f"{found[1]} {found[0][len(found[1]) :].lstrip(' -').strip()}"
            yield line, quantity, names.as_number(found[1]), found[2].lower()


def _values_unknown(place: Place) -> Iterator[Problem]:
    prose = "\n".join(place.page.prose)
    for found in _VALUE.finditer(prose):
        if place.names.sets(found[1]) and names.as_number(found[2]) not in place.numbers:
            yield NUMBER_UNKNOWN.problem(
                place.page.name,
                prose.count("\n", 0, found.start(2)) + 1,
                f"`{found[1]}` is not {found[2]} in the code that the page shows",
                "write the number that is",
            )
