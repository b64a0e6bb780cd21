"""A page's programs, what was recorded of them, and variants of both, for its claims."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from docproof.core.project import Program
from docproof.recordings import recording
from docproof.recordings.reader import read
from docproof.replay.replay import Outcome, Replayer
from tests.helpers.guide import GUIDE


class Stage:
    """The programs of one folder, to be read, changed and run on their recordings."""

    def __init__(self, replayer: Replayer, folder: str) -> None:
        self.replayer = replayer
        self.folder = folder

    def program(self, name: str) -> Program:
        """A program of the guide."""
        return GUIDE.program(GUIDE.programs / self.folder / f"{name}.py")

    def source(self, name: str) -> str:
        """The text of a program."""
        return self.program(name).path.read_text("utf-8")

    def shown(self, name: str) -> str:
        """The output of a program as a page shows it."""
        return self.program(name).output.path.read_text("utf-8")

    def recorded(self, name: str) -> recording.Recording:
        """What was recorded of a program, to be changed; nothing, if it needs no recording."""
        made = read(GUIDE, self.program(name))
        head = {"origin": "stand-in", "date": "2026-11-22"}
        return copy.deepcopy(made) if made else recording.Recording(head, [])

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
        program = place.program(place.programs / "variant.py")
        program.path.parent.mkdir(parents=True, exist_ok=True)
        program.path.write_text(text, "utf-8")
        made = self.recorded(name)
        interactions = change(made.interactions) if change else made.interactions
        changed = recording.Recording(made.recorded, interactions)
        program.recording.path.parent.mkdir(parents=True, exist_ok=True)
        program.recording.path.write_text(recording.text(changed, name), "utf-8")
        program.expectations.path.write_text(f"why: a claim\n{expect}", "utf-8")
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
