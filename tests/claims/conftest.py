"""What the claims share: a page's programs, what was recorded of them, and variants of both."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docproof.replay.replay import Replayer
from tests.helpers import imported as imports
from tests.helpers.guide import ROOT
from tests.helpers.imported import Import
from tests.helpers.shared import Once
from tests.helpers.stage import Stage


@pytest.fixture
def stage(request: pytest.FixtureRequest, claimant: Replayer) -> Stage:
    """The programs of the page whose claims the test is among."""
    inside = request.path.relative_to(ROOT / "tests/claims")
    name = inside.stem.removeprefix("test_").replace("_", "-")
    return Stage(claimant, (inside.parent / name).as_posix())


@pytest.fixture(scope="session")
def imported(once: Once) -> Callable[[bool], Import]:
    """Gives what asked_for.py tells, warnings included, where no host's name is found.

    Its argument is whether LITELLM_LOCAL_MODEL_COST_MAP is set. Only a fresh interpreter
    shows what an import does, and each takes seconds; so there are two for all claims.
    """

    def imported(switched: bool) -> Import:
        return once(f"imported-{switched}", lambda folder: imports.imported(folder, switched))

    return imported
