"""What exists in this project, that a page could name?

It stands in the programs, in data files with model ids, in requirements.txt, in
the Makefile, and in two files:

- `proof/names.yml`: what else a page may name, declared as `name: the reason`.
- `proof/names.txt`: the names of the libraries that the guide is about, one on each line
  below a title in brackets: `[names]` (dotted), `[parameters]`, `[fields]` of
  what calls return, `[variables]` of the environment.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from docproof.core import yaml_files
from docproof.core.files import text_of
from docproof.core.problem import BadInput, Problem, rule
from docproof.core.project import Project
from docproof.core.yaml_files import SAFE_LOADER
from docproof.inventory import names
from docproof.inventory.names import Names
from docproof.pages.page import Page

DECLARATION = rule(
    "declaration",
    refuses=(
        "an entry of proof/names.yml that has no reason, is there twice, or that no page uses"
    ),
    why=(
        "This file has the names, numbers and commands on pages that nothing can look up, each "
        "with its reason, and the rules let them pass. An entry too many would hide a fault on a "
        "later page."
    ),
    example="some_name:",
)


NAMES, INDEX = "names.yml", "names.txt"


@dataclass
class Inventory:
    """What exists in a project, each part read when it is first asked for."""

    project: Project

    @functools.cached_property
    def declared(self) -> dict[str, int]:
        """The declared names and the lines they stand on; raises `BadInput`."""
        return _declared(*self.project.proof(NAMES))

    @functools.cached_property
    def index(self) -> dict[str, frozenset[str]]:
        """The index by title."""
        return _index(self.project)

    @functools.cached_property
    def packages(self) -> frozenset[str]:
        """The packages that the index is of."""
        return frozenset(name.partition(".")[0] for name in self.index["names"])

    @functools.cached_property
    def programs(self) -> Names:
        """What can be named in all programs together."""
        return names.together(
            names.of_program(program.path) for program in self.project.all_programs()
        )

    @functools.cached_property
    def program_files(self) -> frozenset[str]:
        """The file names of all programs, without their folders."""
        return frozenset(program.path.name for program in self.project.all_programs())

    @functools.cached_property
    def models(self) -> frozenset[str]:
        """Every `id` in a YAML file below the folder of the pages."""
        files = [*self.project.docs.rglob("*.yml"), *self.project.docs.rglob("*.yaml")]
        return frozenset(one for path in files for one in _ids(_yaml(path)))

    @functools.cached_property
    def pins(self) -> dict[str, str]:
        """The version of each package that requirements.txt pins."""
        pins = re.findall(
            r"^([A-Za-z0-9][\w.-]*)(?:\[.*?\])?==([^\s;\\]+)",
            text_of(self.project.root / "requirements.txt"),
            re.M,
        )
        return {same_package(name): version for name, version in pins}

    @functools.cached_property
    def targets(self) -> frozenset[str]:
        """The targets of the Makefile."""
        return frozenset(
            re.findall(r"^([\w.-]+)[ \t]*:(?!=)", text_of(self.project.root / "Makefile"), re.M)
        )

    @functools.cached_property
    def readme(self) -> str:
        """The README, to look commands up in."""
        return text_of(self.project.root / "README.md")

    def is_variable(self, name: str) -> bool:
        """Whether a library of the index or a program reads `name` from the environment."""
        return name in self.index["variables"] or name in self.programs.strings


def inventory(project: Project) -> Inventory:
    """What exists in `project`; read once for each Project, which lives for one run."""
    return project.once("inventory", lambda: Inventory(project))


def in_use(project: Project) -> bool:
    """Whether names on pages are looked up: the project has settings, an index or declarations."""
    return project.configured or any(project.proof(name).path.is_file() for name in (NAMES, INDEX))


def broken(project: Project) -> Problem | None:
    """What keeps the declarations from being read."""
    try:
        inventory(project).declared  # noqa: B018
    except BadInput as bad:
        return bad.problem
    return None


def included_programs(page: Page) -> list[Path]:
    """The programs that `page` includes, whole or in part."""
    files = dict.fromkeys(include.file for include in page.includes)
    return [path for path in files if path and path.suffix == ".py"]


def same_package(name: str) -> str:
    """A package's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(path: Path, name: str) -> dict[str, int]:
    if not path.is_file():
        return {}
    tree = yaml_files.read(path, name).tree
    if tree is None:
        return {}
    if not isinstance(tree, yaml.MappingNode):
        raise BadInput(_bad(name, 1, "it does not map names to reasons"))
    lines: dict[str, int] = {}
    for key, value in tree.value:
        line = key.start_mark.line + 1
        if key.value in lines:
            raise BadInput(_bad(name, line, f"`{key.value}` is declared twice"))
        if not isinstance(value.value, str) or len(value.value.split()) < 2:
            raise BadInput(_bad(name, line, f"`{key.value}` is declared without a reason"))
        lines[key.value] = line
    return lines


def _bad(name: str, line: int, what: str) -> Problem:
    mend = "write 'name: the reason why no file here has it'"
    return DECLARATION.problem(name, line, what, mend)


def _index(project: Project) -> dict[str, frozenset[str]]:
    empty: frozenset[str] = frozenset()
    index = dict.fromkeys(("names", "parameters", "fields", "variables"), empty)
    text = text_of(project.proof(INDEX).path)
    for part in re.split(r"^\[", text, flags=re.M)[1:]:
        title, _, lines = part.partition("]\n")
        index[title] = frozenset(lines.split())
    return index


def _yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), SAFE_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None


def _ids(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if isinstance(data.get("id"), str):
            yield data["id"]
        data = list(data.values())
    if isinstance(data, list):
        for one in data:
            yield from _ids(one)
