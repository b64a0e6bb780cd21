"""Did a program do what is expected of it?"""

from __future__ import annotations

from pathlib import Path

from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.recordings import expectations, recording, validate
from docproof.recordings.expectations import Expectations
from docproof.recordings.recording import Recording
from docproof.replay.differences import difference
from docproof.sandbox.spec import Report

RECORDING_MISSING = rule(
    "recording-missing",
    family="recordings",
    refuses="a program without recorded responses",
    why="It could only be run against the real service.",
    example="code/x.py without tests/cassettes/x.yaml",
)
RECORDING_STATUS = rule(
    "recording-status",
    family="recordings",
    refuses="a recorded answer with an error status that the program is not expected to meet",
    why="A guide would be proved by a failure.",
    example="status: 429",
)
RECORDING_LEFT_OVER = rule(
    "recording-left-over",
    family="recordings",
    refuses="a recorded request that the program never makes",
    why="The recording would be of another program.",
    example="two recorded requests for a program that makes one",
)
REQUEST_UNRECORDED = rule(
    "request-unrecorded",
    family="recordings",
    refuses="a request that no recorded answer matches, even if the program hides that",
    why="The page would show what the service never answered.",
    example="max_tokens=400 in a program recorded with 300",
)
NETWORK = rule(
    "network",
    family="programs",
    refuses="a program that reaches beyond its recording, even if it hides that",
    why="Its output would depend on the network.",
    example="a download while the program runs",
)
INPUT_READ = rule(
    "input-read",
    family="programs",
    refuses="a program that reads standard input",
    why="A replay would wait for ever, or go on with nothing.",
    example='input("Your key: ")',
)
EXIT_CODE = rule(
    "exit-code",
    family="programs",
    refuses="a program that exits otherwise than expected",
    why="A reader would see it fail.",
    example="raise SystemExit(3)",
)
STANDARD_ERROR = rule(
    "standard-error",
    family="programs",
    refuses="a program that writes to standard error what is not expected",
    why="A reader would see warnings that the page does not show.",
    example="a deprecation warning",
)
NO_REQUEST = rule(
    "no-request",
    family="programs",
    refuses="a program that makes no request",
    why="Nothing of what the page promises would have been run.",
    example="an early return",
)
REQUESTS = rule(
    "requests",
    family="programs",
    refuses="a program that makes more or fewer requests than expected",
    why="A retry or a fallback would not be what the page says.",
    example="requests: 3 for a program that makes one",
)
NO_OUTPUT = rule(
    "no-output",
    family="programs",
    refuses="a program that prints nothing",
    why="There would be nothing to compare.",
    example="a program without print()",
)


def prepare(
    project: Project, program: Path, made: Recording | None = None
) -> tuple[Expectations, Problem | None]:
    """What is expected of `program`, and what keeps it from being replayed.

    `made` is its recording, if that has been read. Raises `BadInput` if its
    recording or its expectations cannot be read.
    """
    where = project.expectations_of(program)
    expected = expectations.load(where, project.relative(where))
    path = project.recording_of(program)
    name, again = (
        project.relative(program),
        f"python -m docproof record {project.relative(program)}",
    )
    if not path.is_file():
        if not expected.needs_recording():
            return expected, None
        return expected, RECORDING_MISSING.problem(
            name, 1, f"there is no {project.relative(path)}", f"record it: {again}"
        )
    try:
        statuses = (made or recording.load(path, project.relative(path))).statuses
    except BadInput as unreadable:  # which check can say better
        said = validate.read(project, program)[1] or [unreadable.problem]
        raise BadInput(said[0]) from None
    wanted = expected.statuses
    if wanted is None and any(status >= 400 for status in statuses):
        bad = next(status for status in statuses if status >= 400)
        return expected, RECORDING_STATUS.problem(
            project.relative(path),
            1,
            f"an answer has the status {bad}, which {name} is not expected to meet",
            f"record it again: {again}, or say so in {project.relative(where)}",
        )
    if wanted is not None and sorted(wanted) != sorted(statuses):
        return expected, RECORDING_STATUS.problem(
            project.relative(path),
            1,
            f"the answers have the statuses {statuses}, and {list(wanted)} are expected",
            f"record it again: {again}, or mend {project.relative(where)}",
        )
    return expected, None


def judge(
    project: Project,
    program: Path,
    expected: Expectations,
    report: Report,
    stdout: str,
    stderr: str,
) -> list[Problem]:
    """What is wrong with a run, as far as it can be told without the program's output file."""
    problems = unanswered(project, program, report)
    if problems:
        return problems  # what follows from these, or from a wrong end, would only hide them
    name = project.relative(program)
    allow = f"mend the program, or say so in {project.relative(project.expectations_of(program))}"
    if report.exit != expected.exit:
        what = f"the program exits {report.exit} instead of {expected.exit}"
        what += f": {report.raised}" if report.raised else last_line(stderr)
        return [EXIT_CODE.problem(name, report.raised_line or 1, what, allow)]
    if report.unplayed:
        numbers = ", ".join(str(number + 1) for number in report.unplayed)
        problems.append(
            RECORDING_LEFT_OVER.problem(
                name,
                1,
                f"the program never makes the recorded request {numbers}",
                _record_again(name),
            )
        )
    if stderr and not expected.stderr:
        problems.append(
            STANDARD_ERROR.problem(
                name, 1, f"the program writes to standard error{last_line(stderr)}", allow
            )
        )
    elif expected.stderr not in stderr:
        problems.append(
            STANDARD_ERROR.problem(
                name,
                1,
                f"'{expected.stderr}' is not in its standard error{last_line(stderr)}",
                allow,
            )
        )
    if expected.requests is None and report.requests == 0:
        problems.append(NO_REQUEST.problem(name, 1, "the program makes no request", allow))
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
            NO_OUTPUT.problem(name, 1, "the program prints nothing", "print what it found")
        )
    return problems


def unanswered(project: Project, program: Path, report: Report) -> list[Problem]:
    """What the program asked of the world that a replay cannot give."""
    name = project.relative(program)
    problems = [
        REQUEST_UNRECORDED.problem(
            name,
            missed["line"] or 1,
            difference(missed["sent"], missed["recorded"]),
            _record_again(name),
        )
        for missed in report.missed
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


def _record_again(name: str) -> str:
    return f"mend the program, or record it again: python -m docproof record {name}"


def last_line(text: str) -> str:
    """What a process said last, to end a sentence with; nothing if it said nothing."""
    lines = text.strip().splitlines()
    return f": {lines[-1].strip()}" if lines else ""
