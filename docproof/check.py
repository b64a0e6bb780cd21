"""What is wrong with the pages and recordings, as far as no program need run to see it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from docproof.core import secrets
from docproof.core.problem import BadInput, Problem
from docproof.core.project import Program, Project
from docproof.core.rules import rule
from docproof.lines import lock, moves
from docproof.lines.lock import LINES_UNACCEPTED, LOCK, Entry
from docproof.markdown import tables
from docproof.pages import highlights, includes, ranges
from docproof.pages.page import Page, read_page
from docproof.recordings import age, compatibility
from docproof.recordings.reader import reader
from docproof.rules import (
    addresses,
    claims,
    layout,
    orphans,
    programs,
    prose,
    published,
    shell,
    walkthroughs,
)

MANY = 200  # pages, from which on they are checked side by side

TITLE_MISSING = rule(
    "title-missing",
    family="site",
    refuses="a page without a title in its front matter",
    why="Search results and tabs would name it by its file.",
    example="a page that begins with # Streaming",
)
DESCRIPTION_MISSING = rule(
    "description-missing",
    family="site",
    refuses="a page without a description in its front matter",
    why="Search engines would show an arbitrary line of it.",
    example="a page with a title only",
)
INCLUDE_MISSING = rule(
    "include-missing",
    family="lines",
    refuses="an include of a file that does not exist",
    why="The block would be empty, or the build would stop with a traceback.",
    example='--8<-- "code/gone.py"',
)


def check(project: Project, paths: Iterable[Path] = (), oldest: int | None = None) -> list[Problem]:
    """The problems of the pages and programs among `paths`, or of all of them.

    A recording may be `oldest` days old, or of any age.
    """
    chosen = {path.resolve() for path in paths}

    def wanted(path: Path) -> bool:
        return not chosen or any(path == one or one in path.parents for one in chosen)

    entries, unlocked = _entries(project)
    paths = [path for path in project.pages() if wanted(path)]
    read, problems = _checked_pages(project, paths, entries)
    recordings = reader(project)
    for program in project.all_programs():
        if wanted(program.path) or wanted(program.recording.path):
            problems += programs.problems(program, recordings)
    if project.configured:
        problems += age.problems(recordings, _recorded(project, read, wanted), oldest)
        problems += compatibility.problems(project)
    problems += (p for p in addresses.problems(project) if wanted(project.root / p.path))
    problems += includes.problems(project)
    if unlocked and any(ranges.ranges(page) for page in read):
        problems.append(unlocked)
    problems += prose.bad_declarations(project)
    for path in secrets.files(project):
        if wanted(path):
            text = path.read_text("utf-8", errors="replace")
            problems += secrets.problems(project, path, text)
    if not chosen:
        problems += _lost_pages(project, entries)
        if len(read) == len(paths):
            problems += _across(project, read)
    return problems


def _recorded(project: Project, read: list[Page], wanted: Callable[[Path], bool]) -> list[Program]:
    """The programs that are wanted, that a wanted page shows, or whose recordings are wanted."""
    shown = {include.file.resolve() for page in read for include in page.includes if include.file}
    return [
        program
        for program in project.all_programs()
        if program.path in shown or wanted(program.path) or wanted(program.recording.path)
    ]


def _checked_pages(
    project: Project, paths: list[Path], entries: list[Entry] | None
) -> tuple[list[Page], list[Problem]]:
    """The pages that can be read, and the problems of each page by itself."""
    by_page: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries or ():
        by_page[entry.page].append(entry)
    work = [(path, None if entries is None else by_page[project.relative(path)]) for path in paths]
    if len(work) > MANY:
        with ProcessPoolExecutor(initializer=_begin, initargs=(project,)) as pool:
            done = list(pool.map(_checked_here, work, chunksize=len(work) // 8))
    else:
        done = [_checked_page(project, *one) for one in work]
    read = [page for page, _ in done if page is not None]
    return read, [problem for _, problems in done for problem in problems]


_begun: list[Project] = []  # of a process of the pool alone: it reads what pages share once


def _begin(project: Project) -> None:
    _begun[:] = [project]


def _checked_here(work: tuple[Path, list[Entry] | None]) -> tuple[Page | None, list[Problem]]:
    (project,), (path, entries) = _begun, work
    return _checked_page(project, path, entries)


def _checked_page(
    project: Project, path: Path, entries: list[Entry] | None
) -> tuple[Page | None, list[Problem]]:
    try:
        page = read_page(project, path)
    except BadInput as bad:
        return None, [bad.problem]
    return page, check_page(project, page, entries)


def check_page(project: Project, page: Page, entries: list[Entry] | None) -> list[Problem]:
    """The problems of one page by itself; `entries` are those of the lock file."""
    return [
        *(_metadata(page) if project.configured else ()),
        *_missing_includes(page),
        *ranges.problems(project, page),
        *walkthroughs.problems(project, page, entries),
        *moves.problems(page, entries),
        *highlights.problems(page),
        *tables.problems(project, page),
        *prose.problems(project, page),
        *claims.problems(project, page),
        *shell.problems(project, page),
        *layout.problems(project, page),
    ]


def _across(project: Project, read: list[Page]) -> Iterator[Problem]:
    """What only shows when all pages are looked at together."""
    yield from prose.unused(project, read)
    yield from claims.orphans(project, read)
    yield from layout.across(project, read)
    yield from orphans.problems(project, read)
    yield from published.problems(project, read)


def _entries(project: Project) -> tuple[list[Entry] | None, Problem | None]:
    """The entries of the lock, and what is wrong with it."""
    try:
        entries = lock.load(project.root)
    except BadInput as bad:
        return None, bad.problem
    if entries is None and project.configured:
        docs = project.relative(project.docs)
        return None, LOCK.problem(
            lock.NAME, 1, "there is none", f"python -m docproof fix --accept {docs}"
        )
    return entries, None


def _lost_pages(project: Project, entries: list[Entry] | None) -> Iterator[Problem]:
    for name in sorted({entry.page for entry in entries or []}):
        if not (project.root / name).is_file():
            yield LINES_UNACCEPTED.problem(
                lock.NAME,
                1,
                f"{name} was accepted and is gone",
                f"python -m docproof fix --accept {name}",
            )


def _metadata(page: Page) -> Iterator[Problem]:
    for key in ("title", "description"):
        if not str(page.meta.get(key) or "").strip():
            yield Problem(
                page.name, 1, f"{key}-missing", f"the page has no {key}",
                f"write '{key}: …' between two lines of --- at its top",
            )  # fmt: skip


def _missing_includes(page: Page) -> Iterator[Problem]:
    for include in page.includes:
        if include.file is None:
            yield INCLUDE_MISSING.problem(
                page.name,
                include.line,
                f"it includes {include.target}, and {include.why}",
                "mend the path, or the file",
            )
