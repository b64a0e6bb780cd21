"""With which releases of a package does a program print the same?

The answer is in the data file that `compatibility` of `[tool.docproof]` names,
made by a command that ran every program under every release:

    releases:                    # the oldest first
      - {release: 1.70.4, …}
    programs:
      code/page/x.py: {1.70.4: same}    # or warns, differs, fails
    states:
      code/page/x.py: 1f2e…             # of the program and its output, as they were then

A program that has changed since has not been tried. Without the file nothing is
said. The package is the first of `versions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docproof.core import files, yaml_files
from docproof.core.problem import BadInput, rule
from docproof.core.project import Program, Project

COMPATIBILITY = rule(
    "compatibility",
    refuses=(
        "a data file of what each program did under each release if it is incomplete, names a "
        "release that its own list lacks, or has a result other than `same`, `warns`, `differs` or "
        "`fails`"
    ),
    why="A page would say that a program works where nobody saw it work.",
    example="code/page/x.py: {1.70.4: good}, where 1.70.4: same is meant",
)

RESULTS = ("same", "warns", "differs", "fails")  # `warns`: the same, plus a warning
_THE_SAME = RESULTS[:2]
_SPANS = 3  # so many are named, more are only counted


@dataclass(frozen=True)
class Tried:
    """The results of one program by release, the oldest first; "" where it was not tried."""

    results: dict[str, str]

    def words(self, package: str, address: str) -> str:
        """What came of it, in a sentence of Markdown; `address` is the page that says more."""
        releases = list(self.results)
        tried = [release for release in releases if self.results[release]]
        same = [release for release in tried if self.results[release] in _THE_SAME]
        count = f"{len(tried)} release{'s' * (len(tried) != 1)} tried"
        if len(same) < len(tried):
            count = f"{len(same) or 'none'} of {count}"
        spans = spans_of(same, releases)
        warned = sum(self.results[release] == "warns" for release in same)
        besides = f"; {warned} of them also print{'s' * (warned == 1)} a warning" if warned else ""
        if not 0 < len(spans) <= _SPANS:
            return f"It prints the same with {_linked(count, address)}{besides}."
        said = f"{package} {' and '.join(filter(None, (', '.join(spans[:-1]), spans[-1])))}"
        return f"It prints the same with {_linked(said, address)} ({count}){besides}."


def spans_of(chosen: list[str], releases: list[str]) -> list[str]:
    """The chosen ones as the first and the last of those that follow each other in `releases`.

    A range would promise what failed within it, or what nobody tried.
    """
    spans: list[list[str]] = []
    for release in chosen:
        before = releases[releases.index(release) - 1] if release != releases[0] else ""
        if spans and spans[-1][-1] == before:
            spans[-1].append(release)
        else:
            spans.append([release])
    return [one[0] if len(one) == 1 else f"{one[0]} to {one[-1]}" for one in spans]


@dataclass(frozen=True)
class Tries:
    """What was tried of each program, by its name, and the states that the programs had then."""

    tried: dict[str, Tried]
    states: dict[str, str]

    def of(self, program: Program) -> Tried | None:
        """What was tried of a program; None if nothing was of what it is now."""
        known = self.states.get(program.name)
        if program.name in self.tried and known in (None, state(program)):
            return self.tried[program.name]
        return None


def state(program: Program) -> str:
    """What shows that a program, or what its page shows of it, is no longer what was tried."""
    return files.digest([program.path, program.output.path])[:16]


def load(project: Project) -> Tries:
    """What was tried; raises `BadInput`."""
    path = _path(project)
    if path is None:
        return Tries({}, {})
    state = (path, path.stat().st_mtime_ns)
    return project.once(state, lambda: _read(path, project.relative(path)))


def _read(path: Path, name: str) -> Tries:
    data = yaml_files.read(path, name).data
    try:
        releases = [_name(row["release"]) for row in data["releases"]]
        tried = {
            str(program): _tried(str(program), results, releases)
            for program, results in data["programs"].items()
        }
        return Tries(tried, dict(data.get("states") or {}))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"it lacks or garbles {error}"
        mend = "make it again with the command that made it"
        raise BadInput(COMPATIBILITY.problem(name, 1, what, mend)) from None


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
        if release not in releases or result not in RESULTS:
            raise ValueError(f"{program} with {release}, which is '{result}'")
    return Tried({release: named.get(release, "") for release in releases})


def _name(release: Any) -> str:
    if not isinstance(release, str):  # 1.70 would become 1.7
        raise ValueError(f"{release}, which YAML reads as a number; put it in quotation marks")
    return release


def _linked(words: str, address: str) -> str:
    return f"[{words}]({address})" if address else words
