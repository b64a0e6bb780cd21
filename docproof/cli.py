"""The verbs: check, fix, run, record."""

from __future__ import annotations

import argparse
import functools
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from docproof import VERBS
from docproof.check import check
from docproof.core.problem import BadInput, Problem, render
from docproof.core.project import PATH, Program, Project, find_project, load_project
from docproof.fix import accept, fix_outputs, fix_ranges, forget
from docproof.merge import conflicts, end, end_menu
from docproof.pages.page import read_anyway, read_page
from docproof.record.record import Recorder
from docproof.record.target import target
from docproof.replay.replay import Replayer
from docproof.replay.servers import Servers
from docproof.rules import explained, named

PACE = 0.15  # seconds for each event of a stream: at 10 tokens an event, a usual speed


def main(argv: Sequence[str] | None = None, servers: Servers | None = None) -> int:
    """Do what the command line says; the exit code is 0 if all is well.

    `argv` is that of the process by default. Nothing of a call is left for the next one,
    but for the processes in `servers`, if they are given. Raises `SystemExit` for a
    command line that cannot be understood, as argparse does.
    """
    arguments = _parser().parse_args(argv)
    arguments.servers = servers
    try:
        folder = getattr(arguments, "project", None)
        root = find_project(_existing(folder) if folder else Path.cwd())
        # A menu that two branches have each added pages to has to be read before all else.
        if arguments.verb is _fix and (change := end_menu(root)):
            print(change)
        project = load_project(root)
        return int(arguments.verb(project, arguments))
    except BadInput as bad:
        print(bad, file=sys.stderr)
        return 2
    except KeyboardInterrupt as stopped:
        print(str(stopped) or "stopped", file=sys.stderr)
        return 130


def _check(project: Project, arguments: argparse.Namespace) -> int:
    if arguments.explain:
        print(explained(named(project, arguments.explain)))
        return 0
    problems = check(project, [_existing(path) for path in arguments.path])
    if not problems:
        print("nothing wrong (no program was run)", file=sys.stderr)
    return _say(problems)


def _fix(project: Project, arguments: argparse.Namespace) -> int:
    partly = arguments.accept or arguments.path
    ended, unmerged = ([], conflicts(project)) if partly else end(project)
    for change in ended:
        print(change)
    if unmerged:
        return _say(unmerged)
    if arguments.accept:
        return _accept(project, arguments.accept)
    chosen = [_existing(path) for path in arguments.path]
    programs = [p for p in project.all_programs() if _among(p.path, chosen)]
    paths = {program.path for program in programs}
    pages = [
        read_anyway(project, path) for path in project.pages() if programs or _among(path, chosen)
    ]
    problems = [page.problem for page in pages if page.problem]
    readable = [
        page
        for page in pages
        if not page.problem
        and (_among(page.path, chosen) or any(i.file in paths for i in page.includes))
    ]
    if not programs and not pages and arguments.path:
        raise BadInput(
            PATH.problem(arguments.path[0], 1, "it is no page and no program", "name one")
        )
    changes, left = fix_ranges(project, readable)
    problems += left
    if programs:
        with Replayer(project, servers=arguments.servers) as replayer:
            say = functools.partial(print, file=sys.stderr, flush=True)
            renewed, wrong = fix_outputs(replayer, programs, say)
        changes += renewed
        problems += wrong
    for change in changes:
        print(change)
    return _say(problems)


def _accept(project: Project, places: list[str]) -> int:
    problems: list[Problem] = []
    for place in places:
        path, _, number = place.rpartition(":")
        path, line = (path, int(number)) if path and number.isdigit() else (place, None)
        if not Path(path).exists() and path.endswith(".md"):
            accepted = forget(project, project.relative(Path(path)))
        else:
            inside = [p for p in project.pages() if _among(p, [_existing(path)])]
            if not inside:
                raise BadInput(PATH.problem(path, 1, "no page is there", "name a page"))
            accepted, left = accept(project, [read_page(project, one) for one in inside], line)
            problems += left
            if not accepted and not left:
                print(f"{place}: nothing to accept: it shows what was accepted", file=sys.stderr)
        for text in accepted:
            print(text)
    return _say(problems)


def _among(path: Path, chosen: list[Path]) -> bool:
    return not chosen or any(path == one or one in path.parents for one in chosen)


def _record(project: Project, arguments: argparse.Namespace) -> int:
    given = (arguments.base_url, arguments.key_variable, arguments.timeout, arguments.new_date)
    to = target(project, *given)
    programs = _programs(project, arguments.path)
    verb = "Comparing" if arguments.compare else "Recording"
    print(f"{verb} {len(programs)} program{'s' * (len(programs) != 1)} …", flush=True)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C does

    def say(text: str) -> None:
        sys.stdout.write(text + "\n")  # at once, or two threads would share a line
        sys.stdout.flush()

    try:
        recorder = Recorder(project, to, say, arguments.servers)
        return _say(recorder.record(programs, arguments.compare))
    except KeyboardInterrupt:
        what = "stopped; a program that was not finished has its old recording"
        raise KeyboardInterrupt(what) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(project: Project, arguments: argparse.Namespace) -> int:
    path = _existing(arguments.program)
    if not project.is_program(path):
        raise BadInput(_no_program(project, arguments.program))
    subject = project.program(path)
    if unmerged := conflicts(project, [path, subject.recording.path, subject.expectations.path]):
        return _say(unmerged)
    pace = 0 if arguments.no_delay else PACE
    with Replayer(project) as replayer:
        code, problems = replayer.rehearse(subject, tuple(arguments.arguments), pace)
    sys.stdout.flush()
    if problems:
        print(render(problems), file=sys.stderr)
    return code or (1 if problems else 0)


def _say(problems: Iterable[Problem]) -> int:
    text = render(problems)
    if text:
        print(text)
    return 1 if text else 0


def _existing(path: str) -> Path:
    found = Path(path)
    if not found.exists():
        raise BadInput(PATH.problem(path, 1, "there is no such file or folder", "fix the path"))
    return found.resolve()


def _programs(project: Project, paths: list[str]) -> list[Program]:
    """The programs that `paths` name, each a program or a folder of them."""
    programs: list[Program] = []
    for path in paths:
        found = _existing(path)
        inside = [p for p in project.all_programs() if _among(p.path, [found])]
        if not inside:
            raise BadInput(_no_program(project, path))
        programs += inside
    return programs


def _no_program(project: Project, path: str) -> Problem:
    what = f"it is no program below {project.relative(project.programs)}"
    return PATH.problem(path, 1, what, "name one that is")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m docproof", description="Proves that a site's code and output are true."
    )
    parsers = parser.add_subparsers(required=True, metavar="VERB")
    verbs = {verb: parsers.add_parser(verb, help=text) for verb, text in VERBS.items()}

    check = verbs["check"]
    check.add_argument("path", nargs="*", metavar="PATH", help="pages and programs; all by default")
    check.add_argument("--explain", metavar="RULE", help="what a rule refuses, and why")
    check.add_argument(
        "--project", metavar="DIR", help="the MkDocs project; the one here by default"
    )
    check.set_defaults(verb=_check)

    fix = verbs["fix"]
    fix.add_argument("path", nargs="*", metavar="PATH", help="pages and programs; all by default")
    fix.add_argument(
        "--accept",
        action="append",
        metavar="PAGE[:LINE]",
        help="accept what a page shows now, or its include on one line",
    )
    fix.set_defaults(verb=_fix)

    run = verbs["run"]
    run.add_argument("--no-delay", action="store_true", help="let a stream arrive at once")
    run.add_argument("program", metavar="PROGRAM")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS")
    run.set_defaults(verb=_run)

    record = verbs["record"]
    record.add_argument(
        "--base-url",
        default="",
        metavar="URL",
        help="another OpenAI-compatible endpoint than the one programs name",
    )
    record.add_argument(
        "--key-variable",
        default="",
        metavar="NAME",
        help="the environment variable that holds that endpoint's key",
    )
    record.add_argument(
        "--timeout", type=float, default=120, metavar="SECONDS", help="for each program; 120"
    )
    record.add_argument(
        "--new-date", action="store_true", help="date it today, even if the answers are the same"
    )
    record.add_argument(
        "--compare", action="store_true", help="store nothing; say how the answers' shapes differ"
    )
    record.add_argument("path", nargs="+", metavar="PROGRAM", help="programs or folders of them")
    record.set_defaults(verb=_record)
    return parser
