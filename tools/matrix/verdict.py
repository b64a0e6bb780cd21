"""Is what a program did under a release the same as on the page, and if not, in which words?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from docproof.core.problem import Problem
from docproof.core.project import Program
from docproof.replay import pictures
from docproof.replay.replay import Outcome
from docproof.replay.terminal import compare
from docproof.replay.verdict import last_line

RESULTS = ("same", "differs", "fails")  # the best first
ONLY_A_WARNING = "it prints what the page shows, and to standard error: "
_COLOUR = re.compile(r"\x1b\[[\d;]*m")  # a terminal's
# A warning of Python's, with the line of code that it stands below, or one of LiteLLM's log.
_WARNING = re.compile(
    r"^(?:\S+:\d+: )?(\w+Warning: .*)\n?(?:[ \t]+.*\n?)*"
    r"|^\d\d:\d\d:\d\d - (LiteLLM.*?:WARNING.*)\n?",
    re.MULTILINE,
)
LONGEST = 300  # characters of a reason; some errors go on for pages


def judged(
    program: Program, outcome: Outcome, own: Mapping[str, str], docs: Path
) -> tuple[str, str]:
    """Whether a run is `same`, `differs` or `fails`, and the reason in words.

    What only writes something else to standard error differs; it does what it
    should. `own` has the versions of the run by their packages: a reason names
    the package instead, since it may be that of several releases.
    """
    serious = [problem for problem in outcome.problems if problem.rule != "standard-error"]
    without = _WARNING.sub("", _COLOUR.sub("", outcome.stdout))
    if serious:
        result, reason = "fails", _of_a_problem(serious[0], outcome)
    elif outcome.problems or compare(program, outcome.stdout):
        stale = compare(program, without)
        told = _told(outcome, bool(outcome.problems))
        result, reason = "differs", _first_difference(stale) if stale else ONLY_A_WARNING + told
    elif drawn := next(pictures.compare(program, outcome.pictures, docs), None):
        result, reason = "differs", drawn.what
    else:
        return "same", ""
    return result, _in_words(reason, own)


def _of_a_problem(problem: Problem, outcome: Outcome) -> str:
    if problem.rule == "setting":
        return problem.what.replace("the modules to preload", "LiteLLM")
    if problem.rule == "request-unrecorded":
        return _of_requests(outcome)
    tail = last_line(outcome.stderr)
    if tail and problem.what.endswith(tail) and "Warning: " in _told(outcome, True):
        return problem.what.removesuffix(tail)
    return problem.what


def _of_requests(outcome: Outcome) -> str:
    """What is not as recorded in the first request, or which hosts were never to be asked."""
    whats = [problem.what for problem in outcome.problems if problem.rule == "request-unrecorded"]
    found = [re.search(r"for \w+ (\S+?):? (?:method was|nothing is)", what) for what in whats]
    hosts = sorted({str(urlsplit(one[1]).hostname) for one in found if one})
    if hosts:
        return f"it sends requests to {' and '.join(hosts)}, which are not recorded"
    parts = re.search(r": ([\w.\[\]]+) was (.+) when recorded and is (.+)", whats[0])
    if not parts:
        often = whats[0].endswith("it was recorded fewer times than it is sent")
        return "it sends a request more often than it was recorded" if often else whats[0]
    name, recorded, sent = parts.groups()
    if name == "uri":
        return f"it sends a request to {sent.strip(_QUOTE)} instead of {recorded.strip(_QUOTE)}"
    return f"it sends a request with {name} {sent} instead of {recorded}"


_QUOTE = "'"


def _told(outcome: Outcome, errors_too: bool) -> str:
    """The error that a program ended with, or else its first warning, without its line of code."""
    stderr = _COLOUR.sub("", outcome.stderr)
    errors = [line for line in _WARNING.sub("", stderr).splitlines() if line.strip()]
    errors = [line for line in errors if not line.startswith("task: ")]  # asyncio's second line
    if errors and errors_too:
        return errors[-1]
    warning = _WARNING.search(stderr)
    return (warning[1] or warning[2]).strip(": ") if warning else "nothing"


def _first_difference(stale: Problem) -> str:
    """The first line of the first lines that differ, as it is now and as the page shows it."""
    if not stale.detail:
        return stale.what
    shown, prints = "", ""
    for line in stale.detail.splitlines()[2:]:
        if line.startswith("-"):
            shown = shown or line[1:].strip()
        elif line.startswith("+"):
            prints = prints or line[1:].strip()
        elif shown or prints:
            break
    if not prints:
        return f"it does not print: {shown or 'an empty line'}"
    return f"it prints: {prints}; the page shows: {shown or 'no such line'}"


def _in_words(reason: str, own: Mapping[str, str]) -> str:
    """A reason without what differs from machine to machine or release to release."""
    reason = re.sub(r"^the program ", "it ", reason)
    reason = re.sub(r"\b1 requests", "1 request", reason)
    reason = re.sub(r"\bmodel=[^\s,]+( not in)", r"model=[…]\1", reason)
    reason = re.sub(r"(?:/[^\s/:'\"]+)+/site-packages/", "", reason)
    reason = re.sub(r"(\.py):\d+", r"\1", reason)
    for package, version in own.items():
        if version:
            whole = rf"(?<![\d.]){re.escape(version)}(?!\.?\d)"
            reason = re.sub(whole, f"[{package}'s version]", reason)
    reason = " ".join(reason.split())
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST].rstrip()} …"
