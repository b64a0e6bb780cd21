"""What can be done to a copy of the project, and where a message about it should point?"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = "get-started/integrations/litellm"
PAGE = f"docs/{FOLDER}.md"
INDEX = "docs/index.md"
KEY_PAGE = "docs/get-started/get-api-key.md"
REFERENCE = "docs/api-reference/reference.md"
MODELS = "docs/api-reference/models.yml"
FEATURES = f"code/{FOLDER}/litellm_features.py"
HELLO = f"code/{FOLDER}/hello_litellm.py"
FEATURES_OUTPUT = f"code/{FOLDER}/terminal/litellm_features.md"
HELLO_OUTPUT = f"code/{FOLDER}/terminal/hello_litellm.md"
FEATURES_RECORDING = f"tests/cassettes/{FOLDER}/litellm_features.yaml"
HELLO_RECORDING = f"tests/cassettes/{FOLDER}/hello_litellm.yaml"

ENVIRONMENT = os.environ | {"NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}
for _name in ("KLUSTER_API_KEY", "PYTHONPATH"):
    ENVIRONMENT.pop(_name, None)

Edit = Callable[[Path], None]
# A file and what marks the line: a number, a bit of the line after the edit, or None for any.
Place = tuple[str, "int | str | None"]


@dataclass(frozen=True)
class Case:
    """One edit; `places` are where a message may point, `rule` the one that counts, if any."""

    kind: str
    name: str
    edit: Edit
    places: tuple[Place, ...] = ()
    rule: str = ""


def of(kind: str, *cases: tuple[str, Edit] | tuple[str, Edit, str | Place]) -> list[Case]:
    """Cases of one kind, each a name, an edit, and the file or the places to be named."""
    made = []
    for name, edit, *places in cases:
        where = tuple((one, None) if isinstance(one, str) else one for one in places)
        made.append(Case(kind, name, edit, where, "secret" if kind == "secrets" else ""))
    return made


def replace(path: str, old: str, new: str, everywhere: bool = False) -> Edit:
    """Put `new` in the place of `old`, the first time it occurs or everywhere."""

    def edit(copy: Path) -> None:
        text = (copy / path).read_text("utf-8")
        if old not in text:
            raise LookupError(f"{path} does not have {old!r}")
        (copy / path).write_text(text.replace(old, new, -1 if everywhere else 1), "utf-8")

    return edit


def swap(path: str, one: str, other: str) -> Edit:
    """Let two bits of a file change places."""
    return several(
        replace(path, one, "\0"), replace(path, other, one), replace(path, "\0", other)
    )  # fmt: skip


def append(path: str, text: str) -> Edit:
    """Put `text` at the end of a file."""

    def edit(copy: Path) -> None:
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


def prepend(path: str, text: str) -> Edit:
    """Put `text` at the beginning of a file."""
    return transform(path, lambda old: text + old)


def write(path: str, text: str | bytes) -> Edit:
    """Make a file, or make it anew."""

    def edit(copy: Path) -> None:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(text if isinstance(text, bytes) else text.encode())

    return edit


def transform(path: str, change: Callable[[str], str]) -> Edit:
    """Change the text of a file by a function."""

    def edit(copy: Path) -> None:
        with (copy / path).open(encoding="utf-8", newline="") as file:
            text = file.read()
        with (copy / path).open("w", encoding="utf-8", newline="") as file:
            file.write(change(text))

    return edit


def between(path: str, first: str, last: str, new: str = "") -> Edit:
    """Replace what stands from `first` up to, but not with, `last`."""

    def change(text: str) -> str:
        start = text.index(first)
        return text[:start] + new + text[text.index(last, start + len(first)) :]

    return transform(path, change)


def dedent(path: str, mark: str) -> Edit:
    """Take the indentation from the fenced block that has `mark` in it."""

    def change(text: str) -> str:
        start = text.rindex("    ```", 0, text.index(mark))
        end = text.index("    ```\n", text.index(mark)) + len("    ```\n")
        return text[:start] + text[start:end].replace("    ", "", 3) + text[end:]

    return transform(path, change)


def delete(path: str) -> Edit:
    """Remove a file."""
    return lambda copy: (copy / path).unlink()


def duplicate(path: str, target: str) -> Edit:
    """Copy a file."""

    def edit(copy: Path) -> None:
        (copy / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(copy / path, copy / target)

    return edit


def several(*edits: Edit) -> Edit:
    """Do one edit after the other."""

    def edit(copy: Path) -> None:
        for one in edits:
            one(copy)

    return edit


def docproof(*arguments: str) -> Edit:
    """Call docproof in the copy, as a contributor would; its exit code may be 1."""

    def edit(copy: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "docproof", *arguments],
            cwd=copy, env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=120,
        )  # fmt: skip
        if "Traceback" in done.stderr or done.returncode not in (0, 1):
            raise RuntimeError(f"docproof {' '.join(arguments)}: {done.stdout}{done.stderr}")

    return edit


def drawn(
    size: int, alphabet: str = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
) -> str:
    """Text as a machine draws it, the same at each run."""
    return "".join(random.Random(size).choices(alphabet, k=size))


def digest(copy: Path, parts: Iterable[str] = (".",), but: str = "") -> str:
    """A digest of all files below `parts` of the copy, without those below `but`."""
    sha = hashlib.sha256()
    for part in parts:
        root = copy / part
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            name = path.relative_to(copy)
            skipped = {"__pycache__", ".cache", but} & set(name.parts)
            if not skipped and path.is_file():
                sha.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return sha.hexdigest()
