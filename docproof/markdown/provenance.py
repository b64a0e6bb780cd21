"""Where does an output come from: which server answered, when, and with which versions?

A Python-Markdown extension for the site: below each include of a program's output
stands one line that says it, as the program's recording has it. The line is put
in as Markdown, before the includes are, so that a page's other forms can have it
too. An output is known by its file, so other includes are left as they are.

The option `exchanges` is the words of a link that ends a line: to the page that shows
the recording itself, which whoever finishes the site has to make. It stands where
`exchanges` says; the built page has it as `data-href`, from the site's root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from docproof.core.project import Program, Project
from docproof.inventory.inventory import inventory, same_package
from docproof.markdown.extension import current_project, linked, path_of
from docproof.pages import includes
from docproof.pages.includes import Include
from docproof.pages.page import Block, blocks_of
from docproof.recordings import compatibility, expectations
from docproof.recordings.reader import read
from docproof.recordings.recording import Recording

NAME = "docproof-origins"
# Before snippets (32), while the includes can be seen; and before inline marks (20).
_BEFORE, _TREE = 37, 25
_ANY_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


def exchanges(project: Project, program: Program) -> str:
    """Where the page of a program's recording stands, from the site's root: a/page/x.html."""
    path = program.path.relative_to(project.programs).with_suffix(".html")
    return path.as_posix()


def outputs(
    project: Project, lines: Sequence[str], shown: Iterable[Include], blocks: Iterable[Block]
) -> list[tuple[Program, int]]:
    """The programs whose outputs a page includes, each with the line that this ends on, from 1.

    `shown` and `blocks` are the page's. An include in a block ends with the block.
    """
    found: list[tuple[Program, int]] = []
    for include in shown:
        program = project.program_of(include.file) if include.file else None
        if program:
            end = include.line
            while "8<" not in lines[end - 1] and end < len(lines):  # the form of several lines
                end += 1
            ends = (block.end for block in blocks if block.line <= end <= block.end)
            found.append((program, max([end, *ends])))
    return found


def sentence(project: Project, program: Program) -> str:
    """Where what `program` prints comes from, in Markdown; raises `BadInput`."""
    expected = expectations.load(program.expectations)
    source = program.path.read_text("utf-8", errors="replace")
    spoken_of = [name for name in project.versions if re.search(rf"\b{re.escape(name)}\b", source)]
    made = read(project, program)
    if made:
        said = f"Recorded from {_origin(made)} on {made.day}"
        said += _with(spoken_of, made.recorded.get("packages") or {}, ", with ") + "."
    elif expected.needs_recording():
        return "Not recorded yet."
    else:
        quiet = not (expected.requests or expected.unreachable)
        said = "Sends no request." if quiet else "No server was asked."
        ran = _with(spoken_of, inventory(project).pins, " Run with ")
        said += f"{ran}." if ran else ""
    return f"{said}{_tried(project, program, spoken_of)}"


def below(
    project: Project, outputs: Iterable[tuple[Program, int]]
) -> dict[int, list[tuple[str, Program]]]:
    """The lines of a page below which such sentences stand, and of which program each is.

    `outputs` are the page's. Only the first sentence links to the releases. Raises `BadInput`.
    """
    found: dict[int, list[tuple[str, Program]]] = {}
    linked = False
    for program, line in outputs:
        said = sentence(project, program)
        if linked:  # one way to the releases is enough: each is a stop of the keyboard's
            said = _ANY_LINK.sub(r"\1", said)
        linked = linked or bool(_ANY_LINK.search(said))
        found.setdefault(line, []).append((said, program))
    return found


def _with(names: list[str], versions: dict[str, Any], before: str) -> str:
    """The packages and their versions, as far as they are known; "" if none is."""
    known = {same_package(name): version for name, version in versions.items()}
    said = [f"{name} {known[same_package(name)]}" for name in names if same_package(name) in known]
    return before + " and ".join(said) if said else ""


def _tried(project: Project, program: Program, spoken_of: list[str]) -> str:
    """With which releases it prints the same, as one more sentence; "" if nobody knows."""
    tried = compatibility.load(project).of(program)
    if not tried or not any(tried.results.values()):
        return ""
    if project.versions[:1] != tuple(spoken_of[:1]):
        return ""
    return f" {tried.words(project.versions[0], compatibility.page(project))}"


def _origin(made: Recording) -> str:
    origin = str(made.recorded["origin"])
    if origin == "stand-in":
        return "a stand-in"
    if origin != "live":
        return f"`{origin}`"
    hosts = (urlsplit(one["request"]["uri"]).netloc for one in made.interactions)
    return f"the live service at {' and '.join(f'`{host}`' for host in dict.fromkeys(hosts))}"


class _OriginsExtension(Extension):
    def __init__(self, **options: Any) -> None:
        self.config = {"exchanges": ["", "the words of the link to the recording; none: no link"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        quiet = Treeprocessor(md)
        origins = Origins(md, self.getConfig("exchanges"))
        quiet.run = origins.quiet  # type: ignore[method-assign]
        md.preprocessors.register(origins, NAME, _BEFORE)
        md.treeprocessors.register(quiet, NAME, _TREE)


makeExtension = _OriginsExtension  # by this name Python-Markdown finds it


class Origins(Preprocessor):
    """Puts the lines into a page, and remembers what it shows.

    `files` are those that it includes. `outputs` are its outputs, each with the line, in the
    page as it is handed on, that its own line ends on.
    """

    def __init__(self, md: Markdown, exchanges: str) -> None:
        super().__init__(md)
        self._exchanges = exchanges

    def run(self, lines: list[str]) -> list[str]:
        self.files: set[Path] = set()
        self.outputs: list[tuple[Program, int]] = []
        self._made: dict[str, tuple[str, str]] = {}  # its text and its address, by its Markdown
        lines = includes.unix_lines(lines)
        if not any("8<" in line for line in lines):
            return lines
        project, path = current_project(), path_of(self.md)
        shown = includes.read(project, "\n".join(lines))
        self.files = {include.file for include in shown if include.file}
        found = outputs(project, lines, shown, blocks_of(lines))
        said_below = below(project, found)
        ends: dict[int, int] = {}
        made: list[str] = []
        for number, line in enumerate(lines, start=1):
            made.append(line)
            indent = line[: len(line) - len(line.lstrip())]
            for said, program in said_below.get(number, ()):
                text, address = linked(said, path), ""
                written = f"*{text}*"
                if self._exchanges and program.recording.path.is_file():
                    address = exchanges(project, program)
                    written += linked(f" [{self._exchanges}](/{address})", path)
                self._made[written] = (text, address)
                made += ["", indent + written, ""]
            ends[number] = len(made)
        self.outputs = [(program, ends[line]) for program, line in found]
        return made

    def quiet(self, root: Element) -> None:
        """Gives the lines a class of their own, and keeps them out of the search."""
        for paragraph in root.iter("p"):
            if paragraph.text in self._made:
                text, address = self._made[paragraph.text]  # set apart by its class
                paragraph.text = text
                paragraph.set("class", "origin")
                paragraph.set("data-search-exclude", "")
                if address:  # no link for the engine: it does not know the page
                    paragraph.text += " "
                    place = {"class": "exchanges", "data-href": address}
                    SubElement(paragraph, "span", place).text = self._exchanges
