"""Which faults does every page with a program have in it, whatever it is about?

They are made from what stands on the page: its includes, names, claims and programs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from rot_edits import Case, Edit, Place, append, drawn, replace, transform

from docproof.core.project import Project, load_project
from docproof.pages.includes import Include
from docproof.pages.page import Page, read_page
from docproof.rules import prose

ROOT = Path(__file__).parent.parent
_RANGE = re.compile(r":(\d+):(\d+)$")
_NAME = re.compile(r"[a-z]+_[a-z_]+")


def faults() -> list[Case]:
    """The faults of all pages that are held by claims of their own."""
    guide = load_project(ROOT)
    shown_by: dict[Path, set[str]] = {}
    read = [read_page(guide, path) for path in guide.pages()]
    for page in read:
        for include in page.includes:
            if include.file:
                shown_by.setdefault(include.file.resolve(), set()).add(page.name)
    return [
        Case(f"each page: {page.path.stem}", name, edit, places)
        for page in read
        if prose.claims_of(guide, page.path).is_file()
        for name, edit, places in _of(guide, page, shown_by)
    ]


_Fault = tuple[str, Edit, tuple[Place, ...]]


def _of(guide: Project, page: Page, shown_by: dict[Path, set[str]]) -> Iterator[_Fault]:
    name = page.name
    own = [i for i in page.includes if i.file and not i.nested]
    title = str(page.meta["title"])
    yield "no title", replace(name, f"title: {title}\n", ""), ((name, 1),)
    key = "sk" + "-proj-" + drawn(48)
    yield "a key", append(name, f"\nThe key is {key}.\n"), ((name, key),)
    heading = next(line for line in page.lines if line.startswith("## "))
    fault = replace(name, f"{heading}\n", f"{heading}\n\n[More](no-such-page.md)\n")
    yield "a link to nothing", fault, ((name, None),)
    if own:
        misspelt = own[0].target.replace(".", "_.", 1)
        yield "an include misspelt", replace(name, own[0].target, misspelt), ((name, misspelt),)
    block = next(b for b in page.blocks if not b.indent and b.language)
    yield "a fence never closed", _drop_line(name, block.end), ((name, None),)
    yield from _ranges(page, own)
    yield from _pictures(page, own)
    yield from _names(page)
    yield from _claims(guide, page)
    yield from _programs(guide, page, own, shown_by)


def _ranges(page: Page, own: list[Include]) -> Iterator[_Fault]:
    for include in own:
        found = _RANGE.search(include.target)
        if found:
            first, last = int(found[1]) + 1, int(found[2]) + 1
            moved = f"{include.target[: found.start()]}:{first}:{last}"
            yield (
                "a range shifted",
                replace(page.name, include.target, moved),
                ((page.name, moved),),
            )
            return


def _pictures(page: Page, own: list[Include]) -> Iterator[_Fault]:
    for include in own:
        if include.file and include.file.suffix == ".svg" and "Drawn by" in include.shown[0]:
            edited = replace(include.target, "</title>", ", or so</title>")
            yield "a picture edited by hand", edited, ((include.target, 1),)
            return


def _names(page: Page) -> Iterator[_Fault]:
    for span in page.spans:
        if _NAME.fullmatch(span.text):
            wrong = span.text.replace("_", "_x", 1)
            edit = replace(page.name, f"`{span.text}`", f"`{wrong}`")
            yield "a name misspelt", edit, ((page.name, wrong),)
            return


def _claims(guide: Project, page: Page) -> Iterator[_Fault]:
    path = prose.claims_of(guide, page.path)
    text = "\n".join(page.lines)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        quoted = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        if quoted and node.name.startswith("test_") and text.count(quoted) == 1:
            words = quoted.split(" ")
            edit = replace(page.name, quoted, " ".join([words[0], "hardly", *words[1:]]))
            where = guide.relative(path)
            yield "a claim turned round", edit, ((where, quoted), (page.name, None))
            return


def _programs(
    guide: Project, page: Page, own: list[Include], shown_by: dict[Path, set[str]]
) -> Iterator[_Fault]:
    for program in guide.all_programs():
        output, out = program.output
        if shown_by.get(output.resolve()) != {page.name} or not program.recording.path.exists():
            continue
        name = program.name
        lines = output.read_text("utf-8").split("\n")
        longest = max(range(2, len(lines) - 2), key=lambda number: len(lines[number]), default=0)
        if not longest:
            continue
        line = lines[longest]
        left_out = replace(page.name, f'--8<-- "{out}"', "")
        yield "an output left out", left_out, ((out, None), (name, None), (page.name, None))
        edited = replace(out, line, f"{line} Indeed.")
        yield "an output edited by hand", edited, ((out, f"{line} Indeed."),)
        recording = program.recording.name
        yield "another origin", replace(recording, "stand-in", "stand-on"), ((recording, None),)
        asked = re.search(r"^( +content: )(\S.*)$", (ROOT / recording).read_text("utf-8"), re.M)
        if asked:
            changed = replace(recording, asked[0], f"{asked[1]}Other words")
            yield "another request recorded", changed, ((name, None), (recording, None))
        return


def _drop_line(path: str, number: int) -> Edit:
    def change(text: str) -> str:
        lines = text.split("\n")
        del lines[number - 1]
        return "\n".join(lines)

    return transform(path, change)


FAULTS = faults()
