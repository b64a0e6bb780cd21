"""`docproof run` gives a reader the program's output without a key or a network."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.helpers.sandbox import ASK, Sandbox

STREAM = """\
recorded: {origin: stand-in, date: '2026-11-22', packages: {}}
interactions:
- request:
    method: GET
    uri: https://api.example.test/v1/stream
    headers: {}
  response:
    status: 200
    headers: {content-type: text/event-stream}
    events: |
      one
      two
      three
"""
SYNC = """\
import sys, time, httpx
try:
    with httpx.stream("GET", "https://api.example.test/v1/stream") as reply:
        for line in reply.iter_lines():
            if line:
                print(line, flush=True)
except httpx.HTTPError as error:
    print(type(error).__name__)
"""
ASYNC_HTTPX = """\
import asyncio, httpx
async def main():
    async with httpx.AsyncClient() as client:
        async with client.stream("GET", "https://api.example.test/v1/stream") as reply:
            async for line in reply.aiter_lines():
                if line:
                    print(line, flush=True)
try:
    asyncio.run(main())
except httpx.HTTPError as error:
    print(type(error).__name__)
"""
ASYNC_AIOHTTP = """\
import asyncio, aiohttp
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.get("https://api.example.test/v1/stream") as reply:
            async for line in reply.content:
                if line.strip():
                    print(line.strip().decode(), flush=True)
try:
    asyncio.run(main())
except aiohttp.ClientError as error:
    print(type(error).__name__)
"""
PROGRAMS = pytest.mark.parametrize("program", [SYNC, ASYNC_HTTPX, ASYNC_AIOHTTP])
ALL = ["data: one", "data: two", "data: three"]


@pytest.fixture
def streaming(sandbox: Sandbox) -> Sandbox:
    sandbox.write("tests/cassettes/page/x.yaml", STREAM)
    return sandbox


def arrivals(sandbox: Sandbox, *options: str) -> list[tuple[float, str]]:
    """Each line that `run` prints, with the second of its arrival."""
    command = [sys.executable, "-m", "docproof", "run", *options, "code/page/x.py"]
    with subprocess.Popen(
        command, cwd=sandbox.root, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        return [(time.monotonic(), line.strip()) for line in process.stdout]


@PROGRAMS
def test_a_stream_arrives_event_by_event(streaming: Sandbox, program: str) -> None:
    streaming.program(program)
    apart = 0.0
    for _ in range(10):  # on a busy machine, whoever reads may come late
        seen = arrivals(streaming)
        assert [line for _, line in seen] == ALL
        apart = max(apart, seen[2][0] - seen[0][0])
        if apart >= 0.2:  # two pauses of 0.15 s, less what the pipe delays
            break
    assert apart >= 0.2
    assert [line for _, line in arrivals(streaming, "--no-delay")] == ALL


@PROGRAMS
@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("refused", [("ConnectError", "ClientConnectorError")]),
        ("timeout", [("ReadTimeout", "SocketTimeoutError")]),
        ("cut, after: 2", [*ALL[:2], ("RemoteProtocolError", "ClientPayloadError")]),
    ],
)
def test_a_fault_of_the_transport_befalls_the_request_it_is_meant_for(
    streaming: Sandbox, program: str, kind: str, lines: list[object]
) -> None:
    streaming.program(program)
    streaming.expect(requests=1, faults=f"[{{request: 1, kind: {kind}}}]")
    if "cut" not in kind:
        (streaming.root / "tests/cassettes/page/x.yaml").unlink()
    done = streaming.docproof("run", "--no-delay", "code/page/x.py")
    printed = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert len(printed) == len(lines)
    for line, wanted in zip(printed, lines, strict=True):
        assert line == wanted or line in wanted


@PROGRAMS
@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            r": alive\r\n\r\ndata: one\r\n\r\ndata: two\r\n\r\ndata: three\r\n\r\n",
            [": alive", *ALL[:2]],
        ),
        (r"data: one\r\rdata: two\r\rdata: three\r\r", ALL[:2]),
        (r"data: one\n\n\n\n: alive\n\ndata: two\n\ndata: three\n\n", [ALL[0], ": alive", ALL[1]]),
        (r"data: one\nid: 1\n\nevent: ping\n\ndata: two\n\ndata: three", None),
    ],
)
def test_a_stream_is_cut_behind_an_event_however_its_lines_end(
    streaming: Sandbox, program: str, body: str, lines: list[str] | None
) -> None:
    streaming.program(program)
    if "aiohttp" in program and "\\n" not in body:
        lines = [""]  # its reader waits for the end of a line that it knows
    lines = lines or ["data: one", "id: 1", "event: ping", "data: two"]
    streaming.write(
        "tests/cassettes/page/x.yaml", f'{STREAM.split("    events")[0]}    text: "{body}"\n'
    )
    streaming.expect(requests=1, faults="[{request: 1, kind: cut, after: 2}]")
    done = streaming.docproof("run", "--no-delay", "code/page/x.py")
    printed = done.stdout.replace("\r", "\n").split()
    assert (done.returncode, done.stderr) == (0, "")
    assert printed[:-1] == " ".join(lines).split()
    assert printed[-1] in ("RemoteProtocolError", "ClientPayloadError")


def test_the_exit_code_is_the_program_s_and_its_arguments_and_input_are_passed_on(
    sandbox: Sandbox,
) -> None:
    sandbox.program(ASK + "import sys\nprint(sys.argv[1:], input())\nraise SystemExit(7)\n")
    done = subprocess.run(
        [sys.executable, "-m", "docproof", "run", "code/page/x.py", "--fast", "-n", "2"],
        cwd=sandbox.root,
        input="typed\n",
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout) == (7, "['--fast', '-n', '2'] typed\n")


def test_an_unrecorded_request_fails_a_run_that_swallowed_it(sandbox: Sandbox) -> None:
    asked = "".join(f"    {line}\n" for line in ASK.replace("Hello?", "Bye?").splitlines())
    sandbox.program(f"try:\n{asked}except Exception:\n    print('never mind')\n")
    done = sandbox.docproof("run", "code/page/x.py")
    assert done.returncode == 1
    assert done.stdout == "never mind\n"
    assert done.stderr.startswith("code/page/x.py:4: request-unrecorded: ")


def test_a_program_without_a_recording_is_refused_before_it_runs(sandbox: Sandbox) -> None:
    (sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    done = sandbox.docproof("run", "code/page/x.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("code/page/x.py:1: recording-missing: ")


@pytest.mark.parametrize("path", ["docs/page.md", "code/page/y.py", "."])
def test_what_is_no_program_is_refused(sandbox: Sandbox, path: str) -> None:
    done = sandbox.docproof("run", path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", ["run --no-delay code/page/x.py", "check --explain range"])
def test_a_reader_that_leaves_is_no_error(sandbox: Sandbox, arguments: str) -> None:
    sandbox.program(ASK + "print('a line')\n" * 3)
    reader, output = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "docproof", *arguments.split()]
    done = subprocess.run(command, cwd=sandbox.root, stdout=output, stderr=subprocess.PIPE)
    os.close(output)
    assert (done.returncode, done.stderr) == (141, b"")
