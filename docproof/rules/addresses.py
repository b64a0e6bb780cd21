"""Which address is each page built to, and does it have that address to itself?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule

ADDRESS_SHARED = rule(
    "address-shared",
    family="site",
    refuses="two pages that would be built to one address",
    why="One would overwrite the other in silence.",
    example="litellm.md and litellm/index.md",
)


def problems(project: Project) -> Iterator[Problem]:
    """Pages that would be built to one address, where the last would win in silence."""
    pages: dict[str, list[str]] = defaultdict(list)
    for page in project.pages():
        pages[of(project, page)].append(project.relative(page))
    for address, names in pages.items():
        for name in names[1:]:
            yield ADDRESS_SHARED.problem(
                name,
                1,
                f"it has the address {address}, as {names[0]} does",
                "rename one of the two",
            )


def of(project: Project, page: Path) -> str:
    """The address of the page at `page`, from the root of the site."""
    inside = page.relative_to(project.docs)
    folder = "/".join(inside.parts[:-1])
    base = f"/{folder}/" if folder else "/"
    if inside.stem in ("index", "README"):
        return base
    if project.mkdocs.get("use_directory_urls", True):
        return f"{base}{inside.stem}/"
    return f"{base}{inside.stem}.html"
