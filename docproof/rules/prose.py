"""Does the prose of this page name only what exists, say the code's numbers, and keep its claims?

A page's claims are tests in a file of their own, below tests/claims:
docs/a/b-c.md has its claims in a/test_b_c.py. The docstring of each test quotes the
sentence that it holds; `[...]` stands for words left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from docproof.core.problem import Problem, rule
from docproof.core.project import Project
from docproof.inventory import lookup, names
from docproof.inventory.inventory import DECLARATION, NAMES, broken, in_use, inventory
from docproof.inventory.lookup import COMMANDS, Place
from docproof.pages.page import Page, Span
from docproof.rules import Scope, Selection, check, shell

SPAN_UNKNOWN = rule(
    "span-unknown",
    refuses="a code span whose name is not in the page's programs, the libraries or the project",
    why="A reader would look for a name that is not there.",
    example="Keep the text in `streamed_txt`.",
)
NUMBER_UNKNOWN = rule(
    "number-unknown",
    refuses=(
        "a number of tokens, seconds, requests, retries or attempts, or an argument's value, that "
        "is not in the code on the page. It also refuses a version that requirements.txt does not "
        "pin"
    ),
    why="A reader would expect something other than what the program does.",
    example="`max_tokens` cuts them at 400 tokens.",
)
CLAIMS = rule(
    "claims",
    refuses=(
        "a page that shows or walks through a whole program but has no file of tests for what it "
        "claims, and a test in such a file whose docstring quotes no sentence of the page"
    ),
    why="Nothing would test what the page says about the program.",
    example='a test of """The prefix is sent.""" where the page says: The prefix is not sent',
)

_AMOUNT = r"\d[\d,_]*(?:\.\d+)?"
_NUMBER = rf"(?<![\w.,$€£#/=-])({_AMOUNT})"
_QUANTITY = re.compile(rf"{_NUMBER}[\s-]+(token|second|request|retr|attempt)(?:s|y|ies)?\b", re.I)
_HEDGE = re.compile(r"(?:\b(?:about|around|roughly|nearly|almost)\s+|[~≈]\s*)$", re.I)
_VALUE = re.compile(rf"`(\w+)`\s+(?:is|of|at|is\s+set\s+to)\s+{_NUMBER}(?![\w%]|\.\d)")
_GAP = re.compile(r"\s*\[\.\.\.\]\s*")
_LONGEST_GAP = 600  # characters
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])(?:\{[^}]*\})?")
_STOPS = ".,:; "  # a sentence quoted in full may end otherwise on the page
_MARKUP = re.compile(r"[`*|\\]|^[ \t>]*(?:#+|[-+]|\d+\.|!!!|\?\?\?\+?)[ \t]+", re.MULTILINE)


@check(Scope.PAGE)
def spans_and_numbers(project: Project, page: Page) -> Iterator[Problem]:
    """The code spans and the numbers in the page's prose that name nothing."""
    if not in_use(project) or broken(project):
        return
    place = lookup.place_of(project, page)
    for span in page.spans:
        if span.text not in place.here.declared:
            yield from _span(place, span)
    if place.programs:
        yield from _versions_unknown(place)
        yield from _quantities_unknown(place)
        yield from _values_unknown(place)


@check(Scope.PROJECT)
def declarations(selection: Selection) -> Iterator[Problem]:
    """What keeps the declarations from being read, and each page from its proof."""
    project = selection.project
    problem = broken(project) if in_use(project) else None
    if problem:
        yield problem


@check(Scope.PAGES)
def unused_declarations(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The declared names that no page has."""
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
            yield DECLARATION.problem(
                project.proof(NAMES).name, line, f"no page names `{name}`", "remove the entry"
            )


@check(Scope.PAGE)
def claims(project: Project, page: Page) -> Iterator[Problem]:
    """Whether a page has the claims it needs, and says what they quote."""
    if not project.claims.is_dir():
        return
    path = claims_of(project, page.path)
    if not path.is_file():
        line = _has_program(project, page)
        if line:
            yield CLAIMS.at(
                line,
                f"it shows a program, and there is no {project.relative(path)}",
                "write it: a test for each claim, with the sentence as its docstring",
            )
        return
    said = _plain("\n".join(page.prose))
    for name, line, quoted in _tests(path):
        if not _stands(quoted, said):
            what = f"{name} quotes no sentence" if quoted else f"{name} has no docstring to quote"
            yield CLAIMS.problem(
                project.relative(path),
                line,
                f"{what} of {page.name}",
                "quote the sentence that it holds as it stands there, or delete the test",
            )


def _span(place: Place, span: Span) -> Iterator[Problem]:
    """What is wrong with a code span that is not declared."""
    text = span.text
    declare = f"or declare it with the reason in proof/{NAMES}"
    if place.programs and re.fullmatch(_AMOUNT, text):
        if names.as_number(text) not in place.numbers and not lookup.is_printed(place, text):
            what = f"`{text}` is not in the code that the page shows"
            yield NUMBER_UNKNOWN.at(span.line, what, f"write the number that is, {declare}")
    elif lookup.is_known(place, text):
        return
    elif " " in text and text.split()[0] in COMMANDS:
        for finding in shell.of_command(place.here.project, place.page, span.line, text):
            hint = finding.hint
            hint = hint if "declare it" in hint else f"{hint}, {declare}"
            yield SPAN_UNKNOWN.at(span.line, f"`{text}`: {finding.what}", hint)
            return
    else:
        where = "the page's programs" if place.programs else "any program"
        similar = lookup.similar(place, text)
        hint = f"write `{similar}` if that is meant" if similar else "fix the name"
        what = f"`{text}` is not in {where}, and no library, model, file or command has it"
        yield SPAN_UNKNOWN.at(span.line, what, f"{hint}, {declare}")


def _versions_unknown(place: Place) -> Iterator[Problem]:
    """A version that a page with programs names is one that they were run with."""
    pinned = set(place.here.pins.values())
    for number, line in enumerate(place.page.prose, start=1):
        for found in re.finditer(r"\bversion (\d+(?:\.\d+)+)\b", line):
            if pinned and found[1] not in pinned:
                yield NUMBER_UNKNOWN.at(
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
            yield NUMBER_UNKNOWN.at(
                line,
                f"no {quantity.split()[0]} is in the code that the page shows, for '{quantity}'",
                "write the number that is, or declare "
                f"'{quantity}' with the reason in proof/{NAMES}",
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
            yield NUMBER_UNKNOWN.at(
                prose.count("\n", 0, found.start(2)) + 1,
                f"`{found[1]}` is not {found[2]} in the code that the page shows",
                "write the number that is",
            )


def _stands(quoted: str, said: str) -> bool:
    """Whether the parts of a quotation stand in the page's text, in order and near each other."""
    parts = [part.strip(_STOPS) for part in _GAP.split(_plain(quoted))]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return bool(parts) and parts[0] in said
    return bool(re.search(rf".{{0,{_LONGEST_GAP}}}?".join(map(re.escape, parts)), said))


def _has_program(project: Project, page: Page) -> int:
    """The line where a page shows a whole program, or begins to walk through one; 0 if none."""
    for include in page.includes:
        if include.file and project.is_program(include.file):
            name = project.relative(include.file)
            if name in page.walkthroughs or not re.search(r":\d*$", include.target):
                return include.line
    return 0


def claims_of(project: Project, page: Path) -> Path:
    """Where the claims of a page are held."""
    inside = page.resolve().relative_to(project.docs.resolve())
    return project.claims / inside.parent / f"test_{inside.stem.replace('-', '_')}.py"


def _tests(path: Path) -> Iterator[tuple[str, int, str]]:
    """Each test's name, line, and the first paragraph of its docstring."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return  # pytest says so, and better
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test_"
        ):
            quoted = (ast.get_docstring(node) or "").split("\n\n")[0]
            yield node.name, node.body[0].lineno if quoted else node.lineno, quoted


def _plain(text: str) -> str:
    """Markdown as a reader would say it: no markup, one blank between words, no capitals."""
    return " ".join(_MARKUP.sub("", _LINK.sub(r"\1", text)).split()).casefold()
