"""Which tests does a worker do together, and which are begun first?

A file's tests share what it makes, so one worker does them. A page's tests (itself, its
programs, its claims) share the replays of its programs, and so are done by one worker, too.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

# Bytes: a process that has imported LiteLLM takes a third of it, a browser another.
_EACH = 2**30
# Where Linux writes the limit of a group of processes: cgroup v2, and v1.
_LIMITS = ("sys/fs/cgroup{}/memory.max", "sys/fs/cgroup/memory{}/memory.limit_in_bytes")
# A page has one path below these; a part of it is below the page's folder.
_PAGE = re.compile(r"(?:docs|code|tests/claims)/(?P<folder>.*/)?(?P<name>[^/]+)\.(?:md|py)")
# One worker is busy with each for some seconds, or up to half a minute; begun last, as they
# would be by their names, the others would wait.
_LONG = (
    "tests/tools/test_again.py",  # all recordings, when what made them has changed
    "tests/test_walk.py",
    "tests/tools/test_matrix.py",
    "tests/tools/test_page.py",
    "tests/tools/test_bootstrap.py",
    "tests/tools/test_standin.py",
    "tests/tools/test_name_index.py",
)
# In the browser, a page is opened once for all that is looked at on it.
_VISIT = re.compile(r"\[page [^]]*\]$")


def group(nodeid: str) -> str:
    """What the test with this id is done together with."""
    if visit := _VISIT.search(nodeid):
        return visit[0]
    file = nodeid.partition("::")[0]
    if not (found := _PAGE.fullmatch(file)):
        return file
    folder, name = found["folder"] or "", found["name"]
    if file.startswith("code/"):
        return folder.removesuffix("/")
    return folder + name.removeprefix("test_").replace("_", "-")


def turn(nodeid: str) -> int:
    """The turn of a test among all: the smaller, the earlier; most have the same."""
    file = nodeid.partition("::")[0]
    return _LONG.index(file) if file in _LONG else len(_LONG)


def number(arguments: Sequence[str], cores: int, memory: int) -> int:
    """How many workers are worth it; 0: the tests that are named by name need none.

    More than there are cores, since a test often waits for a browser or another process.
    `memory` is in bytes.
    """
    if arguments and all("::" in one for one in arguments):
        return 0
    return max(1, min(cores + cores // 2, memory // _EACH))


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory(root: Path = Path("/")) -> int:
    """The memory that there is for this process, in bytes: the machine's, or its container's."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    groups = [""]  # a container sees its own as the root of all
    with contextlib.suppress(OSError):
        lines = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
        groups += [line.split(":", 2)[2] for line in lines]
    for group in groups:
        for limit in _LIMITS:
            with contextlib.suppress(OSError, ValueError):  # there is none, or it is "max"
                found.append(int((root / limit.format(group)).read_text("utf-8")))
    return min(found)


class Scheduling(LoadScopeScheduling):
    """Gives a whole group to one worker, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
