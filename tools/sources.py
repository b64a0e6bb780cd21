"""Which of this project's files does a module import, and what stands for them all?"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent


def imported(*files: Path) -> set[Path]:
    """`files`, and the files below this folder that they import, directly or not."""
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _named_by(path)
    return found


def digest(files: Iterable[Path]) -> str:
    """Stands for the text of all `files`; "none" for one that is not there."""
    made = hashlib.sha256()
    for path in sorted(files):
        made.update(path.read_bytes() if path.is_file() else b"none")
        made.update(b"\0")
    return made.hexdigest()


def _named_by(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            below = ROOT.joinpath(*name.split("."))
            packages = (folder / "__init__.py" for folder in (below, *below.parents))
            for file in (below.with_suffix(".py"), *packages):
                if file.is_file() and ROOT in file.parents:
                    yield file
