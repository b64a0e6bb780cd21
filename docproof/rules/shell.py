"""Can a reader type what stands in this page's shell blocks?

A command is one that the proofs run, in one way or another: a pinned package
is installed, a program of the page is replayed, a target or a verb is there.
Any other is declared as not run, with the reason.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from docproof import VERBS
from docproof.core.problem import Problem, rule
from docproof.core.project import Project
from docproof.inventory.inventory import (
    NAMES,
    Inventory,
    broken,
    in_use,
    included_programs,
    inventory,
    same_package,
)
from docproof.pages.page import Block, Page
from docproof.rules import Scope, check

LANGUAGES = ("bash", "sh", "shell", "zsh", "console")

COMMAND = rule(
    "command",
    refuses=(
        "a command in a shell block that names a file, a make target, a variable or a command of "
        "docproof that does not exist, or that installs a package without its pinned version. It "
        "also refuses any other command that no test runs, unless proof/names.yml has it, with a "
        "reason"
    ),
    why="A reader would get an error or another version, or run what nobody has run.",
    example="python hello_litelm.py",
)

_REMARK = re.compile(r"(?:^|\s)#(?:\s.*|$)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*?)(?:\[[\w,. -]*\])?\s*((?:[=<>!~;@+].*)?)")
_OF_A_FILE = ("-r", "--requirement", "-c", "--constraint")
_OF_A_VALUE = ("-e", "--editable", "-i", "--index-url", "--extra-index-url", "-t", "--target")


@check(Scope.PAGE)
def commands(project: Project, page: Page) -> Iterator[Problem]:
    """The commands in the page's shell blocks that nothing vouches for."""
    if not in_use(project) or broken(project):
        return
    for line, command in page_commands(page):
        yield from of_command(project, page, line, command)


def page_commands(page: Page) -> Iterator[tuple[int, str]]:
    """The commands in the page's shell blocks, and the lines of the page they begin on."""
    for block in page.blocks:
        if block.language in LANGUAGES:
            yield from _commands(block)


def _commands(block: Block) -> Iterator[tuple[int, str]]:
    """The commands of a block, each as one line without its prompt `$ ` and without remarks.

    Where some lines have the prompt, the others are output.
    """
    prompted = any(text.startswith("$ ") for text in block.body)
    begun, waiting = 0, ""
    for number, text in enumerate(block.body, start=block.line + 1):
        if not waiting:
            if "--8<--" in text or (prompted and not text.startswith("$ ")):
                continue
            begun, text = number, text.removeprefix("$ ")
        waiting += _REMARK.sub("", text).strip()
        if waiting.endswith("\\"):
            waiting = waiting[:-1] + " "
        elif _words(waiting) is None:
            waiting += "\n"  # the quotation goes on
        elif waiting:
            yield begun, " ".join(waiting.split())
            waiting = ""
    if waiting:
        yield begun, " ".join(waiting.split())


def of_command(project: Project, page: Page, line: int, command: str) -> Iterator[Problem]:
    """What is wrong with a command, as `page_commands` gives it, on a line of the page."""
    here = inventory(project)
    if command in here.declared:
        return
    words = _words(command)
    for simple in [command.split()] if words is None else _simple(words):
        if " ".join(simple) not in here.declared:
            yield from _findings(here, page, line, simple)


def parts(command: str) -> set[str]:
    """The commands that one command line puts together."""
    return {" ".join(simple) for simple in _simple(_words(command) or [])}


def _findings(here: Inventory, page: Page, line: int, words: list[str]) -> Iterator[Problem]:
    while words and _ASSIGNMENT.match(words[0]):
        yield from _variables(here, line, words[:1])
        words = words[1:]
    match [word.removeprefix(".venv/bin/") for word in words[:1]] + words[1:]:
        case []:
            return
        case ["export", *rest] if rest:
            yield from _variables(here, line, rest)
        case ["pip" | "pip3", "install", *rest] if rest:
            yield from _packages(here, line, rest)
        case ["python" | "python3", "-m", "pip", "install", *rest] if rest:
            yield from _packages(here, line, rest)
        case ["python" | "python3", "-m", "docproof", verb, *_]:
            if verb not in VERBS:
                hint = f"name one of {', '.join(VERBS)}"
                yield COMMAND.at(line, f"docproof has no verb {verb}", hint)
        case ["python" | "python3", file, *_] if file.endswith(".py"):
            if file not in {path.name for path in included_programs(page)}:
                hint = "fix the name, or include the program on the page"
                yield from _file(here, line, file, hint)
        case ["make", *rest] if rest:
            yield from _targets(here, line, rest)
        case _:
            yield COMMAND.at(
                line,
                f"no proof runs `{' '.join(words)}`",
                f"declare it in proof/{NAMES} with the reason why it is not run",
            )


def _variables(here: Inventory, line: int, words: list[str]) -> Iterator[Problem]:
    for word in words:
        name = word.partition("=")[0]
        if not here.is_variable(name):
            yield COMMAND.at(
                line,
                f"no program and no library of the index reads {name}",
                f"fix its name, or declare `{' '.join(words)}` in proof/{NAMES}",
            )


def _packages(here: Inventory, line: int, words: list[str]) -> Iterator[Problem]:
    for before, word in zip(["", *words], words, strict=False):
        if before in _OF_A_FILE:
            yield from _file(here, line, word, "fix the name")
        if word.startswith(("-", ".")) or before in (*_OF_A_FILE, *_OF_A_VALUE):
            continue
        found = _REQUIREMENT.fullmatch(word)
        name, wanted = (found[1], found[2]) if found else (word, "")
        pinned = here.pins.get(same_package(name))
        if pinned is None:
            hint = "pin it there, or name a package that is"
            yield COMMAND.at(line, f"requirements.txt does not pin {name}", hint)
        elif wanted.startswith("==") and wanted[2:].strip() != pinned:
            what = f"requirements.txt pins {name}=={pinned}, not {wanted[2:].strip()}"
            yield COMMAND.at(line, what, f"write {name}=={pinned}")


def _targets(here: Inventory, line: int, words: list[str]) -> Iterator[Problem]:
    for word in words:
        name, is_set, value = word.partition("=")
        if is_set and value.endswith(".py"):
            yield from _file(here, line, value, "fix the name")
        elif not is_set and not name.startswith("-") and name not in here.targets:
            hint = "fix its name, or write the target"
            yield COMMAND.at(line, f"the Makefile has no target {name}", hint)


def _file(here: Inventory, line: int, name: str, hint: str) -> Iterator[Problem]:
    if not (here.project.root / name).is_file():
        yield COMMAND.at(line, f"there is no {name}", hint)


def _words(command: str) -> list[str] | None:
    """The words of a command; None if a quotation in it does not end."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        return list(lexer)
    except ValueError:
        return None


def _simple(words: list[str]) -> Iterator[list[str]]:
    """The commands between `&&`, `;` and `|`, without what they redirect."""
    simple: list[str] = []
    redirected = False
    for word in [*words, ";"]:
        if set(word) <= set(";&|"):
            yield simple
            simple, redirected = [], False
        elif set(word) <= set("<>"):
            redirected = True
        elif not redirected:
            simple.append(word)
