"""While the site is served, what is wrong stands at its block; the built site has none of it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.helpers import waiting
from tests.helpers.browser import reading
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import PAGE, Sandbox
from tools.live.browser import FIX, HEADER

CONFIG = f"""\
site_name: S
theme: {{name: material, font: false}}
plugins: []
markdown_extensions:
  - pymdownx.superfences
  - pymdownx.details
  - docproof.markdown.provenance
  - tools.publish.keyless
  - pymdownx.snippets: {{check_paths: true}}
hooks: [{ROOT}/tools/live/hook.py]
watch: [code, tests/cassettes]
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, str]]:
    """A small project and the address at which it is served; one process for all tests here."""
    sandbox = Sandbox(tmp_path_factory.mktemp("served"))
    sandbox.write("mkdocs.yml", CONFIG)
    log = sandbox.root / "log"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=sandbox.root, stderr=said, start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
            preexec_fn=waiting.hears_ctrl_c,
        )  # fmt: skip
    try:
        waiting.wait_for(lambda: process.poll() is not None or _answers(f"{url}/page/"))
        yield sandbox, url
        os.killpg(process.pid, signal.SIGINT)
        process.wait(waiting.PATIENCE)
        waiting.until_all_gone(process.pid)  # Ctrl-C ends the process that programs fork from, too
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def _answers(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url).status)
    except OSError:
        return False


def test_three_faults_are_shown_at_their_blocks_and_go_when_they_are_mended(
    site: tuple[Sandbox, str], browser: Browser
) -> None:
    # Takes five seconds: MkDocs looks for changes twice in a second, and builds anew.
    sandbox, url = site
    program = sandbox.read("code/page/x.py")
    with reading(browser, url) as reader:
        tab = reader.new_page()
        tab.goto(f"{url}/page/")
        box = tab.locator(".proof-box:not(.doubt)")
        expect(box).to_have_count(0)

        sandbox.write("docs/page.md", PAGE.replace('page/x.py"', 'page/gone.py"'))
        gone = box.filter(has_text="docs/page.md:9 include")
        expect(gone).to_contain_text("there is no such file")
        expect(gone.locator("xpath=following-sibling::*[1]")).to_contain_text("gone.py")
        sandbox.write("docs/page.md", PAGE)
        expect(box).to_have_count(0)

        sandbox.program(program.replace('["answer"]', '["answer"].upper()'))
        expect(box).to_contain_text("code/page/x.py prints something else")
        expect(box.locator("xpath=following-sibling::*[1]")).to_contain_text("$ python x.py")
        box.get_by_role("button", name="Run fix").click()
        waiting.wait_for(lambda: "HELLO!" in sandbox.read("code/page/terminal/x.md"))
        expect(tab.locator(".highlight", has_text="HELLO!")).to_have_count(1)
        expect(box).to_have_count(0)

        sandbox.write("docs/page.md", PAGE.replace("title: A page", 'title: ["A page'))
        expect(box.first).to_contain_text("front-matter")
        sandbox.write("docs/page.md", PAGE)
        expect(box).to_have_count(0)
    said = (sandbox.root / "log").read_text()
    assert "docs/page.md:9: include: it includes code/page/gone.py, and there is no such" in said
    assert re.search(r"^fixed: docs/page\.md: include: ", said, re.MULTILINE)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://example.com", HEADER: "1"},
        {"Origin": "http://example.com", "Host": "example.com", HEADER: "1"},
    ],
)
def test_a_page_from_elsewhere_cannot_run_fix(
    site: tuple[Sandbox, str], headers: dict[str, str]
) -> None:
    _, url = site
    assert _asks_for_fix(url, headers) == 403


def test_a_served_page_can_ask_for_it_and_hears_that_nothing_is_to_be_mended(
    site: tuple[Sandbox, str],
) -> None:
    _, url = site
    assert _asks_for_fix(url, {"Origin": url, HEADER: "1"}) == 409


def _asks_for_fix(url: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url + FIX, b"no such problem", headers, method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    return refused.value.code


def test_the_built_site_has_none_of_it(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    built = []
    for config in (CONFIG, re.sub("hooks: .*\n", "", CONFIG)):
        sandbox.write("mkdocs.yml", config)
        command = [sys.executable, "-m", "mkdocs", "build", "-q"]
        subprocess.run(
            command, cwd=tmp_path, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        built.append({p: p.read_bytes() for p in (tmp_path / "site").rglob("*.html")})
    assert built[0] == built[1]
    assert not any(b"proof.js" in page for page in built[0].values())
