"""However `record` ends, a recording and its output are wholly old or wholly new."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docproof import recording
from docproof.check import check
from tests.origin import Origin
from tests.origin.bench import Bench

RECORDING, OUTPUT = "tests/cassettes/page/x.yaml", "code/page/terminal/x.md"
MOMENTS = 50
SEED = 20261126


def bench_in(folder: Path, origin: Origin, old: tuple[str, str] | None = None) -> Bench:
    folder.mkdir(parents=True)
    bench = Bench(folder, origin, other=True)
    bench.program()
    for path, text in zip((RECORDING, OUTPUT), old or (), strict=False):
        bench.sandbox.write(path, text)
    return bench


def files(bench: Bench) -> tuple[str, str]:
    """Recording and output, but for the tenths of seconds that an answer took."""
    made = re.sub(r"    seconds: .*\n", "", bench.sandbox.read(RECORDING))
    return made, bench.sandbox.read(OUTPUT)


def is_running(group: int) -> bool:
    """Whether a process of the group is still there, zombies aside."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            return True
    return False


def wait_for_the_end(group: int, seconds: float = 20) -> bool:
    """Wait until no process of the group is left; whether that came to pass."""
    end = time.monotonic() + seconds
    while is_running(group):
        if time.monotonic() > end:
            os.killpg(group, signal.SIGKILL)
            return False
        time.sleep(0.05)
    return True


def test_killing_it_at_any_moment_leaves_each_file_wholly_old_or_wholly_new(
    tmp_path: Path, origin: Origin
) -> None:
    whole = bench_in(tmp_path / "whole", origin)
    origin.words = "It was another answer."
    assert whole.record().returncode == 0
    old = files(whole)
    origin.reset()
    start = time.monotonic()
    assert whole.record().returncode == 0
    took = time.monotonic() - start
    new = files(whole)
    assert new[0] != old[0]
    assert new[1] != old[1]
    known = {one.rule for one in check(whole.sandbox.project, [])}
    random_numbers = random.Random(SEED)
    # Every part of the run has its turn; two at a time take longer than one.
    moments = [(n + random_numbers.random()) / MOMENTS * took * 1.7 for n in range(MOMENTS)]

    def kill(number: int) -> str:
        bench = bench_in(tmp_path / str(number), origin, old)
        process = bench.start()
        time.sleep(moments[number])
        send = os.kill if number % 2 else os.killpg
        send(process.pid, signal.SIGKILL)
        process.wait()
        assert wait_for_the_end(process.pid), "what it started goes on without it"
        made, printed = files(bench)
        assert made in (old[0], new[0]), number
        assert printed in (old[1], new[1]), number
        recording.load(bench.sandbox.root / RECORDING, RECORDING)
        assert {one.rule for one in check(bench.sandbox.project, [])} <= known, number
        assert bench.left() == {}, number
        if (made == new[0]) != (printed == new[1]):  # killed between one and the other
            bench.sandbox.docproof("fix")
            assert files(bench) == (new if made == new[0] else old), number
        return "new" if made == new[0] else "old"

    order = random_numbers.sample(range(MOMENTS), MOMENTS)
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(kill, order))
    assert ends.count("old") >= 10  # or the moments were not spread over the run
    assert ends.count("new") >= 1


@pytest.mark.parametrize("model", ["hang", "slow"])
@pytest.mark.parametrize("send", [os.killpg, os.kill], ids=["Ctrl-C", "SIGINT to it alone"])
def test_interrupting_it_leaves_everything_as_it_was(
    tmp_path: Path, origin: Origin, model: str, send: object
) -> None:
    bench = bench_in(tmp_path / "one", origin)
    bench.program(model=model, sent='"stream": True')
    before = bench.state()
    process = bench.start()
    end = time.monotonic() + 20
    while not origin.received and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.2)
    send(process.pid, signal.SIGINT)  # type: ignore[operator]
    said, _ = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert wait_for_the_end(process.pid, 5), "what it started goes on without it"
    assert bench.state() == before
    assert list(bench.temporary.iterdir()) == []
    assert bench.left(said) == {}
    bench.program()
    assert bench.record().returncode == 0


def test_a_reader_that_goes_away_harms_nothing(tmp_path: Path, origin: Origin) -> None:
    bench = bench_in(tmp_path / "one", origin)
    old = files(bench)
    process = bench.start()
    assert process.stdout
    process.stdout.close()  # as `record … | head -0` does
    process.wait(30)
    assert wait_for_the_end(process.pid)
    made, printed = files(bench)
    assert (made == old[0]) == (printed == old[1])
    recording.load(bench.sandbox.root / RECORDING, RECORDING)
