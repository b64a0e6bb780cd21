"""Which recordings were made by something else than what is here now?

`made-by.txt` has a digest for each recorded program: of the program, what is expected of
it and its recording, of the stand-in and what it answers to that program, of the recorder,
and of the pinned LiteLLM. Where it is another now, the recording would perhaps be made
otherwise, so the tests make it again on each commit; at night they make all. `make
recordings` writes the digests.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from docproof.core import files
from docproof.core.problem import BadInput
from docproof.core.project import Program, Project, load_project
from docproof.core.yaml_files import parse
from docproof.recordings import reader
from tools import answers, sources

ROOT = Path(__file__).parent.parent
MADE_BY = "proof/made-by.txt"
RECORDER = (
    "record/record.py",
    "sandbox/forkserver.py",
    "sandbox/process.py",
)  # and whatever they import


def changed(project: Project) -> list[Program]:
    """The recorded programs whose recordings something else has made."""
    known = noted(project)
    return [p for p in _recorded(project) if _digest(project, p) not in known.get(p.name, set())]


def remember(project: Project, programs: Iterable[Program]) -> None:
    """The recordings of these programs were made by what is here now."""
    here = {program.name: program for program in _recorded(project)}
    known = noted(project) | {p.name: {_digest(project, p)} for p in programs}
    names = sorted(set(known) & set(here))
    lines = (f"{digest} {name}\n" for name in names for digest in sorted(known[name]))
    files.replace({project.root / MADE_BY: "".join(lines)})


def _recorded(project: Project) -> list[Program]:
    return [p for p in project.all_programs() if p.recording.path.is_file()]


def noted(project: Project) -> dict[str, set[str]]:
    """The digests that are written of each program: two, where two branches were merged."""
    path = project.root / MADE_BY
    known: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines() if path.is_file() else []:
        digest, _, name = line.partition(" ")
        known[name].add(digest)
    return known


def _digest(project: Project, program: Program) -> str:
    if "made-by" not in project.kept:
        project.kept["made-by"] = _of_files(_common(project)) + _settings(project)
    own = (program.path, program.expectations.path, program.recording.path)
    common, mine = project.kept["made-by"], _of_files(path for path in own if path.is_file())
    mine += _answers(project, program)
    return hashlib.sha256(f"{common} {mine}".encode()).hexdigest()[:16]


def _answers(project: Project, program: Program) -> str:
    """What the stand-in has for the questions that a program asked, or the models, as text."""
    if "answers" not in project.kept:
        found = sorted(project.root.glob("tools/standin/answers/**/*.yaml"))
        read = (parse(path.read_text("utf-8")).data or [] for path in found)
        project.kept["answers"] = [entry for entries in read for entry in entries]
    try:
        made = reader.read(project, program)
    except BadInput:  # `check` says what is wrong with it
        made = None
    sent = [one["request"].get("json") or {} for one in made.interactions] if made else []
    said = [m for one in sent for m in one.get("messages", ()) if m["role"] == "user"]
    asked = {answers.text_of(message) for message in said}
    models = {one.get("model") for one in sent} - {None}
    chosen = (e for e in project.kept["answers"] if e["user"] in asked or e.get("model") in models)
    return " ".join(sorted(json.dumps(entry, sort_keys=True) for entry in chosen))


def _of_files(paths: Iterable[Path]) -> str:
    made = hashlib.sha256()
    for path in paths:
        text = path.read_bytes()
        if path.name == "requirements.txt":  # other pins change without any word of an answer
            text = b"".join(re.findall(rb"^(?:litellm|openai|tiktoken)==\S+", text, re.MULTILINE))
        made.update(f"{path.name} {len(text)} ".encode() + text)
    return made.hexdigest()


def _common(project: Project) -> list[Path]:
    root = project.root
    standin = [*root.glob("tools/standin/*.py"), *root.glob("tools/answers.py")]
    models = project.docs / "api-reference/models.yml"
    found = {*standin, *_recorder(), root / "requirements.txt", models}
    return sorted(found, key=lambda path: path.relative_to(root if root in path.parents else ROOT))


def _settings(project: Project) -> str:
    named = (project.base_urls, project.key_variable, project.versions, project.preload)
    return repr((*named, sorted(project.environment.items())))


def _recorder() -> set[Path]:
    """The modules of the recorder: those named, and all of this project's that they import."""
    return sources.imported(*(ROOT / "docproof" / name for name in RECORDER))


if __name__ == "__main__":
    here = load_project(ROOT)
    named = [Path(name).resolve() for name in sys.argv[1:]]
    remember(
        here,
        [p for p in _recorded(here) if p.path in named or not {*p.path.parents}.isdisjoint(named)],
    )
