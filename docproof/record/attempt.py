"""An attempt to record a program: what comes of running it against the API, and is it kept?"""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docproof.core import redact
from docproof.core.problem import BadInput
from docproof.core.project import Program
from docproof.record.target import RECORD, Target
from docproof.recordings import recording
from docproof.recordings.expectations import Expectations
from docproof.recordings.recording import Recording
from docproof.replay.replay import broken_off
from docproof.replay.runner import Run, Runner
from docproof.replay.verdict import AT_ONCE, last_line
from docproof.sandbox.spec import RunSpec

Tell = Callable[[dict[str, Any]], None]  # what is told of an exchange, as soon as it is over
_MOMENT = 0.1  # seconds between two looks at what is told


@dataclass(frozen=True)
class Attempt:
    """A program that is to be recorded, what is expected of it, and where it is recorded from."""

    program: Program
    expected: Expectations
    target: Target

    def refused(self, what: str, hint: str, line: int = 1) -> BadInput:
        """The error that says why it is not recorded."""
        hint = f"{hint}; the old recording is as it was"
        return BadInput(RECORD.problem(self.program.name, line or 1, what, hint))

    def run(self, runner: Runner, folder: Path, tell: Tell) -> tuple[Recording, BadInput | None]:
        """Run it against the API: what was answered, and why it is not to be kept, if so.

        `folder` is an empty one to work in. Raises `BadInput` if there is no answer
        that could even be looked at, or no room for one.
        """
        cassette, progress = folder / "made", folder / "progress"
        spec = self._spec(cassette, progress)
        with _telling(progress, tell):
            done = runner.run(spec, self.expected.fresh)
        answers = json.loads(cassette.read_text("utf-8")) if cassette.is_file() else []
        if done.report and done.report.refusals:
            what, hint = done.report.refusals[0], "do without that request"
            if what.startswith("the connection"):
                what, hint = self.target.real(what), "look whether a server answers there"
            raise self.refused(what, hint)
        if done.report and done.report.at_once:
            raise self.refused(*AT_ONCE, done.report.at_once[0])
        marked = done.report is not None and done.report.marked_servers
        versions = {name: importlib.metadata.version(name) for name in self.target.versions}
        head = {
            "origin": "stand-in" if marked else self.target.base_url or "live",
            "date": datetime.date.today().isoformat(),
            "packages": versions,
        }
        try:
            if self.expected.statuses is None:
                self._let_in(answers)
            self._ended(spec, done, answers)
            self._answered(answers)
        except BadInput as bad:
            if not answers:
                raise
            return Recording(head, answers), bad
        return Recording(head, answers), None

    def _spec(self, cassette: Path, progress: Path) -> RunSpec:
        expected, target = self.expected, self.target
        stands_for_key = expected.environment.get(target.read_from)
        return RunSpec(
            program=str(self.program.path),
            report="",
            cassette=str(cassette),
            faults=expected.faults,
            time_limit=target.timeout,
            record=True,
            addresses=target.documented,
            redirect=target.base_url,
            placeholders=tuple(filter(None, (redact.PLACEHOLDER, stands_for_key))),
            progress=str(progress),
            environment=expected.environment,
            unreachable=expected.unreachable,
        )

    def _let_in(self, answers: list[recording.Data]) -> None:
        """What a service says to those whom it does not answer, whatever it makes of that."""
        target = self.target
        for answer in answers:
            status, headers = answer["response"]["status"], answer["response"]["headers"]
            where = target.real(answer["request"]["uri"])
            if status in (401, 403):
                if target.key:
                    sent, hint = f"the key in {target.key_variable}", "use a valid key"
                else:
                    sent = "the placeholder, as there is no key,"
                    hint = "name the key's variable: --key-variable NAME"
                raise self.refused(f"{sent} was refused by {where}, with status {status}", hint)
            if status == 429:
                wait = headers.get("retry-after")
                ask = f", Retry-After: {wait}" if wait else ""
                what = f"the service limits requests (429{ask})"
                raise self.refused(what, "wait, and record again")
            if "html" in headers.get("content-type", ""):
                what = f"the answer of {where} is HTML with status {status}, not an API's"
                raise self.refused(what, "check the base URL")

    def _ended(self, spec: RunSpec, done: Run, answers: list[recording.Data]) -> None:
        expected, report = self.expected, done.report
        if report is None:
            broken = broken_off(self.program, spec, done)
            if broken.rule == "time-limit":
                hint = 'give it more: --timeout SECONDS (make: ARGS="--timeout SECONDS")'
                raise self.refused(broken.what, hint, broken.line)
        if report is None or done.code != expected.exit:
            raised = report.raised if report else ""
            said = f": {raised}" if raised else last_line(done.stderr)
            what = f"the program exits {done.code} instead of {expected.exit}{said}"
            for answer in answers:
                status = answer["response"]["status"]
                if status >= 400 and expected.statuses is None:
                    where = self.target.real(answer["request"]["uri"])
                    what += f" (status {status} from {where})"
                    break
            line = report.raised_line if report else 1
            raise self.refused(what, "fix this and record again", line)
        if report.requests == 0:
            what = "the program makes no request"
        elif expected.requests not in (None, report.requests):
            what = f"the program makes {report.requests} requests instead of {expected.requests}"
        else:
            return
        raise self.refused(what, f"fix the program, or say so in {self.program.expectations.name}")

    def _answered(self, answers: list[recording.Data]) -> None:
        statuses = [answer["response"]["status"] for answer in answers]
        wanted = self.expected.statuses
        if wanted is None:
            is_right = bool(statuses) and max(statuses) < 300
        else:
            is_right = sorted(statuses) == sorted(wanted)
        if not is_right:
            what = f"the answers have the statuses {statuses}"
            hint = f"if they are meant, say so in {self.program.expectations.name}"
            raise self.refused(what, hint)


@contextlib.contextmanager
def _telling(progress: Path, tell: Tell) -> Iterator[None]:
    """Tell of each exchange as soon as it is over."""
    progress.touch()
    done = threading.Event()

    def follow() -> None:
        rest = ""
        with progress.open(encoding="utf-8") as told:
            is_over = False
            while not is_over:
                is_over = done.wait(_MOMENT)  # before the last look, not after it
                *lines, rest = (rest + told.read()).split("\n")
                for line in lines:
                    tell(json.loads(line))

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
