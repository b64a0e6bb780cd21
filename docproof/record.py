"""What does the API answer to this program today?"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from docproof import expectations, recording, wellformed
from docproof.expectations import Expectations
from docproof.job import Job, Report
from docproof.project import Project
from docproof.recording import Recording
from docproof.replay import environment
from docproof.report import BadInput, Problem, Rule
from docproof.verdict import last_line

RULES = (
    Rule(
        "record",
        "a recording that would be half made, hold an error or a key",
        "A good recording would be overwritten by a bad one.",
        "a run that is interrupted",
    ),
)


# Seconds by which an answer may be late or early and still be the same.
_MOMENT = 0.5

# Where the certificates of a company's own authority are, if it has one.
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def needs_recording(project: Project, program: Path) -> bool:
    """Whether a program makes requests that something answers; raises `BadInput`."""
    where = project.expectations_of(program)
    return expectations.load(where, project.relative(where)).needs_recording()


def record(project: Project, program: Path, base_url: str = "") -> Recording:
    """Run `program` as it stands against the API and store its recording.

    With `base_url`, what the program sends to the project's own base URL goes
    there instead, and nothing else goes anywhere. Raises `BadInput`, and leaves
    the old recording as it was, if the run did not go as expected.
    """
    name = project.relative(program)
    where = project.expectations_of(program)
    expected = expectations.load(where, project.relative(where))
    key = os.environ.get(project.key_variable, "")
    if not base_url and not key:
        raise BadInput(
            Problem(
                name,
                1,
                "record",
                f"{project.key_variable} is not set",
                "export your key, or name another endpoint with --base-url URL",
            )
        )
    with tempfile.TemporaryDirectory(prefix="docproof-") as folder:
        report, interactions = _run(project, program, expected, base_url.rstrip("/"), folder)
    made = Recording(
        {
            "origin": _origin(report, base_url),
            "date": datetime.date.today().isoformat(),
            "packages": {name: importlib.metadata.version(name) for name in project.versions},
        },
        interactions,
    )
    _refuse_secret(made, key, name)
    _refuse_status(project, program, made, expected)
    mend = "the old recording is as it was; see what the service answered"
    for problem in wellformed.problems(project, made, name, mend):
        raise BadInput(problem)
    path = project.recording_of(program)
    if not _is_the_same(project, program, made):
        recording.save(made, path, name)
    return made


def _run(
    project: Project, program: Path, expected: Expectations, base_url: str, folder: str
) -> tuple[Report, list[recording.Data]]:
    name = project.relative(program)
    job = Job(
        program=str(program.resolve()),
        report=f"{folder}/report",
        cassette=f"{folder}/cassette",
        faults=expected.faults,
        record=True,
        addresses=(project.base_url, *project.other_addresses),
        redirect=base_url,
        environment=expected.environment,
        unreachable=expected.unreachable,
    )
    passed = (project.key_variable, *_CERTIFICATES)
    done = subprocess.run(
        [sys.executable, "-m", "docproof.stage", job.to_json()],
        env=environment(project, folder) | {n: os.environ[n] for n in passed if n in os.environ},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    written = Path(job.report).is_file()
    report = Report(**json.loads(Path(job.report).read_text("utf-8"))) if written else Report()
    if done.returncode != expected.exit or not written:
        said = f": {report.raised}" if report.raised else last_line(done.stderr)
        raise BadInput(
            Problem(
                name,
                report.raised_line or 1,
                "record",
                f"the program exits {done.returncode} instead of {expected.exit}{said}",
                "the old recording is as it was; mend this and record again",
            )
        )
    if expected.requests not in (None, report.requests):
        what = f"the program makes {report.requests} requests instead of {expected.requests}"
        mend = "the old recording is as it was; mend the program or its expectations"
        raise BadInput(Problem(name, 1, "record", what, mend))
    cassette = Path(job.cassette or "")
    interactions = recording.from_vcr(cassette.read_text("utf-8")) if cassette.is_file() else []
    for interaction, seconds in zip(interactions, report.seconds, strict=False):
        if round(seconds, 1):
            interaction["response"]["seconds"] = round(seconds, 1)
    return report, interactions


def _origin(report: Report, base_url: str) -> str:
    if report.marked_servers:
        return "stand-in"
    return base_url or "live"


def _refuse_secret(made: Recording, key: str, name: str) -> None:
    if key and key in json.dumps(made.interactions):
        raise BadInput(
            Problem(
                name,
                1,
                "record",
                "the API key stands in what would be recorded",
                "keep it out of the messages; the old recording is as it was",
            )
        )


def _refuse_status(
    project: Project, program: Path, made: Recording, expected: Expectations
) -> None:
    wanted = expected.statuses
    fits = max(made.statuses, default=0) < 400 if wanted is None else made.statuses == list(wanted)
    if not fits:
        where = project.relative(project.expectations_of(program))
        raise BadInput(
            Problem(
                project.relative(program),
                1,
                "record",
                f"the answers have the statuses {made.statuses}",
                f"the old recording is as it was; if they are meant, say so in {where}",
            )
        )


def _is_the_same(project: Project, program: Path, made: Recording) -> bool:
    """Whether only the day differs, or a moment's wait: then the old file and its date stay."""
    old, problems = wellformed.read(project, program)
    if old is None or problems:
        return False
    for before, now in zip(old.interactions, made.interactions, strict=False):
        seconds = before["response"].get("seconds", 0.0)
        if abs(seconds - now["response"].get("seconds", 0.0)) > _MOMENT:
            return False
    head = old.recorded | {"date": made.recorded["date"]}
    return head == made.recorded and _timeless(old) == _timeless(made)


def _timeless(made: Recording) -> list[recording.Data]:
    return [
        {
            "request": one["request"],
            "response": {
                name: one["response"][name] for name in one["response"] if name != "seconds"
            },
        }
        for one in made.interactions
    ]
