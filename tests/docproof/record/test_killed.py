"""However `record` ends, a recording and its output are wholly old or wholly new."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docproof.check import check
from docproof.record.record import Recorder
from docproof.record.target import Target
from docproof.replay.runner import Runner
from docproof.replay.servers import Servers
from tests.helpers.bench import Bench
from tests.helpers.origin import Origin
from tests.helpers.recorded import recorded, whole
from tests.helpers.waiting import PATIENCE, until_all_gone, wait_for

RECORDING, OUTPUT = "tests/cassettes/page/x.yaml", "code/page/terminal/x.md"
A_DAY, A_NIGHT = 12, 50  # kills


def bench_in(
    folder: Path, origin: Origin, servers: Servers, old: tuple[str, str] | None = None
) -> Bench:
    folder.mkdir(parents=True)
    bench = Bench(folder, origin, servers, other=True)
    bench.program()
    for path, text in zip((RECORDING, OUTPUT), old or (), strict=False):
        bench.sandbox.write(path, text)
    return bench


def files(bench: Bench) -> tuple[str, str]:
    """Recording and output."""
    return bench.sandbox.read(RECORDING), bench.sandbox.read(OUTPUT)


def test_killing_it_at_any_moment_leaves_each_file_wholly_old_or_wholly_new(
    tmp_path: Path, origin: Origin, servers: Servers, at_night: bool, seed: int
) -> None:
    first = bench_in(tmp_path / "first", origin, servers)
    origin.words = "It was another answer."
    assert first.record().returncode == 0
    old = files(first)
    origin.reset()
    start = time.monotonic()
    process = first.start()
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    took = time.monotonic() - start
    made, output = files(first)
    was, now = whole(old[0]), whole(made)
    assert now != was
    assert output != old[1]
    known = {one.rule for one in check(first.sandbox.project, [])}
    kills = A_NIGHT if at_night else A_DAY
    random_numbers = random.Random(seed)

    def kill(number: int, seconds: float) -> str:
        bench = bench_in(tmp_path / f"{seconds}", origin, servers, old)
        process = bench.start()
        time.sleep(seconds)
        send = os.kill if number % 2 else os.killpg
        send(process.pid, signal.SIGKILL)
        process.communicate()
        until_all_gone(process.pid)
        made, printed = files(bench)
        assert whole(made) in (was, now), number
        assert printed in (old[1], output), number
        recorded(bench.sandbox.root / RECORDING)
        assert {one.rule for one in check(bench.sandbox.project, [])} <= known, number
        assert bench.left() == {}, number
        is_new = whole(made) == now
        if is_new != (printed == output):  # killed between one and the other
            fix = [sys.executable, "-m", "docproof", "fix"]
            subprocess.run(fix, cwd=bench.sandbox.root, capture_output=True)
            assert files(bench) == (made, output if is_new else old[1]), number
        return "new" if is_new else "old"

    reach = took * 1.7  # two at a time take longer than one
    for _ in range(5):  # until the moments were spread over the run
        # Every part of it has its turn.
        moments = [(n + random_numbers.random()) / kills * reach for n in range(kills)]
        order = random_numbers.sample(range(kills), kills)
        with ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(kill, order, [moments[number] for number in order]))
        if ends.count("old") < kills / 5:  # the machine is less busy than it was
            reach /= 2
        elif "new" not in ends:
            reach *= 2
        else:
            return
    raise AssertionError(ends)


@pytest.mark.parametrize("model", ["hang", "slow"])
@pytest.mark.parametrize("send", [os.killpg, os.kill], ids=["Ctrl-C", "SIGINT to it alone"])
def test_interrupting_it_leaves_everything_as_it_was(
    tmp_path: Path, origin: Origin, servers: Servers, model: str, send: object
) -> None:
    bench = bench_in(tmp_path / "one", origin, servers)
    bench.program(model=model, sent='"stream": True')
    before = bench.state()
    process = bench.start()
    wait_for(lambda: origin.received)
    time.sleep(0.2)
    send(process.pid, signal.SIGINT)  # type: ignore[operator]
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert said.endswith("\nstopped; a program that was not finished has its old recording\n")
    until_all_gone(process.pid)
    assert bench.state() == before
    assert list(bench.temporary.iterdir()) == []
    assert bench.left(said) == {}
    bench.program()
    assert bench.record().returncode == 0


def test_what_has_just_begun_when_it_is_interrupted_leaves_nothing(
    tmp_path: Path, origin: Origin, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_in(tmp_path / "one", origin, servers)
    bench.program(name="a")
    bench.program(name="b")
    monkeypatch.setattr(tempfile, "tempdir", str(bench.temporary))
    over, make = threading.Event(), Runner._new_folder

    def late(self: Runner, begun: list[int] = []) -> Path:  # noqa: B006
        begun.append(1)
        if len(begun) == 2:
            over.wait(60)
            time.sleep(0.5)  # or so; by then the rest is over
        return make(self)

    def interrupt(line: str) -> None:
        over.set()
        raise KeyboardInterrupt

    monkeypatch.setattr(Runner, "_new_folder", late)
    project = bench.sandbox.project
    to = Target(project.base_urls, project.key_variable, (), origin.url)
    with pytest.raises(KeyboardInterrupt):
        Recorder(project, to, interrupt).record(list(project.all_programs()))
    assert list(bench.temporary.iterdir()) == []


def test_a_program_that_waits_ends_with_whoever_recorded_it(
    tmp_path: Path, origin: Origin, servers: Servers
) -> None:
    bench = bench_in(tmp_path / "one", origin, servers)
    bench.program(model="hang")
    process = bench.start()
    wait_for(lambda: origin.received)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until_all_gone(process.pid)


def test_a_reader_that_goes_away_harms_nothing(
    tmp_path: Path, origin: Origin, servers: Servers
) -> None:
    bench = bench_in(tmp_path / "one", origin, servers)
    old = files(bench)
    process = bench.start()
    assert process.stdout
    process.stdout.close()  # as `record … | head -0` does
    process.wait(PATIENCE)
    until_all_gone(process.pid)
    made, printed = files(bench)
    assert (made == old[0]) == (printed == old[1])
    recorded(bench.sandbox.root / RECORDING)
