"""What can be put right by itself: ranges that follow their lines, and outputs; nothing else."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

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
    """Let the ranges of pages follow their lines, and remember the addresses of these pages.

    Gives diffs of what changed, and what is left wrong.
    """
    chosen = list(chosen)
    names = [rule.name for rule in rules()]
    changes = [text for text in [addresses.remember(project, chosen, names)] if text]
    entries = lock.load(project.root)
    if entries is None:
        return changes, []
    problems: list[Problem] = []
    kept = entries
    for page in chosen:
        before = _text(page)
        moved = moves.follow(page, kept).moved
        if moved:
            _rewrite(page, moved)
            kept = _renamed(page, kept, moved)
            page = read_page(project, page.path)
        marks = moves.rehighlighted(page, kept)
        if marks:
            _rewrite(page, marks)
            page = read_page(project, page.path)
        if moved or marks:
            kept = _settled(page, kept)
            changes.append(diff(before, _text(page), page.name))
        problems += lines.problems(project, page, kept)
    if kept is not entries:
        lock.save(project.root, kept)
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
    here, gone = moves.seen(page, entries)
    problems = [f.on(page.name) for f in lines.includes(project, page) if line in (None, f.line)]
    bad = {problem.line for problem in problems if problem.rule.startswith(("range", "include"))}
    chosen = [one for one in here if line in (None, one.range.include.line)]
    if line is not None and not chosen:
        raise BadInput(
            PATH.problem(
                page.name,
                line,
                "no include by line range stands on this line",
                "name the line of an include",
            )
        )
    accepted: list[str] = []
    mine: list[Entry] = []
    for one in here:
        target, include = one.range.include.target, one.range.include
        if one not in chosen or include.line in bad:
            mine += [one.entry] if one.entry else []
            continue
        mine.append(Entry(page.name, target, one.shown, one.marked))
        if not one.is_accepted:
            old, marked = (one.entry.lines, one.entry.marked) if one.entry else ((), frozenset())
            place = f"{page.name}:{include.line}: {target}"
            accepted.append(diff(_starred(old, marked), _starred(one.shown, one.marked), place))
    if line is not None:
        mine += [*(e for e in entries if e.target.startswith(lock.WALKTHROUGH)), *gone]
    else:
        walks = [lock.WALKTHROUGH + name for name in page.walkthroughs]
        mine += [Entry(page.name, name, ()) for name in walks]
        before = [e.target for e in entries if e.target.startswith(lock.WALKTHROUGH)]
        accepted += [f"{page.name}: {name} is new" for name in walks if name not in before]
        lost = [*(e.target for e in gone), *(name for name in before if name not in walks)]
        accepted += [f"{page.name}: {target} is no longer here" for target in lost]
    return accepted, problems, mine


def _starred(lines: Iterable[str], marked: frozenset[int]) -> str:
    """Lines as `accept` shows them, the highlighted ones with a star."""
    return "\n".join(f"{'*' if n in marked else ' '}{text}" for n, text in enumerate(lines))


def forget(project: Project, name: str) -> list[str]:
    """Remember nothing of the page `name`, which does not exist any more."""
    entries = lock.load(project.root) or []
    lock.save(project.root, [entry for entry in entries if entry.page != name])
    return [f"{name}: {entry.target} is no longer here" for entry in entries if entry.page == name]


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
        problems += pictures.compare(program, outcome.pictures, project.docs)
        known[program.name] = state(program)
    remember(project, known)
    return changes, problems


def _text(page: Page) -> str:
    with page.path.open(encoding="utf-8", newline="") as file:  # newline="": keep CRLF as it is
        return file.read()


def _rewrite(page: Page, changes: dict[int, tuple[str, str]]) -> None:
    """On each line of the page that is named, put the second in the place of the first."""
    lines = _text(page).split("\n")
    for number, (old, new) in changes.items():
        lines[number - 1] = lines[number - 1].replace(old, new)
    files.replace({page.path: "\n".join(lines)})


def _renamed(page: Page, entries: list[Entry], moved: dict[int, tuple[str, str]]) -> list[Entry]:
    """The entries with the new targets of a page's includes, and the lines that they had."""
    here, mine = moves.seen(page, entries)
    mine += [e for e in entries if e.page == page.name and e.target.startswith(lock.WALKTHROUGH)]
    for one in here:
        new = moved.get(one.range.include.line)
        if one.entry and new:
            accepted = one.entry.accepted or one.entry.target
            mine.append(replace(one.entry, target=new[1], accepted=accepted))
        elif one.entry:
            mine.append(replace(one.entry, target=one.range.include.target))
    return [*(entry for entry in entries if entry.page != page.name), *mine]


def _settled(page: Page, entries: list[Entry]) -> list[Entry]:
    """Forget where a page's includes once were, if all of them show what was accepted."""
    here, gone = moves.seen(page, entries)
    if gone or not all(one.is_accepted for one in here):
        return entries
    return [replace(e, accepted="") if e.page == page.name else e for e in entries]


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
