"""A page reads well on a phone and on a desk: nothing is covered, cut unseen, or too wide.

Each page is opened once at each width, with all its boxes open, and measured there;
the tests compare what was measured. That takes about half a second a page and width.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.helpers.browser import opened
from tests.helpers.guide import PAGES

PHONES, DESKS = (360, 390), (1280, 1440)
Found = dict[tuple[int, str], dict[str, Any]]

MEASURE = """
() => {
  document.querySelectorAll("details").forEach(box => box.open = true);
  const article = document.querySelector("article");
  const all = (css, root = article) => [...root.querySelectorAll(css)];
  const seen = one => one.checkVisibility() && one.getBoundingClientRect().width > 1;
  const size = one => parseFloat(getComputedStyle(one).fontSize);
  const texts = root => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walk.nextNode()) if (walk.currentNode.data.trim()) nodes.push(walk.currentNode);
    return nodes;
  };
  const rects = (node, from = 0, to = node.data.length) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return [...range.getClientRects()].filter(one => one.width);
  };
  const blocks = all(".highlight").filter(seen).map(block => {
    const code = block.querySelector("pre > code");
    const box = code.getBoundingClientRect();
    const button = block.querySelector(".md-code__nav")?.getBoundingClientRect();
    const over = one => button
      && Math.max(one.left, box.left, button.left) < Math.min(one.right, box.right, button.right)
      && Math.max(one.top, box.top, button.top) < Math.min(one.bottom, box.bottom, button.bottom);
    const { left, right } = block.getBoundingClientRect();
    return {
      name: code.textContent.slice(0, 40),
      button: Boolean(button),
      covered: texts(block).filter(node => rects(node).some(over)).map(node => node.data),
      edges: [left, document.documentElement.clientWidth - right].map(Math.round),
      boxed: Boolean(block.closest("details, .admonition")),
      cut: code.scrollWidth > code.clientWidth,
      sign: getComputedStyle(code).backgroundImage !== "none",
      python: block.classList.contains("language-python"),
      numbered: all("[data-linenos]", block).some(
        one => getComputedStyle(one, "::before").content.startsWith('"')
          && getComputedStyle(one).display !== "none"),
      file: all(".filename", block).filter(seen).map(one => one.firstChild.data.trim())[0] ?? "",
      box: all("summary", block.closest("details") ?? block)
        .filter(seen).map(one => one.textContent)[0] ?? "",
    };
  });
  const tables = all(".md-typeset__scrollwrap[role]").map(wrap => ({
    name: wrap.textContent.trim().slice(0, 40),
    cards: wrap.previousElementSibling.classList.contains("cards"),
    figures: wrap.previousElementSibling.classList.contains("figures"),
    columns: all("th", wrap).map(one => one.textContent),
    headed: getComputedStyle(wrap.querySelector("thead")).display !== "none",
    told: all("tbody tr", wrap).map(row => all("td", row)
      .filter(one => getComputedStyle(one, "::before").content !== "none")
      .map(one => one.dataset.column)),
    filled: all("tbody tr", wrap)
      .map(row => all("td", row).map(one => one.textContent.trim() !== "")),
    cut: wrap.scrollWidth > wrap.clientWidth,
    sign: getComputedStyle(wrap).backgroundImage !== "none",
  }));
  // Code in a sentence and a command may break after a space or a slash, and nowhere else.
  const paths = all(":not(pre) > code, .language-bash code").filter(seen).flatMap(texts)
    .flatMap(node => [...node.data.matchAll(/[^\\s/]+/g)]
      .filter(part => new Set(rects(node, part.index, part.index + part[0].length)
        .map(one => Math.round(one.top))).size > 1)
      .map(part => part[0]))
  const whole = all(":not(pre) > code, .language-bash code")
    .filter(one => seen(one) && /[ /]/.test(one.textContent) && !one.closest("td")
      && /^(pre|nowrap)$/.test(getComputedStyle(one).whiteSpace))
    .map(one => one.textContent);
  const lines = all("p, li").filter(one => seen(one) && !one.querySelector("p, li, pre"))
    .map(one => {
      const tops = texts(one).flatMap(node => rects(node)).map(one => Math.round(one.top / 12));
      return [one.textContent.trim().length, new Set(tops).size];
    })
    .filter(([, count]) => count > 2).map(([length, count]) => length / count);
  return {
    blocks, tables, paths, whole,
    line: Math.max(0, ...lines),
    text: size(article),
    boxed: [...new Set(all(":is(details, .admonition) > p:not(.origin)").map(size))],
    celled: [...new Set(all("td code").map(size))],
  };
}
"""


@pytest.fixture(scope="module")
def found(browser: Browser, site_url: str) -> Found:
    """What was measured on each page, by width and address."""
    tab = browser.new_page(base_url=site_url, reduced_motion="reduce")
    made: Found = {}
    for address in PAGES:
        opened(tab, address)
        for width in (*PHONES, *DESKS):
            tab.set_viewport_size({"width": width, "height": 900})
            made[width, address] = tab.evaluate(MEASURE)
    tab.close()
    return made


def blocks(found: Found, *widths: int) -> list[dict[str, Any]]:
    """The blocks of all pages at some widths; each knows its page."""
    return [
        {"page": address, **block}
        for (width, address), page in found.items()
        if width in widths
        for block in page["blocks"]
    ]


def test_no_button_covers_code_on_a_phone_or_a_desk(found: Found) -> None:
    shown = blocks(found, *PHONES, *DESKS)
    assert sum(block["button"] for block in shown) > 200
    assert [(one["page"], one["name"], one["covered"]) for one in shown if one["covered"]] == []


def test_code_on_a_phone_has_the_whole_width_in_a_step_as_elsewhere(found: Found) -> None:
    shown = [one for one in blocks(found, *PHONES) if not one["boxed"]]
    inset = {(one["page"], one["name"]): one["edges"] for one in shown if one["edges"] != [0, 0]}
    assert inset == {}


def test_what_is_cut_at_the_edge_of_a_phone_has_a_shade_there(found: Found) -> None:
    shown = [*blocks(found, *PHONES)]
    shown += [one for key, page in found.items() if key[0] in PHONES for one in page["tables"]]
    cut = [one for one in shown if one["cut"]]
    assert len(cut) > 100
    assert [one["name"] for one in cut if not one["sign"]] == []


def test_a_table_of_long_texts_is_not_wider_than_a_phone(found: Found) -> None:
    cards = [one for key, page in found.items() if key[0] in PHONES for one in page["tables"]]
    cards = [one for one in cards if one["cards"]]
    assert len(cards) == 12 * len(PHONES)
    assert [one["name"] for one in cards if one["cut"]] == []


def test_each_cell_of_a_card_says_which_column_it_is_of(found: Found) -> None:
    tables = [
        (key[0] in PHONES, one)
        for key, page in found.items()
        for one in page["tables"]
        if one["cards"] and not one["figures"]
    ]
    assert len(tables) == 8 * len((*PHONES, *DESKS))
    for on_phone, one in tables:
        assert one["headed"] != on_phone
        for told, filled in zip(one["told"], one["filled"], strict=True):
            names = [
                name for name, has_words in zip(one["columns"], filled, strict=True) if has_words
            ]
            assert told == (names[1:] if on_phone else [])


def test_no_table_is_wider_than_a_desk_has_room(found: Found) -> None:
    tables = [one for key, page in found.items() if key[0] in DESKS for one in page["tables"]]
    assert len(tables) > 10
    assert [one["name"] for one in tables if one["cut"]] == []


def test_code_breaks_after_a_space_or_a_slash_and_nowhere_else(found: Found) -> None:
    assert {key: page["paths"] for key, page in found.items() if page["paths"]} == {}
    # Firefox breaks no code that does not wrap, not even at a place that allows it.
    assert {key: page["whole"] for key, page in found.items() if page["whole"]} == {}


def test_what_is_in_a_box_or_a_table_is_about_as_large_as_the_page(found: Found) -> None:
    assert any(page["boxed"] for page in found.values())
    for key, page in found.items():
        assert set(page["boxed"]) <= {page["text"]}, key
        assert all(size >= 0.75 * page["text"] for size in page["celled"]), (key, page["celled"])


def test_lines_on_a_desk_have_about_75_characters(found: Found) -> None:
    lines = {key[1]: page["line"] for key, page in found.items() if key[0] in DESKS}
    assert {address: line for address, line in lines.items() if line > 90} == {}


def test_the_blocks_of_a_page_all_have_a_name_and_numbers_or_none_has(found: Found) -> None:
    shown = [one for one in blocks(found, *DESKS) if one["python"]]
    assert [one["page"] for one in shown if one["box"] and one["box"] == one["file"]] == []
    for address in PAGES:
        here = {
            (one["numbered"], bool(one["file"] or one["box"]) and one["numbered"])
            for one in shown
            if one["page"] == address
        }
        assert len(here) <= 1, (address, here)
