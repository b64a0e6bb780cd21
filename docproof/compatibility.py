"""With which releases of a package does a program print the same?

The answer is in the data file that `compatibility` of `[tool.docproof]` names,
made by a command that ran every program under every release:

    releases:                    # the oldest first
      - {release: 1.70.4, …}
    programs:
      code/page/x.py: {1.70.4: same}    # or differs, or fails

Without the file nothing is said. The package is the first of `versions`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from docproof.project import SAFE_LOADER, Project, yaml_problem
from docproof.report import BadInput, Problem, Rule

RULES = (
    Rule(
        "compatibility",
        "a data file of releases and programs that says nothing docproof knows",
        "A page would say that a program works where nobody saw it work.",
        "code/page/x.py: {1.70.4: good}",
    ),
)

SAME = "same"
_RESULTS = (SAME, "differs", "fails")


@dataclass(frozen=True)
class Tried:
    """The results of one program by release, the oldest first; "" where it was not tried."""

    results: dict[str, str]

    def words(self, package: str, address: str) -> str:
        """What came of it, in a sentence of Markdown; `address` is the page that says more."""
        releases = list(self.results)
        tried = [release for release in releases if self.results[release]]
        same = [release for release in releases if self.results[release] == SAME]
        count = f"{len(tried)} release{'s' * (len(tried) != 1)} tried"
        if len(same) < len(tried):
            count = f"{len(same) or 'none'} of {count}"
        # A range would promise what failed within it, or what nobody tried.
        if not same or releases[releases.index(same[0]) : releases.index(same[-1]) + 1] != same:
            return f"It prints the same with {_linked(count, address)}."
        said = f"{package} {same[0]}" + (f" to {same[-1]}" if len(same) > 1 else "")
        return f"It prints the same with {_linked(said, address)} ({count})."


def load(project: Project) -> dict[str, Tried]:
    """What was tried of each program, by its path; raises `BadInput`."""
    path = _path(project)
    return _read(path, project.relative(path), path.stat().st_mtime_ns) if path else {}


@functools.lru_cache(maxsize=1)
def _read(path: Path, name: str, changed: int) -> dict[str, Tried]:
    try:
        data = yaml.load(path.read_text("utf-8"), SAFE_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(yaml_problem(name, error)) from None
    try:
        releases = [_name(row["release"]) for row in data["releases"]]
        return {
            str(program): _tried(str(program), results, releases)
            for program, results in data["programs"].items()
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"it lacks or garbles {error}"
        mend = "make it again with the command that made it"
        raise BadInput(Problem(name, 1, "compatibility", what, mend)) from None


def problems(project: Project) -> Iterator[Problem]:
    """What keeps the data file from being read."""
    try:
        load(project)
    except BadInput as bad:
        yield bad.problem


def page(project: Project) -> str:
    """The address, from the folder of the pages, of the page beside the data file; "" if none."""
    path = _path(project)
    beside = path.with_suffix(".md") if path else None
    if beside is None or not beside.is_file() or project.docs not in beside.parents:
        return ""
    return f"/{beside.relative_to(project.docs).as_posix()}"


def _path(project: Project) -> Path | None:
    path = project.root / project.compatibility
    return path if project.compatibility and path.is_file() else None


def _tried(program: str, results: dict[Any, Any], releases: list[str]) -> Tried:
    named = {_name(release): result for release, result in results.items()}
    for release, result in named.items():
        if release not in releases or result not in _RESULTS:
            raise ValueError(f"{program} with {release}, which is '{result}'")
    return Tried({release: named.get(release, "") for release in releases})


def _name(release: Any) -> str:
    if not isinstance(release, str):  # 1.70 would become 1.7
        raise ValueError(f"{release}, which YAML reads as a number; put it in quotation marks")
    return release


def _linked(words: str, address: str) -> str:
    return f"[{words}]({address})" if address else words
