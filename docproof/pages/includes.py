"""Which lines of which file does this page show?

The answer is pymdownx.snippets' own: its preprocessor runs over the page as it
does in the build, and what it opens is noted. There is no second parser.
"""

from __future__ import annotations

import codecs
import functools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import markdown
from pymdownx import snippets

from docproof.core.project import Project

# As MkDocs reads it (mkdocs.utils.meta), which would take longer to import.
FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:-{3}|\.{3})[ \t]*\n", re.DOTALL)


@dataclass(frozen=True)
class Include:
    """One include of a page.

    `line` is where it stands on the page, from 1. `target` is the path as it
    is written, with its line ranges; `file` is the file it names, links resolved, or None if it
    cannot be read, and `why` says why not. `lines` are those that it asks for, as the
    file has them. `shown` are those that the page shows: pymdownx takes the markers of
    sections out, and what looks like an include in a file is one. `numbers` says which
    of `lines`, from 1, or in a section which of the file's, each shown line is; 0 for
    one that came from elsewhere. `nested` is true if the include stands in an included
    file.
    """

    line: int
    target: str
    file: Path | None
    shown: tuple[str, ...] = ()
    nested: bool = False
    why: str = ""
    lines: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of the page when its includes are put in.

    `line` is the line of the page that it comes from, from 1. A row that was included
    has the innermost `include` that it comes from, and is number `index`, from 0, of
    what the include on that line of the page shows.
    """

    line: int
    text: str
    include: Include | None = None
    index: int = 0


def read(project: Project, text: str) -> list[Include]:
    """The includes of a page, in their order; `text` is the page's Markdown."""
    return expand(project, text)[0]


def expand(project: Project, text: str) -> tuple[list[Include], list[Row]]:
    """The includes of a page, and all its lines with these put in."""
    lines = without_front_matter(text).split("\n")
    options = project.extension("pymdownx.snippets")
    if options is None:
        return [], [Row(number, line) for number, line in enumerate(lines, start=1)]
    config, refused = _config(project, options), []
    while True:
        watcher = _Watcher(config, markdown.Markdown())
        try:
            shown = watcher.run(list(lines))
            break
        except ValueError:  # as for ':-'; the build would end with its traceback
            number = watcher.reading[0][0]
            del watcher.reading[1:]
            watcher._note(None, [], "pymdownx cannot read its range")
            refused.append(watcher.includes[-1])
            lines[number - 1] = ""
    rows: list[Row] = []
    for line in shown:
        if isinstance(line, _Line) and line.owner is not None:
            rows.append(Row(line.number, str(line), watcher.includes[line.owner], line.place))
        elif isinstance(line, _Line):
            rows.append(Row(line.number, str(line)))
        else:  # a blank line of a block of includes, or an escaped marker
            rows.append(Row(rows[-1].line + 1 if rows else 1, line))
    return sorted([*watcher.includes, *refused], key=lambda include: include.line), rows


def unix_lines(lines: Iterable[str]) -> list[str]:
    """The lines of a page, whose ends an engine may have left as they were typed."""
    return "\n".join(lines).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def without_front_matter(text: str) -> str:
    """The page's Markdown on its own lines, its front matter blanked."""
    found = FRONT_MATTER.match(text)
    if not found:
        return text
    return "\n" * found.group(0).count("\n") + text[found.end() :]


def _config(project: Project, options: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = snippets.SnippetExtension().getConfigs()
    config |= {name: value for name, value in options.items() if not wrong_option(name, value)}
    bases = config["base_path"]
    bases = [bases] if isinstance(bases, str) else bases
    docs = str(project.docs)
    config["base_path"] = [str(project.root / str(b).replace("$docs_dir", docs)) for b in bases]
    # A missing file is a problem to report, and a page is not fetched to be read. What is
    # appended to every page stands on none.
    config |= {"check_paths": False, "url_download": False, "auto_append": []}
    return config


def wrong_option(name: str, value: Any) -> str:
    """Why pymdownx.snippets cannot work with an option, "" if it can; the build may not say it."""
    try:
        snippets.SnippetExtension().setConfig(name, value)
    except KeyError:
        return "is no option of it"
    except ValueError:
        return f"is {value!r}, and neither true nor false"
    paths = value if isinstance(value, list) else [value]
    if name == "base_path" and not (paths and all(isinstance(path, str) for path in paths)):
        return f"is {value!r}, and no path"
    if name == "encoding":
        try:
            if codecs.lookup(value).name != "utf-8":
                return f"is {value!r}, and all else is read as UTF-8"
        except (LookupError, TypeError):
            return f"is {value!r}, which names no encoding"
    return ""


class _Line(str):
    """A line that knows its number, wherever pymdownx puts it, and the include it is of.

    `number` is that in the file or page that is being read, and `owner` the number of
    the innermost include, None for a line of the page; `place` is the line's in it.
    """

    number = 0
    owner: int | None = None
    place = 0

    def as_is(self, text: str) -> _Line:
        line = _Line(text)
        line.number, line.owner, line.place = self.number, self.owner, self.place
        return line

    def __radd__(self, before: str) -> _Line:  # the indentation of the include
        return self.as_is(before + str(self))

    def replace(self, *arguments: Any) -> _Line:  # an escape
        return self.as_is(str(self).replace(*arguments))


def _numbered(lines: list[str]) -> list[str]:
    numbered: list[str] = []
    for number, text in enumerate(lines, start=1):
        line = _Line(text)
        line.number = getattr(text, "number", number)
        numbered.append(line)
    return numbered


@functools.lru_cache(maxsize=4096)
def _decode(path: str, changed: int) -> None:
    """Raises UnicodeDecodeError if the file is not UTF-8."""
    Path(path).read_text("utf-8")


class _Watcher(snippets.SnippetPreprocessor):  # type: ignore[misc]
    """The preprocessor, noting each include it meets."""

    def __init__(self, config: dict[str, Any], md: markdown.Markdown) -> None:
        super().__init__(config, md)
        self.reading: list[tuple[int, str]] = []  # in the page, and in each file: where it is
        self.includes: list[Include] = []

    def parse_snippets(
        self, lines: list[str], file_name: str | None = None, **options: bool
    ) -> list[str]:
        lines = _numbered(lines)
        if file_name is None:
            return self._parsed(lines, file_name, **options)
        owner = self._note(Path(file_name).resolve(), lines)
        # Without a marker there is nothing to expand, and most of the work is saved.
        marked = any("8<" in line for line in lines)
        parsed = self._parsed(lines, file_name, **options) if marked else lines
        self.includes[owner] = replace(
            self.includes[owner],
            shown=tuple(map(str, parsed)),
            numbers=tuple(
                line.number if isinstance(line, _Line) and line.owner is None else 0
                for line in parsed
            ),
        )
        shown = [line if isinstance(line, _Line) else _Line(line) for line in parsed]
        for place, line in enumerate(shown):
            line.number, line.place = self.reading[0][0], place
            line.owner = owner if line.owner is None else line.owner
        return list(shown)

    def _parsed(self, lines: list[str], file_name: str | None, **options: bool) -> list[str]:
        self.reading.append((0, ""))
        parsed: list[str] = super().parse_snippets(self._read(lines), file_name, **options)
        self.reading.pop()
        return parsed

    def _read(self, lines: list[str]) -> Iterator[str]:
        for number, line in enumerate(lines, start=1):
            self.reading[-1] = (number, line)
            yield line

    def extract_section(self, section: str, lines: list[str]) -> list[str]:
        extracted: list[str] = super().extract_section(section, _numbered(lines))
        # A marker whose escape was taken away is no line of the file.
        return [line if isinstance(line, _Line) else _Line(line) for line in extracted]

    def dedent(self, lines: list[str]) -> list[str]:
        """The lines as they are in the file, where they are looked for when they move."""
        return lines

    def get_snippet_path(self, path: str) -> str | None:
        found: str | None = super().get_snippet_path(path)
        try:
            if found and Path(found).is_file():
                _decode(found, os.stat(found).st_mtime_ns)
                return found
            why = "there is no such file"
            if "://" in path:
                why = "what is downloaded cannot be held true"
        except UnicodeDecodeError:
            why = "the file is not UTF-8 text"
        self._note(None, [], why)
        return None

    def _note(self, file: Path | None, lines: list[str], why: str = "") -> int:
        """Notes the include that is being read; gives its number."""
        target = self.reading[-1][1]
        if (found := self.RE_ALL_SNIPPETS.match(target)) and found["inline_marker"]:
            target = found["snippet"][1:-1]
        self.includes.append(
            Include(
                line=self.reading[0][0],
                target=target.strip(),
                file=file,
                nested=len(self.reading) > 1,
                why=why,
                lines=tuple(map(str, lines)),
            )
        )
        return len(self.includes) - 1
