"""What CONTRIBUTING.md tells a contributor to do works as it stands there, and prints that.

The blocks of its walk are done in their order, in a clone: a `diff` is applied, and each line of a
`text` block that begins with a dollar is run. What a block shows below a command is what
the command printed; a line `…` stands for any number of lines.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.clone import clone_of
from tests.helpers.guide import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
REST = "## What belongs to a page"  # and how branches merge, of which test_merge.py has more
_BLOCK = re.compile(r"^```(text|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def steps(text: str) -> Iterator[tuple[int, str, str]]:
    """The line of each edit and command, what it is, and what the command prints."""
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 2
        if block[1] == "diff":
            yield line, "git apply -", block[2]
            continue
        for command in _COMMAND.finditer(block[2]):
            yield line + block[2].count("\n", 0, command.start()), command[1], command[2]


def pattern(shown: str) -> str:
    """What an output has to match that is shown so."""
    return "".join(
        r"(?:.*\n)*" if line == "…\n" else re.escape(line) for line in shown.splitlines(True)
    )


def done(folder: Path, command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """A command as a contributor's terminal shows it, without a key."""
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, input=given, encoding="utf-8", timeout=300,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder.parent),
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
        },
    )  # fmt: skip


# Half a minute: programs are replayed, and one is recorded, by commands as they are.
def test_the_walk_goes_as_it_is_told(tmp_path: Path) -> None:
    assert REST in TEXT
    folder = clone_of(ROOT, tmp_path / "clone")
    for line, command, shown in steps(TEXT.partition(REST)[0]):
        if command == "git apply -":
            applied = done(folder, command, shown)
            assert applied.returncode == 0, f"CONTRIBUTING.md:{line}: {applied.stdout}"
            continue
        printed = done(folder, command).stdout
        assert re.fullmatch(pattern(shown), printed), (
            f"CONTRIBUTING.md:{line}: {command} prints:\n{printed}"
        )


@pytest.mark.parametrize(
    ("shown", "printed", "is_right"),
    [
        ("one\n", "one\n", True),
        ("one\n", "two\n", False),
        ("one\n", "one\ntwo\n", False),
        ("one\n…\n", "one\ntwo\nthree\n", True),
        ("…\ntwo\n", "one\ntwo\nthree\n", False),
        ("", "one\n", False),
    ],
)
def test_what_a_command_printed_is_what_is_shown(shown: str, printed: str, is_right: bool) -> None:
    assert bool(re.fullmatch(pattern(shown), printed)) == is_right


def test_an_edit_and_a_command_are_found_with_their_lines() -> None:
    text = "# A\n\n```text\n$ make\none\n$ ls\n```\n\n```diff\n-a\n```\n"
    assert list(steps(text)) == [
        (4, "make", "one\n"), (6, "ls", ""), (10, "git apply -", "-a\n"),
    ]  # fmt: skip
