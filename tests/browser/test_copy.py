"""What a reader's clipboard holds after each copy button is what the page includes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from docproof import pages
from docproof.pages import Page
from docproof.rules import rules
from tests.browser.conftest import opened, until
from tests.claims.conftest import GUIDE
from tests.conftest import ROOT
from tests.test_site import address, shown

READ = [pages.read(GUIDE, path) for path in GUIDE.pages()]


@pytest.fixture
def reader(browser: Browser, site_url: str) -> Tab:
    """A tab that may use the clipboard."""
    context = browser.new_context(base_url=site_url)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site_url)
    return context.new_page()


def copied(tab: Tab, page: Page) -> list[str]:
    """The clipboard after each copy button of a page, in the page's order."""
    opened(tab, address(page.path))
    tab.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
    buttons = tab.locator(".md-content :is(button.md-clipboard, button[data-md-type=copy])")
    found = []
    for number in range(buttons.count()):
        tab.evaluate("navigator.clipboard.writeText('nothing')")
        buttons.nth(number).click()
        until(tab, "navigator.clipboard.readText().then(text => text !== 'nothing')")
        found.append(str(tab.evaluate("navigator.clipboard.readText()")))
    return found


def expected(page: Page) -> list[str]:
    """What the copy buttons of a page should give: all blocks but outputs and tables."""
    found: list[str] = []
    for block in page.blocks:
        if block.language == "rules":
            found += [rule.example for rule in sorted(rules(), key=lambda rule: rule.name)]
        elif block.language != "table":
            found.append(shown(page, block))
    return found


@pytest.mark.parametrize("page", READ, ids=lambda page: page.path.stem)
def test_each_copy_button_gives_the_block_s_text(reader: Tab, page: Page) -> None:
    found = [text.rstrip("\n") for text in copied(reader, page)]
    assert found == expected(page)


WALKS = [(page, name) for page in READ for name in page.meta.get("walkthrough") or []]


@pytest.mark.parametrize(("page", "name"), WALKS, ids=lambda value: getattr(value, "name", value))
def test_the_copied_steps_put_together_are_the_program_and_print_what_the_page_shows(
    reader: Tab, tmp_path: Path, page: Page, name: str
) -> None:
    program = ROOT / name
    texts = iter(copied(reader, page))
    steps, whole = [], ""
    for block in page.blocks:
        text = next(texts) if block.language not in ("rules", "table") else ""
        here = [i for i in page.includes if block.line < i.line < block.end and i.file == program]
        if here and here[0].target == name:
            whole = text
        elif here:
            steps.append(text)
    pasted = "\n\n".join(step.rstrip("\n") for step in steps)
    lines = [line for line in pasted.split("\n") if line.strip()]
    assert lines == [line for line in program.read_text("utf-8").split("\n") if line.strip()]
    assert whole.rstrip("\n") == program.read_text("utf-8").rstrip("\n")
    printed = GUIDE.output_of(program).read_text("utf-8")
    project = tmp_path / "project"
    needed = ("mkdocs.yml", "pyproject.toml", "tests/wire-types.json")
    needed += ("tests/preload.py", "tests/first_call.py")
    recorded = (GUIDE.recording_of(program), GUIDE.expectations_of(program))
    for source in (*recorded, *(ROOT / one for one in needed)):
        if source.is_file():
            target = project / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    (project / "docs").mkdir()
    copy = project / name
    copy.parent.mkdir(parents=True)
    copy.write_text(f"{pasted}\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "docproof", "run", "--no-delay", name],
        cwd=project, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip("\n") in printed
