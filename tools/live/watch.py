"""What is wrong now? Checks what was saved, and replays the programs that changed, until closed."""

from __future__ import annotations

import contextlib
import re
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from docproof import cli
from docproof.check import check
from docproof.core import files
from docproof.core.problem import BadInput, Problem
from docproof.core.project import Program, Project, load_project
from docproof.fix import found_right, remember, state
from docproof.replay.replay import Replayer
from docproof.replay.servers import Servers
from tools import again
from tools.live.places import Pages, Place, answers_of

# Beside the folders of pages, programs and recordings, what the rules read.
FOLDERS = ("docs", "code", "tests/cassettes", "tests/claims", "tools/standin/answers", "proof")
FILES = ("mkdocs.yml", "pyproject.toml", "requirements.txt", "docproof.lock", "Makefile")
_FIX = re.compile(r"python -m docproof fix((?: [^\s,;]+)*)")
_MOMENT = 0.1  # seconds, in which an editor writes what else belongs to a save


@dataclass(frozen=True)
class State:
    """What is known at one moment; each problem, and each output in doubt, with its places."""

    problems: tuple[tuple[Problem, tuple[Place, ...]], ...] = ()
    doubtful: tuple[tuple[str, tuple[Place, ...]], ...] = ()


class Watch:
    """Checks and replays in a thread of its own.

    `state` is replaced whole at each change, and `version` counts the changes; hold
    `changed` to wait for the next one.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state, self.version = State(), 0
        self.changed = threading.Condition()
        self._saved: set[Path] = set()
        self._has_news = threading.Event()
        self._is_built = threading.Event()
        self._is_said = threading.Event()
        self._has_ended = False
        self._servers = Servers()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._checked: list[Problem] = []
        self._unbuilt: list[Problem] = []
        self._proved: dict[str, tuple[str, list[Problem]]] = {}
        self._answers: dict[str, tuple[str, str]] = {}
        self._shown: set[Problem] = set()
        self._is_fixing = threading.Lock()

    def start(self) -> None:
        """Begin with all that there is."""
        self._is_built.set()
        self._is_said.set()
        self._has_news.set()
        self._thread.start()

    def saved(self, path: Path) -> None:
        """A file was written, moved or removed."""
        self._is_said.clear()
        self._saved.add(path)
        self._has_news.set()

    def building(self, build: Callable[[], object]) -> None:
        """Let MkDocs build; what ends the build is a problem like any other, and raises nothing."""
        self._is_built.clear()
        self._is_said.wait(1)  # what is wrong comes first: the build would halve the check's pace
        try:
            build()
            self._unbuilt = []
        except (Exception, SystemExit) as error:
            what = " ".join(str(error).split()) or type(error).__name__
            hint = "fix it; until then you see the pages as they were"
            self._unbuilt = []
            with contextlib.suppress(BadInput):  # which the check says, with its line
                load_project(self.root)
                self._unbuilt = [Problem("mkdocs.yml", 1, "build", what, hint)]
        self._is_built.set()
        self._has_news.set()

    def fix(self, said: str) -> bool:
        """Run the `fix` that fixes the problem of which `str()` is `said`; whether there is one."""
        with self._is_fixing:
            found = next((p for p, _ in self.state.problems if str(p) == said), None)
            arguments = found and fix_of(found)
            if not arguments:
                return False
            print(f"fix {' '.join(arguments)}", file=sys.stderr)
            cli.main(["fix", *(str(self.root / path) for path in arguments)], self._servers)
        return True

    def close(self) -> None:
        """End the thread and every process that it has."""
        self._has_ended = True
        self._has_news.set()
        self._is_built.set()
        self._is_said.set()
        with self.changed:
            self.changed.notify_all()
        for server in list(self._servers._made.values()):
            server.process.kill()
        if self._thread.is_alive():
            self._thread.join(2)
        self._servers.close()

    def _run(self) -> None:
        while self._has_news.wait() and not self._has_ended:
            threading.Event().wait(_MOMENT if self._saved else 0)
            self._has_news.clear()
            saved, self._saved = self._saved, set()
            try:
                self._look(saved)
            except BadInput as bad:
                self._checked = [bad.problem]
                self._say(None, ())
            except Exception as error:  # a file that goes while it is read, most of all
                if self._has_ended:
                    return
                what = f"the check ended with {type(error).__name__}: {error}"
                hint = "see: python -m docproof check"
                self._checked = [Problem("mkdocs.yml", 1, "check", what, hint)]
                self._say(None, ())

    def _look(self, saved: set[Path]) -> None:
        project = load_project(self.root)
        pages = Pages(project)
        known = found_right(project)
        states = {program: state(program) for program in project.all_programs()}
        changed = [program for program in states if self._is_in_doubt(program, known, states)]
        # A verdict goes with its program, and when the program is again as it was found right.
        open_ = {program.name for program, now in states.items() if known.get(program.name) != now}
        self._proved = {name: it for name, it in self._proved.items() if name in open_}
        if self.root / "mkdocs.yml" in saved:
            self._unbuilt = []  # until MkDocs has tried again
        with Replayer(project, servers=self._servers) as replayer:
            replayer.start()
            if saved:
                touched = self._touched(project, pages, saved)
                self._checked = [
                    p for p in self._checked if (project.root / p.path) not in {*touched, *saved}
                ]
                self._checked += check(project, touched) if touched else []
                self._checked += self._unanswered(project, states)
            self._say(pages, changed)
            for program in list(changed):
                if self._has_news.is_set():
                    return
                self._prove(replayer, program, states[program], known)
                changed.remove(program)
                self._say(pages, changed)
            self._is_built.wait()
            if self._has_ended:
                return
            self._checked = [*check(project), *self._unanswered(project, states)]
            self._say(pages, changed)
            for program in states:
                if self._has_news.is_set():
                    return
                if program.name not in self._proved and known.get(program.name) != states[program]:
                    self._prove(replayer, program, states[program], known)
                    self._say(pages, changed)

    def _is_in_doubt(
        self, program: Program, known: dict[str, str], states: dict[Program, str]
    ) -> bool:
        """Whether a program is another one than the one of its last verdict."""
        verdict = self._proved.get(program.name)
        last = verdict[0] if verdict else known.get(program.name)
        return last is not None and last != states[program] != known.get(program.name)

    def _prove(self, replayer: Replayer, program: Program, now: str, known: dict[str, str]) -> None:
        problems = replayer.prove(program)
        if self._has_ended:
            return
        self._proved[program.name] = (now, problems)
        if not problems:
            known[program.name] = now
            remember(replayer.project, found_right(replayer.project) | {program.name: now})

    def _touched(self, project: Project, pages: Pages, saved: set[Path]) -> list[Path]:
        """The pages and programs that there are and that have to do with what was saved."""
        touched: set[Path] = set()
        for path in saved:
            program = pages.program(path)
            if program:
                touched.add(program.path)
            touched |= {page.path for page in pages.naming(path)}
            if path.suffix == ".md" and project.docs in path.parents and path.is_file():
                touched.add(path)
        return sorted(touched)

    def _unanswered(self, project: Project, programs: Iterable[Program]) -> list[Problem]:
        """The answers of the stand-in that were edited since their program was last recorded."""
        made = again.noted(project)
        found: list[Problem] = []
        for program in programs:
            answers = answers_of(project, program)
            if not answers.is_file():
                continue
            by = sorted(made.get(program.name, ()))
            recorded = "".join([files.digest([program.recording.path]), *by])
            now = files.digest([answers])
            before = self._answers.setdefault(program.name, (recorded, now))
            if before[0] != recorded:
                self._answers[program.name] = (recorded, now)
            elif before[1] != now:
                what = f"it was edited, and the recording of {program.name} has the answer before"
                hint = f"record it again: make recordings PROGRAM={program.name}"
                found.append(Problem(project.relative(answers), 1, "answer", what, hint))
        return found

    def _say(self, pages: Pages | None, changed: Iterable[Program]) -> None:
        """Publish what is known, and tell the terminal what is new in it and what is gone."""
        proved = [p for _, problems in self._proved.values() for p in problems]
        unbuilt = [] if any(p.path == "mkdocs.yml" for p in self._checked) else self._unbuilt
        problems = sorted({*self._checked, *proved, *unbuilt})
        doubtful = tuple((p.name, tuple(pages.outputs(p))) for p in changed) if pages else ()
        found = State(
            tuple((p, tuple(pages.places(p.path, p.line)) if pages else ()) for p in problems),
            doubtful,
        )
        new, gone = _difference(self._shown, problems), _difference(problems, self._shown)
        for problem in new:
            print(problem, file=sys.stderr)
        for problem in gone:
            print(f"fixed: {problem.path}: {problem.rule}: {problem.what}", file=sys.stderr)
        if gone and not problems:
            print("nothing wrong", file=sys.stderr)
        self._shown = set(problems)
        if found != self.state:
            with self.changed:
                self.state, self.version = found, self.version + 1
                self.changed.notify_all()
        self._is_said.set()


def fix_of(problem: Problem) -> list[str]:
    """The paths for `fix` if that is all it takes to fix a problem; none otherwise."""
    found = _FIX.search(problem.hint)
    arguments = found[1].split() if found else []
    return [] if any(word.startswith("-") for word in arguments) else arguments


def _difference(before: Iterable[Problem], now: Iterable[Problem]) -> list[Problem]:
    """Those of `now` that `before` has not, wherever they stand in their files."""
    known = {(p.path, p.rule, p.what) for p in before}
    return [p for p in now if (p.path, p.rule, p.what) not in known]
