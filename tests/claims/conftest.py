"""What the claims share: a page's programs, what was recorded of them, and variants of both."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docproof import project, recording
from docproof.replay import Outcome, Replayer
from docproof.servers import Servers, environment
from tests.conftest import ROOT
from tests.shared import Once

GUIDE = project.load(ROOT)


class Stage:
    """The programs of one folder, to be read, changed and run on their recordings."""

    def __init__(self, replayer: Replayer, folder: str) -> None:
        self.replayer = replayer
        self.folder = folder

    def source(self, name: str) -> str:
        """The text of a program."""
        return (GUIDE.programs / self.folder / f"{name}.py").read_text("utf-8")

    def shown(self, name: str) -> str:
        """The output of a program as a page shows it."""
        return GUIDE.output_of(GUIDE.programs / self.folder / f"{name}.py").read_text("utf-8")

    def recorded(self, name: str) -> recording.Recording:
        """What was recorded of a program; nothing, of one that needs no recording."""
        path = GUIDE.recordings / self.folder / f"{name}.yaml"
        if not path.is_file():
            return recording.Recording({"origin": "stand-in"}, [])
        return recording.load(path, name)

    def sent(self, name: str) -> list[dict[str, Any]]:
        """The bodies of the requests of a program's recording."""
        return [one["request"]["json"] for one in self.recorded(name).interactions]

    def run(
        self,
        text: str,
        name: str,
        expect: str = "",
        change: Callable[[Any], Any] | None = None,
    ) -> Outcome:
        """Run a variant of a program on the recording of `name`, expecting what is said."""
        place = self.replayer.project
        program = place.programs / "variant.py"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text, "utf-8")
        made = self.recorded(name)
        interactions = change(made.interactions) if change else made.interactions
        changed = recording.Recording(made.recorded, interactions)
        place.recording_of(program).parent.mkdir(parents=True, exist_ok=True)
        place.recording_of(program).write_text(recording.text(changed, name), "utf-8")
        place.expectations_of(program).write_text(f"why: a claim\n{expect}", "utf-8")
        return self.replayer.play(program)

    def tells(self, code: str) -> str:
        """What a program prints that asks nobody; `import litellm` costs nothing there."""
        name = next((GUIDE.recordings / self.folder).glob("*.expected.yaml"))
        outcome = self.run(code, name.name.partition(".")[0], "requests: 0\n", lambda made: [])
        assert lines(outcome) == ""
        return outcome.stdout


def lines(outcome: Outcome) -> str:
    """All that was wrong with a run."""
    return "\n".join(str(problem) for problem in outcome.problems)


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


# Tells each name that the process looks up, and lets it find none.
WATCH = """\
import sys
import time

time.sleep = lambda seconds: None


def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        print("looked up", arguments[0])
        raise OSError("no network")


sys.addaudithook(refuse)
"""


@dataclasses.dataclass(frozen=True)
class Import:
    """What a fresh interpreter says while it imports LiteLLM, and while it streams afterwards."""

    importing: str
    streaming: str


@pytest.fixture(scope="session")
def imported(once: Once) -> Callable[[bool], Import]:
    """Gives what asked_for.py tells, warnings included, where no host's name is found.

    Its argument is whether LITELLM_LOCAL_MODEL_COST_MAP is set. Only a fresh interpreter
    shows what an import does, and each takes seconds; so there are two for all claims.
    """

    def imported(switched: bool) -> Import:
        return once(f"imported-{switched}", lambda folder: _import(folder, switched))

    return imported


def _import(folder: Path, switched: bool) -> Import:
    switch = "LITELLM_LOCAL_MODEL_COST_MAP"
    keys = "get-started/integrations/litellm/keys-and-supply-chain"
    text = (GUIDE.programs / keys / "asked_for.py").read_text("utf-8")
    count = 'print(f"LiteLLM knows {len(litellm.model_cost)} models all the same.")\n'
    for old, new in (
        ("logging.disable()\n", ""),
        ("asked = set()\n", "asked = set()\nhandle_request = httpx.HTTPTransport.handle_request\n"),
        (
            'raise httpx.UnsupportedProtocol("This program sends nothing.")',
            "return handle_request(transport, request)",
        ),
        ('print("Streaming', f'{count}print("Streaming'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "program.py").write_text(WATCH + text, "utf-8")
    variables = environment(GUIDE, str(folder))
    assert variables.pop(switch) == "True"
    done = subprocess.run(
        [sys.executable, "-u", "program.py"],
        cwd=folder, env=variables | ({switch: "True"} if switched else {}),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    importing, title, streaming = done.stdout.partition("Streaming an answer")
    assert title, done.stdout
    return Import(importing, title + streaming)
