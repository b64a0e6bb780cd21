"""A page says with which releases a program prints the same, and no more than was tried."""

from __future__ import annotations

import re

import pytest

from docproof.core.problem import BadInput
from docproof.recordings import compatibility
from tests.helpers.sandbox import Sandbox

NAME = "docs/releases.yml"
PROGRAM = "code/page/x.py"


@pytest.fixture
def tried(sandbox: Sandbox) -> Sandbox:
    """A sandbox that names a data file of releases."""
    settings = sandbox.read("pyproject.toml")
    sandbox.write("pyproject.toml", f'{settings}compatibility = "{NAME}"\nversions = ["httpx"]\n')
    return sandbox


def data(sandbox: Sandbox, **results: str) -> None:
    """Releases v1 to v3, and the results of the one program."""
    rows = "".join(f"  - {{release: {name}, python: '3.11'}}\n" for name in ("v1", "v2", "v3"))
    said = "".join(f"    {name}: {result}\n" for name, result in results.items()) or "    {}\n"
    sandbox.write(NAME, f"releases:\n{rows}programs:\n  {PROGRAM}:\n{said}")


def words(sandbox: Sandbox, address: str = "") -> str:
    tried = compatibility.load(sandbox.project).of(sandbox.subject)
    assert tried
    return tried.words("HTTPX", address)


def test_without_a_data_file_nothing_was_tried(sandbox: Sandbox, tried: Sandbox) -> None:
    assert compatibility.load(tried.project).of(tried.subject) is None


def test_what_prints_the_same_everywhere_has_a_range(tried: Sandbox) -> None:
    data(tried, v1="same", v2="same", v3="same")
    assert words(tried) == "It prints the same with HTTPX v1 to v3 (3 releases tried)."


def test_the_range_goes_by_the_order_of_the_releases(tried: Sandbox) -> None:
    data(tried, v3="same", v1="same", v2="same")
    assert words(tried) == "It prints the same with HTTPX v1 to v3 (3 releases tried)."


@pytest.mark.parametrize("result", ["differs", "fails"])
def test_a_release_within_that_differs_leaves_no_range(tried: Sandbox, result: str) -> None:
    data(tried, v1="same", v2=result, v3="same")
    assert words(tried) == "It prints the same with HTTPX v1 and v3 (2 of 3 releases tried)."


def test_the_same_and_a_warning_is_the_same(tried: Sandbox) -> None:
    data(tried, v1="warns", v2="same", v3="fails")
    assert words(tried) == (
        "It prints the same with HTTPX v1 to v2 (2 of 3 releases tried);"
        " 1 of them also prints a warning."
    )


def test_many_ranges_are_only_counted(tried: Sandbox) -> None:
    names = [f"v{number}" for number in range(1, 8)]
    rows = ", ".join(f"{{release: {name}}}" for name in names)
    fared = ", ".join(f"{name}: {('same', 'fails')[n % 2]}" for n, name in enumerate(names))
    tried.write(NAME, f"releases: [{rows}]\nprograms: {{{PROGRAM}: {{{fared}}}}}\n")
    assert words(tried) == "It prints the same with 4 of 7 releases tried."


@pytest.mark.parametrize("changed", [PROGRAM, "code/page/terminal/x.md"])
def test_a_program_that_has_changed_since_was_not_tried(tried: Sandbox, changed: str) -> None:
    data(tried, v1="same", v2="same", v3="same")
    state = compatibility.state(tried.subject)
    assert re.fullmatch("[0-9a-f]{16}", state)  # as in the data files that were written before
    tried.write(NAME, tried.read(NAME).rstrip() + f"\nstates: {{{PROGRAM}: '{state}'}}\n")
    assert compatibility.load(tried.project).of(tried.subject)
    tried.write(changed, tried.read(changed) + "\n")
    assert compatibility.load(tried.project).of(tried.subject) is None


@pytest.mark.parametrize("result", ["differs", "fails"])
def test_a_range_ends_where_another_result_begins_and_says_how_many_were_tried(
    tried: Sandbox, result: str
) -> None:
    data(tried, v1=result, v2="same", v3="same")
    assert words(tried) == "It prints the same with HTTPX v2 to v3 (2 of 3 releases tried)."
    data(tried, v1="same", v2="same", v3=result)
    assert words(tried) == "It prints the same with HTTPX v1 to v2 (2 of 3 releases tried)."
    data(tried, v1=result, v2="same", v3=result)
    assert words(tried) == "It prints the same with HTTPX v2 (1 of 3 releases tried)."


def test_a_release_within_that_was_not_tried_leaves_no_range(tried: Sandbox) -> None:
    data(tried, v1="same", v3="same")
    assert words(tried) == "It prints the same with HTTPX v1 and v3 (2 releases tried)."


def test_a_range_does_not_reach_what_was_not_tried(tried: Sandbox) -> None:
    data(tried, v1="same", v2="same")
    assert words(tried) == "It prints the same with HTTPX v1 to v2 (2 releases tried)."


def test_where_nothing_is_the_same_it_says_so(tried: Sandbox) -> None:
    data(tried, v1="fails", v2="fails", v3="differs")
    assert words(tried) == "It prints the same with none of 3 releases tried."


def test_one_release_is_no_range(tried: Sandbox) -> None:
    tried.write(NAME, f"releases: [{{release: v1}}]\nprograms: {{{PROGRAM}: {{v1: same}}}}\n")
    assert words(tried) == "It prints the same with HTTPX v1 (1 release tried)."


def test_releases_that_look_like_numbers_are_names(tried: Sandbox) -> None:
    tried.write(NAME, f"releases: [{{release: 1.70}}]\nprograms: {{{PROGRAM}: {{1.70: same}}}}\n")
    with pytest.raises(BadInput, match=r"1\.7, which YAML reads as a number"):
        compatibility.load(tried.project)
    tried.write(NAME, f"releases: [{{release: '1.70'}}]\nprograms: {{{PROGRAM}: {{'1.70': same}}}}")
    assert "HTTPX 1.70 (" in words(tried)


def test_the_words_lead_to_the_page_beside_the_data(tried: Sandbox) -> None:
    data(tried, v1="same", v2="same", v3="same")
    assert compatibility.page(tried.project) == ""
    tried.write("docs/releases.md", "# Releases\n")
    assert compatibility.page(tried.project) == "/releases.md"
    said = words(tried, compatibility.page(tried.project))
    assert said == "It prints the same with [HTTPX v1 to v3](/releases.md) (3 releases tried)."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]\n",
        "releases: 3\nprograms: {}\n",
        "releases: []\n",
        "releases: [{version: v1}]\nprograms: {}\n",
        "releases: [{release: v1}]\nprograms: [a]\n",
        f"releases: [{{release: v1}}]\nprograms: {{{PROGRAM}: {{v1: good}}}}\n",
        f"releases: [{{release: v1}}]\nprograms: {{{PROGRAM}: {{v2: same}}}}\n",
        f"releases: [{{release: v1}}]\nprograms: {{{PROGRAM}: same}}\n",
        "releases: [\n",
    ],
)
def test_data_that_say_nothing_known_are_refused_in_one_line(tried: Sandbox, text: str) -> None:
    tried.write(NAME, text)
    done = tried.docproof("check")
    assert done.returncode == 1
    lines = [line for line in done.stdout.splitlines() if line.startswith(f"{NAME}:")]
    assert any(": compatibility: " in line or ": unreadable: " in line for line in lines)
    assert "Traceback" not in done.stdout + done.stderr
