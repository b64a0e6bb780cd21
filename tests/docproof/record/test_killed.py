"""However `record` ends, a recording and its output are wholly old or wholly new."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from docproof.check import check
from docproof.record.record import Recorder
from docproof.record.target import Target
from docproof.recordings import recording
from docproof.replay.runner import Runner
from docproof.replay.servers import Servers
from tests.helpers.bench import Bench
from tests.helpers.origin import Origin
from tests.helpers.recorded import recorded

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


def whole(made: str) -> str:
    """A recording but for the tenths of seconds that an answer took, and the digests of them.

    The digests have to be those of what it says, or a part of it would be of another.
    """
    data = yaml.safe_load(made)
    assert data["digests"] == recording.digests(
        recording.Recording(data["recorded"], data["interactions"])
    )
    return re.sub(r"^    seconds: .*\n|^digests:\n(- .*\n)*", "", made, flags=re.MULTILINE)


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


def wait_for_the_end(group: int, seconds: float = 60) -> bool:
    """Wait until no process of the group is left; whether that came to pass."""
    end = time.monotonic() + seconds
    while is_running(group):
        if time.monotonic() > end:
            os.killpg(group, signal.SIGKILL)
            return False
        time.sleep(0.05)
    return True


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
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    took = time.monotonic() - start
    made, output = files(first)
    was, now = whole(old[0]), whole(made)
    assert now != was
    assert output != old[1]
    known = {one.rule for one in check(first.sandbox.project, [])}
    kills = A_NIGHT if at_night else A_DAY
    random_numbers = random.Random(seed)
    # Every part of the run has its turn; two at a time take longer than one.
    moments = [(n + random_numbers.random()) / kills * took * 1.7 for n in range(kills)]

    def kill(number: int) -> str:
        bench = bench_in(tmp_path / str(number), origin, servers, old)
        process = bench.start()
        time.sleep(moments[number])
        send = os.kill if number % 2 else os.killpg
        send(process.pid, signal.SIGKILL)
        process.communicate()
        assert wait_for_the_end(process.pid), "what it started goes on without it"
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

    order = random_numbers.sample(range(kills), kills)
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(kill, order))
    assert ends.count("old") >= kills / 5  # or the moments were not spread over the run
    assert ends.count("new") >= 1


@pytest.mark.parametrize("model", ["hang", "slow"])
@pytest.mark.parametrize("send", [os.killpg, os.kill], ids=["Ctrl-C", "SIGINT to it alone"])
def test_interrupting_it_leaves_everything_as_it_was(
    tmp_path: Path, origin: Origin, servers: Servers, model: str, send: object
) -> None:
    bench = bench_in(tmp_path / "one", origin, servers)
    bench.program(model=model, sent='"stream": True')
    before = bench.state()
    process = bench.start()
    end = time.monotonic() + 60
    while not origin.received and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.2)
    send(process.pid, signal.SIGINT)  # type: ignore[operator]
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert wait_for_the_end(process.pid), "what it started goes on without it"
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
    to = Target((project.base_url,), project.key_variable, (), origin.url)
    with pytest.raises(KeyboardInterrupt):
        Recorder(project, to, interrupt).record(list(project.all_programs()))
    assert list(bench.temporary.iterdir()) == []


def test_a_program_that_waits_ends_with_whoever_recorded_it(
    tmp_path: Path, origin: Origin, servers: Servers
) -> None:
    bench = bench_in(tmp_path / "one", origin, servers)
    bench.program(model="hang")
    process = bench.start()
    end = time.monotonic() + 60
    while not origin.received and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert wait_for_the_end(process.pid, 20), "what it started goes on without it"


def test_a_reader_that_goes_away_harms_nothing(
    tmp_path: Path, origin: Origin, servers: Servers
) -> None:
    bench = bench_in(tmp_path / "one", origin, servers)
    old = files(bench)
    process = bench.start()
    assert process.stdout
    process.stdout.close()  # as `record … | head -0` does
    process.wait(60)
    assert wait_for_the_end(process.pid)
    made, printed = files(bench)
    assert (made == old[0]) == (printed == old[1])
    recorded(bench.sandbox.root / RECORDING)
