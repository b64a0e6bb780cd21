"""Which lines of which file does this page show?

The answer is pymdownx.snippets' own: its preprocessor runs over the page as it
does in the build, and what it opens is noted. There is no second parser.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown
from pymdownx import snippets

from docproof.core.project import Project

# A line that begins or ends a block of includes.
CUTTER = re.compile(r"\s*-+8<-+\s*")
# As MkDocs reads it (mkdocs.utils.meta), which would take longer to import.
FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:-{3}|\.{3})[ \t]*\n", re.DOTALL)


@dataclass(frozen=True)
class Include:
    """One include of a page.

    `line` is where it stands on the page, from 1. `target` is the path as it
    is written, with its line ranges; `file` is the file it names, or None if it
    cannot be read, and `why` says why not. `shown` holds the lines that the page
    shows. `nested` is true if the include stands in an included file.
    """

    line: int
    target: str
    file: Path | None
    shown: tuple[str, ...] = ()
    nested: bool = False
    why: str = ""


def read(project: Project, text: str) -> list[Include]:
    """The includes of a page, in their order; `text` is the page's Markdown."""
    options = project.extension("pymdownx.snippets")
    if options is None:
        return []
    watcher = _Watcher(_config(project, options), markdown.Markdown())
    try:
        watcher.run(without_front_matter(text).split("\n"))
    except ValueError:  # as for ':-'; the build would end with its traceback
        watcher._note(None, [], "pymdownx cannot read its range")
    return watcher.includes


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
            "".encode(value)
        except (LookupError, TypeError):
            return f"is {value!r}, which names no encoding"
    return ""


class _Lines(list[str]):
    """Lines which know which of them is being read."""

    number = 0
    line = ""

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(super().__iter__(), start=1):
            self.number, self.line = number, line
            yield line


@functools.lru_cache(maxsize=4096)
def _decode(path: str, encoding: str, changed: int) -> None:
    """Raises UnicodeDecodeError if the file is not text of that encoding."""
    Path(path).read_text(encoding)


class _Watcher(snippets.SnippetPreprocessor):  # type: ignore[misc]
    """The preprocessor, noting each include it meets."""

    def __init__(self, config: dict[str, Any], md: markdown.Markdown) -> None:
        super().__init__(config, md)
        self.reading: list[_Lines] = []
        self.includes: list[Include] = []

    def parse_snippets(
        self, lines: list[str], file_name: str | None = None, **options: bool
    ) -> list[str]:
        if file_name is not None:
            self._note(Path(file_name), lines)
            if not any("8<" in line for line in lines):
                return lines  # nothing to expand, and most of the work is saved
        self.reading.append(_Lines(lines))
        parsed: list[str] = super().parse_snippets(self.reading[-1], file_name, **options)
        self.reading.pop()
        return parsed

    def get_snippet_path(self, path: str) -> str | None:
        found: str | None = super().get_snippet_path(path)
        try:
            if found and Path(found).is_file():
                _decode(found, self.encoding, os.stat(found).st_mtime_ns)
                return found
            why = "there is no such file"
            if "://" in path:
                why = "what is downloaded cannot be held true"
        except UnicodeDecodeError:
            why = f"the file is not {self.encoding} text"
        self._note(None, [], why)
        return None

    def _note(self, file: Path | None, shown: list[str], why: str = "") -> None:
        found = self.RE_ALL_SNIPPETS.match(self.reading[-1].line)
        if found and found["inline_marker"]:
            target = found["snippet"][1:-1]
        else:
            target = self.reading[-1].line
        self.includes.append(
            Include(
                line=self.reading[0].number,
                target=target.strip(),
                file=file,
                shown=tuple(shown),
                nested=len(self.reading) > 1,
                why=why,
            )
        )
