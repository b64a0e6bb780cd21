"""Which of this project's files does a module import, and what stands for them all?"""

from __future__ import annotations

import ast
import functools
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


@functools.cache
def _named_by(path: Path) -> frozenset[Path]:
    """The files that one imports itself; none of them changes while this process runs."""
    found: set[Path] = set()
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
                    found.add(file)
    return frozenset(found)
