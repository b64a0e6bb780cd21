"""A pytest plugin that notes what each test costs: CPU seconds of all processes, and wall.

`-p benchmarks.cost` and the variable COST_FILE, which names the file for the notes (JSON:
node id to [CPU seconds, seconds]). From /proc, so on Linux only. What a worker's processes
use is counted for the test during which they use it, so whoever comes first pays for what
is made once.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

TICK = os.sysconf("SC_CLK_TCK")


def used() -> float:
    """CPU seconds of this process, of all below it, and of those that they have waited for."""
    children: dict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb", 0) as stat:  # twice for each test: it adds up
                fields = stat.read(1024).rpartition(b")")[2].split(None, 15)
        except OSError:
            continue
        number = int(name)
        children[int(fields[1])].append(number)
        ticks[number] = sum(map(int, fields[11:15]))
    total, waiting = 0, [os.getpid()]
    while waiting:
        one = waiting.pop()
        total += ticks.get(one, 0)
        waiting += children[one]
    return total / TICK


class Cost:
    """Notes the costs, in a worker; gathers them, where the run was started."""

    def __init__(self) -> None:
        self.start = (0.0, 0.0)
        self.costs: dict[str, tuple[float, float]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        self.start = used(), time.monotonic()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "teardown":
            cpu, start = self.start
            mine = max(0.0, used() - cpu)  # those that nobody waited for are gone
            report.user_properties.append(("cost", (mine, time.monotonic() - start)))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == "cost":
                self.costs[report.nodeid] = value

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput"):
            Path(os.environ["COST_FILE"]).write_text(json.dumps(self.costs))


def pytest_configure(config: pytest.Config) -> None:
    """Begin."""
    if "COST_FILE" in os.environ:
        config.pluginmanager.register(Cost())
