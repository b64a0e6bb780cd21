"""The same question asked several times at once cannot be replayed, and is refused each time."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from docproof.recordings import recording
from docproof.replay.servers import Servers
from tests.helpers.bench import Bench, problems
from tests.helpers.sandbox import Sandbox

HEAD = """\
import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import httpx

URL = "ADDRESS/chat/completions"
HEADERS = {"authorization": f"Bearer {os.environ.get('FAKE_API_KEY')}"}
BODY = {"model": "test/plain", "messages": [{"role": "user", "content": "Hello?"}]}

def ask(number=0):
    return httpx.post(URL, headers=HEADERS, json=BODY).json()["said"]

async def aask():
    async with httpx.AsyncClient(headers=HEADERS) as client:
        return (await client.post(URL, json=BODY)).json()["said"]

async def ask_aiohttp():
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        async with session.post(URL, json=BODY) as reply:
            return (await reply.json())["said"]

async def each(question):
    return [await question() for _ in range(4)]

async def together(question):
    return await asyncio.gather(*(question() for _ in range(4)))

async def limited(question):
    async with asyncio.timeout(30) if hasattr(asyncio, "timeout") else asyncio.Lock():
        return [await asyncio.wait_for(question(), 30) for _ in range(4)]

"""
AT_ONCE = {
    "gather": "print(*asyncio.run(together(aask)))\n",
    "aiohttp": "print(*asyncio.run(together(ask_aiohttp)))\n",
    "threads": "with ThreadPoolExecutor(4) as pool:\n    print(*pool.map(ask, range(4)))\n",
    "tasks": """\
async def main():
    tasks = [asyncio.create_task(aask()) for _ in range(3)]
    print(await aask(), *[await task for task in tasks])

asyncio.run(main())
""",
    "started threads": """\
said = []
threads = [threading.Thread(target=lambda: said.append(ask())) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*said)
""",
    "to_thread": "print(*asyncio.run(together(lambda: asyncio.to_thread(ask))))\n",
}
IN_TURN = {
    "one": "print(*[ask() for _ in range(4)])\n",
    "awaited": "print(*asyncio.run(each(aask)))\n",
    "runs": "print(*[asyncio.run(aask()) for _ in range(4)])\n",
    "in time": "print(*asyncio.run(limited(aask)))\n",
    "both": "print(ask(), asyncio.run(aask()), ask(), asyncio.run(ask_aiohttp()))\n",
    "pool of one": "with ThreadPoolExecutor(1) as pool:\n    print(*pool.map(ask, range(4)))\n",
    "waited for": """\
pool = ThreadPoolExecutor(4)
print(*[pool.submit(ask).result() for _ in range(4)])
""",
    "awaited threads": "print(*asyncio.run(each(lambda: asyncio.to_thread(ask))))\n",
    "awaited tasks": "print(*asyncio.run(each(lambda: asyncio.create_task(aask()))))\n",
    "child first": """\
async def main():
    print(await asyncio.create_task(aask()), await aask(), await asyncio.to_thread(ask))
    print(await aask())

asyncio.run(main())
""",
    "one thread": """\
def all_four():
    print(*[ask() for _ in range(4)])

thread = threading.Thread(target=all_four)
thread.start()
thread.join()
""",
    "one after the other": """\
def say():
    print(ask())

for _ in range(4):
    thread = threading.Thread(target=say)
    thread.start()
    thread.join()
""",
}
REFUSED = "the program asks the same several times at once, and the answers differ"


def program(bench: Bench, rest: str) -> Path:
    path = bench.program()
    path.write_text(HEAD.replace("ADDRESS", bench.documented) + rest, "utf-8")
    return path


def answer_differently(bench: Bench) -> None:
    numbers = itertools.count(1)
    kind = {"content-type": "application/json"}
    bench.origin.change = lambda answer: (200, kind, {"said": next(numbers)})


@pytest.mark.parametrize("how", AT_ONCE)
def test_the_same_at_once_is_not_recorded(bench: Bench, how: str) -> None:
    program(bench, AT_ONCE[how])
    answer_differently(bench)
    done = bench.record()
    assert [line.partition("; ")[0].partition("record: ")[2] for line in problems(done)] == [
        REFUSED
    ]
    assert ":1: " not in problems(done)[0]


@pytest.mark.parametrize("how", AT_ONCE)
def test_the_same_at_once_is_recorded_if_the_answers_are_the_same(bench: Bench, how: str) -> None:
    program(bench, AT_ONCE[how])
    bench.origin.change = lambda answer: (200, {"content-type": "application/json"}, {"said": 7})
    done = bench.record()
    assert done.returncode == 0, done.stdout
    assert "\n7 7 7 7\n" in bench.sandbox.read("code/page/terminal/x.md")


@pytest.mark.parametrize("how", IN_TURN)
def test_the_same_in_turn_is_recorded(bench: Bench, how: str) -> None:
    program(bench, IN_TURN[how])
    answer_differently(bench)
    done = bench.record()
    assert done.returncode == 0, done.stdout
    shown = bench.sandbox.read("code/page/terminal/x.md").split()
    assert [word for word in shown if word.isdigit()] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("how", AT_ONCE)
def test_the_same_at_once_is_refused_of_a_recording_that_is_there(
    sandbox: Sandbox, servers: Servers, how: str
) -> None:
    head = HEAD.replace("ADDRESS", "https://api.example.test/v1")
    sandbox.program(head + AT_ONCE[how])
    body = {"model": "test/plain", "messages": [{"role": "user", "content": "Hello?"}]}
    request = {
        "method": "POST", "uri": "https://api.example.test/v1/chat/completions",
        "headers": {"content-type": "application/json"}, "json": body,
    }  # fmt: skip
    kind = {"content-type": "application/json"}
    pairs = [
        {"request": request, "response": {"status": 200, "headers": kind, "json": {"said": n}}}
        for n in range(4)
    ]
    recorded = {"origin": "live", "date": "2026-11-22", "packages": {}}
    text = recording.text(recording.Recording(recorded, pairs), "x.py")
    sandbox.write("tests/cassettes/page/x.yaml", text)
    done = sandbox.docproof("run", "--no-delay", "code/page/x.py")
    assert f"request-unrecorded: {REFUSED}" in done.stderr
