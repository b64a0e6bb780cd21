"""Is everything that is kept here shown by a page, or of a program or a page that is there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os.path import relpath
from pathlib import Path
from urllib.parse import unquote

from docproof.core.files import below, text_of
from docproof.core.problem import Problem, rule
from docproof.core.project import Project
from docproof.pages.page import Page
from docproof.replay import pictures
from docproof.rules import Scope, check
from docproof.rules.prose import claims_of

ORPHAN = rule(
    "orphan",
    refuses=(
        "a program, an output, an image or a data file that no page shows, and a page that is not "
        "in the menu. It also refuses an output, a picture, a recording, an expectation, a file "
        "of claims or a line of the menu whose program or page does not exist"
    ),
    why="It would look like a proof and prove nothing, or a page may have lost it by mistake.",
    example="tests/cassettes/page/old.yaml without code/page/old.py",
)

_IMAGES = ("png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp")
_DATA = ("yml", "yaml", "json", "csv", "toml")
# Files below docs_dir, or in the theme's own folder, that may name one.
_TEXTS = {".css", ".js", ".html", ".md", ".yml", ".yaml", ".json", ".csv", ".webmanifest"}
# Themes look for these by name.
_FOUND_BY_NAME = ("favicon", "apple-touch-icon")


@check(Scope.PAGES)
def unshown(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The programs and outputs that no page includes, in a project with settings of its own."""
    shown = {include.file for page in pages for include in page.includes if include.file}
    for program in project.all_programs() if project.configured else ():
        for path, name in ((program.path, program.name), program.output):
            if path.is_file() and path.resolve() not in shown:
                hint = f'include it with --8<-- "{name}"'
                hint += ", or delete it" if path == program.path else ""
                yield ORPHAN.problem(name, 1, "no page includes it", hint)


@check(Scope.PAGES)
def menu(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The pages that the menu lacks, and its lines that lead to none, if there is a menu."""
    nav = project.mkdocs.get("nav")
    exempt = any(project.mkdocs.get(name) for name in ("not_in_nav", "exclude_docs", "draft_docs"))
    if not nav or exempt or not project.configured:
        return
    listed = {path for path in _listed(nav) if path.endswith(".md") and "://" not in path}
    here = {page.path.relative_to(project.docs).as_posix(): page for page in pages}
    lines = (project.root / "mkdocs.yml").read_text("utf-8-sig").splitlines()
    for path in sorted(here.keys() - listed):
        hint = f"write it there, in mkdocs.yml: - Its name: {path}"
        yield ORPHAN.problem(here[path].name, 1, "it is not in the menu", hint)
    for path in sorted(listed - here.keys()):
        number = next((n for n, line in enumerate(lines, start=1) if path in line), 1)
        what = f"its menu has {path}, and there is no such page"
        yield ORPHAN.problem("mkdocs.yml", number, what, "fix the path, or take the line out")


def _listed(nav: object) -> Iterator[str]:
    """What the menu leads to, at any depth."""
    if isinstance(nav, str):
        yield nav
    for one in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _listed(one)


@check(Scope.PAGES)
def left(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """What belongs to a program or a page that is gone; without settings, only pictures."""
    programs = list(project.all_programs())
    written = below(project.programs, {".md"})
    # Resolved, since an output may have a second name, by a link.
    outputs = (path.resolve() for path in written if path.parent.name == "terminal")
    recordings = below(project.recordings, {".yaml", ".yml"})
    recorded = (path for one in programs for path, _ in (one.recording, one.expectations))
    tests = (path for path in below(project.claims, {".py"}) if path.name.startswith("test_"))
    kinds: list[tuple[str, Iterable[Path], Iterable[Path]]] = [
        ("program", outputs, (program.output.path for program in programs)),
        ("program", recordings, recorded),
        ("page", tests, (claims_of(project, page.path) for page in pages)),
    ]
    for owner, files, known in kinds if project.configured else ():
        for path in sorted({*files} - {*known}):
            what, hint = f"no {owner} has it", f"delete it, or name it after its {owner}"
            yield ORPHAN.problem(project.relative(path), 1, what, hint)
    for path, author in pictures.signed(project.docs):
        if not (project.root / author).is_file():
            what, hint = f"there is no {author}", "delete it, or bring its program back"
            yield ORPHAN.problem(project.relative(path), 1, what, hint)


@check(Scope.PAGES)
def unused(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """Images and data files that nothing names; without settings of its own, only images."""
    kinds = _IMAGES + _DATA if project.configured else _IMAGES
    files = {
        path
        for path in below(project.docs, {f".{kind}" for kind in kinds})
        if not path.name.startswith(_FOUND_BY_NAME)
        and not any(part.startswith(".") for part in path.relative_to(project.docs).parts)
    }
    pages = list(pages)
    files -= {include.file for page in pages for include in page.includes if include.file}
    for folders, text in _texts(project, pages):
        said = unquote(text)
        files -= {path for path in files for folder in folders if relpath(path, folder) in said}
    for path in sorted(files):
        what, hint = "no page, style sheet or setting names it", "show it, or delete it"
        yield ORPHAN.problem(project.relative(path), 1, what, hint)


def _texts(project: Project, pages: list[Page]) -> Iterator[tuple[list[Path], str]]:
    """What may name such a file, and the folders from which its paths may be meant."""
    root, docs = project.root, project.docs
    for page in pages:
        here = page.path.resolve()
        included = (line for include in page.includes for line in include.shown)
        # HTML on a page is written from the page's address, a folder of its own.
        folders = [here.parent, here.with_suffix(""), docs]
        yield folders, "\n".join([*page.lines, *included])
    theme = project.mkdocs.get("theme")
    custom = theme.get("custom_dir") if isinstance(theme, dict) else None
    places = [docs, root / str(custom)] if custom else [docs]
    read = {page.path.resolve() for page in pages}
    for place in places:
        for path in below(place, _TEXTS):
            if path.resolve() not in read:
                yield [path.parent, docs], text_of(path)
    for name in ("README.md", "mkdocs.yml"):
        yield [root, docs], text_of(root / name)
