"""While the tests run: how far they are and what they are at; at a failure: how to run it alone."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence

import pytest

EVERY = 5.0  # seconds from one line to the next
SHOWN = 3  # tests, the longest of those that run


class Progress:
    """A line now and then in place of a dot for each test, unless more or less was asked for."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self.reporter = reporter
        self.wanted, self.done = 0, 0
        self.began = self.said = time.monotonic()
        self.running: dict[str, float] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.wanted = len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self.wanted = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.running[nodeid] = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.running.pop(nodeid, None)
        self.done += 1
        now = time.monotonic()
        if now - self.said >= EVERY:
            self.said = now
            self.reporter.ensure_newline()
            self.reporter.write_line(self.line(now))

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        self.running.pop(crashitem, None)

    def line(self, now: float) -> str:
        """How many are done, and which are being done, for how long."""
        longest = sorted(self.running.items(), key=lambda one: one[1])[:SHOWN]
        doing = ", ".join(f"{nodeid} ({now - start:.0f} s)" for nodeid, start in longest)
        share = f"{100 * self.done // max(self.wanted, 1):3}%"
        count = f"{self.done} of {self.wanted} after {now - self.began:.0f} s"
        return f"{share}  {count}{'; now ' * bool(doing)}{doing}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        if report.passed and report.when == "call":
            return "passed", "", ""
        return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The last lines on a failure."""
    report = yield
    if report.failed:
        report.sections.append(("to run it alone", alone(report.nodeid)))
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str, report: pytest.TestReport) -> None:
    """The same on a test whose worker died."""
    report.sections.append(("to run it alone", alone(crashitem)))


def alone(nodeid: str) -> str:
    """The command that runs one test; all cases of it, if this one's name is none for a shell."""
    if not re.fullmatch(r"[^'\"$`\\\n]*", nodeid):
        nodeid = nodeid.partition("[")[0]
    plain = re.fullmatch(r"[\w./:=@-]*", nodeid)
    return f'make test ARGS="{nodeid}"' if plain else f"make test ARGS=\"'{nodeid}'\""
