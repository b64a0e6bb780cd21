"""How fast is the proof? Prints ratios from one run, since machines differ and are noisy.

Run it on an idle machine: `make bench`. CPU seconds are user plus system time of
a command and all that it starts, from getrusage(RUSAGE_CHILDREN).
"""

from __future__ import annotations

import dataclasses
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from pathlib import Path

from docproof.core.project import load_project
from docproof.replay.replay import Replayer

ROOT = Path(__file__).parent.parent
FOLDER = "get-started/integrations/litellm"
PROGRAMS = 50
RUNS = 5
PORT = 8123
SLOWEST = 8
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


def many_programs(folder: Path, name: str) -> None:
    """A project of many programs, each a copy of the guide's program `name`."""
    for path in (
        "mkdocs.yml",
        "pyproject.toml",
        "tools/preload.py",
        "tools/first_call.py",
    ):
        (folder / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    (folder / "docs").mkdir()
    output = "output" if name == "litellm_features" else name
    for number in range(PROGRAMS):
        copy = f"{name}_{number:02}"
        for source, target in (
            (f"code/{FOLDER}/{name}.py", f"code/{copy}.py"),
            (f"code/{FOLDER}/terminal/{output}.md", f"code/terminal/{copy}.md"),
            (f"tests/cassettes/{FOLDER}/{name}.yaml", f"tests/cassettes/{copy}.yaml"),
        ):
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            text = (ROOT / source).read_text("utf-8")
            (folder / target).write_text(text.replace(f"$ python {name}.py", f"$ python {copy}.py"))


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


def each_program(*preload: str) -> dict[str, float]:
    """CPU seconds of one replay of each program of the guide, forked after the import.

    From /proc/PID/stat (fields 16 and 17: the children that have been waited for), so on
    Linux only. `preload` is imported besides.
    """
    guide = load_project(ROOT)
    guide = dataclasses.replace(guide, preload=(*guide.preload, *preload))
    taken: dict[str, float] = {}
    with Replayer(guide) as replayer:
        programs = list(guide.all_programs())
        replayer.play(programs[0])  # the import, which does not count
        assert replayer._server is not None
        stat = Path(f"/proc/{replayer._server.process.pid}/stat")

        def used() -> float:
            fields = stat.read_text().rpartition(")")[2].split()
            return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

        for program in programs:
            before = used()
            outcome = replayer.play(program)
            if outcome.problems:
                raise SystemExit(str(outcome.problems[0]))
            taken[program.name.removeprefix(f"code/{FOLDER}/")] = used() - before
    return taken


def cost_of_the_end() -> list[float]:
    """CPU seconds that each program's replay takes longer than one that leaves at once.

    The kernel counts in hundredths, so each is the mean of some replays, in turns.
    """
    at_once: defaultdict[str, float] = defaultdict(float)
    to_the_end: defaultdict[str, float] = defaultdict(float)
    for _ in range(RUNS):
        for sums, preload in ((at_once, ["benchmarks.at_once"]), (to_the_end, [])):
            for name, seconds in each_program(*preload).items():
                sums[name] += seconds / RUNS
    return [to_the_end[name] - at_once[name] for name in at_once]


def main() -> None:
    """Measure and print."""
    importing = median("-c", "import litellm")
    print(f"import litellm                          {importing:6.2f} CPU s")
    for name in ("hello_litellm", "litellm_features"):
        alone = median("-m", "docproof", "run", "--no-delay", f"code/{FOLDER}/{name}.py")
        with tempfile.TemporaryDirectory() as place:
            many_programs(Path(place), name)
            proving = cpu("-m", "pytest", "-q", "-p", "no:cacheprovider", folder=Path(place))
        each = (proving - importing) / PROGRAMS
        print(f"{name}.py")
        print(f"  in a process of its own               {alone:6.2f} CPU s")
        print(f"  {PROGRAMS} times by pytest, all in all        {proving:6.2f} CPU s")
        print(f"  less one import, each                 {each:6.3f} CPU s")
        print(f"  {PROGRAMS} processes cost as much, times      {PROGRAMS * alone / proving:6.1f}")
    checking = median("-m", "docproof", "check")
    print(f"docproof check                          {checking:6.2f} CPU s")
    print(f"  in imports of litellm                 {checking / importing:6.2f}")
    taken = each_program()
    middle = statistics.median(taken.values())
    print(f"replay of each of {len(taken)} programs, median    {middle:6.2f} CPU s")
    for name, seconds in sorted(taken.items(), key=lambda item: -item[1])[:SLOWEST]:
        print(f"  {name:36}  {seconds:6.2f} CPU s")
    ends = cost_of_the_end()
    print(f"  to the end of the process, median     {statistics.median(ends):6.3f} CPU s")
    print(f"  to the end of the process, at most    {max(ends):6.3f} CPU s")
    print(f"first answer of mkdocs serve            {seconds_until_served():6.2f} s")


if __name__ == "__main__":
    main()
