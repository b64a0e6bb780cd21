"""How do this project's Python-Markdown extensions meet the engine that builds the site?"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from markdown import Extension, Markdown

from docproof.core.project import Project, find_project, load_project

_LINK = re.compile(r"\]\(/([^)]*)\)")


def extension(*steps: tuple[type[Any], float, Callable[[Markdown, Any], Any]]) -> type[Extension]:
    """The `makeExtension` of a module, by which Python-Markdown finds what it does.

    Each step is a kind of processor, its priority and what it does: a function of the
    parser and of what such a processor gets, which is a page's lines, its tree or its HTML.
    """

    class Made(Extension):
        def extendMarkdown(self, md: Markdown) -> None:
            for kind, priority, run in steps:
                processor = kind(md)
                processor.run = functools.partial(run, md)
                registry = getattr(md, f"{kind.__name__.lower()}s")
                registry.register(processor, f"{run.__module__}.{run.__qualname__}", priority)

    return Made


def path_of(md: Markdown) -> str:
    """The page's path from the folder of the pages; "" where nobody knows it.

    MkDocs tells it to `relpath`, which looks after the page's links, Zensical to
    `rendering_context`.
    """
    if "relpath" in md.treeprocessors:
        return str(md.treeprocessors["relpath"].file.src_uri)  # type: ignore[attr-defined]
    if "rendering_context" in md.preprocessors:
        return str(md.preprocessors["rendering_context"].page.path)  # type: ignore[attr-defined]
    return ""


def linked(text: str, path: str) -> str:
    """Markdown whose links from the site's root begin at the page, as every engine understands."""
    if not path:
        return text
    start = posixpath.dirname(path) or "."
    return _LINK.sub(lambda found: f"]({posixpath.relpath(found[1], start)})", text)


def current_project(folder: Path | None = None) -> Project:
    """The project that is being built, in the working folder or another, as it is now."""
    root = find_project(folder or Path.cwd())
    files = (root / name for name in ("mkdocs.yml", "pyproject.toml", "requirements.txt"))
    return _loaded(root, *(path.stat().st_mtime_ns for path in files if path.is_file()))


@functools.lru_cache(maxsize=1)
def _loaded(root: Path, *changed: int) -> Project:
    """The project, read once for all its pages, and again when it has changed."""
    return load_project(root)
