"""Ends the conflicts that git leaves where no person is needed to say what is right.

That is so where each side only adds lines, where the two differ in numbers that follow from
the lock, and where a replay makes the file again. All others are refused, with what fixes them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from docproof.core import files
from docproof.core.problem import Problem, diff
from docproof.core.project import Project
from docproof.lines import lock, moves
from docproof.lines.lock import Entry
from docproof.pages import addresses
from docproof.pages.page import read_page
from docproof.pages.ranges import lines_of
from docproof.recordings.reader import again

_FIX = "python -m docproof fix"
_BY_HAND = "keep what is right of both sides, and take the marks out"
_NUMBERS = re.compile(r"""(8<-+[ \t]+["'][^"'\n]*?):\d*:\d+(?=["'])""")
_IN_MENU = re.compile(r" *- .+: ([\w./-]+\.md)\s*")


def conflicts(project: Project, chosen: Collection[Path] = ()) -> list[Problem]:
    """The files of the project, or those among `chosen`, that have the marks of a conflict."""
    recorded = {p.recording.path: p for p in project.all_programs()}
    remembered = {project.root / lock.NAME, project.proof(addresses.NAME).path}
    found: list[Problem] = []
    for path, text in _marked(project, chosen):
        name, hint = project.relative(path), _BY_HAND
        hunks = files.hunks(text)
        made = path in remembered or project.program_of(path)
        if hunks and (made or all(_same(*hunk) for hunk in hunks)):
            hint = _FIX
        elif path in recorded:
            hint = f"make it again: {again(project, recorded[path])}, or take one side whole: "
            hint += f"git checkout --ours {name} (or --theirs), then: {_FIX}"
        found += filter(None, [files.conflict(text, name, hint)])
    return found


def end(project: Project) -> tuple[list[str], list[Problem]]:
    """End all conflicts, if none of them needs a person; diffs, or what is left to do."""
    left = conflicts(project)
    if any(problem.hint != _FIX for problem in left):
        return [], left
    marked = dict(_marked(project))
    ended: dict[Path, str] = {}
    for path, text in marked.items():
        ours, theirs = files.sides(text)
        if path == project.proof(addresses.NAME).path:
            ours = "\n".join(sorted({*ours.split("\n"), *theirs.split("\n")} - {""})) + "\n"
        elif path.name == lock.NAME:
            ours = lock.text(_entries(project, lock.read(ours), lock.read(theirs)))
        ended[path] = ours
    files.replace(ended)
    changes = [diff(text, ended[path], project.relative(path)) for path, text in marked.items()]
    for path in marked.keys() & set(project.pages()):
        both = zip(*(side.split("\n") for side in files.sides(marked[path])), strict=True)
        lines = [number for number, (one, other) in enumerate(both, start=1) if one != other]
        page, entries = read_page(project, path), lock.load(project.root) or []
        changes.append(moves.rewrite(page, moves.follow(page, entries, lines).moved))
    return [change for change in changes if change], []


def end_menu(root: Path) -> str:
    """End the conflicts in mkdocs.yml if both sides only add pages to the menu; a diff."""
    path = root / "mkdocs.yml"
    text = path.read_text("utf-8", errors="replace")
    hunks = files.hunks(text)
    docs = re.search(r"^docs_dir: *(\S+)", text, re.MULTILINE)
    lines = [line for hunk in hunks for line in "".join(hunk).splitlines()]
    added = [found[1] for found in map(_IN_MENU.fullmatch, lines) if found]
    made = files.sides(text, union=True)[0]
    named = [found[1] for found in map(_IN_MENU.fullmatch, made.split("\n")) if found]
    there = all((root / (docs[1] if docs else "docs") / name).is_file() for name in added)
    if not hunks or len(added) < len(lines) or not there or len(set(named)) < len(named):
        return ""
    files.replace({path: made})
    return diff(text, made, path.name)


def _marked(project: Project, chosen: Collection[Path] = ()) -> Iterator[tuple[Path, str]]:
    """The files of the project that have marks of a conflict, with their text."""
    proof = project.root / "proof"
    folders = (project.docs, project.programs, project.recordings, project.claims, proof)
    paths = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    for path in sorted({*paths, project.root / lock.NAME}):
        if path.is_file() and (not chosen or not {path, *path.parents}.isdisjoint(chosen)):
            data = path.read_bytes()
            if b"<<<<<<< " in data or b">>>>>>> " in data:
                text = data.decode("utf-8", errors="replace")
                if files.conflict(text, "", ""):
                    yield path, text


def _same(ours: str, theirs: str) -> bool:
    """Whether the two sides of a conflict differ in the numbers of includes alone."""
    return _NUMBERS.sub(r"\1", ours) == _NUMBERS.sub(r"\1", theirs)


def _entries(project: Project, ours: list[Entry], theirs: list[Entry]) -> list[Entry]:
    """What both sides accepted; of two that are for one include, the one that stands there."""
    merged: list[Entry] = []
    for name in sorted({entry.page for entry in (*ours, *theirs)}):
        mine, other = ([e for e in side if e.page == name] for side in (ours, theirs))
        same = difflib.SequenceMatcher(None, [*map(_said, mine)], [*map(_said, other)], False)
        for kind, a, b, c, d in same.get_opcodes():
            standing = [entry for entry in mine[a:b] + other[c:d] if _stands(project, entry)]
            merged += mine[a:b] if kind == "equal" or not standing else standing
    return merged


def _said(entry: Entry) -> tuple[object, ...]:
    return entry.target, entry.lines, entry.marked


def _stands(project: Project, entry: Entry) -> bool:
    """Whether the lines of an entry stand in their file, one below the other."""
    path = project.root / entry.target
    return not entry.start or (path.is_file() and bool(moves.starts(entry.lines, lines_of(path))))
