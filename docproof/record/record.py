"""How does a recording come into being, and its output with it, whole or not at all?"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from docproof.core import files
from docproof.core.problem import BadInput, Problem, diff
from docproof.core.project import Project
from docproof.record import attempt, drift
from docproof.record.attempt import Say, Subject
from docproof.record.target import RECORD, Target
from docproof.recordings import recording, validate
from docproof.recordings.recording import Recording
from docproof.replay import pictures
from docproof.replay.replay import Replayer
from docproof.replay.servers import Servers
from docproof.replay.terminal import render
from docproof.sandbox import redact

# Seconds by which an answer may be late or early and still be the same.
_MOMENT = 0.5
AT_ONCE = 6  # programs that are recorded at the same time; they mostly wait
# Where the certificates of a company's own authority are, if it has one.
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def record(
    project: Project,
    programs: Iterable[Path],
    to: Target,
    say: Say,
    compare: bool = False,
    servers: Servers | None = None,
) -> list[Problem]:
    """Run programs as they stand against the API, store recordings and outputs; what went wrong.

    A recording and its output are only replaced once the new ones have proved
    right together. With `compare`, nothing is stored: how the answers differ in
    shape from the recorded ones is among the problems. `servers` as for `Runner`.
    """
    programs = list(programs)
    try:
        return _all(project, programs, to, say, compare, servers)
    except OSError as error:  # not even a temporary folder can be made
        why = f"there is no room for it: {error.strerror or error}"
        return [RECORD.problem(project.relative(programs[0]), 1, why, "make room, try again")]


def _all(
    project: Project,
    programs: list[Path],
    to: Target,
    say: Say,
    compare: bool,
    servers: Servers | None,
) -> list[Problem]:
    passed = {name: os.environ[name] for name in _CERTIFICATES if name in os.environ}
    # The live service limits requests a minute; another endpoint is most likely our own.
    at_once = min(AT_ONCE, len(programs)) if to.base_url else 1
    with (
        tempfile.TemporaryDirectory(prefix="docproof-") as folder,
        ThreadPoolExecutor(at_once) as pool,
        # Ended first, if all is interrupted, so that nobody waits for it.
        Replayer(project, key=to.key, variables=passed, servers=servers) as replayer,
    ):
        replayer.start()

        def one(numbered: tuple[int, Path]) -> list[Problem]:
            mine = Path(folder) / str(numbered[0])
            mine.mkdir()
            said: list[str] = []
            try:
                return _one(
                    project, replayer, numbered[1], to, mine,
                    said.append if at_once > 1 else say, compare,
                )  # fmt: skip
            except BadInput as bad:
                return [bad.problem]
            finally:
                if said:
                    say("\n".join(said))

        try:
            return [problem for found in pool.map(one, enumerate(programs)) for problem in found]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _one(
    project: Project, replayer: Replayer, program: Path, to: Target, folder: Path,
    say: Say, compare: bool,
) -> list[Problem]:  # fmt: skip
    one = attempt.subject(project, program)
    try:
        if not one.expected.needs_recording():
            say(f"{one.name} needs no recording")
        elif compare:
            return _compared(project, replayer, one, to, folder, say)
        else:
            _recorded(project, replayer, one, to, folder, say)
    except (OSError, json.JSONDecodeError) as error:  # or what was written was cut off
        why = getattr(error, "strerror", None) or "No space left on device"
        raise one.refused(f"it cannot be written: {why}", "make room for it") from None
    return []


def _compared(
    project: Project, replayer: Replayer, one: Subject, to: Target, folder: Path, say: Say
) -> list[Problem]:
    old, wrong = validate.read(project, one.program)
    if wrong:
        return wrong
    reason = drift.unanswerable(one.expected, old, project)
    if reason:
        say(f"{one.name} is not compared: {reason}")
        return []
    say(f"{one.name} …")
    made, bad = attempt.run(project, replayer, one, to, folder, say)
    found = drift.problems(one.name, old, made, to) or ([bad.problem] if bad else [])
    if not found:
        say(f"{one.name}: answered as it was recorded")
    return found


def _recorded(
    project: Project, replayer: Replayer, one: Subject, to: Target, folder: Path, say: Say
) -> None:
    say(f"{one.name} …")
    with _no_other(one):
        made, bad = attempt.run(project, replayer, one, to, folder, say)
        if bad:
            raise bad
        for problem in validate.problems(project, made, one.name, ""):
            raise one.refused(problem.what, "see what the service answers")
        changes = _stored(project, replayer, one, to, folder, made)
    count = len(made.interactions)
    say(f"{one.name}: {count} request{'s' * (count != 1)}, origin: {made.recorded['origin']}")
    for change in changes:
        say(change)


def _stored(
    project: Project, replayer: Replayer, one: Subject, to: Target, folder: Path, made: Recording
) -> list[str]:
    """Prove a new recording by a replay, then put it and what comes of it in place: diffs."""
    path = project.recording_of(one.program)
    old, wrong = validate.read(project, one.program)
    same = old is not None and not wrong and not to.new_date and _is_the_same(made, old)
    text = path.read_text("utf-8") if same else recording.text(made, one.name)
    staged = replace(project, recordings=folder)
    files.replace({staged.recording_of(one.program): text})
    where = project.expectations_of(one.program)
    if where.is_file():
        shutil.copy(where, staged.expectations_of(one.program))
    outcome = replayer.play(one.program, staged)
    again = outcome if one.expected.fresh else replayer.play(one.program, staged)
    if again.stdout != outcome.stdout:
        what = "it prints something else each time, on the same answers"
        raise one.refused(what, "print nothing that depends on the clock or on chance")
    if outcome.problems:
        first = outcome.problems[0]
        what = f"the new recording does not replay: {first.what}"
        raise one.refused(what, "make the program do the same each time", first.line)
    output = render(project, one.program, outcome.stdout)
    for shown in (output, *recording.streamed(made)):
        _refuse_key(one, to, shown)
    texts = {path: text, project.output_of(one.program): output}
    texts |= pictures.filed(project, one.program, outcome.pictures)
    before = {at: at.read_text("utf-8", "replace") if at.is_file() else "" for at in texts}
    files.replace(texts)
    return [
        diff(before[at], texts[at], project.relative(at))
        for at in texts
        if at != path and before[at] != texts[at]
    ]


def _refuse_key(one: Subject, to: Target, shown: str) -> None:
    """A whole key was taken out on its way in; one in pieces shows when they are joined."""
    redactor = redact.Redactor(to.key)
    redactor.text(shown)
    if redactor.taken["key"]:
        what = "something shaped like a key is put together from the pieces of an answer"
        raise one.refused(what, "ask for something else")


@contextlib.contextmanager
def _no_other(one: Subject) -> Iterator[None]:
    """Hold the program while it is recorded; raises `BadInput` if another recording does."""
    with one.program.open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise one.refused("another command is recording it", "wait for that one") from None
        yield


def _is_the_same(made: Recording, old: Recording) -> bool:
    """Whether only the day differs, a moment's wait or the order: then the old file stays."""
    head = old.recorded | {"date": made.recorded["date"]}
    if head != made.recorded or len(old.interactions) != len(made.interactions):
        return False
    before, now = (sorted(map(_timeless, one.interactions)) for one in (old, made))
    return all(
        was == now and abs(late - later) <= _MOMENT
        for (was, late), (now, later) in zip(before, now, strict=True)
    )


def _timeless(interaction: recording.Data) -> tuple[str, float]:
    """An interaction without its time, as text, and that time in seconds."""
    response = dict(interaction["response"])
    seconds = float(response.pop("seconds", 0))
    return json.dumps([interaction["request"], response], sort_keys=True), seconds
