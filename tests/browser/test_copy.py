"""What a reader's clipboard holds after each copy button is what the page includes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from docproof.pages.page import Page, blocks_of
from docproof.replay.replay import Replayer
from docproof.rules import rules
from tests.helpers.browser import NewTab, Visit, copied, opened
from tests.helpers.guide import GUIDE, READ, ROOT, address, boxed
from tests.helpers.stage import Stage, lines

BUTTONS = ".md-content :is(button.md-clipboard, button[data-md-type=copy])"
# Presses each button where a mouse would hit it, at a tenth of what a mouse takes.
PRESS = """async selector => {
  const found = [];
  for (const button of document.querySelectorAll(selector)) {
    await navigator.clipboard.writeText("nothing");
    const tab = button.closest(".tabbed-block");
    const tabs = tab ? [...tab.parentNode.children] : [];
    tab?.closest(".tabbed-set").querySelectorAll(":scope > input")[tabs.indexOf(tab)].click();
    button.scrollIntoView({ block: "center", behavior: "instant" });
    const end = performance.now() + 60000;
    let text, pressed = false;
    while ((text = await navigator.clipboard.readText()) === "nothing") {
      if (performance.now() > end) return found;
      const { x, y, width, height } = button.getBoundingClientRect();
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      // For two seconds, the theme's message of the last button may be above this one.
      if (!pressed && button.contains(hit)) hit.click(), pressed = true;
      await new Promise(done => setTimeout(done, 5));
    }
    found.push(text);
  }
  return found;
}"""


def all_copied(tab: Tab, number: int) -> list[str]:
    """The clipboard after each copy button of the page, which has so many, in the page's order."""
    tab.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
    expect(tab.locator(BUTTONS)).to_have_count(number)  # the theme adds them one by one
    found: list[str] = tab.evaluate(PRESS, BUTTONS)
    if found:  # and once by a mouse
        assert copied(tab, tab.locator(BUTTONS).first.click) == found[0]
    return found


def expected(page: Page) -> list[str]:
    """What the copy buttons of a page should give: all blocks but outputs and tables."""
    found: list[str] = []
    made = boxed(page) if address(page.path) else None
    waiting = [made] if made else []
    rows = [row.text for row in page.rows]
    for block in blocks_of(rows):
        if waiting and page.rows[block.line - 1].line > waiting[0].below:
            found.append(waiting.pop().command)
        if block.language == "rules":
            found += [rule.example for rule in sorted(rules(), key=lambda rule: rule.name)]
        elif block.language != "table" and not block.body[0].startswith("$ "):
            found.append("\n".join(block.body).rstrip("\n"))
    return found + [made.command for made in waiting]


def test_each_copy_button_gives_the_block_s_text(visit: Visit) -> None:
    page = READ[visit.address]
    texts = expected(page)
    assert [text.rstrip("\n") for text in all_copied(visit.tab, len(texts))] == texts


WALKS = [(page, name) for page in READ.values() for name in page.meta.get("walkthrough") or []]


@pytest.mark.parametrize(("page", "name"), WALKS, ids=lambda value: getattr(value, "name", value))
def test_the_copied_steps_put_together_are_the_program_and_print_what_the_page_shows(
    new_tab: NewTab, claimant: Replayer, page: Page, name: str
) -> None:
    program = ROOT / name
    reader = new_tab(clipboard=True)
    opened(reader, address(page.path))
    buttons = all_copied(reader, len(expected(page)))
    texts = iter(text for text in buttons if not text.startswith("make run "))
    steps, whole = [], ""
    for block in page.blocks:
        text = next(texts) if block.language not in ("rules", "table") else ""
        here = [i for i in page.includes if block.line < i.line < block.end and i.file == program]
        if here and here[0].target == name:
            whole = text
        elif here:
            steps.append(text)
    pasted = "\n\n".join(step.rstrip("\n") for step in steps)
    filled = [line for line in pasted.split("\n") if line.strip()]
    assert filled == [line for line in program.read_text("utf-8").split("\n") if line.strip()]
    assert whole.rstrip("\n") == program.read_text("utf-8").rstrip("\n")
    folder = program.parent.relative_to(GUIDE.programs).as_posix()
    stage = Stage(claimant, folder)
    outcome = stage.run(f"{pasted}\n", program.stem)
    assert lines(outcome) == ""
    assert outcome.stdout.rstrip("\n") in stage.shown(program.stem)


def test_without_scripts_there_is_no_button_to_press(new_tab: NewTab) -> None:
    reader = new_tab(java_script_enabled=False)
    reader.goto("")
    assert reader.locator(BUTTONS).count() > 0
    assert reader.locator(f"{BUTTONS}:visible").count() == 0
