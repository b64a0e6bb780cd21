"""Which equal questions are asked at once and answered differently?

It is chance which of them gets which answer, in a recording and in each replay, so neither
proves anything. What decides is not how fast the answers come but what the program has
set going: a task that has not had its turn yet could as well have been the first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import thread as pools
from dataclasses import dataclass
from typing import Any

from docproof.sandbox.spec import Report


class Units:
    """What a program has set going: its tasks, its threads and the work it gave to a pool.

    Each knows the unit that made it. To be made once in a process, before the program runs.
    """

    def __init__(self) -> None:
        self._makers: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
        self._work: weakref.WeakSet[Any] = weakref.WeakSet()
        self._here = threading.local()
        create_task = asyncio.BaseEventLoop.create_task
        item_init, item_run = pools._WorkItem.__init__, pools._WorkItem.run

        def creating(loop: Any, *arguments: Any, **options: Any) -> Any:
            maker = self.current()
            task = create_task(loop, *arguments, **options)
            self._makers[task] = weakref.ref(maker)
            return task

        def beginning(item: Any, *arguments: Any, **options: Any) -> None:
            item_init(item, *arguments, **options)
            self._makers[item] = weakref.ref(self.current())
            self._work.add(item)

        def running(item: Any, *arguments: Any) -> None:
            self._here.item = item
            try:
                item_run(item, *arguments)
            finally:
                self._here.item = None
                self._work.discard(item)

        asyncio.BaseEventLoop.create_task = creating  # type: ignore[assignment,method-assign]
        pools._WorkItem.__init__ = beginning  # type: ignore[assignment,method-assign]
        pools._WorkItem.run = running  # type: ignore[assignment,method-assign]

    def current(self) -> Any:
        """The unit that is running here."""
        with contextlib.suppress(RuntimeError):
            if task := asyncio.current_task():
                return task
        return getattr(self._here, "item", None) or threading.current_thread()

    def beside(self, unit: Any) -> weakref.WeakSet[Any]:
        """The others that are there now, without those that may be waiting for this one."""
        there = weakref.WeakSet([*threading.enumerate(), *self._work])
        with contextlib.suppress(RuntimeError):
            there.update(asyncio.all_tasks())
        for waiting in (unit, threading.main_thread(), *self._above(unit)):
            there.discard(waiting)
        return there

    def _above(self, unit: Any) -> Iterator[Any]:
        """What made this unit, what made that one, and so on."""
        while unit in self._makers and (maker := self._makers[unit]()) is not None:
            yield maker
            unit = maker


@dataclass(eq=False)
class _Question:
    """A request, and which unit sent it on which line of the program from which thread."""

    request: Any
    key: str
    line: int
    thread: threading.Thread
    unit: weakref.ref[Any]  # nothing has to live longer than it would
    is_task: bool
    answer: Any = None
    beside: Any = ()

    def is_at_once_with(self, later: _Question) -> bool:
        """Whether `later`, which was answered later, could as well have come first."""
        if later in self.beside:
            return True
        if self.thread is later.thread and not (self.is_task and later.is_task):
            return False  # a thread does one thing after the other
        return later.unit() in self.beside


class Questions:
    """Notes in the report each question that is asked at once with an equal one.

    If the answers are the same, it does not matter which came first.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._units = Units()
        self._waiting: list[_Question] = []
        self._answered: dict[str, list[_Question]] = {}

    def asked(self, request: Any, body: Any, line: int) -> None:
        """A request goes out."""
        key = json.dumps([request.method, request.uri, body], sort_keys=True, default=repr)
        thread, unit = threading.current_thread(), self._units.current()
        is_task = isinstance(unit, asyncio.Future)
        self._waiting.append(_Question(request, key, line, thread, weakref.ref(unit), is_task))

    def answered(self, request: Any, response: Any) -> None:
        """The answer to a request is there."""
        question = next((one for one in self._waiting if one.request is request), None)
        if question is None:  # what the answer led to
            return
        self._waiting.remove(question)
        question.answer = response["status"]["code"], response["body"]
        question.beside = self._units.beside(question.unit())
        question.beside.update(self._waiting)
        before = self._answered.setdefault(question.key, [])
        if any(one.answer != question.answer and one.is_at_once_with(question) for one in before):
            self._report.at_once.append(question.line)
        before.append(question)
