"""A recording that is cut short, edited or of another tool is refused at the line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docproof.check import check
from docproof.core.problem import BadInput
from docproof.core.project import Program, load_project
from docproof.recordings.reader import read
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import Sandbox

PATH = "tests/cassettes/page/x.yaml"
MANY = 40  # interactions, whose lines have digests in several rows


def only(sandbox: Sandbox, text: str, rule: str, number: int) -> str:
    """The one problem that a recording with this text has, which is of `rule` and on a line."""
    sandbox.edit(PATH, text)
    (problem,) = check(sandbox.project)
    assert (problem.path, problem.line, problem.rule) == (PATH, number, rule), str(problem)
    assert "make it again: " in problem.hint
    return str(problem)


def line_of(text: str, mark: str, last: bool = False) -> int:
    """The number of the first line with a mark, or of the last."""
    before = text.rpartition(mark)[0] if last else text.partition(mark)[0]
    return before.count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ("Hello!", "Howdy!", "Howdy!"),
        ("Hello?", "Who?", "Who?"),
        ("origin: stand-in", "origin: live", "origin: live"),
        ("2026-11-22", "2062-11-22", "2062"),
        ("    status: 200\n", "    status: 200\n    seconds: 2\n", "seconds:"),
        ("    status: 200\n", "    status: 200\n    status: 200\n", "status: 200"),
        ("    method: POST\n", "", "- request:"),
        ("    json: {answer: Hello!}\n", "", "headers:"),
        ("interactions:", "# remembered\ninteractions:", "# remembered"),
    ],
)  # fmt: skip
def test_an_edit_is_refused_at_its_line(sandbox: Sandbox, old: str, new: str, mark: str) -> None:
    text = sandbox.read(PATH)
    assert old in text
    edited = text.replace(old, new, 1)
    line = only(
        sandbox,
        edited,
        "recording-edited",
        line_of(edited, mark, last=mark in ("status: 200", "headers:")),
    )
    assert ("missing behind" in line) == (new == "")
    assert line.endswith("docproof record code/page/x.py")


def test_an_edit_far_below_is_refused_at_its_line(sandbox: Sandbox) -> None:
    text = sandbox.recording(times=MANY).read_text("utf-8")
    start, _, end = text.rpartition("Hello!")
    edited = f"{start}Bye!{end}"
    only(sandbox, edited, "recording-edited", line_of(edited, "Bye!"))
    start, end = text.rindex("- request:"), text.index("digests:")
    gone = text[:start] + text[end:]
    only(sandbox, gone, "recording-edited", line_of(gone, "digests:") - 1)


def test_a_first_interaction_that_is_gone_is_said_once(sandbox: Sandbox) -> None:
    text = sandbox.recording(times=2).read_text("utf-8")
    other = text.replace("Hello!", "The second", 1)
    sandbox.write(PATH, other)
    other = sandbox.read(PATH)
    start, end = other.index("- request:"), other.rindex("- request:")
    gone = other[:start] + other[end:]
    only(sandbox, gone, "recording-edited", line_of(gone, "{answer:") - 1)


def test_digests_that_were_edited_are_refused(sandbox: Sandbox) -> None:
    text = sandbox.read(PATH)
    edited = text.replace("digests:\n", "digests:\n- '0123456789abcdef'\n")
    only(sandbox, edited, "recording-edited", 1)
    first = text.split("digests:\n- '")[1][:16]
    edited = text.replace(first, "0123456789abcdef")
    only(sandbox, edited, "recording-edited", line_of(text, "digests:"))


def test_without_its_digests_a_recording_is_cut_short(sandbox: Sandbox) -> None:
    cut = sandbox.read(PATH).split("digests:")[0]
    line = only(sandbox, cut, "recording-edited", cut.count("\n"))
    assert "it ends here, without its digests" in line
    only(sandbox, cut[: cut.index("Hello!")], "recording-edited", cut.count("\n"))


def test_a_cassette_of_vcrpy_is_refused(sandbox: Sandbox) -> None:
    text = (
        "interactions:\n- request: {method: GET, uri: 'https://a.test', body: null}\nversion: 1\n"
    )
    only(sandbox, text, "recording-edited", 3)
    done = sandbox.docproof("run", "code/page/x.py")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{PATH}:3: recording-edited: it ends here")


def test_a_recording_that_is_not_utf_8_is_refused_at_its_line(sandbox: Sandbox) -> None:
    text = sandbox.read(PATH)
    (sandbox.root / PATH).write_bytes(text.encode().replace(b"Hello!", b"Gr\xfc\xdfe"))
    assert [(one.line, one.rule) for one in check(sandbox.project)] == [
        (line_of(text, "Hello!"), "recording-edited")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("origin: stand-in, ", ""),
        ("origin: stand-in", "origin: real"),
        ("origin: stand-in", "origin: 1"),
        ("date: '2026-11-22', ", ""),
        ("2026-11-22", "2026-11-32"),
        ("status: 200", "state: 200"),
        ("interactions:\n", "interactions: 1\nothers:\n"),
        ("json: {answer", "json: {{answer"),
    ],
)
def test_what_lacks_a_part_is_refused_though_nobody_edited_it(
    sandbox: Sandbox, old: str, new: str
) -> None:
    """As another docproof may have written it."""
    text = sandbox.read(PATH)
    assert old in text
    sandbox.write(PATH, text.replace(old, new, 1))
    assert "it lacks or garbles" in only(sandbox, sandbox.read(PATH), "recording", 1)


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        ("stand-in", "make recordings PROGRAM=code/page/x.py"),
        ("live", "python -m docproof record code/page/x.py"),
        ("http://a.test/v1", "docproof record --base-url http://a.test/v1 code/page/x.py"),
    ],
)
def test_the_hint_is_the_command_that_asks_the_same_server(
    sandbox: Sandbox, origin: str, command: str
) -> None:
    sandbox.write("Makefile", "recordings:\n\ttrue\n")
    head = "recorded: {origin: stand-in,"
    text = sandbox.read(PATH).replace(head, f"recorded:\n  origin: {origin}\n  other: {{")
    line = only(sandbox, text, "recording-edited", 1)
    assert line.endswith(command)


def test_a_recording_is_checked_by_its_own_path(sandbox: Sandbox) -> None:
    sandbox.edit(PATH, sandbox.read(PATH).replace("Hello!", "Bye!"))
    said = check(sandbox.project, [sandbox.root / PATH])
    assert [problem.rule for problem in said] == ["recording-edited"]


Lines = list[str]
EDITS: dict[str, Callable[[Lines, int, str], Lines]] = {
    "a line dropped": lambda lines, n, _: lines[:n] + lines[n + 1 :],
    "cut after a line": lambda lines, n, _: lines[: n + 1],
    "a line twice": lambda lines, n, _: lines[: n + 1] + lines[n:],
    "two lines swapped": lambda lines, n, _: lines[:n] + lines[n : n + 2][::-1] + lines[n + 2 :],
    "indented": lambda lines, n, _: [*lines[:n], "  " + lines[n], *lines[n + 1 :]],
    "a character changed": lambda lines, n, new: [
        *lines[:n],
        lines[n][: len(lines[n]) // 2] + new + lines[n][len(lines[n]) // 2 + 1 :],
        *lines[n + 1 :],
    ],
}


@cache
def recorded_programs() -> list[Program]:
    guide = load_project(ROOT)
    return [one for one in guide.all_programs() if one.recording.path.is_file()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_edit_of_a_recording_of_this_guide_is_refused_where_it_is(
    tmp_path: Path, data: st.DataObject
) -> None:
    guide = load_project(ROOT)
    program = data.draw(st.sampled_from(recorded_programs()))
    text = program.recording.path.read_text("utf-8")
    lines = text.rstrip("\n").split("\n")
    number = data.draw(st.integers(0, lines.index("digests:") - 1))
    edit = EDITS[data.draw(st.sampled_from(sorted(EDITS)))]
    edited = edit(lines, number, data.draw(st.sampled_from("x 7:'\"")))
    if edited == lines:
        return
    elsewhere = dataclasses.replace(guide, recordings=tmp_path)
    program = elsewhere.program(program.path)
    copied = program.recording.path
    copied.parent.mkdir(parents=True, exist_ok=True)
    copied.write_text("\n".join(edited) + "\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        read(elsewhere, program)
    problem = caught.value.problem
    assert problem.rule == "recording-edited"
    # Where the line of the digests went up, they are of other lines.
    if len(edited) == len(lines) and edited.index("digests:") == lines.index("digests:"):
        same = next(n for n, (old, new) in enumerate(zip(lines, edited, strict=True)) if old != new)
        assert problem.line == same + 1
