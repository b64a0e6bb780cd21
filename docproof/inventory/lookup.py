"""Does what stands between these backticks exist, where a reader of this page would look?

In the programs and outputs that the page includes, or in all programs if it
includes none; in the index of the libraries' names; among the models, the files
and the commands of the project.
"""

from __future__ import annotations

import builtins
import difflib
import keyword
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docproof.core.project import Project
from docproof.inventory import names
from docproof.inventory.inventory import Inventory, included_programs, inventory, same_package
from docproof.inventory.names import Names
from docproof.pages.page import Page

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_SUBSCRIPT = re.compile(r"\[-?\d+\]")
_SET = re.compile(r"([A-Za-z_]\w*(?:\.\w+)*)\s*=\s*\S.*")
_CALL = re.compile(r"\((?:\.\.\.|…)?\)$")
# The commands that a page may name by themselves, and whose uses are looked at.
COMMANDS = ("pip", "pip3", "python", "python3", "make", "export")
_PYTHONS_OWN = frozenset([*keyword.kwlist, *dir(builtins)])


@dataclass(frozen=True)
class Place:
    """Where a span is looked up: a page in its world.

    `names` are those of the programs that the page includes, or of all if it
    includes none. `numbers` are those in the lines it shows of them, and
    `output` the lines it shows of other files.
    """

    here: Inventory
    page: Page
    programs: list[Path]
    names: Names
    numbers: frozenset[float]
    output: tuple[str, ...]


def place_of(project: Project, page: Page) -> Place:
    """Where the spans of `page` are looked up."""
    here, programs = inventory(project), included_programs(page)
    code = [include for include in page.includes if include.file in programs]
    other = [include for include in page.includes if include.file not in programs]
    return Place(
        here=here,
        page=page,
        programs=programs,
        names=names.together(map(names.of_program, programs)) if programs else here.programs,
        numbers=frozenset().union(
            *(names.of_python("\n".join(include.shown)).numbers for include in code)
        ),
        output=tuple(line for include in other for line in include.shown),
    )


def is_known(place: Place, text: str) -> bool:
    """Whether the code span `text` names something that exists."""
    return any(has(place, text) for has in _LOOKUPS)


def is_printed(place: Place, text: str) -> bool:
    """Whether an included output has `text`; a plain word has to be a value there."""
    before, after = (r"(?:^|[:=]\s*)", r"[,;.]?\s*$") if text.isalpha() else (r"(?<!\w)", r"(?!\w)")
    shape = before + re.escape(text) + after
    return any(text in line and re.search(shape, line) for line in place.output)


def similar(place: Place, text: str) -> str:
    """What exists and is spelled almost like `text`; empty if nothing is."""
    known = place.names.words | place.names.strings | place.here.models | place.here.program_files
    near = {
        one
        for one in known.union(*place.here.index.values())
        if abs(len(one) - len(text)) < 3 and text[:1] == one[:1]
    }
    return next(iter(difflib.get_close_matches(text, sorted(near), 1, 0.8)), "")


def _in_programs(place: Place, text: str) -> bool:
    bare = _CALL.sub("", text)
    return place.names.has(bare) or _begins(place.names.strings, text)


def _in_index(place: Place, text: str) -> bool:
    index, bare = place.here.index, _CALL.sub("", text).lstrip("$")
    if any(bare in index[title] for title in ("names", "parameters", "fields")):
        return True
    if bare.isupper() and place.here.is_variable(bare):
        return True
    # A class or a call of a library needs no dot; any other word could be meant otherwise.
    return (bare != text or bare[:1].isupper()) and any(
        f"{package}.{bare}" in index["names"] for package in place.here.packages
    )


def _is_field(place: Place, text: str) -> bool:
    """Whether `text` is an object of a program, or a field, and fields of it: `chunk.usage`."""
    bare = _SUBSCRIPT.sub("", text)
    first, *rest = bare.split(".")
    fields = place.here.index["fields"]
    if first in place.here.packages or (bare == text and not _DOTTED.fullmatch(bare)):
        return False
    return (first in place.names.words or first in fields) and fields.issuperset(rest)


def _is_set(place: Place, text: str) -> bool:
    """Whether `text` sets a variable, or what is known and gets no value in the programs.

    That is a parameter, or the setting of a library or an object: `litellm.drop_params = True`.
    """
    found = _SET.fullmatch(text)
    if not found:
        return False
    if found[1].isupper():
        return place.here.is_variable(found[1])
    known = found[1] in place.here.index["parameters"]
    if "." in found[1]:
        known = _in_index(place, found[1]) or _is_field(place, found[1])
    return known and not place.names.sets(found[1])


def _is_model(place: Place, text: str) -> bool:
    models = place.here.models
    prefix, slash, model = text.partition("/")
    if text in models or _begins(models, text):
        return True
    return model in models and _begins(place.names.strings, prefix + slash)


def _is_file(place: Place, text: str) -> bool:
    """Whether `text` is a file of the project, or the file name of a program."""
    if text in place.here.program_files:
        return True
    if text.startswith(("/", "~")):
        return False
    project = place.here.project
    if not re.search(r"[/.]", text):  # Makefile is a file; a folder's name could be any word
        return os.path.isfile(project.root / text)
    folders = (project.root, project.docs, place.page.path.parent)
    return any(os.path.exists(folder / text) for folder in folders)


def _is_command(place: Place, text: str) -> bool:
    """Whether `text` is in the README, the name of a command, or a pinned requirement."""
    name, _, version = text.partition("==")
    if version and place.here.pins.get(same_package(name)) == version:
        return True
    return text in COMMANDS or f"`{text}`" in place.here.readme


def _is_pythons_own(place: Place, text: str) -> bool:
    return _CALL.sub("", text) in _PYTHONS_OWN


_LOOKUPS = (
    _in_programs, _in_index, _is_field, _is_set, _is_model, _is_pythons_own,
    _is_file, _is_command, is_printed,
)  # fmt: skip


def _begins(known: Iterable[str], text: str) -> bool:
    """Whether `text` is the part before a slash of something known, such as `openai/`."""
    return text.endswith("/") and any(one.startswith(text) for one in known)
