"""A program says here what it says when plain Python runs it, to the end of the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from docproof.core.project import Program
from docproof.replay.replay import Replayer
from docproof.replay.servers import Servers
from tests.helpers.guide import GUIDE
from tests.helpers.plain import here, plain
from tests.helpers.sandbox import ASK, Sandbox

LEFT_OPEN = """\
class Session:
    def __del__(self): print("closed")
session = Session()
print(reply.json()["answer"])
"""


@pytest.mark.nightly
@pytest.mark.parametrize(
    "program", list(GUIDE.all_programs()), ids=lambda program: str(program.name)
)
def test_every_program_says_the_same(program: Program, servers: Servers, tmp_path: Path) -> None:
    with Replayer(GUIDE, servers=servers) as replayer:
        assert here(replayer, program) == plain(program, GUIDE.environment, tmp_path)


def test_plain_python_is_answered_from_the_recording_too(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.program(ASK + LEFT_OPEN)
    folder = tmp_path / "plain"
    folder.mkdir()
    with Replayer(sandbox.project, servers=sandbox.servers) as replayer:
        said = here(replayer, sandbox.subject)
    assert said == ("Hello!\nclosed\n", "", 0)
    assert plain(sandbox.subject, sandbox.project.environment, folder) == said
