"""Each recorded output leads to what was sent and received for it, which is what was recorded."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from docproof.recordings import expectations, recording
from docproof.recordings.reader import read
from tests.helpers import builds
from tests.helpers.guide import GUIDE, PAGES
from tests.helpers.shared import Once
from tools.publish.exchanges import curl
from tools.standin import application, serving

HERE = "get-started/integrations/litellm"
WORDS = "What was sent and received"
RECORDED = {
    one.path.relative_to(GUIDE.programs).with_suffix("").as_posix(): one
    for one in GUIDE.all_programs()
    if one.recording.path.is_file()
}


@pytest.fixture(scope="session", params=["mkdocs", "zensical"])
def built(request: pytest.FixtureRequest, once: Once, bare: Path) -> Path:
    """The site as each engine builds it."""
    return bare if request.param == "mkdocs" else once("site-zensical", builds.zensical)


@cache
def page_of(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")


def interactions(name: str) -> list[dict[str, Any]]:
    made = read(GUIDE, RECORDED[name])
    assert made is not None
    return made.interactions


def test_each_recorded_output_leads_there_and_no_other(built: Path) -> None:
    led = set()
    for address in PAGES:
        for line in builds.page_of(built, address).select("p.origin"):
            links = [str(a["href"]) for a in line.select("a.exchanges")]
            assert bool(links) == line.get_text().startswith("Recorded from")
            led |= {(built / address / link).resolve() for link in links}
    assert led == {(built / f"{name}.html").resolve() for name in RECORDED}
    assert all(path.is_file() for path in led)


def test_a_page_s_markdown_leads_there_too(built: Path) -> None:
    text = (built / f"{HERE}/reasoning.md").read_text("utf-8")
    assert f"tried).* [{WORDS}](reasoning/streamed.html)\n" in text


@pytest.mark.parametrize("name", RECORDED)
def test_it_says_what_was_recorded_and_nothing_else(bare: Path, name: str) -> None:
    faults = expectations.load(RECORDED[name].expectations).faults
    cut = {fault.request: fault.after for fault in faults if fault.kind == "cut"}
    page = page_of(bare, name)
    said = [block.get_text() for block in page.select(".exchanges-list > pre")]
    streams = [list_.select("li") for list_ in page.select(".exchanges-events")]
    for number, one in enumerate(interactions(name), start=1):
        sent, came = one["request"], one["response"]
        first, _, body = said.pop(0).partition("\n\n")
        assert first.split("\n") == [f"{sent['method']} {sent['uri']}", *headers(sent)]
        assert in_order(json.loads(body) if body else None) == in_order(sent.get("json"))
        first, _, body = said.pop(0).partition("\n\n")
        status, *rest = first.split("\n")
        assert int(status.split()[0]) == came["status"]
        assert rest == headers(came)
        if events := recording.stream(came):
            rows = [row.get_text(" ", strip=True).split(" s ", 1) for row in streams.pop(0)]
            times = recording.times(came)
            assert len(times) == len(events)
            shown = [[f"{at:.2f}", data] for at, (_, data) in zip(times, events, strict=True)]
            assert [[at, "".join(data.split())] for at, data in rows] == [
                [at, "".join(data.split())] for at, data in shown[: cut.get(number)]
            ]
        else:
            whole = recording.read(came)
            is_json = "json" in whole
            assert (in_order(json.loads(body)) if is_json else body) == (
                in_order(whole["json"]) if is_json else came["text"]
            )
    assert (said, streams) == ([], [])


def in_order(data: Any) -> str:
    return json.dumps(data)


def headers(message: dict[str, Any]) -> list[str]:
    return [f"{name}: {said}" for name, said in message["headers"].items()]


def test_both_engines_say_the_same(once: Once, bare: Path) -> None:
    other = once("site-zensical", builds.zensical)
    for name in RECORDED:
        assert str(page_of(other, name).main) == str(page_of(bare, name).main)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("fallbacks/broken_stream", "The connection breaks here, on purpose."),
        ("another-endpoint/mistakes", "3. The connection is refused, which is put in on purpose."),
        ("errors-and-retries/statuses", "29. No answer comes, which is put in on purpose."),
        ("errors-and-retries/retries", "429 Too Many Requests\ncontent-type: application/json"),
        ("errors-and-retries/retry_after", "\nretry-after: 300\n"),
    ],
)
def test_errors_and_faults_stand_where_they_befell(bare: Path, name: str, says: str) -> None:
    assert says in page_of(bare, f"{HERE}/{name}").get_text()


@pytest.fixture(scope="module")
def standin() -> Iterator[str]:
    with serving(application()) as url:
        yield url


@pytest.mark.parametrize(
    "name",
    ["hello_litellm", "reasoning/streamed", "another-endpoint/litellm_call", "tools/one_tool"],
)
def test_a_curl_command_is_answered_as_the_program_was(standin: str, name: str) -> None:
    for one in interactions(f"{HERE}/{name}"):
        command = curl(GUIDE, one["request"])
        key = "KLUSTER_API_KEY" if "api.kluster.ai" in command else "API_KEY"
        for url in GUIDE.base_urls:
            command = command.replace(url, standin)
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, encoding="utf-8",
            env={"PATH": "/usr/bin:/bin", key: "fake-not-a-key"},
        )  # fmt: skip
        body = recording.body(one["response"])
        assert done.stdout == body or json.loads(done.stdout) == json.loads(body)


def test_what_a_shell_would_read_is_sent_as_it_is() -> None:
    text = 'It\'s $HOME, `date` and \\n\n"x"'
    request = {"method": "POST", "uri": "http://h.example/v1", "headers": {}, "json": {"q": text}}
    command = curl(GUIDE, request).replace("curl ", "printf '%s|' ", 1)
    done = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8")
    *_, sent, end = done.stdout.split("|")
    assert (json.loads(sent), end) == ({"q": text}, "")
