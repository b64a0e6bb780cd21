"""`check` knows the day of each recording, and `check --max-age` lists those that are too old."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from docproof.core.problem import BadInput
from docproof.recordings import age
from docproof.rules import Selection, recordings
from tests.helpers.sandbox import Sandbox

TODAY = date(2026, 11, 26)
NAME = "tests/cassettes/page/x.yaml"


def dated(sandbox: Sandbox, day: str) -> Sandbox:
    """The sandbox with another day in its recording, as YAML writes it."""
    made = sandbox.read(NAME)
    sandbox.write(NAME, made.replace("date: '2026-11-22'", day))
    return sandbox


def found(sandbox: Sandbox, oldest: int | None = None) -> list[str]:
    project = sandbox.project
    selection = Selection(project, oldest=oldest, programs=tuple(project.all_programs()))
    return [str(problem) for problem in recordings.ages(selection, TODAY)]


@pytest.mark.parametrize(("text", "days"), [("0d", 0), ("180d", 180), ("26w", 182), ("6m", 180)])
def test_an_age_is_days_weeks_or_months_of_thirty_days(text: str, days: int) -> None:
    assert age.days(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "180",
        "d",
        "180 d",
        "1y",
        "-1d",
        "1.5m",
        "180D",
        "1d1w",
        "٣d",
        "180d\n",
        "9" * 5000 + "d",
    ],
)
def test_what_is_no_age_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        age.days(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["180", "", "six months"])
def test_a_wrong_age_is_refused_before_anything_is_done(sandbox: Sandbox, text: str) -> None:
    sandbox.write("docs/page.md", "no front matter\n")  # which a check would find
    done = sandbox.docproof("check", "--max-age", text)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "180d, 26w or 6m" in done.stderr


def test_a_recording_that_is_older_is_listed_with_its_age_and_its_command(sandbox: Sandbox) -> None:
    dated(sandbox, "date: '2026-01-31'")
    (line,) = found(sandbox, 180)
    assert line.startswith(f"{NAME}:1: recording-old: it was recorded on 31 January 2026, 299 days")
    assert line.endswith("docproof record --new-date code/page/x.py")
    sandbox.write("Makefile", "recordings:\n\ttrue\n")
    (line,) = found(sandbox, 180)
    assert line.endswith("make recordings ARGS=--new-date PROGRAM=code/page/x.py")


def test_the_line_is_that_of_the_day(sandbox: Sandbox) -> None:
    head = "# A remark.\nrecorded:\n  origin: stand-in\n  packages: {}\n  date: '2026-01-31'\n"
    rest = sandbox.read(NAME).partition("\n")[2]
    sandbox.write(NAME, head + rest)
    (line,) = found(sandbox, 180)
    assert line.startswith(f"{NAME}:5: recording-old: ")


def test_a_recording_from_another_endpoint_names_it_in_its_command(sandbox: Sandbox) -> None:
    dated(sandbox, "date: '2026-01-31'")
    made = sandbox.read(NAME).replace("origin: stand-in", "origin: 'https://api.example.org/v1'")
    sandbox.write(NAME, made)
    (line,) = found(sandbox, 180)
    assert line.endswith("record --new-date --base-url https://api.example.org/v1 code/page/x.py")


@pytest.mark.parametrize(("oldest", "count"), [(None, 0), (5, 0), (4, 0), (3, 1), (0, 1)])
def test_only_what_is_older_is_listed(sandbox: Sandbox, oldest: int | None, count: int) -> None:
    assert len(found(sandbox, oldest)) == count


def test_the_option_makes_check_fail_and_plain_check_does_not(sandbox: Sandbox) -> None:
    dated(sandbox, f"date: '{date.today() - timedelta(days=200)}'")
    old = sandbox.docproof("check", "--max-age", "180d")
    assert old.returncode == 1
    assert old.stdout.startswith(f"{NAME}:1: recording-old: ")
    assert old.stdout.count("\n") == 1
    assert sandbox.docproof("check", "--max-age", "201d").returncode == 0
    assert sandbox.docproof("check").returncode == 0


@pytest.mark.parametrize(
    ("path", "count"),
    [("docs/page.md", 1), ("code/page/x.py", 1), (NAME, 1), ("docs/other.md", 0), ("docs", 1)],
)
def test_only_the_recordings_of_what_is_named_are_listed(
    sandbox: Sandbox, path: str, count: int
) -> None:
    dated(sandbox, "date: '2020-01-31'")
    sandbox.write("docs/other.md", "---\ntitle: O\ndescription: Another page.\n---\n\n# Other\n")
    done = sandbox.docproof("check", "--max-age", "6m", path)
    assert done.stdout.count("recording-old") == count


@pytest.mark.parametrize(
    "day",
    [
        *("day: '2026-11-22'", "date: ''", "date: null", "date: 22.11.2026", "date: 20261122"),
        *("date: '2026-02-30'", "date: 2026-11", "date: [2026-11-22]", "date: 2026-11-22"),
    ],
)
def test_a_recording_without_a_day_is_refused(sandbox: Sandbox, day: str) -> None:
    done = dated(sandbox, day).docproof("check")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{NAME}:1: recording-unreadable: ")


@pytest.mark.parametrize(
    ("day", "count"), [("2026-11-26", 0), ("2026-11-27", 1), ("9999-12-31", 1)]
)
def test_a_day_that_is_still_to_come_is_refused(sandbox: Sandbox, day: str, count: int) -> None:
    lines = found(dated(sandbox, f"date: '{day}'"))
    assert [line.startswith(f"{NAME}:1: recording-date: ") for line in lines] == [True] * count


def test_plain_check_refuses_a_day_that_is_still_to_come(sandbox: Sandbox) -> None:
    dated(sandbox, f"date: '{date.today() + timedelta(days=2)}'")
    done = sandbox.docproof("check")
    assert done.returncode == 1
    assert "is still to come" in done.stdout


def test_a_project_without_settings_may_have_recordings_of_its_own_form(sandbox: Sandbox) -> None:
    (sandbox.root / "pyproject.toml").unlink()
    dated(sandbox, "date: 'some day'")
    assert "recording-date" not in sandbox.docproof("check", "--max-age", "1d").stdout
