"""What the claims share: a page's programs, what was recorded of them, and variants of both."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from docproof.replay.replay import Replayer
from docproof.replay.servers import Servers
from tests.helpers.guide import GUIDE, ROOT
from tests.helpers.stage import Stage


@pytest.fixture(scope="session")
def claimant(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Replayer]:
    """Replays variants of the guide's programs, kept apart from the programs themselves."""
    folder = tmp_path_factory.mktemp("claims").resolve()
    variants = dataclasses.replace(GUIDE, programs=folder / "code", recordings=folder / "cassettes")
    with Replayer(variants, servers=servers) as made:
        yield made


@pytest.fixture
def stage(request: pytest.FixtureRequest, claimant: Replayer) -> Stage:
    """The programs of the page whose claims the test is among."""
    inside = request.path.relative_to(ROOT / "tests/claims")
    name = inside.stem.removeprefix("test_").replace("_", "-")
    return Stage(claimant, (inside.parent / name).as_posix())
