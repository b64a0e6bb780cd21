"""Waits for what other processes do, patiently: a busy machine takes its time."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 100.0  # seconds; less than a program of the bench waits in vain


def hears_ctrl_c() -> None:
    """Let a process hear Ctrl-C; for `preexec_fn`.

    A shell that begins the tests in the background has all that they start ignore it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(what: Callable[[], object]) -> None:
    """Wait until it is true; fails if that never comes to pass."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def until_gone(pid: int) -> None:
    """Wait for the end of a process that somebody else reaps, or nobody."""
    wait_for(lambda: not _is_there(pid))


def until_all_gone(group: int) -> None:
    """Wait for the end of all processes of a group."""
    wait_for(lambda: not any(its == group and state != "Z" for its, state in _everything()))


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return _group_and_state(Path(f"/proc/{pid}/stat"))[1] != "Z"
    return True


def _everything() -> list[tuple[int, str]]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            found.append(_group_and_state(stat))
    return found


def _group_and_state(stat: Path) -> tuple[int, str]:
    state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
    return int(group), state
