"""Below each output stands where it comes from, as its recording has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import markdown
import pytest
import yaml
from bs4 import BeautifulSoup

from docproof.core.project import Program
from docproof.pages.page import read_page
from tests.helpers.guide import GUIDE, SOURCES, address
from tests.helpers.recorded import recorded
from tests.helpers.sandbox import PAGE, Sandbox

NAME = "tests/cassettes/page/x.yaml"
OUTPUT = '--8<-- "code/page/terminal/x.md"'
SAID = "Recorded from a stand-in on 22 November 2026."
EXTENSIONS = [
    *("admonition", "docproof.markdown.provenance", "docproof.markdown.blocks", "pymdownx.details"),
    *("pymdownx.highlight", "pymdownx.superfences", "pymdownx.snippets"),
]
Build = Callable[[str], BeautifulSoup]


@pytest.fixture
def html(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds Markdown in the folder of the sandbox, as an engine does."""
    monkeypatch.chdir(sandbox.root)
    md = markdown.Markdown(extensions=EXTENSIONS)
    return lambda text: BeautifulSoup(md.reset().convert(text), "html.parser")


def lines(soup: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in soup.select("p.origin")]


def change(sandbox: Sandbox, old: str, new: str) -> None:
    made = sandbox.read(NAME)
    assert old in made
    sandbox.write(NAME, made.replace(old, new))


def setting(sandbox: Sandbox, text: str) -> None:
    sandbox.write("pyproject.toml", sandbox.read("pyproject.toml") + text)


def test_the_line_stands_below_the_output_and_nothing_else_changes(html: Build) -> None:
    soup = html(f"Before.\n\n{OUTPUT}\n\nAfter.\n")
    (line,) = soup.select("p.origin")
    assert line.get_text() == SAID
    assert "output" in line.find_previous_sibling()["class"]
    assert line.find_next_sibling().get_text() == "After."
    line.decompose()
    without = markdown.markdown(
        f"Before.\n\n{OUTPUT}\n\nAfter.\n",
        extensions=[one for one in EXTENSIONS if one != "docproof.markdown.provenance"],
    )
    assert soup.get_text().split() == BeautifulSoup(without, "html.parser").get_text().split()


def test_with_words_for_it_the_line_of_a_recording_ends_in_a_place_for_a_link(
    html: Build, sandbox: Sandbox
) -> None:
    def places() -> list[tuple[str, str]]:
        options = {"docproof.markdown.provenance": {"exchanges": "What went over"}}
        made = markdown.markdown(OUTPUT, extensions=EXTENSIONS, extension_configs=options)
        found = BeautifulSoup(made, "html.parser").select("p.origin > span.exchanges")
        return [(place.get_text(), str(place["data-href"])) for place in found]

    assert places() == [("What went over", "page/x.html")]
    assert not html(OUTPUT).select("p.origin > span"), "without words there is none"
    (sandbox.root / NAME).unlink()
    assert places() == [], "where nothing was recorded, there is nothing to see"


def test_the_search_leaves_the_line_out(html: Build) -> None:
    assert html(OUTPUT).select_one("p.origin").has_attr("data-search-exclude")


@pytest.mark.parametrize(
    "text",
    [
        f"1. A step:\n\n    {OUTPUT}\n\n2. Another.\n",
        f'??? note "Closed"\n\n    {OUTPUT}\n',
        f"- A:\n\n    - B:\n\n        {OUTPUT}\n\n    - C\n",
        "--8<--\ncode/page/terminal/x.md\n--8<--\n\nText.\n",
        '```text\n--8<-- "code/page/terminal/x.md:2:3"\n```\n\nText.\n',
        f"{OUTPUT}\nText right below.\n",
    ],
)
def test_an_output_has_its_line_wherever_it_stands(html: Build, text: str) -> None:
    soup = html(text)
    assert lines(soup) == [SAID]
    assert soup.select_one(".highlight + p.origin") is not None
    assert "8<" not in soup.get_text()


@pytest.mark.parametrize(
    "text",
    [
        "Text, and no include.\n",
        '```python\n--8<-- "code/page/x.py"\n```\n',
        '--8<-- "code/page/other.md"\n',
        f";{OUTPUT}\n",
        f"*{SAID}*\n",
    ],
)
def test_a_page_without_an_output_is_left_alone(html: Build, sandbox: Sandbox, text: str) -> None:
    sandbox.write("code/page/other.md", "Some *text*.\n")
    without = markdown.markdown(text, extensions=[e for e in EXTENSIONS if "origins" not in e])
    assert html(text).decode() == BeautifulSoup(without, "html.parser").decode()


def test_two_outputs_have_a_line_each(html: Build, sandbox: Sandbox) -> None:
    change(sandbox, "2026-11-22", "2026-11-01")
    sandbox.write("code/page/y.py", "print(1)\n")
    sandbox.write("code/page/terminal/y.md", "```text\n$ python y.py\n1\n```\n")
    sandbox.write("tests/cassettes/page/y.expected.yaml", "why: it only counts\nrequests: 0\n")
    soup = html(f"{OUTPUT}\n\n{OUTPUT.replace('x.md', 'y.md')}\n")
    first = "Recorded from a stand-in on 1 November 2026."
    assert lines(soup) == [first, "Sends no request."]


def test_outputs_that_come_together_have_their_lines_below_both(
    html: Build, sandbox: Sandbox
) -> None:
    sandbox.write("code/page/both.md", f"{OUTPUT}\n\n{OUTPUT}\n")
    soup = html('--8<-- "code/page/both.md"\n\nText.\n')
    assert lines(soup) == [SAID, SAID]
    assert len(soup.select(".output")) == 2


def test_the_live_service_is_named_by_its_hosts(html: Build, sandbox: Sandbox) -> None:
    change(sandbox, "origin: stand-in", "origin: live")
    host = "api.example.test"
    assert lines(html(OUTPUT)) == [SAID.replace("a stand-in", f"the live service at {host}")]
    made = sandbox.read(NAME).partition("digests:")[0]
    second = made.partition("interactions:\n")[2].replace(host, "b.example.test")
    sandbox.write(NAME, made + second)
    said = f"the live service at {host} and b.example.test"
    assert lines(html(OUTPUT)) == [SAID.replace("a stand-in", said)]


def test_another_endpoint_is_named_by_its_address(html: Build, sandbox: Sandbox) -> None:
    change(sandbox, "origin: stand-in", "origin: 'http://127.0.0.1:8001/v1'")
    assert lines(html(OUTPUT)) == [SAID.replace("a stand-in", "http://127.0.0.1:8001/v1")]


def test_the_version_is_the_recording_s(html: Build, sandbox: Sandbox) -> None:
    setting(sandbox, 'versions = ["httpx"]\n')
    sandbox.write("requirements.txt", "httpx==9.9.9\n")
    change(sandbox, "packages: {}", "packages: {httpx: 0.28.1}")
    assert lines(html(OUTPUT)) == [SAID.replace(".", ", with httpx 0.28.1.")]


def test_a_package_that_the_program_does_not_speak_of_is_not_named(
    html: Build, sandbox: Sandbox
) -> None:
    setting(sandbox, 'versions = ["litellm", "http"]\n')
    change(sandbox, "packages: {}", "packages: {litellm: 1.0.0, http: 2.0.0}")
    assert lines(html(OUTPUT)) == [SAID]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("requests: 0", "Sends no request. Run with httpx 0.28.1."),
        (
            "requests: 1\nfaults: [{request: 1, kind: refused}]",
            "No server was asked. Run with httpx 0.28.1.",
        ),
        ("requests: 0\nunreachable: [a.test]", "No server was asked. Run with httpx 0.28.1."),
        ("exit: 1", "Not recorded yet."),
    ],
)
def test_what_has_no_recording_says_why_and_the_pinned_version(
    html: Build, sandbox: Sandbox, expected: str, said: str
) -> None:
    setting(sandbox, 'versions = ["httpx"]\n')
    sandbox.write("requirements.txt", "httpx==0.28.1 \\\n    --hash=sha256:0\n")
    (sandbox.root / NAME).unlink()
    sandbox.write("tests/cassettes/page/x.expected.yaml", f"why: a test\n{expected}\n")
    assert lines(html(OUTPUT)) == [said]


def test_a_fault_after_which_something_was_recorded_is_a_recording(
    html: Build, sandbox: Sandbox
) -> None:
    sandbox.expect(requests=2, faults="[{request: 1, kind: refused}]")
    assert lines(html(OUTPUT)) == [SAID]


def test_a_recording_that_changes_changes_the_line(html: Build, sandbox: Sandbox) -> None:
    assert lines(html(OUTPUT)) == [SAID]
    change(sandbox, "2026-11-22", "2026-12-24")
    assert lines(html(OUTPUT)) == ["Recorded from a stand-in on 24 December 2026."]


def test_serving_the_site_watches_the_recordings() -> None:
    assert GUIDE.relative(GUIDE.recordings) in GUIDE.mkdocs["watch"]


@pytest.fixture
def tried(sandbox: Sandbox) -> Sandbox:
    """Two releases with which the program prints the same, and a page about them."""
    setting(sandbox, 'versions = ["httpx"]\ncompatibility = "docs/a/releases.yml"\n')
    sandbox.write("docs/a/releases.md", "# Releases\n")
    sandbox.write(
        "docs/a/releases.yml",
        "releases: [{release: v1}, {release: v2}]\n"
        "programs:\n  code/page/x.py: {v1: same, v2: same}\n",
    )
    return sandbox


def test_the_line_says_with_which_releases_it_prints_the_same(html: Build, tried: Sandbox) -> None:
    soup = html(OUTPUT)
    assert lines(soup) == [f"{SAID} It prints the same with httpx v1 to v2 (2 releases tried)."]
    assert soup.select_one("p.origin a")["href"] == "/a/releases.md"


def test_the_first_line_of_a_page_leads_to_the_releases_and_no_other(
    html: Build, tried: Sandbox
) -> None:
    soup = html(OUTPUT + "\n\n" + OUTPUT)
    assert len(set(lines(soup))) == 1
    assert [bool(line.select("a")) for line in soup.select("p.origin")] == [True, False]


def test_a_program_that_was_not_tried_says_nothing_of_releases(html: Build, tried: Sandbox) -> None:
    tried.write("docs/a/releases.yml", "releases: [{release: v1}]\nprograms: {}\n")
    assert lines(html(OUTPUT)) == [SAID]
    one = "programs: {code/page/x.py: {}}\n"
    tried.write("docs/a/releases.yml", f"releases: [{{release: v1}}]\n{one}")
    assert lines(html(OUTPUT)) == [SAID]


def test_a_program_without_the_package_says_nothing_of_its_releases(
    html: Build, tried: Sandbox
) -> None:
    tried.program("import json\nprint(json.dumps('Hello!'))\n")
    assert lines(html(OUTPUT)) == [SAID]


@pytest.mark.parametrize("engine", ["mkdocs", "zensical"])
def test_the_link_leads_to_the_page_with_either_engine(tried: Sandbox, engine: str) -> None:
    from tests.helpers.builds import built

    names = [one for one in EXTENSIONS if one != "pymdownx.snippets"]
    settings = {"site_name": "S", "theme": {"name": "material"}, "markdown_extensions": names}
    names.append({"pymdownx.snippets": {"base_path": ["."]}})
    tried.write("mkdocs.yml", yaml.dump(settings))
    for path in ("index", "b/deep/page"):
        tried.write(f"docs/{path}.md", PAGE)
    site = built(tried.root, engine, "build")
    for folder in ("", "b/deep/page"):
        page = site / folder / "index.html"
        link = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("p.origin a")
        assert (page.parent / link["href"] / "index.html").resolve() == (
            site / "a/releases/index.html"
        ).resolve()


# --- the guide itself


def said_of(program: Program) -> tuple[str, str]:
    """The day of a program's recording in words, and the version of LiteLLM in it."""
    made = recorded(program.recording.path).recorded
    year, month, day = map(int, made["date"].split("-"))
    months = "January February March April May June July August September October November December"
    return f"{day} {months.split()[month - 1]} {year}", made["packages"]["litellm"]


@pytest.mark.parametrize("path", SOURCES.values(), ids=lambda path: path.stem)
def test_each_output_of_the_guide_has_its_own_line(site: Path, path: Path) -> None:
    programs = {program.output.path: program for program in GUIDE.all_programs()}
    shown = [programs[one.file] for one in read_page(GUIDE, path).includes if one.file in programs]
    built = BeautifulSoup((site / address(path) / "index.html").read_text("utf-8"), "html.parser")
    found = built.select(".output + p.origin")
    assert len(found) == len(built.select("p.origin")) == len(shown)
    for program, line in zip(shown, found, strict=True):
        text = line.get_text()
        if not program.recording.path.is_file():
            assert re.match(r"(Sends no request|No server was asked)\. Run with litellm \d", text)
            continue
        day, version = said_of(program)
        with_version = f", with litellm {version}" if "litellm" in program.path.read_text() else ""
        assert text.startswith(f"Recorded from a stand-in on {day}{with_version}.")


def test_the_pinned_version_is_the_one_that_runs_here(site: Path) -> None:
    from importlib.metadata import version

    said = re.findall(
        r"Run with litellm (\S+)\.", " ".join(p.read_text() for p in site.rglob("*.html"))
    )
    assert set(said) == {version("litellm")}
