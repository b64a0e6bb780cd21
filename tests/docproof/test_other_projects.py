"""`check --project` works on other people's projects, in other layouts, and cries no wolf."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "---\ntitle: {0}\ndescription: About {0}.\n---\n\n# {0}\n\n"

# Sections, a docs folder and a snippets folder of their own, and typed code, as many sites have.
SECTIONS = {
    "mkdocs.yml": (
        "site_name: S\ndocs_dir: documentation\nplugins: [search]\nmarkdown_extensions:\n"
        "  - pymdownx.superfences:\n      custom_fences:\n        - name: mermaid\n"
        "          class: mermaid\n          format: !!python/name:pymdownx.superfences.fence_code_format\n"  # noqa: E501
        "  - pymdownx.snippets:\n      base_path: [snippets]\n"
        "extra: {key: !ENV [SITE_KEY, none]}\n"
    ),
    "snippets/app.py": (
        "# --8<-- [start:setup]\nimport os\n# --8<-- [end:setup]\n\n\n"
        "# --8<-- [start:run]\ndef run():\n    return os.name\n# --8<-- [end:run]\n"
    ),
    "documentation/index.md": HEAD.format("Home")
    + '```python\n--8<-- "app.py:setup"\n```\n\n```python\n--8<-- "app.py:run"\n```\n\n'
    + "```python\nprint('typed')\n```\n\nSee `anything` and [the guide](guide.md).\n",
    "documentation/guide.md": HEAD.format("Guide")
    + "1. One\n2. Two\n\n    ```bash\n    pip install anything\n    ```\n",
}

# Several base paths, ranges, highlights, something appended to every page, relative tags.
RANGES = {
    "mkdocs.yml": (
        "site_name: S\nuse_directory_urls: false\nmarkdown_extensions:\n"
        "  - pymdownx.highlight: {linenums: true}\n  - pymdownx.superfences\n"
        "  - pymdownx.snippets:\n      base_path: [!relative $config_dir, examples, docs/parts]\n"
        "      auto_append: [words.md]\n"
    ),
    "examples/one.py": "import sys\n\nprint(\n    sys.argv,\n)\n",
    "docs/parts/words.md": "*[API]: a word\n",
    "docs/parts/note.md": "A note.\n",
    "docs/a.md": HEAD.format("A")
    + '```python hl_lines="2"\n--8<-- "one.py:3:5"\n```\n\n--8<-- "note.md"\n',
    "docs/a/index.md": HEAD.format("B")
    + "```python\n--8<--\nexamples/one.py::1\n--8<--\n```\n\n--8<--\nnote.md\n--8<--\n",
}


def check(root: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "docproof", "check", "--project", str(root)],
        cwd=root.parent,
        capture_output=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr
    assert (done.returncode == 0) == (done.stdout == "")
    return [" ".join(line.split()[:2]) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("files", [SECTIONS, RANGES], ids=["sections", "ranges"])
def test_a_project_in_which_all_is_right_has_no_problem(
    tmp_path: Path, files: dict[str, str]
) -> None:
    assert check(tmp_path / "project", files) == []


@pytest.mark.parametrize(
    ("files", "name", "old", "new", "found"),
    [
        (
            SECTIONS,
            "documentation/index.md",
            "app.py:run",
            "app.py:ran",
            "documentation/index.md:13: range:",
        ),
        (
            SECTIONS,
            "documentation/index.md",
            "app.py:run",
            "apps.py",
            "documentation/index.md:13: include:",
        ),
        (
            SECTIONS,
            "snippets/app.py",
            "[start:run]",
            "[start:runs]",
            "documentation/index.md:13: range:",
        ),
        (RANGES, "docs/a.md", ":3:5", ":3:4", "docs/a.md:9: range-cut:"),
        (RANGES, "docs/a.md", ":3:5", ":3:9", "docs/a.md:9: range:"),
        (RANGES, "docs/a.md", ":3:5", ":5:3", "docs/a.md:9: range:"),
        (RANGES, "docs/a.md", '"2"', '"4"', "docs/a.md:8: highlight:"),
        (RANGES, "docs/a.md", '"note.md"', '"gone.md"', "docs/a.md:12: include:"),
        (RANGES, "docs/a.md", '"note.md"', "note.md", "docs/a.md:12: include:"),
        (RANGES, "docs/a/index.md", "::1", "::2", "docs/a/index.md:10: range:"),
    ],
)
def test_a_planted_fault_is_found_and_nothing_else(
    tmp_path: Path, files: dict[str, str], name: str, old: str, new: str, found: str
) -> None:
    assert old in files[name]
    changed = files | {name: files[name].replace(old, new)}
    assert check(tmp_path / "project", changed) == [found]


def test_two_pages_at_one_address_are_found_there_too(tmp_path: Path) -> None:
    files = RANGES | {"mkdocs.yml": RANGES["mkdocs.yml"].replace("use_directory_urls: false\n", "")}
    assert check(tmp_path / "project", files) == ["docs/a.md:1: address:"]


def test_a_project_that_is_not_there_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "docproof", "check", "--project", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "there is no such file or folder" in done.stderr
