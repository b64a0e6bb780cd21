"""What the tests share: a small project to break, and docproof's own."""

from __future__ import annotations

import atexit
import dataclasses
import gc
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from docproof.pytest_plugin import PROOFS
from docproof.replay.replay import Outcome, Replayer
from docproof.replay.servers import Servers
from tests.helpers import NO_CHROMIUM, progress, workers
from tests.helpers.guide import GUIDE
from tests.helpers.progress import Progress
from tests.helpers.sandbox import Sandbox
from tests.helpers.shared import Once

settings.register_profile("default", max_examples=50, deadline=None, database=None)
settings.register_profile("nightly", max_examples=10_000, deadline=None, database=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The night, which tries more; and the seed of what is drawn by chance, to draw it again."""
    parser.addoption("--nightly", action="store_true", help="try more, as `make nightly` does")
    parser.addoption(
        "--seed", type=int, default=date.today().toordinal(), help="another day's seed"
    )


@pytest.hookimpl(trylast=True)  # when there is a reporter
def pytest_configure(config: pytest.Config) -> None:
    """The night begins, if it is one; somebody says how far it is."""
    config.addinivalue_line("markers", "nightly: runs only at night; its module says what does not")
    settings.load_profile("nightly" if config.getoption("nightly") else "default")
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.getoption("verbose") == 0 and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(reporter))
    config.pluginmanager.register(progress)
    # A page's tree is many objects, none of them garbage: a fifth of the time went into looking.
    gc.set_threshold(50_000)
    # What a process leaves that was killed lies where pytest sweeps: it keeps three runs.
    os.environ["TMPDIR"] = str(config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]
    tempfile.tempdir = None  # which was remembered


def pytest_unconfigure(config: pytest.Config) -> None:
    """All pages that were read are left as they are: to take them apart took seconds."""
    gc.freeze()
    if hasattr(config, "workerinput"):
        atexit.register(os._exit, 0)  # a worker has told all that it had to tell


def pytest_report_header(config: pytest.Config) -> str:
    """What a run has to be given to be the same run again."""
    return f"drawn by chance: --seed {config.getoption('seed')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long is begun first; by day, the night's tests wait."""
    items.sort(key=lambda item: workers.turn(item.nodeid))
    late = [item for item in items if item.get_closest_marker("nightly")]
    if late and not config.getoption("nightly"):
        config.hook.pytest_deselected(items=late)
        items[:] = [item for item in items if item not in late]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many workers there are, unless somebody says it."""
    return workers.number(config.args, workers.cores(), workers.memory())


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Who does what: see `tests.helpers.workers`."""
    return workers.Scheduling(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all that was skipped for want of a browser."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_CHROMIUM in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(f"{count} tests were skipped: {NO_CHROMIUM}")


@pytest.fixture(scope="session")
def at_night(request: pytest.FixtureRequest) -> bool:
    """Whether it is time to try more."""
    return bool(request.config.getoption("nightly"))


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """Another one each day; the first lines of a run name it."""
    return int(request.config.getoption("seed"))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes what is expensive once a run, for all its workers: `once("site", build)`."""
    base = tmp_path_factory.getbasetemp()  # a worker's own, inside the run's
    return Once((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once")


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The processes to fork from, each made once a worker, for the guide's programs too."""
    proofs = pytestconfig.stash[PROOFS]
    assert proofs is not None
    assert proofs.servers.folder  # made now, before a test leads temporary files elsewhere
    return proofs.servers


@pytest.fixture(scope="session")
def claimant(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Replayer]:
    """Replays variants of the guide's programs, kept apart from the programs themselves."""
    folder = tmp_path_factory.mktemp("variants").resolve()
    variants = dataclasses.replace(GUIDE, programs=folder / "code", recordings=folder / "cassettes")
    with Replayer(variants, servers=servers) as made:
        yield made


@pytest.fixture
def sandbox(tmp_path: Path, servers: Servers) -> Sandbox:
    """A small project in which everything is right."""
    return Sandbox(tmp_path, servers)


class _Lent:
    """A plugin for a run of pytest inside this one, whose programs fork from ours."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers

    def _swap(self, config: pytest.Config) -> None:
        if proofs := config.stash[PROOFS]:
            proofs.servers, self.servers = self.servers, proofs.servers

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        self._swap(config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        self._swap(config)


@pytest.fixture
def prove(
    sandbox: Sandbox, servers: Servers, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs pytest on the small project, in this process; gives what the command would."""

    def prove(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(sandbox.root)
        quietly = ("-q", "-p", "no:cacheprovider")
        done = pytester.runpytest_inprocess(*quietly, *arguments, plugins=[_Lent(servers)])
        return subprocess.CompletedProcess(
            ["pytest", *arguments], int(done.ret), done.stdout.str(), done.stderr.str()
        )

    return prove


@pytest.fixture
def play(sandbox: Sandbox, servers: Servers) -> Callable[[], Outcome]:
    """Replays the small project's program."""

    def play() -> Outcome:
        with Replayer(sandbox.project, servers=servers) as replayer:
            return replayer.play(sandbox.subject)

    return play


@pytest.fixture(scope="session", params=["mkdocs", "zensical"])
def site(request: pytest.FixtureRequest, once: Once) -> Path:
    """The site, built strictly by one of the engines."""
    from tests.helpers import builds  # which needs what is above

    make = {"mkdocs": builds.bare, "zensical": builds.zensical}[request.param]
    return once(f"site-{request.param}", make)
