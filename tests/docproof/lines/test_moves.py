"""When a program changes, `fix` moves the ranges along, or says that it cannot tell."""

from __future__ import annotations

import itertools
import random
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docproof.check import check
from docproof.core.problem import BadInput, Problem
from docproof.fix import accept, fix_ranges
from docproof.lines import lock
from docproof.pages.page import Page, read_page
from tests.helpers.sandbox import PAGE, Sandbox

PROGRAM = [
    "import os",
    "",
    "first = 1",
    "second = 2",
    "",
    "for n in range(3):",
    "    print(n)",
    "    print()",
    "",
    "print(first)",
    "print()",
]
STEPS = ["::01", ":03:04", ":06:08", ":10:11"]


class Walk:
    """A page that walks through code/page/p.py, and its program."""

    def __init__(
        self,
        sandbox: Sandbox,
        steps: list[str] = STEPS,
        walkthrough: bool = True,
        program: list[str] = PROGRAM,
    ) -> None:
        self.sandbox = sandbox
        head = PAGE.split("```python")[0]
        if walkthrough:
            head = head.replace("---\n\n#", "walkthrough: [code/page/p.py]\n---\n\n#")
        blocks = [f'    ```python\n    --8<-- "code/page/p.py{step}"\n    ```\n' for step in steps]
        sandbox.write("docs/page.md", head + "\n".join(f"1. Step\n\n{b}" for b in blocks))
        self.program(program)
        accept(sandbox.project, [self.page()])
        assert self.problems() == []

    def program(self, lines: list[str]) -> None:
        self.sandbox.write("code/page/p.py", "\n".join(lines) + "\n")

    def page(self) -> Page:
        return read_page(self.sandbox.project, self.sandbox.root / "docs/page.md")

    def fix(self) -> tuple[list[str], list[Problem]]:
        return fix_ranges(self.sandbox.project, [self.page()])

    def problems(self) -> list[str]:
        found = check(self.sandbox.project, [self.sandbox.root / "docs"])
        return [f"{p.line}: {p.rule}" for p in found]

    def specs(self) -> list[str]:
        return [
            i.target.removeprefix("code/page/p.py") for i in self.page().includes if not i.nested
        ]


@pytest.fixture
def walk(sandbox: Sandbox) -> Walk:
    return Walk(sandbox)


def edited(at: int, remove: int, *insert: str) -> list[str]:
    """The program with lines removed from line `at` on (from 1), and others put there."""
    return [*PROGRAM[: at - 1], *insert, *PROGRAM[at - 1 + remove :]]


@pytest.mark.parametrize(
    ("program", "specs"),
    [
        (edited(1, 0, '"""Says."""', ""), [":03:03", ":05:06", ":08:10", ":12:13"]),
        (edited(2, 0, "", ""), ["::01", ":05:06", ":08:10", ":12:13"]),
        (edited(2, 1), ["::01", ":02:03", ":05:07", ":09:10"]),
    ],
)
def test_a_pure_move_is_followed_and_green(
    walk: Walk, program: list[str], specs: list[str]
) -> None:
    walk.program(program)
    if program[0] == "import os":
        assert any("lines-changed" in line for line in walk.problems())
    changes, left = walk.fix()
    assert walk.specs() == specs
    missing = [p for p in left if p.rule != "walkthrough"]
    assert missing == []
    assert '-    --8<-- "code/page/p.py:03:04"' in changes[0]
    assert walk.fix()[0] == []


def test_lines_inserted_inside_a_step_stay_in_it_and_wait_to_be_accepted(walk: Walk) -> None:
    walk.program(edited(7, 0, "    n += 1"))
    _, left = walk.fix()
    assert walk.specs() == ["::01", ":03:04", ":06:09", ":11:12"]
    assert [problem.rule for problem in left] == ["lines-changed"]
    assert left[0].line == 24
    assert left[0].hint.endswith("--accept docs/page.md:24")
    said, left = accept(walk.sandbox.project, [walk.page()], 24)
    (text,) = said
    assert text.splitlines()[1:] == [
        "+++ docs/page.md:24: code/page/p.py:06:09",
        "@@ -1,3 +1,4 @@",
        "  for n in range(3):",
        "+     n += 1",
        "      print(n)",
        "      print()",
    ]
    assert left == []
    assert walk.problems() == []


@pytest.mark.parametrize(
    ("program", "specs"),
    [
        (edited(7, 1, "    print(n, n)"), STEPS),  # an edit in the middle
        (edited(6, 1, "for n in range(4):"), STEPS),  # the first line
        (edited(8, 1, "    print('')", "    print(n)"), ["::01", ":03:04", ":06:09", ":11:12"]),
        (edited(3, 1), ["::01", ":03:03", ":05:07", ":09:10"]),  # a line is gone
        (edited(7, 0, "    # why"), ["::01", ":03:04", ":06:09", ":11:12"]),  # a comment
        (edited(7, 0, ""), ["::01", ":03:04", ":06:09", ":11:12"]),  # a blank line
    ],
)
def test_an_edit_inside_a_step_is_followed_and_waits_to_be_accepted(
    walk: Walk, program: list[str], specs: list[str]
) -> None:
    walk.program(program)
    _, left = walk.fix()
    assert walk.specs() == specs
    assert [problem.rule for problem in left] == ["lines-changed"]
    accept(walk.sandbox.project, [walk.page()])
    assert walk.problems() == []


def test_what_follows_from_a_move_is_not_said_beside_it(walk: Walk) -> None:
    walk.program(edited(2, 1))
    assert walk.problems() == ["18: lines-changed", "24: lines-changed", "30: lines-changed"]
    walk.program([*edited(2, 1), "print(second)"])
    assert {line.split(": ")[1] for line in walk.problems()} == {"lines-changed"}
    walk.fix()
    assert walk.problems() == ["30: walkthrough"]


def test_what_follows_from_a_move_is_not_said_of_highlights(sandbox: Sandbox) -> None:
    fence = '```python linenums="6" hl_lines="3"\n--8<-- "code/page/p.py:06:08"\n```'
    walk = highlighting(sandbox, fence)
    walk.program(["", *PROGRAM])
    said = walk.problems()
    assert {line.split(": ")[1] for line in said} == {"lines-changed"}, said


def test_a_step_whose_lines_are_gone_stays_as_it_was(walk: Walk) -> None:
    walk.program(edited(3, 2, "third = 3"))
    _, left = walk.fix()
    assert walk.specs()[1] == ":03:04"
    assert {problem.rule for problem in left} >= {"lines-changed"}


def test_an_edit_across_two_steps_is_not_guessed_at(walk: Walk) -> None:
    walk.program(edited(4, 3, "whose = 1", "is_this = 2"))
    before = walk.specs()
    _, left = walk.fix()
    assert walk.specs()[1:3] == before[1:3]
    assert left


def test_a_step_that_moved_past_another_is_followed_and_its_order_refused(walk: Walk) -> None:
    walk.program([*PROGRAM[:2], *PROGRAM[5:9], *PROGRAM[2:5], *PROGRAM[9:]])
    _, left = walk.fix()
    assert walk.specs() == ["::01", ":07:08", ":03:05", ":10:11"]
    assert [problem.rule for problem in left] == ["walkthrough"]


def test_an_excerpt_of_lines_that_stand_elsewhere_too_is_refused_or_right(
    sandbox: Sandbox,
) -> None:
    walk = Walk(sandbox, [":10:11"], walkthrough=False)
    copied = ["print(first)", "print()"]
    walk.program([*copied, "", *PROGRAM[:9], "", *copied])
    walk.fix()
    shown = walk.page().includes[0].shown
    assert list(shown) == copied or walk.specs() == [":10:11"]


def test_an_excerpt_that_overlaps_another_is_followed_by_itself(sandbox: Sandbox) -> None:
    walk = Walk(sandbox, [":06:08", ":03:08", ":04:04"], walkthrough=False)
    walk.program(edited(1, 0, "import sys"))
    assert walk.fix()[1] == []
    assert walk.specs() == [":07:09", ":04:09", ":05:05"]


def test_a_page_keeps_its_line_endings_and_every_other_byte(walk: Walk) -> None:
    path = walk.sandbox.root / "docs/page.md"
    before = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    walk.program(edited(2, 0, ""))
    walk.fix()
    expected = before
    for old, new in zip(STEPS[:0:-1], [":11:12", ":07:09", ":04:05"], strict=True):
        expected = expected.replace(old.encode(), new.encode())
    assert path.read_bytes() == expected


def test_a_program_with_windows_line_endings_is_read_as_pymdownx_does(walk: Walk) -> None:
    path = walk.sandbox.root / "code/page/p.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert walk.problems() == []


def test_a_new_include_waits_to_be_accepted_and_so_does_a_removed_one(walk: Walk) -> None:
    path = walk.sandbox.root / "docs/page.md"
    text = path.read_text("utf-8")
    path.write_text(text + '\n```python\n--8<-- "code/page/p.py:3:3"\n```\n', "utf-8")
    assert [line.split(": ")[1] for line in walk.problems()] == ["walkthrough", "lines-unaccepted"]
    path.write_text(text.replace('    --8<-- "code/page/p.py:03:04"', "    pass"), "utf-8")
    assert "1: lines-unaccepted" in walk.problems()
    accept(walk.sandbox.project, [walk.page()])
    assert not any("lines-unaccepted" in line for line in walk.problems())


def test_a_highlight_that_moves_off_its_line_is_noticed(sandbox: Sandbox) -> None:
    walk = Walk(sandbox)
    path = sandbox.root / "docs/page.md"
    text = path.read_text("utf-8").replace(
        '```python\n    --8<-- "code/page/p.py:06',
        '```python hl_lines="2"\n    --8<-- "code/page/p.py:06',
    )
    path.write_text(text, "utf-8")
    assert [line.split(": ")[1] for line in walk.problems()] == ["lines-changed"]
    accept(sandbox.project, [walk.page()])
    assert walk.problems() == []
    path.write_text(text.replace('hl_lines="2"', 'hl_lines="1"'), "utf-8")
    assert [line.split(": ")[1] for line in walk.problems()] == ["lines-changed"]


def highlighting(sandbox: Sandbox, block: str) -> Walk:
    """A page with one block more, in which lines are highlighted, all of it accepted."""
    walk = Walk(sandbox, walkthrough=False)
    sandbox.write("docs/page.md", sandbox.read("docs/page.md") + f"\n{block}\n")
    accept(sandbox.project, [walk.page()])
    assert walk.problems() == []
    return walk


@pytest.mark.parametrize(
    ("specs", "program", "before", "after"),
    [
        ([":06:08"], edited(7, 0, "    n += 1"), "1-2", "1 3"),  # a line more between the two
        ([":06:08"], edited(6, 0, "x = 1"), "2", "2"),  # above the range, which moves
        ([""], edited(1, 0, '"""Says."""', ""), "1 3-4", "3 5-6"),  # in the whole program
        ([":03:04", ":06:08"], edited(4, 0, "x = 1"), "1-2 4", "1 3 5"),  # in the second of two
    ],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_highlighted_lines_are_followed(
    sandbox: Sandbox, specs: list[str], program: list[str], before: str, after: str, quote: str
) -> None:
    fence = f"```python title={quote}{before}{quote} hl_lines={quote}"
    body = "\n".join(f'--8<-- "code/page/p.py{spec}"' for spec in specs)
    walk = highlighting(sandbox, f"{fence}{before}{quote}\n{body}\n```")
    walk.program(program)
    walk.fix()
    page = sandbox.read("docs/page.md")
    assert f"{fence}{after}{quote}\n" in page
    walk.fix()
    assert sandbox.read("docs/page.md") == page


@pytest.mark.parametrize(
    ("program", "by_hand"),
    [
        (edited(7, 1, "    print(n, n)"), "2"),  # the highlighted line itself was edited
        (edited(7, 0, "    n += 1"), "3"),  # a person has moved it already
    ],
)
def test_what_is_highlighted_is_not_guessed(
    sandbox: Sandbox, program: list[str], by_hand: str
) -> None:
    block = '```python hl_lines="2"\n--8<-- "code/page/p.py:06:08"\n```'
    walk = highlighting(sandbox, block)
    walk.program(program)
    page = sandbox.read("docs/page.md").replace('hl_lines="2"', f'hl_lines="{by_hand}"')
    sandbox.write("docs/page.md", page)
    _, left = walk.fix()
    assert f'hl_lines="{by_hand}"' in sandbox.read("docs/page.md")
    assert "lines-changed" in {problem.rule for problem in left}


def test_a_highlight_in_a_whole_program_is_remembered(sandbox: Sandbox) -> None:
    walk = highlighting(sandbox, '```python hl_lines="3"\n--8<-- "code/page/p.py"\n```')
    walk.program(edited(2, 0, "x = 1"))
    assert any("lines-changed" in line for line in walk.problems())
    walk.fix()
    accept(sandbox.project, [walk.page()])
    assert not any("lines-changed" in line for line in walk.problems())
    path = sandbox.root / "docs/page.md"
    path.write_text(path.read_text("utf-8").replace('"4"', '"1"'), "utf-8")
    assert any("lines-changed" in line for line in walk.problems())


def test_accept_shows_what_is_highlighted(sandbox: Sandbox) -> None:
    walk = highlighting(sandbox, '```python hl_lines="2"\n--8<-- "code/page/p.py:06:08"\n```')
    path = sandbox.root / "docs/page.md"
    path.write_text(path.read_text("utf-8").replace('"2"', '"3"'), "utf-8")
    said, _ = accept(sandbox.project, [walk.page()])
    lines = said[0].splitlines()
    assert {"-*    print(n)", "+*    print()", "+     print(n)"} <= set(lines)


def test_a_walkthrough_that_is_declared_no_more_is_refused_until_that_is_accepted(
    walk: Walk,
) -> None:
    path = walk.sandbox.root / "docs/page.md"
    path.write_text(path.read_text("utf-8").replace("walkthrough:", "walk:"), "utf-8")
    assert walk.problems() == ["1: walkthrough"]
    said, _ = accept(walk.sandbox.project, [walk.page()])
    assert said == ["docs/page.md: walkthrough: code/page/p.py is no longer here"]
    assert walk.problems() == []


def test_a_block_that_lost_its_end_is_shown_when_it_is_accepted(sandbox: Sandbox) -> None:
    Walk(sandbox, [":06:11"], walkthrough=False)
    text = sandbox.read("docs/page.md")
    sandbox.write("docs/page.md", text.replace(":06:11", ":06:08"))
    done = sandbox.docproof("fix", "--accept", "docs/page.md")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-3:] == ["- ", "- print(first)", "- print()"]
    assert "  for n in range(3):" not in done.stdout  # only what changed, and what is beside it


def test_what_is_wrong_is_not_accepted(walk: Walk) -> None:
    path = walk.sandbox.root / "docs/page.md"
    path.write_text(path.read_text("utf-8").replace(":06:08", ":06:99"), "utf-8")
    before = (walk.sandbox.root / lock.NAME).read_text("utf-8")
    said, left = accept(walk.sandbox.project, [walk.page()])
    assert said == []
    assert "range" in {problem.rule for problem in left}
    assert (walk.sandbox.root / lock.NAME).read_text("utf-8") == before


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "does not begin as a lock file does"),
        ("docproof lock 3: later\n", "it is of version 3, and this docproof knows 2"),
        ("docproof lock 1: x\nhint\n\n=======\n", "'=======' is no line of a lock file"),
        ("docproof lock 1: x\nhint\n| stray\n", "'| stray' is no line of a lock file"),
        ("\xff", "not UTF-8"),
    ],
)
def test_a_damaged_lock_is_refused_and_kept(walk: Walk, text: str, what: str) -> None:
    path = walk.sandbox.root / lock.NAME
    path.write_bytes(text.encode("latin-1"))
    found = [str(p) for p in check(walk.sandbox.project)]
    assert any(line.startswith("docproof.lock:") and what in line for line in found), found
    with pytest.raises(BadInput):
        walk.fix()
    assert path.read_bytes() == text.encode("latin-1")


def test_a_missing_lock_is_refused_where_there_is_something_to_remember(walk: Walk) -> None:
    (walk.sandbox.root / lock.NAME).unlink()
    found = walk.sandbox.docproof("check").stdout.splitlines()
    line = next(line for line in found if line.startswith("docproof.lock:1: lock: there is none"))
    assert line.endswith("python -m docproof fix --accept docs")


@pytest.mark.parametrize(
    ("makefile", "command"),
    [
        ("fix: x\n\t@echo\n\t@$(HERE) -m docproof fix $(ARGS)\n", 'make fix ARGS="--accept docs"'),
        ("renew:\n\tdocproof check\n\tpython -m docproof fix $(ARGS)\n", "make renew ARGS="),
        ("check:\n\tpython -m docproof check $(ARGS)\n", "python -m docproof fix --accept docs"),
        ("fix:\n\tpython -m docproof fix\n", "python -m docproof fix --accept docs"),
        ("fix:\n\truff check --fix\n", "python -m docproof fix --accept docs"),
    ],
)
def test_a_hint_names_the_target_of_the_makefile_that_does_it(
    walk: Walk, makefile: str, command: str
) -> None:
    (walk.sandbox.root / lock.NAME).unlink()
    walk.sandbox.write("Makefile", makefile)
    assert command in walk.sandbox.docproof("check").stdout


def test_the_entries_of_a_page_that_is_gone_are_refused_until_that_is_accepted(walk: Walk) -> None:
    (walk.sandbox.root / "docs/page.md").rename(walk.sandbox.root / "docs/new.md")
    found = [str(p) for p in check(walk.sandbox.project)]
    assert any("docs/page.md was accepted and is gone" in line for line in found)
    done = walk.sandbox.docproof("fix", "--accept", "docs/page.md", "--accept", "docs/new.md")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [p for p in check(walk.sandbox.project) if "page" in p.rule or "lock" in p.path] == []


def test_fix_and_accept_work_from_the_command_line(walk: Walk) -> None:
    walk.program(edited(7, 0, "    n += 1"))
    done = walk.sandbox.docproof("fix", "docs")
    assert done.returncode == 1
    assert '+    --8<-- "code/page/p.py:06:09"' in done.stdout
    assert "docs/page.md:24: lines-changed: " in done.stdout
    assert "python -m docproof fix --accept docs/page.md:24" in done.stdout
    done = walk.sandbox.docproof("fix", "--accept", "docs/page.md:24")
    assert done.returncode == 0
    assert "\n+     n += 1\n" in done.stdout
    again = walk.sandbox.docproof("fix", "--accept", "docs/page.md:24")
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr.startswith("docs/page.md:24: nothing to accept: ")
    assert walk.sandbox.docproof("fix", "docs").stdout == ""
    wrong = walk.sandbox.docproof("fix", "--accept", "docs/page.md:3")
    assert wrong.returncode == 2
    assert re.search(r"^docs/page\.md:3: .*; name one of the lines [\d, ]*24", wrong.stderr)


NEW_LINES = st.sampled_from(
    ["", "x = 1", "print()", "    print()", "# why", "first = 1", "y(", ")"]
)
EDITS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 3), st.lists(NEW_LINES, max_size=3)),
    min_size=1,
    max_size=3,
)
COUNTER = itertools.count()


@given(EDITS)
def test_after_any_edit_fix_keeps_every_step_s_lines_or_refuses(
    edits: list[tuple[int, int, list[str]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(Sandbox(Path(folder)))
        remembered = [e.lines for e in lock.load(walk.sandbox.root) or [] if e.lines]
        lines = list(PROGRAM)
        for at, remove, insert in edits:
            lines[at : at + remove] = insert
        walk.program(lines)
        _, left = walk.fix()
        rules = {problem.line for problem in left if problem.rule == "lines-changed"}
        for include, old in zip(walk.page().includes, remembered, strict=True):
            if include.line not in rules:
                assert include.shown == old  # a pure move, or no change at all
        after = walk.page().lines
        walk.fix()
        assert walk.page().lines == after


# Languages with lines that are like others, where a range is easily taken for another.
SOURCES = {
    "ts": """\
import { boil, steep } from "./tea";

export function boil(degrees: number) {
  if (degrees > 95) {
    throw new Error("too hot");
  }
  heat(degrees);
}

export function steep(minutes: number) {
  if (minutes > 5) {
    throw new Error("too long");
  }
  wait(minutes);
}

const cups = [1, 2].map((n) => {
  boil(90);
  steep(n);
  return n;
});

export default cups;
""",
    "go": """\
package main

import (
	"fmt"
)

func boil(degrees int) error {
	if degrees > 95 {
		return fmt.Errorf("too hot")
	}
	return nil
}

func steep(minutes int) error {
	if minutes > 5 {
		return fmt.Errorf("too long")
	}
	return nil
}

func main() {
	if err := boil(90); err != nil {
		panic(err)
	}
	if err := steep(3); err != nil {
		panic(err)
	}
}
""",
    "yaml": """\
kettle:
  image: kettle
  restart: always
  environment:
    DEGREES: 90

pot:
  image: pot
  restart: always
  environment:
    MINUTES: 3

cup:
  image: cup
  restart: always
  depends_on:
    - kettle
    - pot
""",
}
# A line, and the number that it had before the edit; none if it is new.
Numbered = list[tuple[int | None, str]]


class Excerpts:
    """A page that shows lines of a program, which was edited since they were accepted."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.chance = random.Random(seed)
        language = self.chance.choice(sorted(SOURCES))
        # What is read of a file is kept for as long as its time is the same.
        self.name = f"code/page/x{seed}.{language}"
        self.lines = SOURCES[language].splitlines()
        self.steps = self.drawn_steps()
        self.file: Numbered = list(enumerate(self.lines, start=1))
        includes = [f'--8<-- "{self.name}:{start}:{end}"\n' for start, end in self.steps]
        sandbox.write("docs/page.md", PAGE.split("```python")[0] + "\n".join(includes))
        self.page = sandbox.root / "docs/page.md"
        entries = [
            lock.Entry("docs/page.md", self.name, self.accepted((start, end)), start=start)
            for start, end in self.steps
        ]
        lock.save(sandbox.root, entries)
        self.sandbox = sandbox

    def accepted(self, step: tuple[int, int]) -> tuple[str, ...]:
        return tuple(self.lines[step[0] - 1 : step[1]])

    def drawn_steps(self) -> list[tuple[int, int]]:
        count = 2 * self.chance.randint(1, 4)
        cuts = sorted(self.chance.sample(range(len(self.lines) + 1), count))
        steps = [(start + 1, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
        return [step for step in steps if all(self.lines[n - 1] for n in step)]

    def edit(self) -> None:
        """Put lines in, take lines out, change lines, or carry lines elsewhere."""
        file, chance = self.file, self.chance
        for _ in range(chance.randint(1, 3)):
            kind = chance.choice(["insert", "delete", "change", "move"])
            start, size = chance.randint(0, len(file)), chance.randint(1, 4)
            old = file[start : start + size]
            if kind == "insert":
                like = [text for _, text in file]
                new = [chance.choice([f"new{n}", *chance.sample(like, 1)]) for n in range(size)]
                file[start:start] = [(None, text) for text in new]
                continue
            del file[start : start + size]
            if kind == "move":
                start = chance.randint(0, len(file))
                file[start:start] = [(None, text) for _, text in old]
            if kind == "change":
                file[start:start] = [(None, f"{text} other") for _, text in old]
        text = "".join(f"{text}\n" for _, text in file)
        self.sandbox.write(self.name, text)

    def fixed(self) -> list[tuple[tuple[int, int], tuple[str, ...], Numbered, bool]]:
        """Each step, its lines before, what it shows after `fix`, and whether that is refused."""
        project = self.sandbox.project
        _, left = fix_ranges(project, [read_page(project, self.page)])
        refused = {problem.line for problem in left if problem.rule == "lines-changed"}
        shown = []
        for step, include in zip(self.steps, read_page(project, self.page).includes, strict=True):
            start, end = map(int, include.target.split(":")[1:])
            now = self.file[start - 1 : end]
            shown.append((step, self.accepted(step), now, include.line in refused))
        return shown


def test_an_edit_never_makes_a_range_swallow_what_it_did_not_show(
    sandbox: Sandbox, at_night: bool
) -> None:
    """By day 200 edits, which take a second or two: a file and a page are written for each.

    With as many lines alike as here, one range in some thousands is taken for another of just
    the same words; at night it is only held that it takes in nothing that another include shows.
    """
    moved = 0
    for seed in range(5_000 if at_night else 200):
        page = Excerpts(sandbox, seed)
        if not page.steps:
            continue
        page.edit()
        of_steps = {n for start, end in page.steps for n in range(start, end + 1)}
        for (start, end), old, now, refused in page.fixed():
            texts = [text for _, text in now]
            if tuple(texts) == old:
                assert not refused
                continue
            assert refused
            if now == page.file[start - 1 : end]:
                continue  # its numbers are as they were
            moved += 1
            own = range(start, end + 1)
            others = [number for number, text in now if text and text not in old]
            swallowed = {number for number in others if number and number not in own}
            assert not swallowed & of_steps, seed
            if seed < 200:
                assert not swallowed, seed
                gone = [text for number, text in page.file if number in own and text not in texts]
                assert gone == [], seed
    assert moved > 10


@pytest.mark.parametrize(
    ("before", "steps", "after", "specs", "says"),
    [
        (  # its end is gone, and there is another line like it below
            ["boil() {", "  heat(90);", "}", "steep() {", "  wait(3);", "}"],
            [":1:3", ":4:6"],
            ["boil() {", "  if (heat(95)) {", "    ok(); }}", "steep() {", "  wait(3);", "}"],
            [":1:3", ":4:6"],
            "'}' is gone",
        ),
        (  # what is shown is followed by what is not
            ["a() {", "  one", "}", "b() {", "  two", "}"],
            [":1:3"],
            ["a() {", "  one", "b() {", "  three", "  one", "}"],
            [":1:3"],
            "'one' may be one of them or not",
        ),
        (  # a line more plainly inside, and others where nobody can say whose they are
            [
                "import os",
                "",
                "x = 1",
                "y = 2",
                "for n in x:",
                "    print(n)",
                "print()",
                "print(x)",
            ],
            [":3:8"],
            [
                "import re",
                "import os",
                "",
                "x = 1",
                "y = 2",
                "# why",
                "for n in x:",
                "    print(n)",
                "# now",
                "print()",
                "print(x)",
                "more()",
            ],
            [":4:11"],
            "",
        ),
        (  # the same before a line that may be the end of another block
            ["import os", "for n in x:", "    print(n)", "print(x)"],
            [":2:4"],
            ["import os", "import re", "for n in x:", "    print(n)", "y()", "print(x)", "z()"],
            [":2:4"],
            "what stands beside 'print(x)' may be one of them or not",
        ),
        (  # one line more inside, and as many above and below as there were
            ["a() {", "  one", "}", "x", "b() {", "  two", "}"],
            [":1:3", ":5:7"],
            ["new", "a() {", "  one", "  more", "}", "x", "b() {", "  two", "}"],
            [":2:5", ":7:9"],
            "",
        ),
        (  # the same lines stand at two places, one as far below the step above as before
            ["a", "x", "b", "c", "d"],
            [":1:1", ":3:3"],
            ["new", "a", "x", "b", "c", "d", "b"],
            [":2:2", ":4:4"],
            "",
        ),
    ],
)
def test_a_range_follows_only_where_its_lines_are_certain(
    sandbox: Sandbox,
    before: list[str],
    steps: list[str],
    after: list[str],
    specs: list[str],
    says: str,
) -> None:
    walk = Walk.__new__(Walk)
    walk.sandbox = sandbox
    walk.program(before)
    includes = "\n".join(f'    --8<-- "code/page/p.py{step}"\n' for step in steps)
    sandbox.write("docs/page.md", PAGE.split("```python")[0] + includes)
    accept(sandbox.project, [walk.page()])
    walk.program(after)
    _, left = walk.fix()
    assert walk.specs() == specs
    kept = [str(problem) for problem in left if "cannot follow those" in problem.what]
    assert [says in line for line in kept] == ([True] if says else []), kept


def test_a_pure_move_changes_what_stands_between_two_steps_and_nothing_else(walk: Walk) -> None:
    before = walk.sandbox.read(lock.NAME)
    assert "docs/page.md <- code/page/p.py +1\n| first = 1\n" in before
    walk.program(edited(2, 0, "", "# why"))
    assert walk.fix()[1][0].rule == "walkthrough"
    assert walk.sandbox.read(lock.NAME) == before.replace("p.py +1\n| first", "p.py +3\n| first")


OLD = """\
docproof lock 1: what the pages showed when they were last accepted
Written by `python -m docproof fix`. Not for editing by hand.

docs/page.md <- code/page/p.py::01
| import os

docs/page.md <- code/page/p.py:03:04 <- code/page/p.py:13:14
| first = 1
| second = 2

docs/page.md <- code/page/p.py:06:08
| for n in range(3):
|     print(n)
|     print()

docs/page.md <- code/page/p.py:10:11
| print(first)
| print()

docs/page.md <- walkthrough: code/page/p.py
"""


def test_a_lock_of_version_1_says_the_same_and_is_written_anew(walk: Walk) -> None:
    assert [entry.start for entry in lock.read(OLD)] == [1, 13, 6, 10, 0]
    new = walk.sandbox.read(lock.NAME)
    walk.sandbox.write(lock.NAME, OLD)
    assert walk.problems() == []
    assert walk.fix() == ([], [])
    assert walk.sandbox.read(lock.NAME) == new
    walk.sandbox.write(lock.NAME, OLD.replace("first = 1", "first = 0"))
    assert [problem.line for problem in walk.fix()[1]] == [18]
    assert "docproof lock 2" in walk.sandbox.read(lock.NAME)
    assert "| first = 0" in walk.sandbox.read(lock.NAME)


DENSE = [
    text or new
    for text, new in zip(
        PROGRAM,
        ["", "import re", "", "", "third = 3", *[""] * 3, "done = True", "", ""],
        strict=True,
    )
]

# One range of a page that an author has changed by hand, and what it is after `fix`, in a
# program to which three lines were added above.
BY_HAND = [
    (":06:08", ":05:08", ":08:11"),  # a line more above
    (":03:04", ":03:05", ":06:08"),  # below
    (":06:08", ":05:09", ":08:12"),  # both
    (":06:08", ":06:07", ":09:10"),  # narrowed
    (":03:04", ":04:05", ":07:08"),  # of the same length, though lines below it have not moved
    (":03:04", ":08:11", ":08:11"),  # something else, of which nobody can say where it went
]


@pytest.mark.parametrize(("old", "new", "moved"), BY_HAND)
@pytest.mark.parametrize("marks", ["", ' hl_lines="1"'])
def test_what_an_author_changed_by_hand_is_kept_and_waits_to_be_accepted(
    sandbox: Sandbox, old: str, new: str, moved: str, marks: str
) -> None:
    walk = Walk(sandbox, walkthrough=False, program=DENSE)
    page = sandbox.read("docs/page.md")
    page = page.replace(
        f'```python\n    --8<-- "code/page/p.py{old}',
        f'```python{marks}\n    --8<-- "code/page/p.py{old}',
    )
    sandbox.write("docs/page.md", page)
    accept(sandbox.project, [walk.page()])
    by_hand = page.replace(old, new, 1)
    sandbox.write("docs/page.md", by_hand)
    changes, left = walk.fix()
    assert new in walk.specs()
    assert not [text for text in changes if "-    --8<--" in text]
    (changed,) = [problem for problem in left if problem.rule == "lines-changed"]
    assert "look at them, then: python -m docproof fix --accept docs/page.md:" in changed.hint
    if new == ":04:05":
        return  # with a program edited above, it cannot be told from a range of another branch
    walk.program([DENSE[0], "", "# one", "# two", *DENSE[1:]])
    walk.fix()
    assert [spec for spec in walk.specs() if spec == moved] == [moved], walk.specs()
    after = sandbox.read("docs/page.md")
    assert walk.fix()[0] == []
    assert sandbox.read("docs/page.md") == after
    said, _ = accept(sandbox.project, [walk.page()])
    assert len(said) == 1
    assert not [line for line in walk.problems() if "lines-" in line]


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ([":03:04", ":06:08"], [":06:08", ":03:04"], set()),  # put elsewhere on the page
        ([":03:05"], [":03:03", ":04:05"], {"lines-unaccepted"}),  # one is two
        ([":03:04", ":06:08"], [":03:08"], {"lines-unaccepted"}),  # two are one
        ([":03:04", ":06:08", ":10:11"], [":06:08", ":03:05", ":10:11"], {"lines-changed"}),
        ([":03:04", ":10:11", ":06:08"], [":10:11", ":03:04", ":06:09"], {"lines-changed"}),
    ],
)
def test_ranges_that_an_author_swaps_splits_or_joins_are_left_alone(
    sandbox: Sandbox, old: list[str], new: list[str], rules: set[str]
) -> None:
    walk = Walk(sandbox, old, walkthrough=False, program=DENSE)
    page = sandbox.read("docs/page.md")
    head = page.split("1. Step")[0]
    block = '```python\n--8<-- "code/page/p.py{}"\n```\n'
    by_hand = head + "\n".join(block.format(spec) for spec in new)
    sandbox.write("docs/page.md", by_hand)
    changes, left = walk.fix()
    assert (changes, sandbox.read("docs/page.md")) == ([], by_hand)
    assert {p.rule for p in left if p.rule.startswith("lines")} == rules
    accept(sandbox.project, [walk.page()])
    assert not [line for line in walk.problems() if "lines-" in line]


def test_numbers_that_lag_behind_the_lock_are_not_taken_for_those_of_a_neighbour(
    sandbox: Sandbox,
) -> None:
    """As after a merge in which both sides have put in a line above, and git sees one change."""
    walk = Walk(sandbox, [":01:01", ":03:03", ":04:04", ":05:05"], walkthrough=False, program=DENSE)
    before, shown = sandbox.read("docs/page.md"), [i.shown for i in walk.page().includes]
    walk.program([DENSE[0], "new = 1", *DENSE[1:]])
    assert walk.fix()[1] == []
    sandbox.write("docs/page.md", before)
    assert walk.fix()[1] == []
    assert [include.shown for include in walk.page().includes] == shown
