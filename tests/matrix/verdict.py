"""Is what a program did under a release the same as on the page, and if not, in which words?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from docproof import pictures
from docproof.project import Project
from docproof.replay import Outcome
from docproof.report import Problem
from docproof.terminal import compare
from docproof.verdict import last_line

LONGEST = 300  # characters of a reason; some errors go on for pages


def judged(
    project: Project, program: Path, outcome: Outcome, own: Mapping[str, str]
) -> tuple[str, str]:
    """Whether a run is `same`, `differs` or `fails`, and the reason in words.

    What only writes something else to standard error differs; it does what it
    should. `own` has the versions of the run by their packages: a reason says
    the package instead, since it may be that of several releases.
    """
    if outcome.problems:
        serious = [problem for problem in outcome.problems if problem.rule != "standard-error"]
        found = (serious or outcome.problems)[0]
        result, reason = "fails" if serious else "differs", _of_a_problem(found, outcome)
    elif stale := compare(project, program, outcome.stdout):
        result, reason = "differs", _first_difference(stale)
    elif drawn := next(pictures.compare(project, program, outcome.pictures), None):
        result, reason = "differs", drawn.what
    else:
        return "same", ""
    return result, _in_words(reason, own)


def _of_a_problem(problem: Problem, outcome: Outcome) -> str:
    if problem.rule == "request-unrecorded":
        return _asked_elsewhere(outcome) or problem.what
    tail = last_line(outcome.stderr)
    warning = re.search(r"\b\w+Warning: .*", outcome.stderr)
    if warning and problem.what.endswith(tail):  # a warning's last line is a line of code
        return f"{problem.what.removesuffix(tail)}: {warning[0]}"
    return problem.what


def _asked_elsewhere(outcome: Outcome) -> str:
    """The requests to hosts that no recorded request goes to, if there are such."""
    whats = [problem.what for problem in outcome.problems if problem.rule == "request-unrecorded"]
    asked = [re.search(r"for (\w+) (\S+?):? (?:method was|nothing is)", what) for what in whats]
    hosts = sorted({str(urlsplit(found[2]).hostname) for found in asked if found})
    return f"the program asks {' and '.join(hosts)}, which is not recorded" if hosts else ""


def _first_difference(stale: Problem) -> str:
    """The first line of the first lines that differ, as the page shows it and as it is now."""
    shown, prints = "", ""
    for line in stale.detail.splitlines()[2:]:
        if line.startswith("-"):
            shown = shown or line[1:]
        elif line.startswith("+"):
            prints = prints or line[1:]
        elif shown or prints:
            break
    if not prints:
        return f"the program does not print: {shown}"
    return f"the program prints: {prints}; the page shows: {shown or 'no such line'}"


def _in_words(reason: str, own: Mapping[str, str]) -> str:
    """A reason without what differs from machine to machine or release to release."""
    reason = re.sub(r"(?:/[^\s/:'\"]+)+/site-packages/", "", reason)
    reason = re.sub(r"(\.py):\d+", r"\1", reason)
    for package, version in own.items():
        if version:
            reason = re.sub(
                rf"(?<![\d.]){re.escape(version)}(?!\.?\d)", f"[{package}'s version]", reason
            )
    reason = " ".join(reason.split())
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST].rstrip()} …"
