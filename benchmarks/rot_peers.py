"""Which of the faults do other tools catch, set up as their own users would?

- mkdocs: `mkdocs build --strict` with the project's mkdocs.yml, its link validation
  and pymdownx.snippets' check_paths included, and without docproof's extension.
- pytest-examples: `find_examples` over the pages; each block is linted with ruff,
  then run, with the names of the blocks above it on its page.
- mktestdocs: `check_md_file(memory=True)` over the pages, as its README recommends.

The last two run the blocks of Markdown files and know no includes, so they are given
the pages with pymdownx.snippets' includes put in; where that fails, it counts as their
catch. As their users do, the API's client is replaced by one that needs neither key nor
network: a small `litellm` that answers anything. So they cannot see a changed request,
but neither do they pay for LiteLLM's import. pytest-examples could compare what a block
prints with `#>` comments behind its calls; the pages have their outputs elsewhere, so
that is not used. Of ruff's own rules, three are left out that a step cannot keep, because
its names come from, or go to, other steps, and one that bans `except Exception`.
A peer's catch is any failure, a traceback too, other than ours.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import markdown

PINNED = ("pytest==9.2.0", "pytest-examples==0.0.18", "mktestdocs==0.2.5")
PEERS = ("mkdocs", "pytest-examples", "mktestdocs")

_CONFTEST = '''\
import sys
import types


class Anything:
    """Has every field and every item; as text it is a short answer."""
    content = "An answer."
    def __init__(self):
        self.message = self.delta = types.SimpleNamespace(content=self.content)
        self.choices = [self]


def completion(*, model, messages, stream=False, **options):
    return iter([Anything(), Anything()]) if stream else Anything()


sys.modules["litellm"] = module = types.ModuleType("litellm")
module.completion = completion
'''

_TESTS = {
    "pytest-examples": """\
import pytest
from pytest_examples import find_examples

NAMES = {}


@pytest.mark.parametrize("example", find_examples("docs"), ids=str)
def test_blocks(example, eval_example):
    eval_example.set_config(
        target_version="py311", ruff_ignore=["BLE001", "F401", "F811", "F821"]
    )
    eval_example.lint_ruff(example)
    known = NAMES.setdefault(example.path, {})
    known.update(eval_example.run(example, module_globals=known))
""",
    "mktestdocs": """\
import pathlib

import pytest
from mktestdocs import check_md_file


@pytest.mark.parametrize("path", sorted(pathlib.Path("docs").glob("**/*.md")), ids=str)
def test_page(path):
    check_md_file(fpath=path, memory=True)
""",
}


def install(folder: Path) -> tuple[Path | None, str]:
    """Make an environment for the peers: its Python, or None and why there is none."""
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", *PINNED],
    ):
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        if done.returncode:
            return None, (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return folder / "bin/python", ""


@contextlib.contextmanager
def vanilla(copy: Path) -> Iterator[str]:
    """For a while, a mkdocs.yml without docproof's extension beside the other; its name."""
    lines = (copy / "mkdocs.yml").read_text("utf-8").splitlines(keepends=True)
    path = copy / "mkdocs.vanilla.yml"
    path.write_text("".join(line for line in lines if "- docproof." not in line), "utf-8")
    try:
        yield path.name
    finally:
        path.unlink()


def expand(copy: Path, target: Path) -> str:
    """Write the copy's pages with their includes put in, and the peers' tests; why not, if not."""
    options = {"base_path": [str(copy)], "check_paths": True}
    for page in sorted((copy / "docs").rglob("*.md")):
        md = markdown.Markdown(
            extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": options}
        )
        run: Callable[[list[str]], list[str]] = md.preprocessors["snippet"].run
        place = target / page.relative_to(copy)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            place.write_text("\n".join(run(page.read_text("utf-8").split("\n"))), "utf-8")
        except Exception as error:  # pymdownx raises classes of its own, and OSError
            return f"{page.relative_to(copy)}: {error}"
    (target / "conftest.py").write_text(_CONFTEST, "utf-8")
    for peer, test in _TESTS.items():
        (target / f"test_{peer.replace('-', '_')}.py").write_text(test, "utf-8")
    return ""


def command(python: Path, peer: str) -> list[str]:
    """How a peer is called in the folder that `expand` filled."""
    test = f"test_{peer.replace('-', '_')}.py"
    return [str(python), "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
