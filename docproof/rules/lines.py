"""Are the lines that a page shows there, whole, in order, and those that a person accepted?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docproof.core.problem import BadInput, Problem, Rule, rule
from docproof.core.project import Project
from docproof.lines import lock
from docproof.lines.lock import LOCK, WALKTHROUGH, Entry
from docproof.lines.moves import follow, seen
from docproof.pages import highlights
from docproof.pages.includes import Include, wrong_option
from docproof.pages.includes import read as includes_of
from docproof.pages.page import Block, Page, blocks_of
from docproof.pages.ranges import Range, lines_of, path_of, range_of, ranges
from docproof.pages.statements import cuts_of
from docproof.pages.structure import shown_as_code
from docproof.rules import Scope, Selection, check

INCLUDE = rule(
    "include",
    refuses=(
        "an include of a file that does not exist or is outside the project, a line that looks "
        "like an include but is misspelled, and an include of some lines of a file if it stands in "
        "an included file itself. It also refuses an option of pymdownx.snippets, which puts the "
        "includes in, that does not exist, fetches text from the web, or reads files as anything "
        "but UTF-8"
    ),
    why=(
        "The block would be empty, the include itself would stand on the page, the build would "
        "stop with a traceback, or the page would change without anyone having seen it."
    ),
    example='--8<-- "code/gone.py"',
)
CODE_OTHERWISE = rule(
    "code-otherwise",
    refuses=(
        "code that the page would not show as it is in its file: with another indentation, without "
        "its tabs, or with a character or a line that comes out as something else"
    ),
    why="A reader would see or copy something other than the program.",
    example='a line --8<-- "x.md" in a string of code/x.py, which is taken for an include',
)
RANGE = rule(
    "range",
    refuses=(
        "a range of lines that ends before it begins, has a negative number, no end or several "
        "parts, goes beyond its file, or begins or ends with a blank line. It also refuses a named "
        "section without a line"
    ),
    why=(
        "The block would be empty or off by a line, or it would show whatever is added to the "
        "program later."
    ),
    example='--8<-- "code/x.py:90:99"',
)
RANGE_CUT = rule(
    "range-cut",
    refuses=(
        "a range that cuts through a statement, a bracket, a string or the header of a compound "
        "statement"
    ),
    why="A reader would copy code that cannot run.",
    example='--8<-- "code/x.py:18:22", where a call ends on line 25',
)
HIGHLIGHT = rule(
    "highlight",
    refuses="a highlighted line that is blank or past the end of its block",
    why="The page would point at nothing, or at the wrong line.",
    example='```python hl_lines="9" above five lines',
)
LINE_NUMBERS = rule(
    "line-numbers",
    refuses=(
        "line numbers that differ from those in the program's file, even if only after a section "
        "marker or a blank line that the page leaves out"
    ),
    why="A reader would look for line 1 of the step and find line 1 of the program.",
    example='```python linenums="1" above code/x.py:18:32',
)
WALK = rule(
    "walkthrough",
    refuses=(
        "a page that has a program as its `walkthrough` but whose steps are not the whole program "
        "in its order: a line is in no step, in two, or too early. It also refuses one without any "
        "step, and one that was accepted and is no longer in the front matter"
    ),
    why="Pasted one after another, the steps would not be the program.",
    example="steps 6:9, then 11:16, where line 10 is not blank",
)
LINES_CHANGED = rule(
    "lines-changed",
    refuses=(
        "an include that shows other lines than those last accepted, even if only a word, a "
        "comment or a blank line differs"
    ),
    why="The sentences around it were written for the earlier lines.",
    example='--8<-- "code/x.py:6:9" after a line was inserted above line 6',
)
LINES_UNACCEPTED = rule(
    "lines-unaccepted",
    refuses=(
        "an include of some lines of a program that nobody has accepted yet with `fix --accept`, "
        "and one that was accepted but is gone from its page"
    ),
    why=(
        "docproof.lock has the lines that were accepted. Without them, nothing could tell whether "
        "lines were edited or have only moved."
    ),
    example='a new --8<-- "code/x.py:6:9"',
)

_LIKE_AN_INCLUDE = re.compile(r"^[ \t>]*;*-+8<-+")
_INSIDE_A_LINE = re.compile(r"-+8<-+[ \t]+[\"']")
_WHOLE = re.compile(r"""^[ \t]*;*-+8<-+(?:[ \t]+(?:"(?:\\"|[^"])+"|'(?:\\'|[^'])+'))?$""")
_BLOCK = re.compile(r"^[ \t]*-+8<-+$")
# Files that may be included as what they are in Markdown; all others are code.
_NOT_CODE = {"", ".md", ".markdown", ".mkd", ".txt", ".html", ".htm", ".svg", ".inc"}
# What joins letters or emojis, between which it is seen.
_JOINERS = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")
_UNSEEN = {"Cf", "Zl", "Zp", "Zs"}
_SECTION = re.compile(r".*?-+8<-+[ \t]+\[[ \t]*(?:start|end)[ \t]*:", re.IGNORECASE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")


# What `fix` may change with a range that it moves: what is said of the range and its block, and
# of the walkthrough that it is a step of.
_FOLLOWS_A_MOVE = {RANGE.name, RANGE_CUT.name, HIGHLIGHT.name, LINE_NUMBERS.name}
_LET_FOLLOW = "let it follow them: python -m docproof fix"


def problems(project: Project, page: Page, entries: list[Entry]) -> list[Problem]:
    """What is wrong with a page's includes by line range, if these are the lock's entries."""
    return [finding.on(page.name) for finding in _found(project, page, entries)]


@check(Scope.PAGE)
def of_page(project: Project, page: Page) -> Iterator[Problem]:
    """What is wrong with a page's includes; without a lock, not whether they were accepted."""
    try:
        entries = lock.entries(project)
    except BadInput:  # `lock_file` says so
        entries = None
    yield from _found(project, page, None if entries is None else entries.get(page.name, []))


def _found(project: Project, page: Page, entries: list[Entry] | None) -> list[Problem]:
    found = [*includes(project, page), *walkthroughs(project, page), *marks(project, page)]
    changed = [] if entries is None else list(accepted(page, entries))
    moved = {one.line for one in changed if one.hint == _LET_FOLLOW}
    if moved:
        blocks = [block for block in page.blocks if moved & set(range(block.line, block.end))]
        places = moved | {block.line for block in blocks}
        found = [
            one
            for one in found
            if (one.rule != WALK.name or one.line == 1)
            and (one.rule not in _FOLLOWS_A_MOVE or one.line not in places)
        ]
    return found + changed


def includes(project: Project, page: Page) -> Iterator[Problem]:
    """What is wrong with the page's includes, one by one."""
    yield from _malformed(page)
    for include in page.includes:
        if include.file:
            yield from _include(project, include, include.file)
        else:
            what = f"it includes {include.target}, and {include.why}"
            yield INCLUDE.at(include.line, what, "fix the path, or the file")


def walkthroughs(project: Project, page: Page) -> Iterator[Problem]:
    """Whether the steps of a page, pasted one after another, are the program it walks through."""
    for name in page.walkthroughs:
        file = (project.root / name).resolve()
        steps = [step for step in ranges(page) if step.path == name or step.file == file]
        if not steps or not file.is_file():
            state = "has no step on this page" if file.is_file() else "does not exist"
            yield WALK.at(
                1,
                f"it walks through {name}, which {state}",
                "fix the front matter, or include its lines",
            )
        else:
            yield from _steps(name, lines_of(file), steps)


def marks(project: Project, page: Page) -> Iterator[Problem]:
    """The highlights and line numbers of a page's blocks that are wrong."""
    starts = {shown.include.line: shown.start for shown in ranges(page)}
    counted = project.extension("docproof.markdown.blocks") is not None
    for block in page.blocks:
        here = highlights.placed(page, block)
        if "hl_lines" in block.options and all(include.shown for include, _ in here):
            yield from _highlights(page, block)
        yield from _shifted(project, page, block)
        first = block.options.get("linenums", "").split(" ")[0]
        if len(here) != 1 or _is_markdown(here[0][0].file):
            continue
        include = here[0][0]
        whole = include.target == path_of(include)
        alone = block.end == block.line + 2
        if first or (counted and alone and (whole or include.line in starts)):
            yield from _line_numbers(page, block, include, first, starts)


@check(Scope.PAGE)
def as_code(project: Project, page: Page) -> Iterator[Problem]:
    """The code that the page includes and does not show as it is."""
    code = {i.file for i in page.includes if i.file and _is_code(project, i.file)}
    if not code:
        return
    lines = [row.text for row in page.rows]
    blocks = blocks_of(lines)
    seen = shown_as_code(project, lines, blocks)
    inside: set[int] = set()  # of code, what is between fences; of an output, they are, too
    for block in blocks:
        if block.line in seen:
            include = page.rows[block.line - 1].include
            is_output = include is not None and include.file in code
            inside.update(range(block.line - is_output, block.end - 1 + is_output))
    fenced = {n for block in page.blocks for n in range(block.line, block.end + 1)}
    shown = {row.line for number, row in enumerate(page.rows) if number in inside}
    refused: dict[int, Include] = {}
    for number, row in enumerate(page.rows):
        if row.include and row.include.file in code and row.text.strip() and number not in inside:
            refused.setdefault(row.line, row.include)
    for line, include in refused.items():
        what, hint = "is shown outside a fenced block", "put it between ```python and ```"
        if line in shown:
            what = "closes its block with one of its own lines"
            hint = "give the block more backticks than that line has"
        elif line in fenced:
            what = "stands in a block that no reader sees as code"
            hint = "take it out of the comment, or indent it as what is around it"
        elif _is_markdown(include.file):
            what = "is an output that no reader sees as one"
            hint = "let it stand outside comments, and indent it as what is around it"
        yield CODE_OTHERWISE.at(line, f"{include.target} {what}", hint)


@check(Scope.PAGE)
def characters(project: Project, page: Page) -> Iterator[Problem]:
    """The characters that a page does not show as they are, and lines that are no code there."""
    lone = _LONE_RETURN.search(page.path.read_bytes())
    if lone:
        yield CODE_OTHERWISE.at(
            lone.string.count(b"\n", 0, lone.start()) + 1,
            "a carriage return stands alone, which is the end of a line or not",
            "save the page with the line ends of Unix",
        )
    for include in page.includes:
        if include.file is None:
            continue
        is_code = not _is_markdown(include.file)
        line = next((line for line in include.lines if _unseen(line, is_code)), "")
        number = lines_of(include.file).index(line) + 1 if line else 1
        if finding := unseen(number, line, is_code):
            yield finding.on(project.relative(include.file))
        otherwise = set(include.lines).symmetric_difference(include.shown)
        taken = next((line for line in otherwise if not _SECTION.match(line)), "")
        if is_code and (taken or 0 in include.numbers):
            yield CODE_OTHERWISE.at(
                include.line,
                f"{include.target} has a line that is taken for an include or its escape, and shown"
                f" otherwise: '{min(otherwise, default='').strip()}'",
                "write the marker of an include in its code in two parts",
            )


@check(Scope.PROJECT)
def snippets_options(selection: Selection) -> Iterator[Problem]:
    """The options of snippets in mkdocs.yml that cannot be kept true."""
    project = selection.project
    options = project.extension("pymdownx.snippets") or {}
    for name, value in options.items():
        what, hint = wrong_option(name, value), "fix it, or remove it"
        if name == "url_download" and value:
            what = "is set, and what is downloaded cannot be held true"
        elif name == "auto_append":
            what, hint = _appended(project, value), "write a list of files of Markdown"
        if what:
            line = project.line_of_option("pymdownx.snippets", name)
            yield INCLUDE.problem("mkdocs.yml", line, f"pymdownx.snippets: {name} {what}", hint)


def _appended(project: Project, names: Any) -> str:
    """Why what is appended to every page cannot be read, or would be shown as prose."""
    if not isinstance(names or [], list):
        return "is no list"
    lines = "\n".join(["--8<--", *map(str, names or []), "--8<--"])
    for include in includes_of(project, lines):
        if include.file is None:
            return f"has {include.target}, and {include.why}"
        if _is_code(project, include.file):
            return f"has {include.target}, which is code"
    return ""


@check(Scope.PROJECT)
def tabs(selection: Selection) -> Iterator[Problem]:
    """The tabs and blanks that no page shows as they are, in one problem."""
    options = selection.project.extension("pymdownx.superfences")
    if options and options.get("preserve_tabs"):
        return
    project = selection.project
    lost = [
        f"{page.name}:{include.line} of {include.target}"
        for page in selection.pages
        for include in page.includes
        if include.file and _is_code(project, include.file)
        for line in include.lines
        if "\t" in line or line.isspace()
    ]
    if lost:
        more = f" (and {len(lost) - 1} more lines)" if len(lost) > 1 else ""
        yield CODE_OTHERWISE.problem(
            "mkdocs.yml",
            1,
            f"the tabs, or a line of blanks, that are shown on {lost[0]}{more} are lost",
            "set preserve_tabs: true of pymdownx.superfences",
        )


@check(Scope.PROJECT)
def lock_file(selection: Selection) -> Iterator[Problem]:
    """What is wrong with the lock, if a page has ranges; and the pages in it that are gone."""
    project, entries, problem = selection.project, None, None
    try:
        entries = lock.entries(project)
        if entries is None and project.configured:
            hint = f"python -m docproof fix --accept {project.relative(project.docs)}"
            problem = LOCK.problem(lock.NAME, 1, "there is none", hint)
    except BadInput as bad:
        problem = bad.problem
    if problem and any(ranges(page) for page in selection.pages):
        yield problem
    for name in entries or ():
        if not selection.paths and not (project.root / name).is_file():
            yield LINES_UNACCEPTED.problem(
                lock.NAME,
                1,
                f"{name} was accepted and is gone",
                f"python -m docproof fix --accept {name}",
            )


def accepted(page: Page, entries: list[Entry]) -> Iterator[Problem]:
    """What the page shows that is not what these entries of the lock remember."""
    here, gone = seen(page, entries)
    following = follow(page, entries)
    for shown in here:
        line, target = shown.range.include.line, shown.range.include.target
        accept = f"python -m docproof fix --accept {page.name}:{line}"
        if shown.entry is None:
            yield LINES_UNACCEPTED.at(line, f"{target} is new", f"look at it, then: {accept}")
        elif not shown.is_accepted:
            said = f"{target} shows other lines than those last accepted"
            hint = f"look at them, then: {accept}"
            if line in following.moved:
                hint = _LET_FOLLOW
            elif line in following.apart:
                hint += f", or write {following.apart[line]}, which shows those"
            elif line in following.kept:
                said += f", and cannot follow those: {following.kept[line]}"
                hint = f"fix its numbers, then: {accept}"
            yield LINES_CHANGED.at(line, said, hint)
    if any(include.file is None for include in page.includes):
        gone = []  # they may be what cannot be read, which is said of its own line
    for entry in gone:
        first = next(filter(str.strip, entry.lines), "").strip()
        yield LINES_UNACCEPTED.at(
            1,
            f"the {len(entry.lines)} lines of {entry.target} from '{first}' on were accepted, and"
            " are no longer here",
            f"put it back, or: python -m docproof fix --accept {page.name}",
        )
    for entry in entries:
        name = entry.target.removeprefix(WALKTHROUGH)
        if entry.page == page.name and name != entry.target and name not in page.walkthroughs:
            yield WALK.at(
                1,
                f"it was accepted as a walkthrough of {name}",
                f"declare it again, or: python -m docproof fix --accept {page.name}",
            )


def _malformed(page: Page) -> Iterator[Problem]:
    opened = 0
    for number, line in enumerate(page.lines, start=1):
        if not _LIKE_AN_INCLUDE.match(line):
            if _INSIDE_A_LINE.search(page.plain[number - 1]):
                yield INCLUDE.at(
                    number,
                    f"the include in '{line.strip()}' is shown as it is",
                    "let it stand on a line of its own",
                )
            continue
        if not _WHOLE.match(line):
            yield INCLUDE.at(
                number,
                f"'{line.strip()}' is shown as it is, not as an include",
                'write --8<-- "path:start:end", with nothing after the closing quote',
            )
        elif _BLOCK.match(line):
            opened = 0 if opened else number
    if opened:
        yield INCLUDE.at(
            opened, "this block of includes is never closed", "close it with a line --8<--"
        )


def _include(project: Project, include: Include, file: Path) -> Iterator[Problem]:
    def at(refused: Rule, what: str, hint: str) -> Problem:
        return refused.at(include.line, f"{include.target} {what}", hint)

    if project.root not in file.parents:
        yield at(INCLUDE, "is outside the project", "include a file of its own")
        return
    spec = include.target[len(path_of(include)) :]
    if not spec:
        return
    if include.nested:
        yield at(INCLUDE, "stands in an included file", "include it on the page")
        return
    if re.fullmatch(r":[a-zA-Z].*", spec):
        if not any(line.strip() for line in include.shown):
            yield at(RANGE, "has no line", "fix the section's name or its markers")
        return
    shown = range_of(include)
    if "-" in spec or "," in spec or shown is None:
        reads = "counts from the end" if "-" in spec else "goes on to the end of the file"
        reads = "is a list" if "," in spec else reads
        yield at(RANGE, reads, "write the first and the last line, as in :5:9")
        return
    lines = lines_of(shown.file)
    if shown.start > shown.end:
        yield at(RANGE, "is reversed", "write the first line first")
    elif shown.start < 1 or shown.end > len(lines):
        yield at(RANGE, f"is not within the file's {len(lines)} lines", "fix the range")
    elif not lines[shown.start - 1].strip():
        yield at(RANGE, "begins with a blank line", "leave it out")
    elif not lines[shown.end - 1].strip():
        yield at(RANGE, "ends with a blank line", "leave it out")
    elif cut := _cut(shown, lines):
        yield at(RANGE_CUT, cut, "show it whole, or leave it out")


def _cut(shown: Range, lines: tuple[str, ...]) -> str:
    """How a range of a program cuts a statement in two; empty if it does not."""
    cuts = cuts_of(lines) if shown.file.suffix == ".py" else {}
    for boundary, verb in ((shown.start, "begins"), (shown.end + 1, "ends")):
        for kind, first, last in cuts.get(boundary, ()):
            # A body may be shown without its header, but no header without its body, and no
            # 'if' or 'try' without its 'else' or 'except'.
            begins_badly = verb == "begins" and kind != "body"
            ends_badly = verb == "ends" and (kind != "clause" or shown.start <= first)
            if begins_badly or ends_badly:
                return f"{verb} inside the statement on lines {first} to {last}"
    return ""


def _steps(name: str, lines: tuple[str, ...], steps: list[Range]) -> Iterator[Problem]:
    """Where the steps, one after another, are first not the program."""
    wanted = [number for number, line in enumerate(lines, start=1) if line.strip()]
    shown = [
        (number, step)
        for step in steps
        for number in range(step.start, min(step.end, len(lines)) + 1)
        if lines[number - 1].strip()
    ]
    if [number for number, _ in shown] == wanted:
        return
    pairs = zip([*wanted, 0], [*shown, (0, steps[-1])], strict=False)
    due, (number, step) = next(pair for pair in pairs if pair[0] != pair[1][0])
    first = {later: other.include.line for later, other in reversed(shown)}
    missing = [line for line in wanted if line not in first]
    if number and not number > due > 0:
        other = f"the step on line {first[number]} of the page"
        what = f"{step.include.target} shows line {number}, which {other} shows above it"
    elif due in first:
        other = f"the step on line {first[due]} of the page"
        what = f"{step.include.target} comes before line {due}, which {other} shows below it"
    elif len(missing) == 1:
        what = f"line {due} of {name} is in no step of this walkthrough"
    else:
        listed = highlights.spelled(missing).replace(" ", ", ")
        what = f"lines {listed} of {name} are in no step of this walkthrough"
    hint = "let the steps show each line once, in the order of the program"
    yield WALK.at(step.include.line, what, hint)


def _shifted(project: Project, page: Page, block: Block) -> Iterator[Problem]:
    """A program that a block of nothing else shows with another indentation than its file's."""
    rows = highlights.shown_rows(page, block)
    first = rows[0].include if rows else None
    if first is None or first.file is None or not project.is_program(first.file):
        return
    here = "" if first.nested else first.shown[rows[0].index]
    if here and all(row.include for row in rows) and rows[0].text[block.indent :] != here:
        yield CODE_OTHERWISE.at(
            rows[0].line,
            f"{first.target} is shown with another indentation than it has",
            "indent the include as its fences are",
        )


def _line_numbers(
    page: Page, block: Block, include: Include, typed: str, starts: dict[int, int]
) -> Iterator[Problem]:
    """Whether the numbers that a block of one include shows are those of the file's lines."""
    base = starts.get(include.line, 1) - 1
    numbers = [base + number for number in include.numbers]
    rows = highlights.shown_rows(page, block)
    if not rows or not numbers or any(row.line != include.line for row in rows):
        return
    first = int(typed) if typed.isdigit() else numbers[0]
    if typed and first != base + 1 and numbers[0] == base + 1:
        yield LINE_NUMBERS.at(
            block.line,
            f"the block counts from {typed}, and its first line is line {base + 1}",
            f'write linenums="{base + 1}"',
        )
        return
    for shown, row in enumerate(rows, start=first):
        if shown != numbers[row.index]:
            yield LINE_NUMBERS.at(
                block.line,
                f"line {numbers[row.index]} of {path_of(include)} is shown with the number {shown}",
                "take the blank lines or the markers of sections above it out of the file, or"
                " show other lines",
            )
            return


def _highlights(page: Page, block: Block) -> Iterator[Problem]:
    lines = [row.text for row in highlights.shown_rows(page, block)]
    for first, last in re.findall(r"(\d+)-(\d+)", block.options["hl_lines"]):
        if int(first) > int(last):
            yield HIGHLIGHT.at(
                block.line, f"{first}-{last} is reversed", "write the first line first"
            )
            return
    wanted = highlights.wanted(block)
    past = {number for number in wanted if not 0 < number <= len(lines)}
    blank = {number for number in wanted - past if not lines[number - 1].strip()}
    for numbers, state in (
        (past, f"the block has {len(lines)}"),
        (blank, "a blank line shows nothing"),
    ):
        if numbers:
            listed = highlights.spelled(numbers).replace(" ", ", ")
            few = "line {} is" if len(numbers) == 1 else "lines {} are"
            what = f"{few.format(listed)} highlighted, and {state}"
            yield HIGHLIGHT.at(block.line, what, "fix hl_lines")
            return


def _is_code(project: Project, file: Path) -> bool:
    """Whether a file is code, or the output of a program, which is code on a page."""
    return not _is_markdown(file) or project.program_of(file) is not None


def _is_markdown(file: Path | None) -> bool:
    """Whether a file may be included as what it is in Markdown."""
    if file is None or file.name.lower().endswith("file"):  # Makefile, Dockerfile
        return False
    return file.suffix.lower() in _NOT_CODE


def unseen(number: int, line: str, is_code: bool = True) -> Problem | None:
    """That a line has a character that a page does not show as it is, if it has."""
    character = _unseen(line, is_code)
    if not character:
        return None
    if character == "\ufeff" and number == 1:
        return CODE_OTHERWISE.at(number, "it begins with a byte order mark", "save it without")
    name = unicodedata.name(character, "a control character")
    escape = character.encode("unicode-escape").decode()
    is_blank = unicodedata.category(character) == "Zs"
    hint = "write a plain space" if is_blank else "take it out"
    return CODE_OTHERWISE.at(
        number,
        f"U+{ord(character):04X}, {name}, stands here, and no page shows it as it is",
        f"{hint}, or in a string its escape {escape}" if is_code else hint,
    )


def _unseen(line: str, is_code: bool) -> str:
    """A character of the line that a page does not show as it is; "" if there is none."""
    if line.isascii() and line.isprintable():
        return ""
    for character in _JOINERS.sub("", line):
        kind = unicodedata.category(character)
        if kind == "Cc" and character != "\t":
            return character
        if character == "\ufeff" or (is_code and kind in _UNSEEN and character != " "):
            return character
    return ""
