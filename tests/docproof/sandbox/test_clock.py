"""A program that waits is replayed at once, and prints the times that were recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docproof.replay.replay import Outcome
from tests.helpers.sandbox import ASK, Sandbox

Play = Callable[[], Outcome]

MANY = """\
import asyncio
import time
import httpx

body = {"messages": [{"role": "user", "content": "Hello?"}]}


async def ask(client):
    await client.post("https://api.example.test/v1/chat/completions", json=body)


async def main():
    async with httpx.AsyncClient() as client:
        start = time.perf_counter()
        for _ in range(3):
            await ask(client)
        print("one by one", round(time.perf_counter() - start))
        start = time.perf_counter()
        await asyncio.gather(*(ask(client) for _ in range(3)))
        print("at once", round(time.perf_counter() - start))


asyncio.run(main())
"""


def quickly(play: Play) -> Outcome:
    """Its outcome; the project gives a program a tenth of the time that would be waited."""
    outcome = play()
    assert outcome.problems == ()
    return outcome


@pytest.mark.parametrize(
    "wait",
    [
        "time.sleep(600)",
        "asyncio.run(asyncio.sleep(600))",
        "[time.sleep(60) for _ in range(10)]",
        "asyncio.run(timer())",
    ],
)
@pytest.mark.parametrize("clock", ["time", "monotonic", "perf_counter"])
def test_waiting_takes_no_time_and_the_clock_runs_ahead(
    sandbox: Sandbox, play: Play, wait: str, clock: str
) -> None:
    sandbox.program(
        f"{ASK}import asyncio, time\n"
        "async def timer():\n"
        "    try:\n        await asyncio.wait_for(asyncio.Event().wait(), 600)\n"
        "    except asyncio.TimeoutError:\n        pass\n"
        f"start = time.{clock}()\n{wait}\nprint(round(time.{clock}() - start, -1))\n"
        f"print(round(time.{clock}_ns() / 1e9 - start, -1))\n"
    )
    sandbox.expect(waits="skipped")
    assert quickly(play).stdout == "600.0\n600.0\n"


def test_a_call_in_a_thread_is_waited_for_while_timers_run(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(
        f"{ASK}import asyncio, threading\n"
        "def work():\n    threading.Event().wait(0.3)\n    return 'done'\n"
        "async def main():\n"
        "    loop = asyncio.get_running_loop()\n"
        "    print(await asyncio.wait_for(loop.run_in_executor(None, work), 60))\n"
        "asyncio.run(main())\n"
    )
    sandbox.expect(waits="skipped")
    assert quickly(play).stdout == "done\n"


def test_recorded_seconds_pass_on_the_clock(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(MANY)
    path = sandbox.recording(times=6)
    text = path.read_text("utf-8").replace("status: 200", "status: 200\n    seconds: 20")
    sandbox.write(str(path), text)
    sandbox.expect(waits="skipped")
    assert quickly(play).stdout == "one by one 60\nat once 20\n"


def test_without_a_word_recorded_seconds_are_not_waited_for(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(MANY)
    path = sandbox.recording(times=6)
    text = path.read_text("utf-8").replace("status: 200", "status: 200\n    seconds: 20")
    sandbox.write(str(path), text)
    assert quickly(play).stdout == "one by one 0\nat once 0\n"
