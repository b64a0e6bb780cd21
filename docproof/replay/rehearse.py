"""How does a program run in this terminal, without a key and without a network?"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from docproof.core.problem import BadInput, Problem
from docproof.core.project import Project
from docproof.recordings import validate
from docproof.replay.replay import spec_of
from docproof.replay.servers import environment
from docproof.replay.verdict import prepare, unanswered
from docproof.sandbox.spec import Report


def rehearse(
    project: Project, program: Path, arguments: tuple[str, ...], pace: float
) -> tuple[int, list[Problem]]:
    """Run `program` on its recording in this terminal, with this standard input.

    Gives its exit code and what was wrong with the run. `pace` is in seconds
    for each event of a stream. Raises `BadInput` if it cannot be run.
    """
    _, wrong = validate.read(project, program)
    if wrong:
        raise BadInput(wrong[0])
    expected, problem = prepare(project, program)
    if problem:
        raise BadInput(problem)
    with tempfile.TemporaryDirectory(prefix="docproof-") as folder:
        spec = spec_of(project, program, expected, f"{folder}/report")
        spec = replace(spec, arguments=arguments, pace=pace, time_limit=0, interactive=True)
        if expected.waits and not expected.fresh:
            # Or the seconds that LiteLLM takes to start would be on the clock that it prints.
            spec = replace(spec, root=str(project.root), preload=project.preload)
        done = subprocess.run(
            [sys.executable, "-m", "docproof.sandbox.process", spec.to_json()],
            env=environment(project, folder),
            cwd=folder,
        )
        if not Path(spec.report).is_file():
            return done.returncode, []
        report = Report(**json.loads(Path(spec.report).read_text("utf-8")))
    # What the program printed, and how it ended, the reader has seen.
    return done.returncode, unanswered(project, program, report)
