"""What the matrix found out, for the claims of all pages: read from the data file."""

from __future__ import annotations

import yaml

from docproof.core.yaml_files import SAFE_LOADER
from tests.helpers.guide import GUIDE

FOLDER = "code/get-started/integrations/litellm"
DATA = yaml.load(
    (GUIDE.docs / "get-started/integrations/litellm/compatibility.yml").read_text("utf-8"),
    SAFE_LOADER,
)
RELEASES = [row["release"] for row in DATA["releases"]]


def between(first: str, last: str) -> list[str]:
    """The releases that were run, from `first` to `last`."""
    return RELEASES[RELEASES.index(first) : RELEASES.index(last) + 1]


def result(program: str, release: str) -> str:
    """How a program fared, named as in the table of reasons."""
    found: str = DATA["programs"][f"{FOLDER}/{program}"][release]
    return found


def failing(program: str) -> list[str]:
    """The releases under which a program fails."""
    return [release for release in RELEASES if result(program, release) == "fails"]


def reason(program: str, release: str) -> str:
    """Why it did not print the same; empty if it did."""
    for row in DATA["reasons"]:
        if program in row["programs"]:
            for span in row["releases"]:
                first, _, last = span.partition(" to ")
                if release in between(first, last or first):
                    return str(row["reason"])
    return ""


def only_warns(program: str, release: str) -> bool:
    """Whether a program prints what its page shows, plus a warning at most."""
    said = reason(program, release)
    warned = said.startswith("it prints what the page shows, and") and "Warning: " in said
    return result(program, release) == "same" or warned
