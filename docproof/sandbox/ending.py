"""How does a process end as plain Python does, without paying for what was there before?

The interpreter itself finalizes it: what the program has made is destroyed in Python's own
order, and said in Python's own words. To take LiteLLM's modules apart as well would cost
each replay a second, and nobody sees it; so what was there before the program is held, and
only what the program has left in there is finalized. If nothing that the program has made
can say a word, as with most, nothing is finalized at all.
"""

from __future__ import annotations

import asyncio
import atexit
import builtins
import contextlib
import ctypes
import gc
import socket
import sys
import types
import warnings
import weakref
from collections.abc import Callable
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
        self._held: dict[str, Any] = {}
        self._leave: Callable[[], None] | None = None
        atexit.register(self._begin)

    def hold(self) -> None:
        """Hold the modules that are there, or that have come since they were held.

        Where processes fork, it is for the first of them: to hold a module copies its memory.
        """
        for name in reversed(sys.modules):
            if name in self._held:
                break
            self._held[name] = sys.modules[name]

    def before(self, leave: Callable[[], None]) -> None:
        """The program is about to run: all that is there is held.

        `leave` is called when the program, its threads and its exit handlers are done.
        """
        self._leave = leave
        self._rest = types.ModuleType("rest")
        self._rest.__dict__["finalizes"] = _Rest()
        self.hold()
        self._held[""] = self  # a cycle that the collector never looks at is never freed
        gc.freeze()
        self._first = [self]  # of what the collector sees, unless the program freezes it

    def _begin(self) -> None:
        if self._leave is None:
            return  # no program has run here
        collects = gc.isenabled()
        gc.disable()
        self._leave()
        _close_loops()
        if collects:
            gc.enable()
        if _is_plain() and _are_silent(self._first):
            gc.callbacks.append(self._exit)
            return
        held = self._held
        made = [name for name, there in sys.modules.items() if held.get(name) is not there]
        for name, module in list(sys.modules.items()):
            if name not in made and module not in _LAST:
                sys.modules[name] = _Held(module)  # type: ignore[assignment]
        # Python clears modules backwards: first those of the program.
        sys.modules[self._rest.__name__] = self._rest
        for name in made:
            sys.modules[name] = sys.modules.pop(name)

    def _exit(self, *ignored: Any) -> None:
        """End the process, once the interpreter collects before it takes itself apart.

        By then it has called all exit handlers, and flushed what was printed.
        """
        if sys.is_finalizing():
            ctypes.pythonapi.exit(self.code)  # C's own, as Python ends


def _is_plain() -> bool:
    """Whether the interpreter is one that ends without a word, but for what it destroys."""
    if (sys.stdout, sys.stderr) != (sys.__stdout__, sys.__stderr__):
        return False
    if len(sys._current_frames()) > 1 or gc.callbacks or gc.get_debug() or not gc.isenabled():
        return False
    with contextlib.suppress(Exception):  # of which Python tells itself, and ends with 120
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return _hides_open_ones()
    return False


def _hides_open_ones() -> bool:
    """Whether nothing is said of a socket or a loop that is destroyed before it was closed."""
    for action, message, kind, module, line in warnings.filters:
        if issubclass(ResourceWarning, kind):
            if action != "ignore":
                return False
            if (message, module, line) == (None, None, 0):
                return True
    return False


# What is silent when it is destroyed, though it has a finalizer, and when.
_SILENT: dict[type, Callable[[Any], bool]] = {
    types.GeneratorType: lambda one: one.gi_frame is None,
    types.CoroutineType: lambda one: one.cr_frame is None,
    types.AsyncGeneratorType: lambda one: one.ag_frame is None,
    asyncio.Future: lambda one: one.done() and not one._log_traceback,
    asyncio.Task: lambda one: one.done() and not one._log_traceback,
    asyncio.SelectorEventLoop: lambda one: not one.is_running(),
    socket.socket: lambda one: True,
}
_FORGETS = {"weakref", "_weakrefset", "logging"}  # an entry of a dictionary, and so on


def _are_silent(first: object) -> bool:
    """Whether nothing that the program has made has a word to say, or a thing to do, at its end.

    In doubt it has. `first` is what was made just before: where the collector does not list it,
    it does not list the rest either.
    """
    made = gc.get_objects()
    kinds = {
        kind
        for kind in set(map(type, made))
        if _finalizes(kind) or issubclass(kind, (type, weakref.ref, *weakref.ProxyTypes))
    }
    return any(one is first for one in made) and all(
        _is_silent(one) for one in made if type(one) in kinds
    )


def _finalizes(kind: type) -> bool:
    return any("__del__" in vars(base) for base in kind.__mro__)


def _is_silent(one: Any) -> bool:
    kind = type(one)
    if issubclass(kind, type):  # not all that such a class makes is known to the collector
        return not _finalizes(one)
    if kind in (weakref.ref, weakref.KeyedRef):
        called = one.__callback__
        if isinstance(called, types.BuiltinFunctionType):
            return isinstance(called.__self__, weakref.ref)  # C's own, which forgets it
        return called is None or (
            isinstance(called, types.FunctionType) and called.__module__ in _FORGETS
        )
    return kind in _SILENT and _SILENT[kind](one)


def _close_loops() -> None:
    """Close the event loops that the program has left open, as each does when it is destroyed.

    Whether one is destroyed before its sockets is a matter of how much was allocated before:
    by chance, plain Python says 'Invalid file descriptor: -1' of it, most often nothing.
    """
    if _hides_open_ones():
        for one in gc.get_objects():
            if type(one) is asyncio.SelectorEventLoop and not one.is_running():
                one.close()


class _Held:
    """A module that is still there; what is no module, the interpreter does not clear."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


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
