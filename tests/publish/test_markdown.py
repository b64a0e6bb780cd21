"""Each page is there as Markdown, with all that it shows in its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from docproof.pages.page import Page, blocks_of, read_page
from docproof.rules import rules
from tests.helpers.builds import unbuilt
from tests.helpers.guide import GUIDE, ROOT, SOURCES, boxed, shown
from tests.helpers.sandbox import Sandbox
from tools.publish import markdown

_CODE = re.compile(r"((?<!`)(?:`(?!`)[^`]+`|``(?!`).+?``)(?!`))")  # in a sentence
_ATTRIBUTES = re.compile(r" *\{[:#.][^}]*\}")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)\s]*\)")


def texts_of_blocks(page: Page) -> list[str]:
    """The text of each block that a page shows, by what it includes."""
    found: list[tuple[int, list[str]]] = []
    for block in page.blocks:
        if block.language == "rules":
            texts = [rule.example for rule in sorted(rules(), key=lambda rule: rule.name)]
            found.append((block.line, texts))
        elif block.language != "table":
            found.append((block.line, [shown(page, block)]))
    inside = [range(block.line, block.end) for block in page.blocks]
    for include in page.includes:  # those of outputs, which bring their fences along
        if not any(include.line in lines for lines in inside):
            blocks = blocks_of(list(include.shown))
            found.append((include.line, ["\n".join(block.body) for block in blocks]))
    return [text for _, texts in sorted(found) for text in texts]


def without_blocks(lines: list[str]) -> list[str]:
    """The lines of a page's Markdown, those of its code blanked."""
    for block in blocks_of(lines):
        lines = [
            *lines[: block.line - 1],
            *[""] * (block.end - block.line + 1),
            *lines[block.end :],
        ]
    return lines


@pytest.mark.parametrize("path", SOURCES.values(), ids=lambda path: path.stem)
def test_a_page_s_markdown_has_what_the_page_includes_byte_for_byte(bare: Path, path: Path) -> None:
    text = (bare / path.relative_to(GUIDE.docs)).read_bytes().decode()
    blocks = blocks_of(text.split("\n"))
    found = ["\n".join(block.body).rstrip("\n") for block in blocks]
    made = boxed(read_page(GUIDE, path)) if path.name != "index.md" else None
    if made:  # the build's own block
        found.remove(made.command)
    assert found == [text.rstrip("\n") for text in texts_of_blocks(read_page(GUIDE, path))]


@pytest.mark.parametrize("path", SOURCES.values(), ids=lambda path: path.stem)
def test_a_page_s_markdown_has_its_prose_and_nothing_that_only_mkdocs_knows(
    bare: Path, path: Path
) -> None:
    text = (bare / path.relative_to(GUIDE.docs)).read_text("utf-8")
    written = read_page(GUIDE, path)
    heading = next(line for line in written.lines if line.startswith("# "))
    assert text.startswith(f"{heading}\n\n> {written.meta['description']}\n\n")
    prose = "\n".join(without_blocks(text.split("\n")))
    assert not re.search(r"^```+(table|rules)", text, re.MULTILINE)
    assert not re.search(r"^ *(!!!|\?\?\?|===|--8<--)|<svg", prose, re.MULTILINE)
    assert not _ATTRIBUTES.search(_CODE.sub("", prose))
    for line in written.prose:
        if not line.lstrip().startswith(("!!!", "???", "===", "<figure>", "</figure>")):
            parts = _CODE.split(line)
            parts[::2] = [_ATTRIBUTES.sub("", part) for part in parts[::2]]
            assert "".join(parts).strip() in prose


@pytest.mark.parametrize("path", SOURCES.values(), ids=lambda path: path.stem)
def test_the_links_of_a_page_s_markdown_lead_to_files_of_the_site(bare: Path, path: Path) -> None:
    file = bare / path.relative_to(GUIDE.docs)
    lines = file.read_text("utf-8").split("\n")
    for link in _LINK.findall("\n".join(without_blocks(lines))):
        assert "://" in link or (file.parent / link).is_file(), link


def test_a_table_stands_in_markdown_with_the_rows_of_its_data(bare: Path) -> None:
    text = (bare / "api-reference/reference.md").read_text("utf-8")
    data = yaml.safe_load((ROOT / "docs/api-reference/models.yml").read_text("utf-8"))
    for model in data["models"]:
        assert f"| `{model['id']}` |" in text


def plain(sandbox: Sandbox, text: str, head: str = "") -> str:
    """A page without includes as Markdown."""
    sandbox.write("docs/folder/page.md", f"---\ntitle: Title\n{head}---\n")
    (page,) = (one for one in unbuilt(sandbox.root).pages if one.uri == "folder/page.md")
    return markdown.plain(text.split("\n"), page)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('!!! note "Why"\n\n    Because.\n\nAfter.', "> **Note: Why**\n>\n> Because.\n\nAfter."),
        ("!!! danger\n    Do not.", "> **Danger**\n>\n> Do not."),
        ('!!! note ""\n\n    Because.', "> Because."),
        (
            '1. Step\n\n    !!! tip "T"\n\n        ```text\n        a\n\n        b\n        ```',
            "1. Step\n\n    > **Tip: T**\n    >\n    > ```text\n    > a\n    >\n    > b\n    > ```",
        ),
        (
            '??? program "x.py"\n\n    ```python\n    if a:\n        b()\n    ```\n\nAfter.',
            "**x.py**\n\n```python\nif a:\n    b()\n```\n\nAfter.",
        ),
        (
            '??? program "x.py"\n\n    !!! note "N"\n\n        Body.',
            "**x.py**\n\n> **Note: N**\n>\n> Body.",
        ),
        (
            '=== "Sync"\n\n    ```text\n    a\n    ```\n\n=== "Async"\n\n    B.\n\nAfter.',
            "**Sync**\n\n```text\na\n```\n\n**Async**\n\nB.\n\nAfter.",
        ),
        ("Title\n===", "Title\n==="),
        (
            '```text\n!!! note "Code"\n\n    Stays.\n```',
            '```text\n!!! note "Code"\n\n    Stays.\n```',
        ),
        (
            "<figure>\n<svg>\n<title>A &amp; B</title>\n<desc>From A to B.</desc>\n"
            "<g><title>A</title></g>\n</svg>\n</figure>\n\nAfter.",
            "*Picture: A & B. From A to B.*\n\nAfter.",
        ),
        ("<figure>\n<svg>", "<figure>\n<svg>"),
        ("```text\n<figure>\n</figure>\n```", "```text\n<figure>\n</figure>\n```"),
        ("Words:\n{: .cards .figures }\n\nAfter.", "Words:\n\nAfter."),
        ("- One.\n\n    Words:\n    {: #an-id }", "- One.\n\n    Words:"),
        ('!!! note "N"\n\n    Words:\n    {: .cards }', "> **Note: N**\n>\n> Words:"),
        ("## An old one, `x` {#old}\n\n### `{#y}`", "## An old one, `x`\n\n### `{#y}`"),
        ("[a](b.md){#c} `d`{: .e } *f*{#g}, {#h}", "[a](b.md) `d` *f*, {#h}"),
        ("`{#a}` and ``{: .b } ` c``", "`{#a}` and ``{: .b } ` c``"),
        ("```text\n## A {#a}\n{: .b }\n```", "```text\n## A {#a}\n{: .b }\n```"),
        ("[a](/other/a.md#b) [c](/c.md)", "[a](../other/a.md#b) [c](../c.md)"),
        ("[a](//host/a) [b](b.md)", "[a](//host/a) [b](b.md)"),
        ("```text\n[a](/b.md)\n```", "```text\n[a](/b.md)\n```"),
    ],
)
def test_what_only_mkdocs_knows_becomes_plain_markdown(
    sandbox: Sandbox, written: str, expected: str
) -> None:
    assert plain(sandbox, f"# Page\n\n{written}") == f"# Page\n\n{expected}\n"


def test_a_page_without_a_heading_has_its_title_as_one(sandbox: Sandbox) -> None:
    assert plain(sandbox, "Text.", "description: What.\n") == "# Title\n\n> What.\n\nText.\n"


@pytest.mark.parametrize("path", SOURCES.values(), ids=lambda path: path.stem)
def test_below_each_output_stands_where_it_comes_from(bare: Path, path: Path) -> None:
    text = (bare / path.relative_to(GUIDE.docs)).read_text("utf-8")
    full = (bare / "llms-full.txt").read_text("utf-8")
    outputs = {program.output.path for program in GUIDE.all_programs()}
    shown = [one for one in read_page(GUIDE, path).includes if one.file in outputs]
    said = "Recorded from a stand-in on|Sends no request|No server was asked"
    found = re.findall(rf"```\n+ *\*((?:{said})\b.*?)\*(?: \[.*)?\n", text)
    assert len(found) == len(shown)
    assert all(line in full for line in found)
