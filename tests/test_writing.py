"""The pages are written plainly and spelt right; each fault is a line that names the place."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docproof.core.project import load_project
from docproof.pages.page import Page, read_page
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import PAGE, Sandbox

SITE = load_project(ROOT)

# Words that sell, hurry or talk down, and longer forms of short words.
AVOIDED = re.compile(
    r"\b(simply|just|easy|easily|obviously|of course|powerful|seamless(?:ly)?|robust"
    r"|leverag(?:e|es|ing)|utili[sz]e[sd]?|effortless(?:ly)?|please|blazing(?:ly)?"
    r"|in order to|prior to|click here)\b",
    re.IGNORECASE,
)
LONGEST = 35  # words in a sentence
_LINK = re.compile(r"\]\([^)]*\)")
_END = re.compile(r"(?<=[.!?:;])\s+")


def faults(page: Page) -> Iterator[str]:
    """What is not plain on a page, each a line as docproof's are."""
    for number, line in enumerate(page.prose, start=1):
        if line.startswith(("|", "#", "<")):
            continue
        text = _LINK.sub("", re.sub(r"`[^`]*`", "x", line))
        for found in AVOIDED.finditer(text):
            yield f"{page.name}:{number}: writing: '{found[0]}' is avoided; leave it out"
        for sentence in _END.split(text):
            words = len(sentence.split())
            if words > LONGEST:
                yield f"{page.name}:{number}: writing: a sentence of {words} words; cut it in two"


@pytest.mark.parametrize("path", list(SITE.pages()), ids=lambda path: path.stem)
def test_a_page_is_written_plainly(path: Path) -> None:
    assert list(faults(read_page(SITE, path))) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("You can simply call it.", "'simply' is avoided"),
        ("It is easy, of course.", "'easy' is avoided"),
        ("Words " * 40 + "end.", "a sentence of 41 words"),
    ],
)
def test_a_page_that_is_not_plain_is_refused_at_its_line(
    sandbox: Sandbox, text: str, what: str
) -> None:
    path = sandbox.write("docs/page.md", f"{PAGE}\n{text}\n\nPlain `simply` text.\n")
    found = list(faults(read_page(sandbox.project, path)))
    assert found[0].startswith(f"docs/page.md:{PAGE.count(chr(10)) + 2}: writing: {what}")


@pytest.mark.parametrize(
    "command",
    [
        ("rumdl", "check", "docs", "README.md", "CONTRIBUTING.md", "docproof"),
        ("codespell", "docs", "code", "README.md", "CONTRIBUTING.md"),
    ],
    ids=" ".join,
)
def test_the_linters_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name(command[0])), *command[1:]],
        cwd=ROOT, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
