"""What is wrong with the pages and recordings, as far as no program need run to see it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from docproof import includes, tables
from docproof.project import Project, yaml_problem
from docproof.report import BadInput, Problem
from docproof.verdict import prepare


def check(project: Project, paths: Iterable[Path] = ()) -> list[Problem]:
    """The problems of the pages and programs among `paths`, or of all of them."""
    chosen = {path.resolve() for path in paths}

    def wanted(path: Path) -> bool:
        return not chosen or any(path == one or one in path.parents for one in chosen)

    problems: list[Problem] = []
    for page in project.pages():
        if wanted(page):
            problems += check_page(project, page)
    for program in project.all_programs():
        if wanted(program):
            problems += check_program(project, program)
    problems += (p for p in _shared_addresses(project) if wanted(project.root / p.path))
    return problems


def check_page(project: Project, page: Path) -> list[Problem]:
    """The problems of one page by itself."""
    name = project.relative(page)
    try:
        text = page.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = page.read_bytes()[: error.start].count(b"\n") + 1
        return [Problem(name, line, "not-utf-8", "it is not UTF-8 text", "save it as UTF-8")]
    return [
        *_front_matter(name, text),
        *_missing_includes(project, name, text),
        *tables.problems(project, name, text),
    ]


def check_program(project: Project, program: Path) -> list[Problem]:
    """The problems of one program's recording and expectations, and of its output's place."""
    try:
        _, problem = prepare(project, program)
    except BadInput as bad:
        problem = bad.problem
    problems = [problem] if problem else []
    output = project.output_of(program)
    if not output.is_file():
        problems.append(
            Problem(
                project.relative(output),
                1,
                "output-missing",
                "the program's output is not here",
                f"write it: python -m docproof fix {project.relative(program)}",
            )
        )
    return problems


def _front_matter(name: str, text: str) -> Iterator[Problem]:
    found = includes.FRONT_MATTER.match(text)
    try:
        data = yaml.safe_load(found[1]) if found else {}
    except yaml.YAMLError as error:
        bad = yaml_problem(name, error)
        yield Problem(name, bad.line + 1, "front-matter", bad.what, bad.mend)
        return
    data = data if isinstance(data, dict) else {}
    for key in ("title", "description"):
        if not str(data.get(key) or "").strip():
            yield Problem(
                name,
                1,
                f"{key}-missing",
                f"the page has no {key}",
                f"write '{key}: …' between two lines of --- at its top",
            )


def _missing_includes(project: Project, name: str, text: str) -> Iterator[Problem]:
    for include in includes.read(project, text):
        if include.file is None:
            yield Problem(
                name,
                include.line,
                "include-missing",
                f"it includes {include.target}, and there is no such file",
                "mend the path, or write the file",
            )


def _shared_addresses(project: Project) -> Iterator[Problem]:
    """Pages that would be built to one address, where the last would win in silence."""
    pages: dict[str, list[str]] = defaultdict(list)
    for page in project.pages():
        pages[_address(project, page)].append(project.relative(page))
    for address, names in pages.items():
        for name in names[1:]:
            yield Problem(
                name,
                1,
                "address-shared",
                f"it has the address {address}, as {names[0]} does",
                "rename one of the two",
            )


def _address(project: Project, page: Path) -> str:
    inside = page.relative_to(project.docs)
    folder = "/".join(inside.parts[:-1])
    base = f"/{folder}/" if folder else "/"
    if inside.stem in ("index", "README"):
        return base
    if project.mkdocs.get("use_directory_urls", True):
        return f"{base}{inside.stem}/"
    return f"{base}{inside.stem}.html"
