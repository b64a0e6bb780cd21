"""How much longer does it take to record a program than to run it? Prints both, from one run.

Each program is run by Python alone and recorded, by turns, both times answered by
the stand-in. Recording includes the replay that proves it, and the writing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = "get-started/integrations/litellm"
DOCUMENTED = "https://api.kluster.ai/v1"
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.url:  # once more, with the stand-in beside it
        again = [sys.executable, __file__, "--runs", str(arguments.runs), "--url", "{url}"]
        command = [sys.executable, "-m", "tools.standin", *again]
        sys.exit(subprocess.run(command, cwd=ROOT).returncode)
    for name in ("hello_litellm", "litellm_features"):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), name, arguments.url, arguments.runs)


def measure(folder: Path, name: str, url: str, runs: int) -> None:
    """Print the medians of one program, in milliseconds of wall-clock time."""
    program = folder / f"code/{FOLDER}/{name}.py"
    program.parent.mkdir(parents=True)
    shutil.copy(ROOT / f"code/{FOLDER}/{name}.py", program)
    files = ("mkdocs.yml", "pyproject.toml", "docs/api-reference/models.yml")
    for path in (*files, "tests/cassettes", "tools", "proof"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
        copy(ROOT / path, folder / path)
    direct = folder / "direct.py"
    direct.write_text(program.read_text("utf-8").replace(DOCUMENTED, url), "utf-8")
    alone: list[float] = []
    recorded: list[float] = []
    for _ in range(runs + 1):
        alone.append(seconds(folder, str(direct)))
        again = ["-m", "docproof", "record", "--base-url", url, str(program)]
        recorded.append(seconds(folder, *again))
    run, record = (statistics.median(times[1:]) * 1000 for times in (alone, recorded))
    print(
        f"{name}: run {run:.0f} ms, recorded, replayed and stored {record:.0f} ms:"
        f" {record - run:+.0f} ms, {record / run:.2f} times",
        flush=True,
    )


def seconds(folder: Path, *command: str) -> float:
    """Wall-clock seconds of `python COMMAND`; raises if it fails."""
    start = time.monotonic()
    subprocess.run(
        [sys.executable, *command], cwd=folder, check=True,
        env=os.environ | OFFLINE | {"KLUSTER_API_KEY": "fake-key-for-the-stand-in"},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - start


if __name__ == "__main__":
    main()
