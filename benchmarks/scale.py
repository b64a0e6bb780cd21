"""Does the proof keep its pace when the guide grows? Prints seconds, and seconds for each page.

Run it on an idle machine: `python benchmarks/scale.py`. It makes projects of many
copies of the LiteLLM page and its longer program, each with a recording and an
output of its own, in a temporary folder, and needs about a minute.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
PAGE = "get-started/integrations/litellm"
PROGRAM = f"{PAGE}/litellm_features"
SIZES = (125, 250, 500, 1000)
OFFLINE = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def many(folder: Path, count: int) -> None:
    """A project of `count` pages that walk through a program each."""
    needed = (
        "docs/api-reference/reference.md",
        "docs/get-started/get-api-key.md",
        "docs/api-reference/models.yml",
        "README.md",
        "Makefile",
    )
    for name in (
        *needed,
        "mkdocs.yml",
        "requirements.txt",
        "proof/names.txt",
        "tools/preload.py",
        "tools/first_call.py",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(settings, "utf-8")
    page = (ROOT / f"docs/{PAGE}.md").read_text("utf-8")
    program = (ROOT / f"code/{PROGRAM}.py").read_text("utf-8")
    output = (ROOT / f"code/{PAGE}/terminal/litellm_features.md").read_text("utf-8")
    recording = (ROOT / f"tests/cassettes/{PROGRAM}.yaml").read_text("utf-8")
    # What belongs to the other program of the page is left out.
    start, end = page.index("Save this as `hello_litellm.py`"), page.index("When it is imported")
    page = page[:start] + page[end:]
    declared = yaml.safe_load((ROOT / "proof/names.yml").read_text("utf-8"))
    shown = page + "".join((folder / name).read_text("utf-8") for name in needed[:2])
    used = {"EXAMPLE_API_KEY": "another program of the guide reads it"}
    for name, why in declared.items():
        if re.search(rf"(?:^ *|`){re.escape(name)}", shown, re.MULTILINE):
            used[name] = why
    (folder / "proof/names.yml").write_text(yaml.safe_dump(used, allow_unicode=True), "utf-8")
    for number in range(count):
        name = f"p{number:04}"
        text = page.replace(PROGRAM, name).replace("litellm_features", name)
        text = text.replace(f"code/{PAGE}/terminal/litellm_features.md", f"code/terminal/{name}.md")
        text = text.replace("Use kluster.ai with", f"Use {number} with")
        text = text.replace("description: Call", f"description: Number {number}, call")
        text = text.replace("](../get-api-key", "](get-started/get-api-key")
        text = text.replace("../../api-reference/reference.md#what-is-not-known", "#prerequisites")
        for path, content in (
            (f"docs/{name}.md", text),
            (f"code/{name}.py", program),
            (f"code/terminal/{name}.md", output.replace("litellm_features", name)),
            (f"tests/cassettes/{name}.yaml", recording),
        ):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content, "utf-8")


def seconds(folder: Path, *arguments: str, good: tuple[int, ...] = (0,)) -> float:
    """Seconds from the start of a docproof command to its end; raises SystemExit if it fails."""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "docproof", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if done.returncode not in good:
        raise SystemExit(
            f"{' '.join(arguments)} fails:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )
    return time.monotonic() - start


def main() -> None:
    """Measure and print."""
    importing = time.monotonic()
    subprocess.run([sys.executable, "-c", "import litellm"], check=True, env=OFFLINE)
    print(f"import litellm, for comparison: {time.monotonic() - importing:.2f} s")
    for count in SIZES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            many(folder, count)
            seconds(folder, "fix", "--accept", "docs", good=(0,))
            taken = seconds(folder, "check", good=(0,))
            each = 1000 * taken / count
            print(
                f"{count:4} pages and programs: check {taken:5.2f} s, {each:4.1f} ms each", end=""
            )
            program = folder / "code/p0001.py"
            program.write_text(f"# A line more\n{program.read_text('utf-8')}", "utf-8")
            taken = seconds(folder, "fix", "docs/p0001.md", good=(1,))
            print(f"; fix of one page after an edit of its program {taken:4.2f} s")


if __name__ == "__main__":
    main()
