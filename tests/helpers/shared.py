"""Makes what is expensive once a run, for all workers of it.

Each worker of pytest-xdist is a process of its own, and a session's fixture is made in
each. What takes seconds and is only read afterwards (a built site) is made by whoever
asks first; the others wait for it at a lock, and get the same.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


class Once:
    """Things made once a run, each below `root`, which all workers of the run share."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._made: dict[str, object] = {}

    def __call__(self, name: str, make: Callable[[Path], Made]) -> Made:
        """What `make` gave, whoever called it; `make` gets an empty folder to work in.

        What it gives has to be picklable, and each worker gets a copy of it; mostly
        it is the folder, or a path in it. Nobody may change what is in there. If
        `make` raised something, every worker raises it.
        """
        if name not in self._made:
            self._made[name] = self._ask(name, make)
        kept = self._made[name]
        if isinstance(kept, BaseException):
            raise kept
        return kept  # type: ignore[return-value]

    def _ask(self, name: str, make: Callable[[Path], Made]) -> object:
        place = self.root / name
        self.root.mkdir(parents=True, exist_ok=True)
        result = place.with_name(f"{name}.made")
        with place.with_name(f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when a worker dies, too
            if not result.is_file():
                shutil.rmtree(place, ignore_errors=True)  # of one that died
                place.mkdir()
                unfinished = place.with_name(f"{name}.unfinished")
                unfinished.write_bytes(pickle.dumps(_made_or_raised(make, place)))
                os.replace(unfinished, result)
            return pickle.loads(result.read_bytes())


def _made_or_raised(make: Callable[[Path], Made], place: Path) -> object:
    try:
        return make(place)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            return RuntimeError(f"{type(error).__name__}: {error}")
        return error
