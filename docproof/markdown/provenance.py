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

import functools
import posixpath
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from docproof.core.project import Program, Project, find_project, load_project
from docproof.inventory.inventory import inventory, same_package
from docproof.pages import includes
from docproof.pages.includes import Include
from docproof.pages.page import Block, blocks_of
from docproof.recordings import compatibility, expectations
from docproof.recordings.reader import read
from docproof.recordings.recording import Recording

# Before snippets (32), while the includes can be seen; and before inline marks (20).
_BEFORE, _TREE = 37, 25
_LINK = re.compile(r"\]\(/([^)]*)\)")
_ENDS = re.compile(r"\* \[([^]]*)\]\(/([^)]*)\)$")
_ANY_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


def exchanges(project: Project, program: Program) -> str:
    """Where the page of a program's recording stands, from the site's root: a/page/x.html."""
    path = program.path.relative_to(project.programs).with_suffix(".html")
    return path.as_posix()


class Provenance:
    """Says where the outputs of a project's programs come from.

    `exchanges` is the words of the link to their recordings; "" for none.
    """

    def __init__(self, project: Project, exchanges: str = "") -> None:
        self._project, self._exchanges = project, exchanges

    def sentence(self, program: Program) -> str:
        """Where what `program` prints comes from, in Markdown; raises `BadInput`."""
        project = self._project
        expected = expectations.load(program.expectations)
        source = program.path.read_text("utf-8", errors="replace")
        spoken_of = [
            name for name in project.versions if re.search(rf"\b{re.escape(name)}\b", source)
        ]
        made = read(project, program)
        if made:
            said = f"Recorded from {_origin(made)} on {made.day}"
            said += self._with(spoken_of, made.recorded.get("packages") or {}, ", with ") + "."
        elif expected.needs_recording():
            return "Not recorded yet."
        else:
            quiet = not (expected.requests or expected.unreachable)
            said = "Sends no request." if quiet else "No server was asked."
            ran = self._with(spoken_of, inventory(project).pins, " Run with ")
            said += f"{ran}." if ran else ""
        return f"{said}{self._tried(program, spoken_of)}"

    def below(
        self, lines: Sequence[str], shown: Iterable[Include], blocks: Iterable[Block]
    ) -> dict[int, list[str]]:
        """The numbers of the lines of a page below which such sentences stand, and the sentences.

        `shown` and `blocks` are the page's. An include in a block has its sentence
        below the block. Only the first one links to the releases. Raises `BadInput`.
        """
        found: dict[int, list[str]] = {}
        linked = False
        for include in shown:
            program = self._project.program_of(include.file) if include.file else None
            if program is None:
                continue
            end = include.line
            while "8<" not in lines[end - 1] and end < len(lines):  # the form of several lines
                end += 1
            ends = [block.end for block in blocks if block.line <= end <= block.end]
            said = self.sentence(program)
            if linked:  # one way to the releases is enough: each is a stop of the keyboard's
                said = _ANY_LINK.sub(r"\1", said)
            linked = linked or bool(_ANY_LINK.search(said))
            said = f"*{said}*"
            if self._exchanges and program.recording.path.is_file():
                said += f" [{self._exchanges}](/{exchanges(self._project, program)})"
            found.setdefault(max([end, *ends]), []).append(said)
        return found

    def _with(self, names: list[str], versions: dict[str, Any], before: str) -> str:
        """The packages and their versions, as far as they are known; "" if none is."""
        known = {same_package(name): version for name, version in versions.items()}
        said = [
            f"{name} {known[same_package(name)]}" for name in names if same_package(name) in known
        ]
        return before + " and ".join(said) if said else ""

    def _tried(self, program: Program, spoken_of: list[str]) -> str:
        """With which releases it prints the same, as one more sentence; "" if nobody knows."""
        project = self._project
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
        lines = _Lines(md, self.getConfig("exchanges"))
        md.preprocessors.register(lines, "docproof-origins", _BEFORE)
        md.treeprocessors.register(_Quiet(md, lines), "docproof-origins-quiet", _TREE)


makeExtension = _OriginsExtension  # by this name Python-Markdown finds it


class _Lines(Preprocessor):
    """Puts the lines in, and remembers them."""

    def __init__(self, md: Markdown, exchanges: str) -> None:
        super().__init__(md)
        self._exchanges = exchanges
        self.made: dict[str, str] = {}  # each with its links from the site's root, as at first

    def run(self, lines: list[str]) -> list[str]:
        self.made = {}
        lines = includes.unix_lines(lines)
        if not any("8<" in line for line in lines):
            return lines
        project = current_project()
        shown = includes.read(project, "\n".join(lines))
        found = Provenance(project, self._exchanges).below(lines, shown, blocks_of(lines))
        made: list[str] = []
        for number, line in enumerate(lines, start=1):
            made.append(line)
            indent = line[: len(line) - len(line.lstrip())]
            for said in found.get(number, ()):
                text = linked(said, path_of(self.md))
                self.made[text] = said
                made += ["", indent + text, ""]
        return made


class _Quiet(Treeprocessor):
    """Gives the lines a class of their own, and keeps them out of the search."""

    def __init__(self, md: Markdown, lines: _Lines) -> None:
        super().__init__(md)
        self.lines = lines

    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            made = self.lines.made.get(paragraph.text or "")
            if made is None:
                continue
            sentence, _, link = str(paragraph.text)[1:].rpartition("*")  # set apart by its class
            paragraph.text = f"{sentence} " if link else sentence
            paragraph.set("class", "origin")
            paragraph.set("data-search-exclude", "")
            if found := _ENDS.search(made):  # no link for the engine: it does not know the page
                place = {"class": "exchanges", "data-href": found[2]}
                end = SubElement(paragraph, "span", place)
                end.text = found[1]


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
