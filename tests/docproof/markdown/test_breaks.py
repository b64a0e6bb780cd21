"""Code in a sentence and a command break after a space or a slash, and their text stays."""

from __future__ import annotations

import markdown
import pytest
from bs4 import BeautifulSoup

NAMES = (
    "docproof.markdown.breaks",
    "docproof.markdown.blocks",
    "pymdownx.highlight",
    "pymdownx.superfences",
)


def built(text: str) -> str:
    options = {"pymdownx.highlight": {"pygments_lang_class": True}}  # as mkdocs.yml has it
    return markdown.markdown(text, extensions=[*NAMES], extension_configs=options)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("code/get-started/x.py", 'code/<wbr><span class="whole">get-started/</span><wbr>x.py'),
        ("https://x.example/v1", '<span class="whole">https://x.example/</span><wbr>v1'),
        ("make check", "make check"),
        ("openai/", "openai/"),
        ("f(a-b)", '<span class="whole">f(a-b)</span>'),
        ("num_retries=0", "num_retries=0"),
        ("if a < b / c:", 'if a <span class="whole">&lt;</span> b / c:'),
    ],
)
def test_code_in_a_sentence_breaks_after_a_space_or_a_slash(written: str, shown: str) -> None:
    html = built(f"See `{written}` here.")
    assert html == f"<p>See <code>{shown}</code> here.</p>"
    assert BeautifulSoup(html, "html.parser").get_text() == f"See {written} here."


def test_a_command_breaks_as_well_and_other_blocks_do_not() -> None:
    command = built("```bash\nmake run PROGRAM=code/x.py\n```")
    assert command.count("<wbr>") == 1
    assert BeautifulSoup(command, "html.parser").get_text().strip() == "make run PROGRAM=code/x.py"
    assert "<wbr>" not in built("```text\ncode/x.py and more\n```")
