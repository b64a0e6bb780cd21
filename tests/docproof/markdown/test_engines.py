"""Both engines show the same code, and it is the very text of the files.

A site of few pages is built once by each, which takes some seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.helpers.builds import built

MKDOCS = """\
site_name: S
theme: {name: material, font: false}
plugins: []
markdown_extensions:
  - admonition
  - docproof.markdown.blocks
  - pymdownx.highlight: {linenums_style: pymdownx-inline}
  - pymdownx.superfences: {preserve_tabs: true}
  - pymdownx.snippets: {check_paths: true}
"""
FILES = {
    "plain.py": "import os\n\nprint(os.name)\n",
    "tabs.py": 'if True:\n\tprint("a\tb")\n',
    "blanks.py": 'text = """a  \n   \n\t\nb"""\n',
    "fence.py": 'text = """\n~~~\n# a\n"""\n',
    "markup.py": 'print("&amp; <b> {: .x } [a][b] *c* \\\\_ ")\n',
    "letters.py": 'print("\u00e9\u4e16\U0001f469\u200d\U0001f4bb")\n',
    "ends.py": "x = 1\r\ny = 2\r\n",
    "Makefile": "all:\n\techo  a\n\n\t\techo b\n",
}
PLACES = {
    "margin": "{}",
    "step": "1. Run it:\n\n    {}\n",
    "box": "!!! note\n\n    {}\n",
    "nested": "1. Run it:\n\n    - so:\n\n        {}\n",
}
OTHERS = {
    "crlf": '# A\r\n\r\n```python\r\n--8<-- "code/plain.py:3:3"\r\n```\r\n',
    "form": '# A\n\n```python hl_lines="2"\n--8<--\n; code/gone.py\ncode/plain.py:1:1\n'
    "code/plain.py:3:3\n--8<--\n```\n",
}


def _text(place: str, name: str) -> str:
    block = f'```text\n--8<-- "code/{name}"\n```'
    before = PLACES[place].split("{}")[0].rpartition("\n")[2]
    return "# A\n\n" + PLACES[place].format(block.replace("\n", f"\n{before}")) + "\n"


@pytest.fixture(scope="module", params=["mkdocs", "zensical"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "mkdocs.yml").write_text(MKDOCS)
    for name, text in FILES.items():
        (folder / "code").mkdir(exist_ok=True)
        (folder / "code" / name).write_bytes(text.encode())
    pages = {f"{place}-{name}": _text(place, name) for place in PLACES for name in FILES}
    (folder / "docs").mkdir()
    for name, text in (pages | OTHERS | {"index": "# S\n"}).items():
        (folder / f"docs/{name}.md").write_bytes(text.encode())
    return built(folder, request.param, "build")


def code(site: Path, page: str) -> BeautifulSoup:
    text = (site / page / "index.html").read_bytes().decode()
    (found,) = BeautifulSoup(text, "html.parser").select("article pre > code")
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", FILES)
def test_a_page_shows_the_very_characters_of_a_file(site: Path, place: str, name: str) -> None:
    assert code(site, f"{place}-{name}").get_text() == FILES[name].replace("\r\n", "\n")


def test_a_page_with_other_line_ends_has_true_numbers(site: Path) -> None:
    found = code(site, "crlf")
    assert found.get_text() == "print(os.name)\n"
    assert [str(one["data-linenos"]).strip() for one in found.select("[data-linenos]")] == ["3"]


def test_a_block_of_includes_is_highlighted_where_the_proof_says(site: Path) -> None:
    assert code(site, "form").select_one(".hll").get_text() == "print(os.name)\n"
