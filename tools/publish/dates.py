"""On which day did each page change last?

A page changes when its own file does, or a program, an output or a data file
that it shows. The history comes from one `git log`; where there is none that
is whole, there are no dates.
"""

from __future__ import annotations

import logging
import subprocess
from datetime import date, datetime
from pathlib import Path

from tools.publish.site import Site

_log = logging.getLogger("mkdocs.publish")
_RECORD, _FIELD = "\x1e", "\x1f"


def last(site: Site) -> dict[str, date | None]:
    """The day of each page's last change, by the path of its source; None if it is not known."""
    changed = history(site.project.root)
    days: dict[str, date | None] = {}
    for one in site.pages:
        names = map(site.project.relative, one.shows)
        days[one.uri] = max((changed[name] for name in names if name in changed), default=None)
    return days


def history(root: Path) -> dict[str, date]:
    """The last day on which a commit touched each file; none if git does not know.

    Files are named from the folder `root`. The day is the committer's.
    """
    shallow = _git(root, "rev-parse", "--is-shallow-repository")
    if shallow is None:
        return {}
    if shallow.strip() != "false":  # its oldest commit would seem to have made every file
        _log.info("The git history is cut short (a shallow clone), so the pages have no dates.")
        return {}
    log = _git(
        root, "log", "--relative", "--name-only", "--no-renames", "--no-show-signature", "-z",
        "--format=%x1e%cI%x1f", "--", ".",
    )  # fmt: skip
    newest: dict[str, datetime] = {}
    for commit in (log or "").split(_RECORD)[1:]:
        when, files = commit.split(_FIELD)
        for name in files.replace("\n", "\0").split("\0"):
            moment = datetime.fromisoformat(when)
            newest[name] = max(newest.get(name, moment), moment)
    return {name: moment.date() for name, moment in newest.items()}


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None if there is no git, or no repository."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, encoding="utf-8", errors="replace"
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
