"""How does a program's output stand on a page?"""

from __future__ import annotations

import re

from docproof.core.problem import BadInput, Problem, diff, rule
from docproof.core.project import Program

OUTPUT = rule(
    "output",
    refuses=(
        "an output or a picture that is missing or is not what its program prints or draws, one "
        "that a page cannot show as a terminal does, and a program that prints nothing"
    ),
    why="A reader would see what no program printed, and could not compare.",
    example="an output that was edited by hand",
)


# What a page cannot show as a terminal would, and what Markdown takes for its own.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|\t")
_SNIPPET = re.compile(r"-+8<-")


def render(program: Program, printed: str) -> str:
    """The output file of `program`, which printed the text `printed`.

    One fenced block: the command first, then what was printed. Raises
    `BadInput` if the text cannot stand on a page as it is.
    """
    for number, line in enumerate(printed.split("\n"), start=1):
        found = _CONTROL.search(line) or _SNIPPET.search(line)
        if found:
            raise BadInput(
                OUTPUT.problem(
                    program.name,
                    1,
                    f"line {number} of what it prints has {found[0]!r}, which a page cannot show",
                    "print plain text",
                )
            )
    longest = max((len(run) for run in re.findall("`+", printed)), default=0)
    fence = "`" * max(3, longest + 1)
    body = printed.removesuffix("\n")
    return f"{fence}text\n$ python {program.path.name}\n{body}\n{fence}\n"


def compare(program: Program, printed: str) -> Problem | None:
    """What is wrong with the output file of `program`, which printed `printed`."""
    path, name = program.output
    mend = f"if it should, renew it: python -m docproof fix {program.name}"
    try:
        wanted = render(program, printed)
    except BadInput as bad:
        return bad.problem
    if not path.is_file():
        return OUTPUT.problem(name, 1, "the program's output is not here", mend)
    shown = path.read_text("utf-8", errors="replace")
    if shown == wanted:
        return None
    pairs = zip(shown.splitlines(), wanted.splitlines(), strict=False)
    same = next((n for n, (old, new) in enumerate(pairs, 1) if old != new), 0)
    line = same or min(len(shown.splitlines()), len(wanted.splitlines())) + 1
    return OUTPUT.problem(
        name,
        line,
        f"{program.name} prints something else",
        mend,
        diff(shown, wanted, name),
    )
