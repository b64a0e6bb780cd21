"""How does what was found out stand in the data file of the page?"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from docproof.core import files
from docproof.core.project import Project
from docproof.recordings import compatibility
from tools.matrix.results import PYTHON, Kept
from tools.matrix.verdict import ONLY_A_WARNING

HEAD = """\
# How each program of this guide fares under each release of LiteLLM.
# Written by `make matrix`, never by hand.
"""


def write(project: Project, found: Mapping[str, Kept], path: Path) -> bool:
    """Write the file at `path`, if it would be another; whether it was."""
    made = text(data(project, found))
    if path.is_file() and path.read_text("utf-8") == made:
        return False
    files.replace({path: made})
    return True


def text(found: dict[str, Any]) -> str:
    """The file of these data."""
    return HEAD + yaml.dump(found, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def data(project: Project, found: Mapping[str, Kept]) -> dict[str, Any]:
    """What is `found` of the releases, in their order: as rows, by program, and the reasons."""
    programs = [program.name for program in project.all_programs()]
    return {
        "releases": [_row(release, kept, programs) for release, kept in found.items()],
        "programs": {
            program: {release: _result(kept, program) for release, kept in found.items()}
            for program in programs
        },
        "states": {
            program.name: compatibility.state(program) for program in project.all_programs()
        },
        "reasons": _reasons(found, programs),
    }


def _row(release: str, kept: Kept, programs: list[str]) -> dict[str, Any]:
    results = [_result(kept, program) for program in programs]
    dates = [kept.results[program].date for program in programs if program in kept.results]
    return {
        "release": release,
        "openai": kept.packages.get("openai", "none"),
        "python": PYTHON,
        "date": min(dates, default=kept.date),
        **{result: results.count(result) for result in compatibility.RESULTS},
    }


def _result(kept: Kept, program: str) -> str:
    if kept.refusal:
        return "fails"
    one = kept.results[program]
    return "warns" if one.reason.startswith(ONLY_A_WARNING) else one.result


def _reasons(found: Mapping[str, Kept], programs: list[str]) -> list[dict[str, Any]]:
    """Each reason with the releases and programs that it holds for, merged where they are equal."""
    by_reason: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    rows: list[dict[str, Any]] = []
    order = list(found)
    for release, kept in found.items():
        if kept.refusal:
            what = f"it cannot be installed: {kept.refusal}"
            rows.append(
                {"programs": ["all"], "releases": [release], "result": "fails", "reason": what}
            )
            continue
        for program in programs:
            one = kept.results[program]
            if one.result != "same":
                by_reason[program, _result(kept, program), one.reason].append(release)
    merged: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (program, result, reason), releases in by_reason.items():
        merged[result, reason, tuple(releases)].append(program)
    common = os.path.commonpath([os.path.dirname(program) for program in programs])
    rows += [
        {
            "programs": [os.path.relpath(name, common) for name in sorted(names)],
            "releases": compatibility.spans_of(releases, order),
            "result": result,
            "reason": reason,
        }
        for (result, reason, releases), names in merged.items()
    ]
    return sorted(
        rows,
        key=lambda row: (
            row["programs"] != ["all"], -len(row["programs"]), row["programs"],
            order.index(row["releases"][0].partition(" ")[0]), row["result"], row["reason"],
        ),
    )  # fmt: skip


class _Dumper(yaml.SafeDumper):
    """Keeps a list of names, and a program's results, on few lines."""


def _list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    names = all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=names)


def _dict(dumper: yaml.SafeDumper, values: dict[str, Any]) -> yaml.Node:
    flat = all(
        isinstance(value, str) and value in compatibility.RESULTS for value in values.values()
    )
    return dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=flat)


_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _dict)
