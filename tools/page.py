"""Makes, moves and removes a page with all that mirrors it: `python -m tools.page VERB PAGE`.

A page is named by its path below docs/, such as `get-started/integrations/litellm/fallbacks`.
Its programs, recordings, claims and answers of the stand-in have the same path elsewhere.
What is refused is refused before anything is changed; if a step fails later, or is
interrupted, all is put back as it was.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from docproof.check import check
from docproof.cli import main as docproof
from docproof.core import files
from docproof.core.problem import BadInput, render
from docproof.core.project import PATH, Project, find_project, load_project
from docproof.core.yaml_files import SAFE_LOADER
from docproof.inventory.inventory import NAMES
from docproof.lines import lock
from docproof.pages import addresses, includes
from docproof.pages.page import Page, read_page
from docproof.recordings import compatibility, expectations, recording
from docproof.rules.prose import claims_of, unused_declarations
from tools import again, begun
from tools.answers import AnswersError
from tools.matrix import datafile

ANSWERS = "tools/standin/answers"
TEMPLATE = "code/get-started/integrations/litellm/hello_litellm.py"
QUESTION = "What is the capital of Argentina?"  # the template's
REMOVED = ".cache/removed"  # which git does not look at
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*")
_LINK = re.compile(
    r"\]\(\s*<?(?P<inline>[^\s)>]+)|^ {0,3}\[[^\]]+\]:\s*<?(?P<defined>[^\s>]+)"
    r"|\b(?:href|src)\s*=\s*[\"'](?P<html>[^\"']+)"
)
_MOVED = re.compile(r"^moved-from:.*\n(?:[ -].*\n)*", re.MULTILINE)
_SENTENCE = "Run as it stands, the program prints what follows it."

Texts = dict[Path, bytes | None]  # what files are to hold; None: there is none


class Place:
    """Where everything of one page is, if it is there."""

    def __init__(self, project: Project, given: str) -> None:
        name = given.strip("/").removeprefix("docs/").removesuffix(".md")
        if not _NAME.fullmatch(name) or name.split("/")[-1] in ("index", "readme"):
            what = "it is no path of a page below docs/"
            hint = "name it in small letters, digits and hyphens, as in get-started/new-page"
            raise BadInput(PATH.problem(given, 1, what, hint))
        self.project, self.name = project, name
        self.page = project.docs / f"{name}.md"
        self.file = project.relative(self.page)
        self.address = addresses.of(project, self.page)
        self.claims = claims_of(project, self.page)
        self.programs = project.programs / name
        self.folders = [
            self.programs,
            project.recordings / name,
            project.root / ANSWERS / name,
            project.docs / name,
        ]

    def files(self) -> list[Path]:
        """All files of the page that are there."""
        found = [path for path in (self.page, self.claims) if path.is_file()]
        for folder in self.folders:
            found += [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return [path for path in found if "__pycache__" not in path.parts]

    def alone(self) -> None:
        """Refuses a page that is not there, or has others below it; raises `BadInput`."""
        if not self.page.is_file():
            raise _refused(self.file, "there is no such page", "name one that is there")
        below = next(iter(sorted((self.project.docs / self.name).rglob("*.md"))), None)
        if below:
            what = f"{self.project.relative(below)} is below it, and its folder is not its own"
            raise _refused(self.file, what, "move or remove the pages below it first")

    def free(self) -> None:
        """Refuses a place where something is, or an address that was; raises `BadInput`."""
        for path in self.files():
            what = f"{self.project.relative(path)} is there, and nothing is overwritten"
            raise _refused(self.file, what, "choose another name, or remove it")
        for path in self.project.pages():
            page = read_page(self.project, path)
            if self.address in (addresses.of(self.project, path), *addresses.moved_from(page.meta)):
                what = f"{page.name} has the address {self.address}, or had it once"
                raise _refused(self.file, what, "choose another name")


def new(project: Project, given: str, title: str = "", origin: str = "") -> list[str]:
    """Make a page with a program of its own, green at once; what to edit next.

    The program is a copy of the one at `origin`, or asks one question. Raises `BadInput`.
    """
    place = Place(project, given)
    place.free()
    slug = place.name.rpartition("/")[2]
    title = " ".join(title.split()) or slug.replace("-", " ").capitalize()
    stem = slug.replace("-", "_")
    source = project.root / (origin or TEMPLATE)
    if not source.is_file() or not project.is_program(source):
        raise _refused(origin or TEMPLATE, "it is no program", "name one below code/")
    menu = _with_line(project, place, title)
    _ready(project)
    program = project.program(place.programs / f"{stem}.py")
    text = source.read_text("utf-8")
    made: Texts = {}
    answers = project.root / ANSWERS / place.name / f"{stem}.yaml"
    if not origin:
        question = f"What does the page {title} ask?"
        text = text.replace(QUESTION, question)
        said = (
            f"# What the stand-in answers to {stem}.py. The answers are ours; no model wrote them."
        )
        answer = yaml.safe_dump(
            [{"user": question, "answer": "It asks this question."}], sort_keys=False, width=1000
        )
        made[answers] = f"{said}\n{answer}".encode()
    expected = project.program(source).expectations.path
    if expected.is_file():
        made[program.expectations.path] = expected.read_bytes()
    made |= {
        place.page: _page(title, program.name, project.relative(program.output.path)).encode(),
        program.path: text.encode(),
        place.claims: _claims(place, stem).encode(),
        project.root / "mkdocs.yml": menu.encode(),
    }
    others = [program.recording.path, program.output.path, project.root / lock.NAME]
    others += [project.proof(addresses.NAME).path, project.root / again.MADE_BY]
    with _undone([*made, *others], place):
        _write(made)
        fresh = load_project(project.root)
        if expectations.load(program.expectations).needs_recording():
            _record(fresh, program.name)  # and its output
            again.remember(fresh, [fresh.program(program.name)])
            _asked("fix", place.file)
        else:
            _asked("fix", program.name, place.file)
        _green(project.root)
    claims = project.relative(place.claims)
    return [
        f"{place.file}: the page is there, and all is green; next, edit:",
        f"  {place.file}  what it says",
        f"  {program.name}  what it does; then make recordings PROGRAM={program.name}",
        *([] if origin else [f"  {project.relative(answers)}  what the stand-in answers"]),
        f"  {claims}  a test for each claim of the page",
        "  mkdocs.yml  where it stands in the menu: it is the last of its section",
        f'Then: make fix && make check && make prove ARGS="{place.file} {claims}"',
    ]


def move(project: Project, old: str, given: str) -> list[str]:
    """Give a page, with all that mirrors it, another path; what was done. Raises `BadInput`."""
    before, after = Place(project, old), Place(project, given)
    before.alone()
    page = read_page(project, before.page)
    if after.address in addresses.moved_from(page.meta):  # it moves back
        for path in after.files():
            what = f"{project.relative(path)} is there, and nothing is overwritten"
            raise _refused(after.file, what, "choose another name, or remove it")
    else:
        after.free()
    _ready(project)
    right = {p.name for p in project.all_programs()} - {p.name for p in again.changed(project)}
    stem, new_stem = (one.name.rpartition("/")[2] for one in (before, after))
    paths = {path: _moved(path, before, after) for path in before.files()}
    texts: Texts = {path: path.read_bytes() for path in _mentioning(project)}
    texts |= {path: path.read_bytes() for path in paths}
    for path in project.pages():
        texts[path] = _relinked(project, path, before, after, paths).encode()
    full = re.compile(rf"(?<![\w-]){re.escape(before.name)}(?![\w-])".encode())
    for path, data in texts.items():
        assert data is not None
        changed = full.sub(after.name.encode(), data)
        if path in (project.proof(NAMES).path, before.claims):
            changed = changed.replace(f" {stem}.md".encode(), f" {new_stem}.md".encode())
        is_recording = project.recordings in path.parents and b"\ndigests:\n" in data
        if is_recording and changed != data and recording.edited(data.decode()) is None:
            changed = recording.sealed(changed.decode().rpartition("\ndigests:\n")[0]).encode()
        texts[path] = changed
    published = _published(project)
    mine = [line for line in addresses.remembered(project) if _is_of(line, before.address)]
    was = [one for one in addresses.moved_from(page.meta) if one != after.address]
    if not published.isdisjoint(mine):
        was.append(before.address)
    text = texts[before.page]
    assert text is not None
    texts[before.page] = _with_moves(text.decode(), was).encode()
    compatible = _compatible(project, before, after)
    if compatible:
        texts[compatible[0]] = compatible[1].encode()
    kept = [lock.NAME, again.MADE_BY, "mkdocs.yml"]
    outside = [project.root / name for name in kept] + [project.proof(addresses.NAME).path]
    with _undone([*texts, *paths.values(), *outside], before, after):
        _write({paths.get(path, path): text for path, text in texts.items()})
        _write(dict.fromkeys(paths))
        _relock(project, before, after)
        left = [one for one in addresses.remembered(project) if one not in mine or one in published]
        _remember(project, left)
        fresh = load_project(project.root)
        names = [fresh.relative(path) for path in paths.values() if fresh.is_program(path)]
        origins = {fresh.relative(new): project.relative(old) for old, new in paths.items()}
        addresses.remember(fresh, [read_page(fresh, after.page)], ())
        again.remember(fresh, [fresh.program(name) for name in names if origins[name] in right])
        _green(project.root)
    said = [f"{before.file} is {after.file} now, with {len(paths) - 1} other files"]
    if before.address in was:
        said.append(f"  {before.address} was published: the site leads on from there")
    said.append("  its title, its name in the menu and its programs' names are as they were")
    if stem != new_stem:
        said += _still_named(project, stem)
    return said


def remove(project: Project, given: str, to: str = "") -> list[str]:
    """Remove a page with all that mirrors it; what was done. Raises `BadInput`.

    A page whose address was published needs `to`: the page that it leads on to, or `none`.
    What git does not know is kept below .cache/removed.
    """
    place = Place(project, given)
    place.alone()
    page = read_page(project, place.page)
    names = list(_links_to(project, place))
    if names:
        what = f"other pages need it: {', '.join(names)}"
        raise _refused(place.file, what, "take that out of them first")
    mine = [place.address, *addresses.moved_from(page.meta)]
    lines = [one for one in addresses.remembered(project) if one.partition("#")[0] in mine]
    published = _published(project) & set(lines)
    target = Place(project, to) if to not in ("", "none") else None
    led = ", ".join(sorted({one.partition("#")[0] for one in published}))
    if published and not to:
        what = f"{led} was published"
        hint = "say where it leads now, TO=some/page, or TO=none: its readers get error 404"
        raise _refused(place.file, what, hint)
    if target and (target.name == place.name or not target.page.is_file()):
        raise _refused(target.file, "it is no other page", "name one that stays")
    _ready(project)
    gone = place.files()
    texts: Texts = {project.root / "mkdocs.yml": _without_line(project, place).encode()}
    compatible = _compatible(project, place, None)
    if compatible:
        texts[compatible[0]] = compatible[1].encode()
    if target and published:
        there = read_page(project, target.page)
        moved = [*addresses.moved_from(there.meta), *mine]
        texts[target.page] = _with_moves(target.page.read_text("utf-8"), moved).encode()
    unknown = _unknown_to_git(project, gone)
    used = {one.line for one in unused_declarations(project, _pages(project))}
    others = [project.root / lock.NAME, project.root / again.MADE_BY]
    others += [project.proof(name).path for name in (addresses.NAME, NAMES)]
    with _undone([*texts, *gone, *others], place):
        kept = _keep(project, place, unknown)
        _write(texts)
        _write(dict.fromkeys(gone))
        lock.save(
            project.root, [one for one in lock.load(project.root) or [] if one.page != place.file]
        )
        keep = [place.address, *mine] if target and published else []
        _remember(
            project,
            [one for one in addresses.remembered(project) if one not in lines or one in keep],
        )
        fresh = load_project(project.root)
        unused = {one.line for one in unused_declarations(fresh, _pages(fresh))} - used
        _undeclare(fresh, unused)
        again.remember(load_project(project.root), [])
        _green(project.root)
    said = [f"{place.file} is removed, with {len(gone) - 1} other files"]
    if target and published:
        said.append(f"  {led} leads on to {target.file}; its anchors lead to the top of it")
    elif published:
        said.append(f"  readers of {led} get error 404 from now on")
    if kept:
        said.append(f"  what git does not know of it is kept in {kept}")
    return said


def _refused(path: str, what: str, hint: str) -> BadInput:
    return BadInput(PATH.problem(path, 1, what, hint))


def _page(title: str, program: str, output: str) -> str:
    front = yaml.safe_dump(
        {
            "title": title,
            "description": f"{title}: one program for LiteLLM and kluster.ai, and what it prints.",
        },
        sort_keys=False, width=1000,
    )  # fmt: skip
    return (
        f'---\n{front}---\n\n# {title}\n\n{_SENTENCE}\n\n```python\n--8<-- "{program}"\n```\n\n'
        f'--8<-- "{output}"\n'
    )


def _claims(place: Place, stem: str) -> str:
    return f'''"""What the page {place.file} claims, one test each."""

from __future__ import annotations

from tests.helpers.stage import Stage, lines


def test_the_program_prints_what_the_page_shows(stage: Stage) -> None:
    """{_SENTENCE}"""
    outcome = stage.replayer.play(stage.program("{stem}"))
    assert lines(outcome) == ""
    assert outcome.stdout.strip() in stage.shown("{stem}")
'''


def _record(project: Project, name: str) -> None:
    from tools.standin import application, serving

    try:
        app = application(project.root / ANSWERS, project.docs / "api-reference/models.yml")
    except AnswersError as error:
        raise _refused(f"{ANSWERS}", str(error), "fix it") from None
    with serving(app) as url:
        _asked("record", "--base-url", url, name)


def _asked(*arguments: str) -> None:
    """Let docproof do something; raises `BadInput` if it cannot, and says why itself."""
    if docproof(arguments):
        raise _refused(arguments[-1], f"`docproof {arguments[0]}` fails", "see above")


def _ready(project: Project) -> None:
    """Refuses to begin while something is wrong; raises `BadInput` with the first of it."""
    for problem in check(project):
        raise BadInput(problem)


def _green(root: Path) -> None:
    problems = check(load_project(root))
    if problems:
        said = render(problems)
        raise _refused("mkdocs.yml", f"`check` would not be green: {said}", "fix that first")


@contextlib.contextmanager
def _undone(paths: Iterable[Path], *places: Place) -> Iterator[None]:
    """Put these files back as they were if something is raised, and leave no empty folder."""
    before: Texts = {path: path.read_bytes() if path.is_file() else None for path in paths}
    try:
        yield
    except BaseException:
        for place in places:  # what a step has made besides, such as a picture
            for path in set(place.files()) - set(before):
                path.unlink()
        _write(before)
        raise
    finally:
        for place in places:
            for folder in (*place.folders, place.claims.parent, place.page.parent):
                _pruned(folder, place.project.root)


def _pruned(folder: Path, root: Path) -> None:
    """Remove a folder in which there is no file, and those above it of which that holds, too."""
    for cached in folder.rglob("__pycache__") if folder.is_dir() else ():
        shutil.rmtree(cached)
    below = sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else []
    for path in (*below, folder, *folder.parents):
        if root in path.parents and path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _write(texts: Mapping[Path, bytes | None]) -> None:
    for path, data in texts.items():
        if data is None:
            path.unlink(missing_ok=True)
        elif not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _moved(path: Path, before: Place, after: Place) -> Path:
    if path in (before.page, before.claims):
        return after.page if path == before.page else after.claims
    for old, new in zip(before.folders, after.folders, strict=True):
        if old in path.parents:
            return new / path.relative_to(old)
    return path


def _mentioning(project: Project) -> Iterator[Path]:
    """The files in which a page's path may stand in full, besides those of the pages."""
    root = project.root
    yield from (path for path in (root / "mkdocs.yml", root / "README.md") if path.is_file())
    remembered = (project.proof(NAMES).path, root / again.MADE_BY)
    yield from (path for path in remembered if path.is_file())
    for folder in ("tests", "tools", "benchmarks"):
        yield from files.below(root / folder, {".py"})


def _still_named(project: Project, stem: str) -> Iterator[str]:
    """Where the tests and the tools name a page by its last part, which may mean it."""
    alone = re.compile(rf"(?<![\w-]){re.escape(stem)}(?![\w-])")
    told = project.root.glob("CONTRIBUTING.md")  # its walk is an example, and stays as it is
    for path in [*_mentioning(project), *told]:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if alone.search(line):
                yield f"  still named in {project.relative(path)}:{number}: is it meant?"


def _relinked(
    project: Project, path: Path, before: Place, after: Place, paths: Mapping[Path, Path]
) -> str:
    """The text of a page once a page has moved: its links lead to where they did."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = file.read().split("\n")
    docs = project.docs
    here = path.relative_to(docs).as_posix()
    there = paths.get(path, path).relative_to(docs).as_posix()
    known = {
        old.relative_to(docs).as_posix(): new.relative_to(docs).as_posix()
        for old, new in paths.items()
        if docs in old.parents
    }
    known[before.name] = after.name  # the address, which HTML on a page has
    page = read_page(project, path)
    for number, plain in enumerate(page.plain):
        for found in reversed(list(_LINK.finditer(plain))):
            kind = str(found.lastgroup)
            target, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", found[kind]).groups()  # type: ignore[union-attr]
            if not target or ":" in target or target.startswith("/"):
                continue  # one from the root is replaced where it stands in full
            old, new = (posixpath.dirname(one) for one in (here, there))
            if kind == "html":
                old, new = here.removesuffix(".md"), there.removesuffix(".md")
            leads = posixpath.normpath(posixpath.join(old, target))
            moved = known.get(leads, leads)
            if moved == leads and old == new:
                continue
            made = posixpath.relpath(moved, new or ".") + "/" * target.endswith("/")
            if posixpath.normpath(target) != made.rstrip("/"):
                start, end = found.span(kind)
                lines[number] = lines[number][:start] + made + mark + rest + lines[number][end:]
    return "\n".join(lines)


def _links_to(project: Project, place: Place) -> Iterator[str]:
    """Where other pages link to a page or include its programs, as file:line."""
    own = set(place.files())
    docs = project.docs
    for path in project.pages():
        if path == place.page:
            continue
        page = read_page(project, path)
        here = path.relative_to(docs).as_posix()
        for number, plain in enumerate(page.plain, start=1):
            for found in _LINK.finditer(plain):
                kind = str(found.lastgroup)
                target = re.split("[?#]", found[kind])[0]
                folder = here.removesuffix(".md") if kind == "html" else posixpath.dirname(here)
                if target and ":" not in target:
                    folder, target = ("", target[1:]) if target[0] == "/" else (folder, target)
                    leads = posixpath.normpath(posixpath.join(folder, target))
                    if leads.removesuffix(".md") == place.name or docs / leads in own:
                        yield f"{page.name}:{number}"
        for include in page.includes:
            if include.file in own:
                yield f"{page.name}:{include.line}"
        for number, line in enumerate(page.lines, start=1):
            if f"code/{place.name}/" in line and not any(i.line == number for i in page.includes):
                yield f"{page.name}:{number}"


def _with_line(project: Project, place: Place, title: str) -> str:
    """mkdocs.yml with a line for a page, below the last one of its folder; raises `BadInput`."""
    lines = (project.root / "mkdocs.yml").read_text("utf-8").split("\n")
    folder = place.name.rpartition("/")[0]
    near = re.compile(rf"^(\s*)- .*[: ]{re.escape(folder)}(?:/[\w-]+|)\.md\s*(?:#.*)?$")
    last = max((n for n, line in enumerate(lines) if near.match(line)), default=None)
    if not folder or last is None:
        what = f"the menu of mkdocs.yml has no page of {folder or 'docs'}/, to put it below"
        raise _refused(place.file, what, "name a folder that the menu has, or begin it there")
    indent = lines[last][: len(lines[last]) - len(lines[last].lstrip())]
    key = yaml.safe_dump({title: 0}, width=1000).rpartition(": ")[0]
    lines.insert(last + 1, f"{indent}- {key}: {place.name}.md")
    return "\n".join(lines)


def _without_line(project: Project, place: Place) -> str:
    lines = (project.root / "mkdocs.yml").read_text("utf-8").split("\n")
    own = re.compile(rf"^\s*- (?:.*: )?{re.escape(place.name)}\.md\s*(?:#.*)?$")
    at = next((n for n, line in enumerate(lines) if own.match(line)), None)
    while at is not None:
        width = len(lines[at]) - len(lines[at].lstrip())
        del lines[at]
        above, below = lines[at - 1], lines[at] if at < len(lines) else ""
        is_section = above.rstrip().endswith(":") and above.lstrip().startswith("- ")
        empty = is_section and len(below) - len(below.lstrip()) < width
        at = at - 1 if empty else None
    return "\n".join(lines)


def _with_moves(text: str, was: list[str]) -> str:
    """A page's text whose front matter says the addresses that it had before."""
    said = was[0] if len(was) == 1 else f"[{', '.join(was)}]"
    line = f"moved-from: {said}\n" if was else ""
    found = includes.FRONT_MATTER.match(text)
    assert found
    front = found[1]
    front = _MOVED.sub(line, front, count=1) if _MOVED.search(front) else front + line
    return text[: found.start(1)] + front + text[found.end(1) :]


def _published(project: Project) -> set[str]:
    """The addresses that were ever committed; all that are remembered, without git."""
    done = _git(project, "show", f"HEAD:./{project.proof(addresses.NAME).name}")
    return set(done.splitlines() if done is not None else addresses.remembered(project))


def _git(project: Project, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=project.root, capture_output=True, encoding="utf-8"
        )
    except OSError:
        return None
    return None if done.returncode else done.stdout


def _unknown_to_git(project: Project, paths: list[Path]) -> list[Path]:
    """Those of the files that are not committed as they are now."""
    names = [project.relative(path) for path in paths]
    said = _git(project, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--", *names)
    if said is None:
        return paths
    changed = {project.root / one[3:] for one in said.split("\0") if one}
    return [path for path in paths if path in changed]


def _keep(project: Project, place: Place, paths: list[Path]) -> str:
    """Copy files to where git does not look; the folder's name, "" without any."""
    if not paths:
        return ""
    base = project.root / REMOVED / place.name
    folder, number = base, 1
    while folder.exists():
        number += 1
        folder = base.with_name(f"{base.name}-{number}")
    for path in paths:
        copy = folder / project.relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    return project.relative(folder)


def _is_of(line: str, address: str) -> bool:
    return line.partition("#")[0] == address


def _remember(project: Project, lines: Iterable[str]) -> None:
    path = project.proof(addresses.NAME).path
    if path.is_file():
        files.replace({path: "".join(f"{line}\n" for line in lines)})


def _relock(project: Project, before: Place, after: Place) -> None:
    entries = lock.load(project.root)
    if entries is None:
        return
    old, new = f"code/{before.name}/", f"code/{after.name}/"

    def renamed(entry: lock.Entry) -> lock.Entry:
        page = after.file if entry.page == before.file else entry.page
        return replace(entry, page=page, target=entry.target.replace(old, new))

    lock.save(project.root, map(renamed, entries))


def _compatible(project: Project, before: Place, after: Place | None) -> tuple[Path, str] | None:
    """The data of the releases without a page's programs, or with their new names, if they are."""
    path = project.root / project.compatibility
    old = f"{project.relative(project.programs)}/{before.name}/"
    if not project.compatibility or not path.is_file():
        return None
    data: dict[str, Any] = yaml.load(path.read_text("utf-8"), SAFE_LOADER)
    if not any(name.startswith(old) for name in data["programs"]):
        return None
    common = os.path.commonpath([os.path.dirname(name) for name in data["programs"]])

    def renamed(name: str) -> str:
        if after is None or not name.startswith(old):
            return name
        return f"{project.relative(project.programs)}/{after.name}/{name.removeprefix(old)}"

    stays = [name for name in data["programs"] if after or not name.startswith(old)]
    now = os.path.commonpath([os.path.dirname(renamed(name)) for name in stays])
    for kind in ("programs", "states"):
        data[kind] = {renamed(n): data[kind][n] for n in data[kind] if n in stays}
    for row in data["releases"]:
        found = [results.get(row["release"]) for results in data["programs"].values()]
        row.update({result: found.count(result) for result in compatibility.RESULTS})
    for row in data["reasons"]:
        if row["programs"] != ["all"]:
            whole = [posixpath.join(common, name) for name in row["programs"]]
            row["programs"] = [os.path.relpath(renamed(n), now) for n in whole if n in stays]
    data["reasons"] = [row for row in data["reasons"] if row["programs"]]
    return path, datafile.text(data)


def _pages(project: Project) -> list[Page]:
    return [read_page(project, path) for path in project.pages()]


def _undeclare(project: Project, lines: set[int]) -> None:
    """Take out the declarations that begin on these lines, from 1."""
    path = project.proof(NAMES).path
    if not lines:
        return
    kept, out = [], False
    for number, line in enumerate(path.read_text("utf-8").splitlines(keepends=True), start=1):
        out = number in lines or (out and line.startswith(" "))
        kept += [] if out else [line]
    files.replace({path: "".join(kept)})


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says; the exit code is 0 if all is well."""
    parser = argparse.ArgumentParser(prog="python -m tools.page", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    one = verbs.add_parser("new", help="a page with a program of its own")
    one.add_argument("page")
    one.add_argument("--title", default="")
    one.add_argument("--from", dest="origin", default="", help="a program to copy")
    one.set_defaults(do=lambda here, a: new(here, a.page, a.title, a.origin))
    one = verbs.add_parser("move", help="another path for a page and all that mirrors it")
    one.add_argument("old")
    one.add_argument("new")
    one.set_defaults(do=lambda here, a: move(here, a.old, a.new))
    one = verbs.add_parser("remove", help="a page and all that mirrors it")
    one.add_argument("page")
    one.add_argument("--to", default="", help="where its published address leads, or none")
    one.set_defaults(do=lambda here, a: remove(here, a.page, a.to))
    arguments = parser.parse_args(argv)
    do: Callable[[Project, argparse.Namespace], list[str]] = arguments.do
    try:
        root = find_project(Path.cwd())
        with contextlib.chdir(root):
            print("\n".join(do(load_project(root), arguments)))
    except BadInput as bad:
        print(bad, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; all is as it was", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    begun()
    sys.exit(main())
