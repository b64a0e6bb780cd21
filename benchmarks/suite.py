"""What does it cost to prove everything, and what would one further page add?

Prints CPU seconds and multiples of one `import litellm` in the same run, since machines
differ. Run it on an idle machine: `make bench`, or `python -m benchmarks.suite [PYTEST
ARGUMENTS]` for a part of the tests. On Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.helpers.workers import group as _together

ROOT = Path(__file__).parent.parent
PAGE = "get-started/integrations/litellm"
FURTHER = f"{PAGE}/zz-further"
MODEL = "hello_litellm"
# What looks at each page, and so takes longer with one more of them.
SHARED = (
    "tests/browser",
    "tests/publish",
    "tests/test_site.py",
    "tests/docproof/rules/test_published.py",
)
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
LEAST = 2.0  # CPU seconds that a group costs to have a line of its own

Costs = dict[str, tuple[float, float]]


def adopting() -> None:
    """Let what outlives its parent come to this process, so that its time is counted, too."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def children() -> float:
    """CPU seconds of all that was started here and has ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def importing() -> float:
    """CPU seconds of `import litellm`; the median of three, after one that does not count."""
    taken = []
    for _ in range(4):
        before = children()
        offline = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        subprocess.run([sys.executable, "-c", "import litellm"], env=offline, check=True)
        taken.append(children() - before)
    return statistics.median(taken[1:])


def tests(root: Path, *arguments: str) -> tuple[Costs, float, float, int]:
    """What each test cost; CPU seconds, seconds and the exit code of the whole run."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "costs.json"
        before, start = children(), time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "benchmarks.cost", *arguments],
            cwd=root, env=os.environ | {"COST_FILE": str(notes)}, stdout=subprocess.PIPE,
            encoding="utf-8",
        )  # fmt: skip
        taken = children() - before, time.monotonic() - start
        sys.stderr.write(done.stdout if done.returncode else "")
        costs = json.loads(notes.read_text("utf-8")) if notes.is_file() else {}
        return {name: (cpu, wall) for name, (cpu, wall) in costs.items()}, *taken, done.returncode


def group(nodeid: str) -> str:
    """The line that a test is counted in."""
    if nodeid.startswith(("code/", "docs/")):
        return "programs and pages"
    found = re.match(r"tests/(?:claims|browser|publish|docproof/record)(?=/)|[^:]+", nodeid)
    return found[0] if found else nodeid


def by_group(costs: Costs) -> dict[str, float]:
    """CPU seconds, the dearest first; those that cost little are counted together."""
    sums: dict[str, float] = defaultdict(float)
    for nodeid, (cpu, _) in costs.items():
        sums[group(nodeid)] += cpu
    dear = {name: cpu for name, cpu in sums.items() if cpu >= LEAST}
    ordered = dict(sorted(dear.items(), key=lambda one: -one[1]))
    return ordered | {"all others": sum(sums.values()) - sum(dear.values())}


def copied(root: Path) -> Path:
    """The project as it is here, uncommitted changes too, in the folder `root`."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, encoding="utf-8",
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    git = ["git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.test"]
    subprocess.run([*git, "init", "-q"], cwd=root, check=True)
    subprocess.run([*git, "add", "-A"], cwd=root, check=True)
    subprocess.run([*git, "commit", "-qm", "A copy"], cwd=root, check=True)
    return root


def with_a_page(root: Path) -> Path:
    """Add a page with three programs, each with its recording, its output and a claim."""
    lines = [
        "---",
        "title: A further page",
        "description: What one more page with three programs of its own adds to the proofs.",
        "---",
        "",
    ]
    lines += ["# A further page", "", "Answers come from a stand-in.", ""]
    for number in range(3):
        name = f"further_{number}"
        (root / f"code/{FURTHER}").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / f"code/{PAGE}/{MODEL}.py", root / f"code/{FURTHER}/{name}.py")
        lines += [f"## Step {number}", "", "```python"]
        lines += [f'--8<-- "code/{FURTHER}/{name}.py"', "```", ""]
        lines += [f'--8<-- "code/{FURTHER}/terminal/{name}.md"', ""]
    (root / f"docs/{FURTHER}.md").write_text("\n".join(lines), "utf-8")
    claims = "".join(
        f"\n\ndef test_it_answers_{number}(stage: Stage) -> None:\n"
        f'    """Answers come from a stand-in."""\n'
        f'    name = "further_{number}"\n'
        '    assert lines(stage.run(stage.source(name), name)) == ""\n'
        for number in range(3)
    )
    head = "from tests.helpers.stage import Stage, lines\n"
    (root / f"tests/claims/{PAGE}/test_zz_further.py").write_text(head + claims, "utf-8")
    menu = (root / "mkdocs.yml").read_text("utf-8")
    (line,) = re.findall(rf"^.*{PAGE}/fallbacks\.md$", menu, re.MULTILINE)
    further = re.sub(r"(-\s*)(?:.*: )?\S+$", rf"\1Further: {FURTHER}.md", line)
    (root / "mkdocs.yml").write_text(menu.replace(line, f"{line}\n{further}"), "utf-8")
    # A recording is sealed, and a copy of one is refused: they are made here.
    make = ["make", f"PYTHON={sys.executable}", f"HERE={sys.executable}"]
    for command in (
        [*make, "--assume-old=.venv/.installed", "recordings", f"PROGRAM=code/{FURTHER}"],
        [sys.executable, "-m", "docproof", "fix", f"docs/{FURTHER}.md"],
    ):
        subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True)
    return root


def say(what: str, cpu: float, one: float) -> None:
    """Print a cost, also as a multiple of one import."""
    print(f"{what:39} {cpu:6.1f} CPU s {cpu / one:6.1f} imports", flush=True)


def further(one: float) -> None:
    """Print what one further page with three programs adds: the tests that name it."""
    with tempfile.TemporaryDirectory() as folder:
        root = with_a_page(copied(Path(folder) / "copy"))
        # The page before it pays for what is made once: imports, a browser, a built site.
        first = f"{PAGE}/fallbacks"
        mine = [f"code/{first}", f"code/{FURTHER}", f"docs/{first}.md", f"docs/{FURTHER}.md"]
        mine += [f"tests/claims/{PAGE}/test_{name}.py" for name in ("fallbacks", "zz_further")]
        costs, _, _, code = tests(root, "-n", "0", *mine)
        own = sum(cpu for nodeid, (cpu, _) in costs.items() if _together(nodeid) == FURTHER)
        looked, _, _, failed = tests(root, *SHARED)
        more = sum(cpu for nodeid, (cpu, _) in looked.items() if "zz-further" in nodeid)
        print("one further page with three programs")
        say("  its programs, itself, its claims", own, one)
        say("  what looks at each page, browser too", more, one)
        if code or failed:
            print("  a test failed: look above, and measure again")


def main() -> int:
    """Measure and print; the exit code is that of the tests."""
    adopting()
    one = importing()
    print(f"import litellm                          {one:6.1f} CPU s")
    costs, cpu, wall, code = tests(ROOT, *sys.argv[1:])
    for name, used in by_group(costs).items():
        say(name, used, one)
    say("starting, collecting, ending", cpu - sum(used for used, _ in costs.values()), one)
    say(f"{len(costs)} tests, all in all", cpu, one)
    print(f"on {len(os.sched_getaffinity(0))} cores they took {wall:.0f} s")
    if not sys.argv[1:]:
        further(one)
    return code


if __name__ == "__main__":
    sys.exit(main())
