"""What comes of running this program against the API, and why is it not worth recording?"""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docproof.core.problem import BadInput
from docproof.core.project import Project
from docproof.record import exchanges
from docproof.record.target import RECORD, Target
from docproof.recordings import expectations, recording
from docproof.recordings.expectations import Expectations
from docproof.recordings.recording import Recording
from docproof.replay.replay import broken_off
from docproof.replay.runner import Run, Runner
from docproof.replay.verdict import last_line
from docproof.sandbox import redact
from docproof.sandbox.spec import RunSpec

Say = Callable[[str], None]


@dataclass(frozen=True)
class Subject:
    """A program that is to be recorded, what is expected of it, and the file that says so."""

    program: Path
    name: str
    expected: Expectations
    where: str

    def refused(self, what: str, mend: str, line: int = 1) -> BadInput:
        """The error that says why it is not recorded."""
        mend = f"{mend}; the old recording is as it was"
        return BadInput(RECORD.problem(self.name, line or 1, what, mend))


def subject(project: Project, program: Path) -> Subject:
    """The program as it is to be recorded; raises `BadInput`."""
    path = project.expectations_of(program)
    where = project.relative(path)
    return Subject(program, project.relative(program), expectations.load(path, where), where)


def run(
    project: Project, runner: Runner, one: Subject, to: Target, folder: Path, say: Say
) -> tuple[Recording, BadInput | None]:
    """Run a program against the API: what was answered, and why it is not to be kept, if so.

    `folder` is an empty one to work in. Raises `BadInput` if there is no answer
    that could even be looked at, or no room for one.
    """
    cassette, progress, expected = folder / "made", folder / "progress", one.expected
    stands_for_key = expected.environment.get(project.key_variable)
    spec = RunSpec(
        program=str(one.program.resolve()),
        report="",
        cassette=str(cassette),
        faults=expected.faults,
        time_limit=to.timeout,
        record=True,
        addresses=(project.base_url, *project.other_addresses),
        redirect=to.base_url,
        placeholders=tuple(filter(None, (redact.PLACEHOLDER, stands_for_key))),
        progress=str(progress),
        environment=expected.environment,
        unreachable=expected.unreachable,
    )
    with _telling(progress, say, exchanges.prices(project)):
        done = runner.run(spec, expected.fresh)
    answers = recording.made(cassette.read_text("utf-8")) if cassette.is_file() else []
    if done.report and done.report.refusals:
        what, mend = done.report.refusals[0], "do without that request"
        if what.startswith("the connection"):
            what = to.real(what, project.base_url)
            mend = "look whether a server answers there"
        raise one.refused(what, mend)
    marked = done.report is not None and done.report.marked_servers
    head = {
        "origin": "stand-in" if marked else to.base_url or "live",
        "date": datetime.date.today().isoformat(),
        "packages": {name: importlib.metadata.version(name) for name in project.versions},
    }
    try:
        if expected.statuses is None:
            _let_in(project, one, to, answers)
        _ended(project, one, to, done, answers)
        _answered(one, answers)
    except BadInput as bad:
        if not answers:
            raise
        return Recording(head, answers), bad
    return Recording(head, answers), None


def _let_in(project: Project, one: Subject, to: Target, answers: list[recording.Data]) -> None:
    """What a service says to those whom it does not answer, before what the program makes of it."""
    for answer in answers:
        status, headers = answer["response"]["status"], answer["response"]["headers"]
        where = to.real(answer["request"]["uri"], project.base_url)
        if status in (401, 403):
            sent = (
                f"the key in {to.key_variable}"
                if to.key
                else "the placeholder, as there is no key,"
            )
            mend = "use a valid key" if to.key else "name the key's variable: --key-variable NAME"
            raise one.refused(f"{sent} was refused by {where}, with status {status}", mend)
        if status == 429:
            wait = headers.get("retry-after")
            ask = f", Retry-After: {wait}" if wait else ""
            raise one.refused(f"the service limits requests (429{ask})", "wait, and record again")
        if "html" in headers.get("content-type", ""):
            what = f"the answer of {where} is HTML with status {status}, not an API's"
            raise one.refused(what, "check the base URL")


def _ended(
    project: Project, one: Subject, to: Target, done: Run, answers: list[recording.Data]
) -> None:
    if done.report is None:
        broken = broken_off(project, one.program, to.timeout, done)
        if broken.rule == "time-limit":
            raise one.refused(
                broken.what,
                'give it more: --timeout SECONDS (make: ARGS="--timeout SECONDS")',
                broken.line,
            )
    if done.report is None or done.code != one.expected.exit:
        raised = done.report.raised if done.report else ""
        said = f": {raised}" if raised else last_line(done.stderr)
        what = f"the program exits {done.code} instead of {one.expected.exit}{said}"
        for answer in answers:
            if answer["response"]["status"] >= 400 and one.expected.statuses is None:
                where = to.real(answer["request"]["uri"], project.base_url)
                what += f" (status {answer['response']['status']} from {where})"
                break
        line = done.report.raised_line if done.report else 1
        raise one.refused(what, "mend this and record again", line)
    made, wanted = done.report.requests, one.expected.requests
    if made == 0 or wanted not in (None, made):
        what = "the program makes no request"
        what = what if made == 0 else f"the program makes {made} requests instead of {wanted}"
        raise one.refused(what, f"mend the program, or say so in {one.where}")


def _answered(one: Subject, answers: list[recording.Data]) -> None:
    statuses = [answer["response"]["status"] for answer in answers]
    wanted = one.expected.statuses
    if max(statuses, default=999) >= 300 if wanted is None else sorted(statuses) != sorted(wanted):
        what = f"the answers have the statuses {statuses}"
        raise one.refused(what, f"if they are meant, say so in {one.where}")


@contextlib.contextmanager
def _telling(progress: Path, say: Say, prices: exchanges.Prices) -> Iterator[None]:
    """Say each exchange as soon as it is over."""
    progress.touch()
    done = threading.Event()

    def follow() -> None:
        rest = ""
        with progress.open(encoding="utf-8") as told:
            for ended in itertools.chain(iter(lambda: done.wait(0.1), True), [True]):
                *lines, rest = (rest + told.read()).split("\n")
                for line in lines:
                    say(exchanges.line(json.loads(line), prices))
                if ended:
                    return

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
