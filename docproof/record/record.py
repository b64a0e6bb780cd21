"""Records programs: each recording and its output are replaced together, or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from docproof.core import files, redact, secrets
from docproof.core.problem import BadInput, Problem, diff
from docproof.core.project import Program, Project, relative
from docproof.record import drift, exchanges
from docproof.record.attempt import Attempt
from docproof.record.target import RECORD, Target
from docproof.recordings import expectations, recording
from docproof.recordings.reader import read
from docproof.recordings.recording import Recording
from docproof.replay import pictures
from docproof.replay.replay import Outcome, Replayer
from docproof.replay.servers import Servers
from docproof.replay.terminal import render

Say = Callable[[str], None]

# Seconds by which an answer may be late or early and still be the same.
_MOMENT = 0.5
AT_ONCE = 6  # programs that are recorded at the same time; they mostly wait
# Where the certificates of a company's own authority are, if it has one.
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class Recorder:
    """Records programs from a target, or compares what it answers with what was recorded.

    `say` is called with each line for a person, `servers` is as for `Runner`.
    """

    project: Project
    target: Target
    say: Say
    servers: Servers | None = None

    def record(self, programs: Sequence[Program], compare: bool = False) -> list[Problem]:
        """Run programs as they stand, store recordings and outputs; what went wrong.

        A recording and its output are only replaced once the new ones have proved
        right together. With `compare`, nothing is stored: how the answers differ in
        shape from the recorded ones is among the problems.
        """
        try:
            return self._all(programs, compare)
        except OSError as error:  # not even a temporary folder can be made
            what = f"there is no room for it: {error.strerror or error}"
            return [RECORD.problem(programs[0].name, 1, what, "make room, try again")]

    def _all(self, programs: Sequence[Program], compare: bool) -> list[Problem]:
        target = self.target
        passed = {name: os.environ[name] for name in CERTIFICATES if name in os.environ}
        # The live service limits requests a minute; another endpoint is most likely our own.
        at_once = min(AT_ONCE, len(programs)) if target.base_url else 1
        with (
            tempfile.TemporaryDirectory(prefix="docproof-", ignore_cleanup_errors=True) as folder,
            Replayer(
                self.project, key=target.key, variables=passed, servers=self.servers
            ) as replayer,
            ThreadPoolExecutor(at_once) as pool,  # its threads end before their folders go
        ):
            replayer.start()

            def record(number: int, program: Program) -> list[Problem]:
                own = Path(folder) / str(number)
                own.mkdir()
                said: list[str] = []
                say = said.append if at_once > 1 else self.say
                try:
                    return _Session(replayer, target, own, say).record(program, compare)
                except BadInput as bad:
                    return [self.project.hinted(program, bad.problem)]
                finally:
                    if said:
                        self.say("\n".join(said))

            try:
                results = pool.map(record, range(len(programs)), programs)
                return [problem for problems in results for problem in problems]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                replayer.stop()  # so that nobody waits for what still runs
                raise


@dataclass(frozen=True)
class _Session:
    """The recording of one program, in a folder of its own."""

    replayer: Replayer
    target: Target
    folder: Path
    say: Say

    def record(self, program: Program, compare: bool) -> list[Problem]:
        """Record a program, or compare it; what is wrong. Raises `BadInput` if it is refused."""
        expected = expectations.load(program.expectations)
        attempt = Attempt(program, expected, self.target)
        try:
            if not expected.needs_recording():
                self.say(f"{program.name} needs no recording")
            elif compare:
                return self._compare(attempt)
            else:
                self._record(attempt)
        except (OSError, json.JSONDecodeError) as error:  # or what was written was cut off
            why = getattr(error, "strerror", None) or "No space left on device"
            raise attempt.refused(f"it cannot be written: {why}", "make room for it") from None
        return []

    def _compare(self, attempt: Attempt) -> list[Problem]:
        name = attempt.program.name
        old = read(self.replayer.project, attempt.program)
        reason = drift.unanswerable(attempt.expected, old, self.target.documented[0])
        if reason:
            self.say(f"{name} is not compared: {reason}")
            return []
        made, bad = self._run(attempt)
        drifted = drift.problems(name, old, made, self.target)
        if not drifted and bad:
            drifted = [bad.problem]
        if not drifted:
            self.say(f"{name}: answered as it was recorded")
        return drifted

    def _record(self, attempt: Attempt) -> None:
        with _no_other(attempt):
            made, bad = self._run(attempt)
            if bad:
                raise bad
            changes = self._store(attempt, made)
        count, origin = len(made.interactions), made.recorded["origin"]
        self.say(f"{attempt.program.name}: {count} request{'s' * (count != 1)}, origin: {origin}")
        for change in changes:
            self.say(change)

    def _run(self, attempt: Attempt) -> tuple[Recording, BadInput | None]:
        self.say(f"{attempt.program.name} …")
        return attempt.run(
            self.replayer, self.folder, lambda exchange: self.say(exchanges.line(exchange))
        )

    def _store(self, attempt: Attempt, made: Recording) -> list[str]:
        """Prove a new recording by a replay, then put it and what comes of it in place: diffs."""
        program = attempt.program
        text = self._text(program, made)
        outcome = self._prove(attempt, text)
        output = render(program, outcome.stdout)
        self._refuse_key(attempt, output)
        texts = {program.output.path: output, **pictures.filed(program, outcome.pictures)}
        before = files.before(texts)
        files.replace({program.recording.path: text, **texts})
        return [
            diff(old, texts[path], relative(path, program.root)) for path, old in before.items()
        ]

    def _text(self, program: Program, made: Recording) -> str:
        """The new recording's file, or the old one's if it says the same."""
        try:
            old = read(self.replayer.project, program)
        except BadInput:  # it is made anew
            old = None
        same = old is not None and not self.target.new_date and _is_the_same(made, old)
        return (
            program.recording.path.read_text("utf-8")
            if same
            else recording.text(made, program.name)
        )

    def _prove(self, attempt: Attempt, text: str) -> Outcome:
        staged = attempt.program.recorded_in(self.folder)
        files.replace({staged.recording.path: text})
        if attempt.program.expectations.path.is_file():
            shutil.copy(attempt.program.expectations.path, staged.expectations.path)
        outcome = self.replayer.play(staged)
        again = outcome if attempt.expected.fresh else self.replayer.play(staged)
        for first in (*outcome.problems, *again.problems):
            what = f"the new recording does not replay: {first.what}"
            raise attempt.refused(what, "make the program do the same each time", first.line)
        if again.stdout != outcome.stdout:
            what = "it prints something else each time, on the same answers"
            raise attempt.refused(what, "print nothing that depends on the clock or on chance")
        return outcome

    def _refuse_key(self, attempt: Attempt, shown: str) -> None:
        """No key is in the answers; but a program can make one of them, such as out of base64."""
        known = redact.Redactor(self.target.key).knows(shown)
        if known or next(secrets.found(shown), None):
            what = "it prints something shaped like a key"
            raise attempt.refused(what, "print something else")


@contextlib.contextmanager
def _no_other(attempt: Attempt) -> Iterator[None]:
    """Hold the program while it is recorded; raises `BadInput` if another recording does."""
    with attempt.program.path.open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            what = "another command is recording it"
            raise attempt.refused(what, "wait for that one") from None
        yield


def _is_the_same(made: Recording, old: Recording) -> bool:
    """Whether only the day differs, a moment's wait or the order: then the old file stays."""
    head = old.recorded | {"date": made.recorded["date"]}
    if head != made.recorded or len(old.interactions) != len(made.interactions):
        return False
    before = sorted(map(_timeless, old.interactions))
    now = sorted(map(_timeless, made.interactions))
    return all(
        was == now and len(late) == len(later) and all(map(_is_close, late, later))
        for (was, late), (now, later) in zip(before, now, strict=True)
    )


def _is_close(seconds: float, others: float) -> bool:
    return abs(seconds - others) <= _MOMENT


def _timeless(interaction: recording.Data) -> tuple[str, list[float]]:
    """An interaction without its times, as text, and those times in seconds."""
    response = dict(interaction["response"])
    seconds = [float(response.pop("seconds", 0)), *recording.times(response)]
    response.pop("times", None)
    return json.dumps([interaction["request"], response], sort_keys=True), seconds
