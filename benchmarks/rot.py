"""How much of what rots in such a guide is noticed, and by whom?

Applies scripted faults and harmless edits, each to a fresh copy of the project, and
runs the gates in their order: `docproof check`, pytest over the programs and pages,
`mkdocs build --strict`. A fault is caught if a gate fails and says `path:line: rule:`
(a build: `WARNING` or `ERROR`) of a file that has to do with it; a traceback is no
catch. The same faults go to the tools that rot_peers.py describes. Run it on an idle
machine: `python benchmarks/rot.py`; it takes some minutes and both cores.

A gate whose input an edit has not touched is not run again: pytest adds the replays to
what check says, so it is left out where only pages have changed, and where programs have,
it looks at those and at the pages that name them.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import rot_faults_code
import rot_faults_each
import rot_faults_pages
import rot_faults_site
import rot_gates
import rot_peers
from rot_edits import Case, digest
from rot_harmless import HARMLESS

ROOT = Path(__file__).parent.parent
FAULTS = [
    *rot_faults_pages.FAULTS,
    *rot_faults_code.FAULTS,
    *rot_faults_site.FAULTS,
    *rot_faults_each.FAULTS,
]
PEER_LIMIT = 20  # seconds for a peer; a program that never ends is stopped, and is no catch


@dataclass
class Result:
    """What became of one case: the gate that caught it, and what it said."""

    case: Case
    gate: str = ""
    line_named: bool = False
    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    peers: dict[str, bool] = field(default_factory=dict)
    broken: str = ""


@dataclass
class Bench:
    """A clean copy of the project in a folder of its own, and what is known of it."""

    folder: Path
    python: Path | None
    peers: tuple[str, ...]
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def clean(self) -> Path:
        return self.folder / "clean"

    def prepare(self) -> None:
        """Copy the project, and see that every gate passes; raises SystemExit if not."""
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
        ).stdout  # fmt: skip
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (self.clean / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.clean / name, follow_symlinks=False)
        # A contributor's copy has what `fix` remembers of programs that are right.
        rot_gates.run([sys.executable, "-m", "docproof", "fix"], self.clean)
        for gate in rot_gates.GATES:
            code, said = rot_gates.run(rot_gates.command(gate, self.folder / "site"), self.clean)
            if code:
                raise SystemExit(f"{gate} fails before any edit:\n{said}")
        self.parts = parts(self.clean)

    def leave_out_peers(self) -> None:
        """Keep to the peers that are installed and pass on the clean copy."""
        done = self.run_peers(self.clean, "clean", {})
        for peer in [peer for peer, caught in done.items() if caught]:
            print(f"{peer} fails before any edit and is left out", file=sys.stderr)
        self.peers = tuple(peer for peer, caught in done.items() if not caught)

    def run_peers(self, copy: Path, name: str, before: dict[str, str]) -> dict[str, bool]:
        """By peer, whether it fails; one whose input is as `before` passes as it did then."""
        now = parts(copy)
        caught = {}
        if "mkdocs" in self.peers:
            changed = now["site"] != before.get("site")
            command = rot_gates.command("build", self.folder / f"{name}-site")
            with rot_peers.vanilla(copy) as settings:
                command += ["-f", settings]
                caught["mkdocs"] = changed and rot_gates.run(command, copy, PEER_LIMIT)[0] > 0
        place = self.folder / f"{name}-peers"
        why = "" if now["pages"] == before.get("pages") else rot_peers.expand(copy, place)
        expanded = digest(place)
        before_expanded = digest(self.folder / "clean-peers") if before else ""
        for peer in self.peers:
            if peer == "mkdocs" or self.python is None:
                continue
            caught[peer] = bool(why)
            if not why and place.is_dir() and expanded != before_expanded:
                command = rot_peers.command(self.python, peer)
                caught[peer] = rot_gates.run(command, place, PEER_LIMIT)[0] > 0
        return caught

    def try_case(self, number: int, case: Case) -> Result:
        """Apply a case to a fresh copy and run what has to be run."""
        name = f"{number:03}"
        copy = self.folder / name
        shutil.copytree(self.clean, copy, symlinks=True)
        result = Result(case)
        try:
            before = digest(copy)
            case.edit(copy)
            if digest(copy) == before:
                raise LookupError("it changes nothing")
            self.run_gates(copy, result)
            if case in FAULTS:
                result.peers = self.run_peers(copy, name, self.parts)
        except Exception as error:
            result.broken = f"{type(error).__name__}: {error}"
        for place in self.folder.glob(f"{name}*"):
            shutil.rmtree(place, ignore_errors=True)
        return result

    def run_gates(self, copy: Path, result: Result) -> None:
        """Run the gates until one catches the fault; all of them for a harmless edit."""
        beyond = proved(copy) != self.parts["beyond"]
        for gate in rot_gates.GATES:
            if gate == "pytest" and not beyond:
                continue
            items = rot_gates.touched(copy, self.clean) if gate == "pytest" else ()
            command = rot_gates.command(gate, copy.with_name(f"{copy.name}-site"), items)
            code, said = rot_gates.run(command, copy)
            if code:
                result.failed.append(gate)
                result.said += [f"{gate}: {line}" for line in said.splitlines() if line.strip()][:9]
                file_named, result.line_named = rot_gates.named(copy, gate, said, result.case)
                if file_named:
                    result.gate = gate
                    return


def proved(copy: Path) -> str:
    """A digest of what the replays depend on: all but the pages, and the pictures on them."""
    pictures = [str(path.relative_to(copy)) for path in sorted((copy / "docs").rglob("*.svg"))]
    return digest(copy, but="docs") + digest(copy, pictures)


def parts(copy: Path) -> dict[str, str]:
    """Digests of what the gates and peers read."""
    return {
        "beyond": proved(copy),
        "site": digest(copy, ("docs", "code", "overrides", "mkdocs.yml")),
        "pages": digest(copy, ("docs", "code")),
    }


def run_all(bench: Bench, cases: list[Case]) -> Iterator[Result]:
    """Try every case, on all cores; one more than those, since some wait."""
    with concurrent.futures.ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        waiting = [pool.submit(bench.try_case, n, case) for n, case in enumerate(cases)]
        for number, one in enumerate(concurrent.futures.as_completed(waiting), start=1):
            result = one.result()
            what = result.broken or result.gate or "-"
            print(f"{number}/{len(cases)} {result.case.kind}: {result.case.name}: {what}",
                  file=sys.stderr)  # fmt: skip
            yield result


def main() -> int:
    """Run the cases and print what became of them; 1 if a fault escaped or an alarm was false."""
    from rot_report import report

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", default="", metavar="TEXT", help="cases with TEXT in their name")
    parser.add_argument("--no-peers", action="store_true", help="leave the other tools out")
    parser.add_argument("--list", action="store_true", help="print the cases and end")
    arguments = parser.parse_args()
    cases = [c for c in [*FAULTS, *HARMLESS] if arguments.only in f"{c.kind}: {c.name}"]
    if arguments.list:
        print("\n".join(f"{case.kind}: {case.name}" for case in cases))
        return 0
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        peers = () if arguments.no_peers else rot_peers.PEERS
        bench = Bench(folder, None, peers)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            installed = pool.submit(rot_peers.install, folder / "venv") if peers else None
            bench.prepare()
        if installed:
            bench.python, why = installed.result()
            if why:
                print(f"pytest-examples and mktestdocs cannot be installed: {why}", file=sys.stderr)
            bench.leave_out_peers()
        results = list(run_all(bench, cases))
    faults = [result for result in results if result.case in FAULTS]
    harmless = [result for result in results if result.case not in FAULTS]
    bad = report(faults, harmless, bench.peers)
    print(f"\n{len(results)} cases in {time.monotonic() - start:.0f} seconds")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
