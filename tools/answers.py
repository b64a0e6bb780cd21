"""Which answers does the stand-in have? `python -m tools.answers` says if two files disagree.

What an entry holds is said in `tools.standin`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from docproof.core.files import conflict
from docproof.core.yaml_files import Document, parse, yaml_problem

ROOT = Path(__file__).parent.parent
ANSWERS = ROOT / "tools/standin/answers"


class AnswersError(ValueError):
    """The files of answers disagree; it says where, and what fixes it."""


def read(folder: Path) -> dict[tuple[str, str | None], list[dict[str, Any]]]:
    """By message and model (None: any), the outcomes of requests one after another."""
    answers: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    places: dict[tuple[str, str | None], str] = {}
    for path in sorted(folder.rglob("*.yaml")):
        said = _parsed(path)
        for number, entry in enumerate(said.data):
            key, place = (
                (entry["user"], entry.get("model")),
                f"{_named(path)}:{said.line_of(number)}",
            )
            if key in answers:
                raise AnswersError(
                    f"{place}: {entry['user']!r} has an answer in {places[key]}, too; "
                    "ask something else, or take one of them away"
                )
            answers[key], places[key] = list(entry.get("answers") or [entry]), place
    return answers


def text_of(message: dict[str, Any]) -> str:
    """The text of a message, without its images: what its answer is found by."""
    said = message.get("content") or ""
    if isinstance(said, str):
        return said
    return "\n".join(part["text"] for part in said if part["type"] == "text")


def _parsed(path: Path) -> Document:
    """A file of answers; raises `AnswersError` if it holds no entries, or git's marks."""
    name = _named(path)
    try:
        text = path.read_text("utf-8")
        if marks := conflict(text, name, "keep what is right of both sides, and record it again"):
            raise AnswersError(str(marks))
        said = parse(text)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise AnswersError(str(yaml_problem(name, error))) from None
    if not isinstance(said.data, list):
        raise AnswersError(f"{name}:1: it is no list of entries; begin each with '- user: …'")
    for number, entry in enumerate(said.data):
        if not isinstance(entry, dict) or "user" not in entry:
            line = said.line_of(number)
            raise AnswersError(f"{name}:{line}: an entry without 'user:'; write the question there")
    return said


def _named(path: Path) -> str:
    """A file as messages name it: from the guide's folder, if it is in there."""
    return path.relative_to(ROOT).as_posix() if ROOT in path.parents else str(path)


def main(folder: Path = ANSWERS) -> int:
    """Say what is wrong with the answers; the exit code is 0 if nothing is."""
    try:
        read(folder)
    except AnswersError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
