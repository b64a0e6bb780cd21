"""When did a page change, and by which commits?

A page changes when its own file does, or a program, an output or a data file
that it shows. The history comes from one `git log`; where there is none that
is whole, there are no dates.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mkdocs.structure.pages import Page

from docproof.core.project import Project, load_project
from docproof.pages import includes, tables

_log = logging.getLogger("mkdocs.plugins.docproof")
_RECORD, _FIELD = "\x1e", "\x1f"


@dataclass(frozen=True)
class Commit:
    """A commit: when it was made, its subject, and the files, from the project's root."""

    when: datetime
    subject: str
    files: frozenset[str]


def history(root: Path) -> list[Commit]:
    """The commits that touched the folder `root`, the newest first; none if git does not know."""
    shallow = _git(root, "rev-parse", "--is-shallow-repository")
    if shallow is None:
        return []
    if shallow.strip() != "false":  # its oldest commit would seem to have made every file
        _log.info("The git history is cut short (a shallow clone), so the pages have no dates.")
        return []
    log = _git(
        root, "log", "--relative", "--name-only", "--no-renames", "--no-show-signature", "-z",
        "--format=%x1e%cI%x1f%s%x1f", "--", ".",
    )  # fmt: skip
    commits = [_commit(text) for text in (log or "").split(_RECORD)[1:]]
    return sorted(commits, key=lambda commit: commit.when, reverse=True)


def of(site: Iterable[Page], root: Path) -> dict[str, list[Commit]]:
    """Each page's commits, the newest first, by the path of its source."""
    commits = history(root)
    if not commits:
        return {page.file.src_uri: [] for page in site}
    project = load_project(root)
    found = {}
    for page in site:
        shown = _shown(project, page)
        found[page.file.src_uri] = [commit for commit in commits if commit.files & shown]
    return found


def last(changes: list[Commit]) -> str:
    """The day of the last change, as in 2026-11-25; "" if it is not known."""
    return changes[0].when.date().isoformat() if changes else ""


def _shown(project: Project, page: Page) -> set[str]:
    """The files that the page shows, and its own, from the project's root."""
    text = page.markdown or ""
    files = [include.file for include in includes.read(project, text) if include.file]
    files += [project.docs / name for name in tables.data_files(text)]
    return {project.relative(path) for path in (Path(str(page.file.abs_src_path)), *files)}


def _commit(text: str) -> Commit:
    when, subject, files = text.split(_FIELD)
    names = (name.strip("\n") for name in files.split("\0"))
    return Commit(datetime.fromisoformat(when), subject, frozenset(name for name in names if name))


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None if there is no git, or no repository."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, encoding="utf-8", errors="replace"
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
