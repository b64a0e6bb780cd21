"""Says on a page how its programs are run without a key (a Python-Markdown extension).

Below the first output whose answers were recorded stands a collapsed box. It leads to a model
on the reader's own machine, which answers live, and has the command that runs that program on
its recording: one of a program that fails only if all of the page do, and on a page that walks
through a program, that one's. It is put in as Markdown, before the includes are, so that a
page's other forms have it too. The home page has none: it leads to the pages that do.
`docproof.markdown.provenance`, which has to be there, knows the outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from docproof.core.project import Program, Project
from docproof.markdown import provenance
from docproof.markdown.extension import current_project, extension, linked, path_of
from docproof.pages.page import front_matter, walkthroughs
from docproof.recordings import expectations
from docproof.recordings.reader import read

TITLE = "Run it without a key"
ITSELF = "Run it without a server"  # on the page of the live answer, which needs no key
LIVE = "/get-started/integrations/litellm/another-endpoint.md#from-klusterai-to-another-server"
# After the line that says where an output comes from (37), and before the includes (32).
_PRIORITY = 36.5


def _boxed(md: Markdown, lines: list[str]) -> list[str]:
    project, path = current_project(), path_of(md)
    origins: Any = md.preprocessors[provenance.NAME]
    if path == "index.md" or not origins.outputs:
        return lines
    text = (project.docs / path).read_text("utf-8-sig", errors="replace") if path else ""
    made = box(project, origins.outputs, walkthroughs(front_matter(path, text)[0]), path)
    if made is None:
        return lines
    said = lines[made.below - 2]  # where the output comes from, and a blank line
    indent = said[: len(said) - len(said.lstrip())]
    rows = (f"{indent}{line}".rstrip() for line in linked(made.text, path).split("\n"))
    return [*lines[: made.below], "", *rows, "", *lines[made.below :]]


@dataclass(frozen=True)
class Box:
    """The box of a page: its command, its Markdown, and the line, from 1, that it stands below."""

    below: int
    command: str
    text: str


def box(
    project: Project,
    outputs: Iterable[tuple[Program, int]],
    walked: Sequence[str] = (),
    path: str = "",
) -> Box | None:
    """The box of a page; None if none of its `outputs`, each with its line, was recorded.

    `walked` are the programs that the page walks through, by name. `path` is the page's own:
    the one on a live answer does not lead to itself, and its box has another title.
    """
    shown: dict[Program, int] = {}
    for program, line in outputs:
        shown.setdefault(program, line)
    recorded = [program for program in shown if program.recording.path.is_file()]
    if not recorded:
        return None
    chosen = min(recorded, key=lambda one: (one.name not in walked, _fails(one)))
    command = f"make run PROGRAM={chosen.name}"
    made, fails, others = read(project, chosen), _fails(chosen), len(shown) - 1
    streams = made and any("events" in one["response"] for one in made.interactions)
    live = f"For a live answer, change the base URL and the model to [your own machine's]({LIVE})."
    page = LIVE[1:].partition("#")[0]
    itself = path == page
    there = not itself and (project.docs / page).is_file()
    said = f"{'Or replay' if there else 'Replay'} `{chosen.path.name}` on its recorded answers, in"
    said += " a copy of this guide's repository. Only the first `make` needs a network"
    said += ", and the answer streams into your terminal:" if streams else ":"
    after = "Because this program fails, `make` adds a line of its own. " if fails else ""
    if others:
        after += "The other program on this page runs" if others == 1 else ""
        after += "The other programs on this page run" if others > 1 else ""
        after += " in the same way."
    body = [
        *([live, ""] if there else []),
        said,
        "",
        "```bash",
        command,
        "```",
        *(["", after] if after else []),
    ]
    title = f'??? tip keyless "{ITSELF if itself else TITLE}"'
    text = "\n".join([title, "", *(f"    {line}".rstrip() for line in body)])
    return Box(shown[chosen], command, text)


def _fails(program: Program) -> bool:
    return bool(expectations.load(program.expectations).exit)


makeExtension = extension((Preprocessor, _PRIORITY, _boxed))
