"""How does a program that waits end at once, and still tell the time that it would have taken?

`skip_waits` puts a clock in the place of the time module's that goes on by what the
program works (in CPU time, so that a busy machine does not make it late) and by all
that it waits for: time.sleep() and asyncio's timers move it on and return. It is for
a process that runs one program and then ends. Native code that reads a clock of its own,
as a Router's cooldowns in LiteLLM 1.110.2 do, goes on by the real one.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

_NANO = 1_000_000_000
_MOMENT = 0.05  # seconds that are really waited while a thread is at work


class _Clock:
    def __init__(self) -> None:
        self.ahead = 0.0
        self._began = time.process_time()
        self._lock = threading.Lock()

    def move(self, seconds: float) -> None:
        with self._lock:
            self.ahead += max(seconds, 0.0)

    def passed(self) -> float:
        """Seconds of this clock since it was made."""
        return time.process_time() - self._began + self.ahead

    def seconds(self, real: Callable[[], float]) -> Callable[[], float]:
        began = real()
        return lambda: began + self.passed()

    def nanoseconds(self, real: Callable[[], int]) -> Callable[[], int]:
        began = real()
        return lambda: began + int(self.passed() * _NANO)


def skip_waits() -> None:
    """From now on, waiting takes no time in this process."""
    clock = _Clock()
    for name in ("time", "monotonic", "perf_counter"):
        setattr(time, name, clock.seconds(getattr(time, name)))
        name += "_ns"
        setattr(time, name, clock.nanoseconds(getattr(time, name)))
    time.sleep = clock.move  # type: ignore[assignment]
    _skip_timers(clock)


def _skip_timers(clock: _Clock) -> None:
    """Let an event loop that has nothing to do but wait for its next timer go on to it."""
    busy = [0]  # calls in threads, and their ends, which may come before the timer
    loop_type: Any = asyncio.SelectorEventLoop
    begin = loop_type.__init__
    in_thread = loop_type.run_in_executor
    end_threads = loop_type.shutdown_default_executor

    def __init__(self: Any, *arguments: Any) -> None:
        begin(self, *arguments)
        wait = self._selector.select

        def select(timeout: float | None = None) -> Any:
            if timeout is None or timeout <= 0:
                return wait(timeout)
            moment = min(timeout, _MOMENT) if busy[0] else 0
            found = wait(moment)
            if not found:
                clock.move(moment or timeout)
            return found

        self._selector.select = select

    def run_in_executor(self: Any, *arguments: Any) -> Any:
        busy[0] += 1
        future = in_thread(self, *arguments)
        future.add_done_callback(lambda _: busy.__setitem__(0, busy[0] - 1))
        return future

    async def shutdown_default_executor(self: Any, *arguments: Any) -> None:
        busy[0] += 1  # from Python 3.13 on, a timer of five minutes runs meanwhile
        try:
            await end_threads(self, *arguments)
        finally:
            busy[0] -= 1

    loop_type.__init__ = __init__
    loop_type.run_in_executor = run_in_executor
    loop_type.shutdown_default_executor = shutdown_default_executor
