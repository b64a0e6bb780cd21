"""How fast is the proof? Prints ratios from one run, since machines differ and are noisy.

Run it on an idle machine: `make bench`. CPU seconds are user plus system time of
a command and all that it starts, from getrusage(RUSAGE_CHILDREN).
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = "get-started/integrations/litellm"
PROGRAMS = 50
RUNS = 5
PORT = 8123
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def cpu(*command: str, folder: Path = ROOT) -> float:
    """CPU seconds of `python COMMAND` in `folder`; raises if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | OFFLINE,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def median(*command: str, folder: Path = ROOT) -> float:
    """The median CPU seconds of some runs, after one that does not count."""
    cpu(*command, folder=folder)
    return statistics.median(cpu(*command, folder=folder) for _ in range(RUNS))


def many_programs(folder: Path) -> None:
    """A project of many programs: the guide's two, in turn, under other names."""
    for name in ("mkdocs.yml", "pyproject.toml", "tests/preload.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    settings = (folder / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(settings.replace('= "output"', '= "litellm_features"'))
    (folder / "docs").mkdir()
    for number in range(PROGRAMS):
        name = ("hello_litellm", "litellm_features")[number % 2]
        place = f"{number:02}/{name}"
        output = "output" if name == "litellm_features" else name
        for source, target in (
            (f"code/{FOLDER}/{name}.py", f"code/{place}.py"),
            (f"code/{FOLDER}/terminal/{output}.md", f"code/{number:02}/terminal/{name}.md"),
            (f"tests/cassettes/{FOLDER}/{name}.yaml", f"tests/cassettes/{place}.yaml"),
        ):
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, folder / target)


def seconds_until_served() -> float:
    """Seconds from `mkdocs serve`, as make calls it, to the first answer."""
    start = time.monotonic()
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{PORT}"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while server.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1).close()
                    return time.monotonic() - start
                except OSError:
                    time.sleep(0.02)
            raise SystemExit(f"mkdocs serve ended with {server.returncode}")
        finally:
            server.terminate()


def main() -> None:
    """Measure and print."""
    importing = median("-c", "import litellm")
    alone = {
        name: median("-m", "docproof", "run", "--no-delay", f"code/{FOLDER}/{name}.py")
        for name in ("hello_litellm", "litellm_features")
    }
    checking = median("-m", "docproof", "check")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        many_programs(folder)
        proving = cpu("-m", "pytest", "-q", "-p", "no:cacheprovider", folder=folder)
    processes = PROGRAMS * statistics.mean(alone.values())
    each = (proving - importing) / PROGRAMS
    print(f"import litellm                      {importing:6.2f} CPU s")
    for name, seconds in alone.items():
        print(f"{name:<20}in its own process{seconds:6.2f} CPU s")
    print(f"{PROGRAMS} programs, pytest, all in all      {proving:6.2f} CPU s")
    print(f"  less one import, for each program {each:6.3f} CPU s = {each / importing:.3f} imports")
    print(f"  {PROGRAMS} processes of their own cost    {processes / proving:6.1f} times as much")
    print(
        f"docproof check                      {checking:6.2f} CPU s = "
        f"{checking / importing:.2f} imports"
    )
    print(f"first answer of mkdocs serve        {seconds_until_served():6.2f} s")


if __name__ == "__main__":
    main()
