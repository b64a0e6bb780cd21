"""What the tests of recording share: the origin, and projects to record from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from docproof.replay.servers import Servers
from tests.helpers.bench import Bench
from tests.helpers.origin import Origin


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    """The origin, for all tests."""
    with Origin(tmp_path_factory.mktemp("origin")) as made:
        yield made


@pytest.fixture
def origin(served: Origin) -> Origin:
    """The origin as it is at first."""
    served.reset()
    return served


@pytest.fixture
def bench(tmp_path: Path, origin: Origin, servers: Servers) -> Bench:
    """A project that documents the origin's address: its recordings are live."""
    return Bench(tmp_path, origin, servers)


@pytest.fixture
def other(tmp_path: Path, origin: Origin, servers: Servers) -> Bench:
    """A project that documents another address, recorded from the origin."""
    return Bench(tmp_path, origin, servers, other=True)


@pytest.fixture(params=[False, True], ids=["live", "other"])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, origin: Origin, servers: Servers
) -> Bench:
    """Each of the two."""
    return Bench(tmp_path, origin, servers, other=request.param)
