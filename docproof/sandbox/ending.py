"""How does a process end as plain Python does, without paying for what was there before?

The interpreter itself finalizes it: what the program has made is destroyed in Python's own
order, and said in Python's own words. To take LiteLLM's modules apart as well would cost
each replay a second, and nobody sees it; so what was there before the program is held, and
only what the program has left in there is finalized. Then the process is left.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import ctypes
import gc
import itertools
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

_LAST = (sys, builtins)  # Python takes these two apart last, and by itself
_OWN = "__main__"
_FRAMED = {
    "gi": types.GeneratorType,
    "cr": types.CoroutineType,
    "ag": types.AsyncGeneratorType,
}


class Ending:
    """The end of this process. Make it before anything is imported that could have its own.

    `code` is the exit code with which the process is about to end.
    """

    def __init__(self) -> None:
        self.code = 0
        self._modules = sys.modules
        self._leave: Callable[[], None] | None = None
        atexit.register(self._begin)

    def before(self, leave: Callable[[], None]) -> None:
        """The program is about to run: all that is there is held.

        `leave` is called when the program, its threads and its exit handlers are done.
        """
        self._leave = leave
        self._rest = types.ModuleType("rest")
        self._rest.__dict__["finalizes"] = _Rest()
        self._modules[self._rest.__name__] = self._rest  # what comes after it is the program's
        # A cycle that the collector never looks at is never freed.
        self._held: Any = [self, self._modules.pop(_OWN)]
        gc.freeze()

    def _begin(self) -> None:
        if self._leave is None:
            return  # no program has run here
        self._leave()
        made = list(itertools.takewhile(lambda name: name != "rest", reversed(self._modules)))
        # Python clears modules backwards: first those of the program.
        self._held += [left := {module.__name__: module for module in (*_LAST, self._rest)}]
        left |= {name: self._modules.pop(name) for name in reversed(made)}
        _swap(self._modules, left)
        streams = sys.stdout, sys.stderr
        with contextlib.suppress(Exception):  # of which Python tells itself, and ends with 120
            if streams == (sys.__stdout__, sys.__stderr__):
                _flush(streams)
                vars(sys)["last"] = _Last(self.code, streams)


def _swap(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Let two dictionaries have each other's items, none of which is touched.

    To hold thousands of modules one by one, and to let each go, would copy as many pages of
    the memory that this process shares with the one that it was forked from.
    """
    start, size = object.__basicsize__, dict.__basicsize__ - object.__basicsize__
    places = [id(dictionary) + start for dictionary in (one, other)]
    items = [ctypes.string_at(place, size) for place in reversed(places)]
    for place, theirs in zip(places, items, strict=True):
        ctypes.memmove(place, theirs, size)


def _flush(streams: Iterable[Any]) -> None:
    for stream in streams:
        stream.flush()


class _Last:
    """Ends the process once Python has cleared `sys`, and all of the program is gone.

    What Python would still do is to free what it is made of itself, and nobody sees that.
    """

    def __init__(self, code: int, streams: Iterable[Any]) -> None:
        self._code, self._streams = code, streams
        self._exit = ctypes.PyDLL(None).exit  # C's own, as Python ends

    def __del__(self) -> None:
        gc.collect()
        with contextlib.suppress(Exception):
            _flush(self._streams)
        self._exit(self._code)


class _Rest:
    """Finalizes what the program has left in modules that are held, once its own are gone.

    That is what is of its own making; what a library has left in itself is taken for seen by
    nobody, and the nightly comparison with plain Python says where that is wrong.
    """

    def __init__(self) -> None:
        self._finalize = ctypes.pythonapi.PyObject_CallFinalizer
        self._finalize.argtypes, self._finalize.restype = [ctypes.py_object], None
        # Warnings name the place that they come from: here, as when Python does it, none.
        file, line = ("<sys>", 0) if sys.version_info >= (3, 13) else ("sys", 1)
        self._call = eval(compile("lambda finalize, one: finalize(one)", file, "eval"))
        self._call.__code__ = self._call.__code__.replace(co_firstlineno=line)
        self._before = [dict(vars(module)) for module in _LAST]

    def __del__(self) -> None:
        made = {id(one): one for one in gc.get_objects()}
        kept = self._kept(made)
        for key, one in made.items():
            if key not in kept and _is_own(one):
                self._call(self._finalize, one)

    def _kept(self, made: dict[int, Any]) -> set[int]:
        """What can be reached from that which the program has put into the last two modules."""
        waiting = [
            value
            for module, before in zip(_LAST, self._before, strict=True)
            for name, value in vars(module).items()
            if before.get(name) is not value
        ]
        seen: set[int] = set()
        while waiting:
            one = waiting.pop()
            if id(one) in made and id(one) not in seen:
                seen.add(id(one))
                waiting += gc.get_referents(one)
        return seen


def _is_own(one: Any) -> bool:
    """Whether it is an object with a finalizer, or a coroutine, of the program's own making."""
    kind = type(one)
    for begin, like in _FRAMED.items():
        if kind is like:
            frame = getattr(one, f"{begin}_frame")
            is_running = getattr(one, f"{begin}_running")  # in a thread that is left behind
            return bool(frame and not is_running and frame.f_globals.get("__name__") == _OWN)
    return kind.__module__ == _OWN and any("__del__" in vars(base) for base in kind.__mro__)
