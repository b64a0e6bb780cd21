"""How does a process end as plain Python does, without paying for what was there before?

The interpreter itself finalizes it: what the program has made is destroyed in Python's own
order, and said in Python's own words. To take LiteLLM's modules apart as well would cost
each replay a second, and nobody sees it; so what was there before the program is held, and
only what the program has left in there is finalized.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import gc
import sys
import types
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
    """The end of this process. Make it before anything is imported that could have its own."""

    def __init__(self) -> None:
        self._held: dict[str, Any] = {}
        self._leave: Callable[[], None] | None = None
        atexit.register(self._begin)

    def before(self, leave: Callable[[], None]) -> None:
        """The program is about to run: all that is there is held.

        `leave` is called when the program, its threads and its exit handlers are done.
        """
        self._leave = leave
        self._rest = types.ModuleType("rest")
        self._rest.__dict__["finalizes"] = _Rest()
        self._held = dict(sys.modules)
        self._held[""] = self  # a cycle that the collector never looks at is never freed
        gc.freeze()

    def _begin(self) -> None:
        if self._leave is None:
            return  # no program has run here
        self._leave()
        held = self._held
        made = [name for name, there in sys.modules.items() if held.get(name) is not there]
        for name, module in list(sys.modules.items()):
            if name not in made and module not in _LAST:
                sys.modules[name] = _Held(module)  # type: ignore[assignment]
        # Python clears modules backwards: first those of the program.
        sys.modules[self._rest.__name__] = self._rest
        for name in made:
            sys.modules[name] = sys.modules.pop(name)


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
