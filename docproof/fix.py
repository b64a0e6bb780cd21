"""What can be put right by itself: ranges that follow their lines, and outputs; nothing else."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable

from docproof.core import files
from docproof.core.problem import BadInput, Problem, diff
from docproof.core.project import PATH, Program, Project
from docproof.lines import lock, moves
from docproof.lines.lock import Entry
from docproof.pages import addresses
from docproof.pages.page import Page, read_page
from docproof.replay import pictures
from docproof.replay.replay import Replayer
from docproof.replay.terminal import render
from docproof.rules import lines, rules

# Which programs were found right, and in which state, so that only changed ones are replayed.
_CACHE = ".cache/docproof.json"


def fix_ranges(project: Project, chosen: Iterable[Page]) -> tuple[list[str], list[Problem]]:
    """Let the ranges of pages follow their lines, and headings keep their published anchors.

    The addresses of these pages are remembered.

    Gives diffs of what changed, and what is left wrong.
    """
    names = [rule.name for rule in rules()]
    changes: list[str] = []
    pages: list[Page] = []
    for page in chosen:
        if changed := addresses.restored(project, page, names):
            changes.append(moves.rewrite(page, changed))
            page = read_page(project, page.path)
        pages.append(page)
    changes += filter(None, [addresses.remember(project, pages, names)])
    entries = lock.load(project.root)
    if entries is None:
        return changes, []
    problems: list[Problem] = []
    for page in pages:
        for look in (moves.followed, moves.rehighlighted):
            if changed := look(page, entries):
                changes.append(moves.rewrite(page, changed))
                page = read_page(project, page.path)
        here, gone = moves.seen(page, entries)
        if not gone and all(one.is_accepted for one in here):
            entries = moves.settled(page, entries)
        problems += lines.problems(project, page, entries)
    lock.save(project.root, entries)
    return changes, problems


def accept(
    project: Project, chosen: Iterable[Page], line: int | None = None
) -> tuple[list[str], list[Problem]]:
    """Remember what pages show now, or one page's include on a line.

    Gives what was accepted, as diffs from what was accepted before, and what is left wrong.
    Raises `BadInput` if no include stands on that line; then nothing is accepted.
    """
    by_page: dict[str, list[Entry]] = defaultdict(list)
    for entry in lock.load(project.root) or []:
        by_page[entry.page].append(entry)
    accepted: list[str] = []
    problems: list[Problem] = []
    for page in chosen:
        said, left, by_page[page.name] = _accepted(project, page, line, by_page[page.name])
        accepted += said
        problems += left
    lock.save(project.root, [entry for entries in by_page.values() for entry in entries])
    return accepted, problems


def _accepted(
    project: Project, page: Page, line: int | None, entries: list[Entry]
) -> tuple[list[str], list[Problem], list[Entry]]:
    """What is accepted of one page, what is not, and the entries that the page has then."""
    entries = moves.settled(page, entries)
    here, gone = moves.seen(page, entries)
    problems = [f.on(page.name) for f in lines.includes(project, page) if line in (None, f.line)]
    bad = {problem.line for problem in problems}
    chosen = [one for one in here if line in (None, one.range.include.line)]
    if line is not None and not chosen:
        lines_here = ", ".join(str(one.range.include.line) for one in here)
        raise BadInput(
            PATH.problem(
                page.name,
                line,
                "no include by line range stands on this line",
                f"name one of the lines {lines_here}" if here else "this page has none",
            )
        )
    accepted: list[str] = []
    mine: list[Entry] = []
    for one in here:
        include = one.range.include
        if one not in chosen or include.line in bad:
            mine += [one.entry] if one.entry else []
            continue
        start = 0 if one.range.is_whole else one.range.start
        mine.append(Entry(page.name, one.range.path, one.shown, one.marked, start))
        if not one.is_accepted:
            accepted.append(
                _diff(one.entry, mine[-1], f"{page.name}:{include.line}: {include.target}")
            )
    if line is not None:
        mine += [*(e for e in entries if e.target.startswith(lock.WALKTHROUGH)), *gone]
    else:
        walks = [lock.WALKTHROUGH + name for name in page.walkthroughs]
        mine += [Entry(page.name, name, ()) for name in walks]
        before = [e.target for e in entries if e.target.startswith(lock.WALKTHROUGH)]
        accepted += [f"{page.name}: {name} is new" for name in walks if name not in before]
        accepted += [_diff(e, None, f"{page.name}: {e.target} is no longer here") for e in gone]
        lost = [name for name in before if name not in walks]
        accepted += [f"{page.name}: {target} is no longer here" for target in lost]
    return accepted, problems, mine


def _diff(old: Entry | None, new: Entry | None, what: str) -> str:
    """What was shown and what is, as a diff; the highlighted lines have a star."""
    before, after = (
        "\n".join(f"{'*' if n in one.marked else ' '}{text}" for n, text in enumerate(one.lines))
        for one in (old or Entry("", "", ()), new or Entry("", "", ()))
    )
    return diff(before, after, what)


def forget(project: Project, name: str) -> list[str]:
    """Remember nothing of the page `name`, which does not exist any more."""
    entries = lock.load(project.root) or []
    lock.save(project.root, [entry for entry in entries if entry.page != name])
    return [
        _diff(entry, None, f"{name}: {entry.target} is no longer here")
        or f"{name}: {entry.target} is no longer here"
        for entry in entries
        if entry.page == name
    ]


def fix_outputs(
    replayer: Replayer, programs: Iterable[Program], say: Callable[[str], None]
) -> tuple[list[str], list[Problem]]:
    """Renew the output files of changed programs: diffs of what changed, and what is left wrong.

    A program whose run is not as expected keeps the output file it has. `say` is called with
    a line for a person before anything is replayed, which may take a while.
    """
    changes: list[str] = []
    problems: list[Problem] = []
    project = replayer.project
    known = found_right(project)
    changed = [program for program in programs if known.get(program.name) != state(program)]
    if changed:
        say(f"Replaying {len(changed)} program{'s' * (len(changed) != 1)} …")
    for program in changed:
        outcome = replayer.play(program)
        problems += outcome.problems
        if outcome.problems:
            continue
        try:
            texts = {program.output.path: render(program, outcome.stdout)}
        except BadInput as bad:
            problems.append(bad.problem)
            continue
        texts |= pictures.filed(program, outcome.pictures)
        before = files.before(texts)
        files.replace({path: texts[path] for path in before})
        diffs = (diff(old, texts[path], project.relative(path)) for path, old in before.items())
        changes += filter(None, diffs)
        left = list(pictures.compare(program, outcome.pictures, project.docs))
        problems += left
        if not left:
            known[program.name] = state(program)
    remember(project, known)
    return changes, problems


def state(program: Program) -> str:
    """A digest of all that a program's output depends on."""
    own = (program.path, program.recording.path, program.expectations.path, program.output.path)
    shared = (program.root / name for name in ("pyproject.toml", "requirements.txt"))
    return files.digest([*own, *shared, *pictures.beside(program)])


def found_right(project: Project) -> dict[str, str]:
    """The programs that were found right, by name, each with its state then."""
    try:
        known = json.loads((project.root / _CACHE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def remember(project: Project, known: dict[str, str]) -> None:
    """Let `found_right` give these from now on."""
    files.replace({project.root / _CACHE: json.dumps(known, indent=1)})
