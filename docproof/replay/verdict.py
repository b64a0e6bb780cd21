"""Did a program do what is expected of it?"""

from __future__ import annotations

import re
from typing import Any

from docproof.core.problem import BadInput, Problem, rule
from docproof.core.project import Program, Project
from docproof.recordings import expectations
from docproof.recordings.expectations import Expectations
from docproof.recordings.reader import RECORDING, again, read
from docproof.replay.terminal import OUTPUT
from docproof.sandbox.spec import Report

RECORDING_MISSING = rule(
    "recording-missing",
    refuses="a program without recorded responses",
    why="It could only be run against the real service.",
    example="code/x.py without tests/cassettes/x.yaml",
)
REQUEST_UNRECORDED = rule(
    "request-unrecorded",
    refuses=(
        "a request to which no answer was recorded, even if the program catches the error. It also "
        "refuses requests that are made at once and are the same, if their recorded answers differ"
    ),
    why="The page would show what the service never answered, or something different in each run.",
    example="max_tokens=400 in a program recorded with 300",
)
AT_ONCE = (
    "the program asks the same several times at once, and the answers differ",
    "ask one after the other, or ask each time something else",
)
NETWORK = rule(
    "network",
    refuses="a program that reaches beyond its recording, even if it hides that",
    why="Its output would depend on the network.",
    example="a download while the program runs",
)
INPUT_READ = rule(
    "input-read",
    refuses="a program that reads standard input",
    why="A replay would wait forever, or continue with nothing.",
    example='input("Your key: ")',
)
EXIT_CODE = rule(
    "exit-code",
    refuses=("a program that exits in a way that is not expected, or whose process dies silently"),
    why="A reader would see it fail.",
    example="raise SystemExit(3)",
)
STANDARD_ERROR = rule(
    "standard-error",
    refuses="a program that writes to standard error what is not expected",
    why="A reader would see warnings that the page does not show.",
    example="a deprecation warning",
)
REQUESTS = rule(
    "requests",
    refuses="a program that makes more or fewer requests than expected",
    why="A retry or a fallback would not be what the page says.",
    example="requests: 3 for a program that makes one",
)


def prepare(project: Project, program: Program) -> Expectations:
    """What is expected of `program`; raises `BadInput` with what keeps it from being replayed."""
    expected = expectations.load(program.expectations)
    made = read(project, program)
    name, where = program.recording.name, program.expectations.name
    if made is None:
        if not expected.needs_recording():
            return expected
        what, hint = f"there is no {name}", f"record it: {again(project, program)}"
        raise BadInput(RECORDING_MISSING.problem(program.name, 1, what, hint))
    statuses, wanted = made.statuses, expected.statuses
    bad = next((status for status in statuses if status >= 400), None)
    if wanted is None and bad:
        what = f"an answer has the status {bad}, which {program.name} is not expected to meet"
        mend = f"or say so in {where}"
    elif wanted is not None and sorted(wanted) != sorted(statuses):
        what = f"the answers have the statuses {statuses}, and {list(wanted)} are expected"
        mend = f"or fix {where}"
    else:
        return expected
    hint = f"record it again: {again(project, program)}, {mend}"
    raise BadInput(RECORDING.problem(name, 1, what, hint))


def judge(
    project: Project,
    program: Program,
    expected: Expectations,
    code: int,
    report: Report,
    stdout: str,
    stderr: str,
) -> list[Problem]:
    """What is wrong with a run, as far as it can be told without the program's output file.

    `code` is the one that it ended with.
    """
    problems = unanswered(project, program, report)
    if problems:
        return problems  # what follows from these, or from a wrong end, would only hide them
    name = program.name
    allow = f"fix the program, or say so in {program.expectations.name}"
    if code != expected.exit:
        what = f"the program exits {code} instead of {expected.exit}"
        what += f": {report.raised}" if report.raised else last_line(stderr)
        return [EXIT_CODE.problem(name, report.raised_line or 1, what, allow)]
    if report.unplayed:
        numbers = ", ".join(str(number + 1) for number in report.unplayed)
        problems.append(
            REQUESTS.problem(
                name,
                1,
                f"the program never makes the recorded request {numbers}",
                _record_again(project, program),
            )
        )
    if expected.stderr not in stderr or (stderr and not expected.stderr):
        line, said = complaint(program, stderr)
        what = "the program writes to standard error"
        if expected.stderr:
            what = f"'{expected.stderr}' is not in its standard error"
        problems.append(STANDARD_ERROR.problem(name, line, what + said, allow))
    if expected.requests is None and report.requests == 0:
        problems.append(REQUESTS.problem(name, 1, "the program makes no request", allow))
    elif expected.requests not in (None, report.requests):
        problems.append(
            REQUESTS.problem(
                name,
                1,
                f"the program makes {report.requests} requests instead of {expected.requests}",
                allow,
            )
        )
    if not (stdout + stderr).strip():
        problems.append(
            OUTPUT.problem(name, 1, "the program prints nothing", "print what it found")
        )
    return problems


def unanswered(project: Project, program: Program, report: Report) -> list[Problem]:
    """What the program asked of the world that a replay cannot give."""
    name = program.name
    problems = [
        REQUEST_UNRECORDED.problem(
            name,
            missed["line"] or 1,
            _difference(missed["sent"], missed["recorded"]),
            _record_again(project, program),
        )
        for missed in report.missed
    ]
    problems += [
        REQUEST_UNRECORDED.problem(name, line or 1, *AT_ONCE) for line in report.at_once[:1]
    ]
    problems += [
        NETWORK.problem(
            name,
            out["line"] or 1,
            f"the program {out['what']}",
            "make it do without: a replay has no network",
        )
        for out in report.reached_out
    ]
    if report.read_input_line is not None:
        problems.append(
            INPUT_READ.problem(
                name,
                report.read_input_line or 1,
                "the program reads standard input, which is closed",
                "take what it needs from its arguments or the environment",
            )
        )
    return problems


def _difference(sent: dict[str, Any], recorded: dict[str, Any] | None) -> str:
    """One line on a request that was not recorded; both have a method, a uri and a body."""
    what = f"no recorded answer for {sent['method']} {sent['uri']}"
    if recorded is None:
        return f"{what}: nothing is recorded"
    before, now = _parts(recorded), _parts(sent)
    for path in [*before, *now]:
        was, is_now = before.get(path, "absent"), now.get(path, "absent")
        if was != is_now:
            return f"{what}: {path} was {_short(was)} when recorded and is {_short(is_now)}"
    return f"{what}: it was recorded fewer times than it is sent"


def _parts(data: Any, path: str = "") -> dict[str, str]:
    """What stands at each path of JSON, as Python writes it."""
    parts: dict[str, str] = {}
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        place = f"{path}[{key}]" if isinstance(data, list) else f"{path}.{key}".lstrip(".")
        inside = _parts(value, place) if isinstance(value, (dict, list)) else {}
        parts |= inside or {place: repr(value)}
    return parts


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def _record_again(project: Project, program: Program) -> str:
    return f"fix the program, or record it again: {again(project, program)}"


def complaint(program: Program, stderr: str) -> tuple[int, str]:
    """What a program's standard error complains of, to end a sentence with, and of which line.

    A traceback says it below its frames, and all else at its beginning, as Python's
    warnings do: more lines, such as where tracemalloc could be enabled, only explain it.
    """
    path = re.escape(str(program.path))
    _, _, trace = stderr.rpartition("Traceback (most recent call last):\n")
    if trace != stderr:
        frames = re.findall(rf'File "{path}", line (\d+)', trace)
        said = next((line for line in trace.splitlines() if line[:1].strip()), "")
        line = int(frames[-1]) if frames else 1
    else:
        found = re.search(rf'{path}(?::|", line )(\d+)', stderr)
        said = next(iter(stderr.strip().splitlines()), "")
        line = int(found[1]) if found else 1
    said = re.sub(rf"^{path}:\d+: ", "", said.strip())
    return line, f": {said}" if said else ""


def last_line(text: str) -> str:
    """What a process said last, to end a sentence with; nothing if it said nothing."""
    lines = text.strip().splitlines()
    return f": {lines[-1].strip()}" if lines else ""
