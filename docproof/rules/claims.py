"""Is each page that shows a program held by tests of what it claims, and does it still claim it?

A page's claims are tests in a file of their own, below `claims` of `[tool.docproof]`:
docs/a/b-c.md has its claims in a/test_b_c.py. The docstring of each test quotes the
sentence that it holds; `[...]` stands for words left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages.page import Page

CLAIMS_MISSING = rule(
    "claims-missing",
    family="prose",
    refuses="a page that shows a whole program, or walks through one, and has no file of claims",
    why="What the page says of the program's behaviour would be held by nothing.",
    example="docs/a/page.md without tests/claims/a/test_page.py",
)
CLAIM_GONE = rule(
    "claim-gone",
    family="prose",
    refuses="a test of a claim whose docstring quotes no sentence of its page",
    why="The page was reworded, and the test may hold what it does not say any more.",
    example='"""The prefix is sent.""" where the page says: The prefix is not sent',
)
CLAIMS_ORPHAN = rule(
    "claims-orphan",
    family="prose",
    refuses="a file of claims whose page does not exist",
    why="It holds what no reader reads.",
    example="tests/claims/test_old.py without docs/old.md",
)

_GAP = re.compile(r"\s*\[\.\.\.\]\s*")
_LONGEST_GAP = 600  # characters
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])(?:\{[^}]*\})?")
_STOPS = ".,:; "  # a sentence quoted in full may end otherwise on the page
_MARKUP = re.compile(r"[`*|\\]|^[ \t>]*(?:#+|[-+]|\d+\.|!!!|\?\?\?\+?)[ \t]+", re.MULTILINE)


def problems(project: Project, page: Page) -> Iterator[Problem]:
    """Whether a page has the claims it needs, and says what they quote."""
    if project.claims is None:
        return
    path = claims_of(project, page.path)
    if not path.is_file():
        line = _has_program(project, page)
        if line:
            yield CLAIMS_MISSING.problem(
                page.name,
                line,
                f"it shows a program, and there is no {project.relative(path)}",
                "write it: a test for each claim, with the sentence as its docstring",
            )
        return
    said = _plain("\n".join(page.prose))
    for name, line, quoted in _tests(path):
        if not _stands(quoted, said):
            what = f"{name} quotes no sentence" if quoted else f"{name} has no docstring to quote"
            yield CLAIM_GONE.problem(
                project.relative(path),
                line,
                f"{what} of {page.name}",
                "quote the sentence that it holds as it stands there, or delete the test",
            )


def _stands(quoted: str, said: str) -> bool:
    """Whether the parts of a quotation stand in the page's text, in order and near each other."""
    parts = [part.strip(_STOPS) for part in _GAP.split(_plain(quoted))]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return bool(parts) and parts[0] in said
    return bool(re.search(rf".{{0,{_LONGEST_GAP}}}?".join(map(re.escape, parts)), said))


def _has_program(project: Project, page: Page) -> int:
    """The line where a page shows a whole program, or begins to walk through one; 0 if none."""
    walks = page.meta.get("walkthrough") or []
    for include in page.includes:
        if include.file and project.is_program(include.file):
            name = project.relative(include.file)
            if name in walks or not re.search(r":\d*$", include.target):
                return include.line
    return 0


def orphans(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The files of claims that belong to no page; `pages` are all of them."""
    if project.claims is None:
        return
    known = {claims_of(project, page.path) for page in pages}
    for path in sorted(project.claims.rglob("test_*.py")):
        if path not in known:
            yield CLAIMS_ORPHAN.problem(
                project.relative(path),
                1,
                "there is no page of that name",
                "delete it, or name it after its page",
            )


def claims_of(project: Project, page: Path) -> Path:
    """Where the claims of a page are held; the project has a folder for them."""
    assert project.claims is not None
    inside = page.resolve().relative_to(project.docs.resolve())
    return project.claims / inside.parent / f"test_{inside.stem.replace('-', '_')}.py"


def _tests(path: Path) -> Iterator[tuple[str, int, str]]:
    """Each test's name, line, and the first paragraph of its docstring."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return  # pytest says so, and better
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test_"
        ):
            quoted = (ast.get_docstring(node) or "").split("\n\n")[0]
            yield node.name, node.body[0].lineno if quoted else node.lineno, quoted


def _plain(text: str) -> str:
    """Markdown as a reader would say it: no markup, one blank between words, no capitals."""
    return " ".join(_MARKUP.sub("", _LINK.sub(r"\1", text)).split()).casefold()
