"""A program that does not do what its page says is refused, in one line that says why."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from docproof.core.project import Project
from docproof.recordings import recording
from docproof.recordings.reader import read
from docproof.replay.replay import Outcome, Replayer
from docproof.replay.servers import Servers
from tests.helpers.sandbox import ASK, Sandbox

Play = Callable[[], Outcome]


def only(outcome: Outcome) -> str:
    """The one problem of an outcome, as its line."""
    lines = [str(problem) for problem in outcome.problems]
    assert len(lines) == 1, lines
    assert "\n" not in lines[0]
    return lines[0]


def test_a_program_is_replayed_without_a_network(play: Play) -> None:
    outcome = play()
    assert outcome.problems == ()
    assert outcome.stdout == "Hello!\n"


def test_the_way_of_a_program_never_asks_the_project(
    sandbox: Sandbox, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has asked once for what all recordings are held against."""
    program, asked = sandbox.subject, list[str]()
    sandbox.write("code/page/y.py", sandbox.read("code/page/x.py"))
    sandbox.write("tests/cassettes/page/y.yaml", sandbox.read("tests/cassettes/page/x.yaml"))

    def ask(project: Project, name: str) -> Any:
        asked.append(name)
        return object.__getattribute__(project, name)

    with Replayer(sandbox.project, servers=servers) as replayer:
        replayer.play(sandbox.project.program("code/page/y.py"))
        assert read(replayer.project, program)
        monkeypatch.setattr(Project, "__getattribute__", ask)
        assert replayer.play(program).stdout == "Hello!\n"
        assert {*asked} == {"once", "kept"}  # what was read of it before
        assert replayer.project.root == sandbox.root
        assert asked[-1] == "root"


def test_a_missing_recording_is_refused(sandbox: Sandbox, play: Play) -> None:
    (sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    line = only(play())
    assert line.startswith("code/page/x.py:1: recording-missing: ")
    assert "tests/cassettes/page/x.yaml" in line
    assert line.endswith("python -m docproof record code/page/x.py")
    sandbox.write("Makefile", "recordings:\n\ttrue\n")
    assert only(play()).endswith("; record it: make recordings PROGRAM=code/page/x.py")


def test_an_unrecorded_request_is_refused_with_its_difference(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(ASK.replace("Hello?", "Goodbye?"))
    line = only(play())
    assert line.startswith("code/page/x.py:3: request-unrecorded: ")
    assert "body.messages[0].content was 'Hello?' when recorded and is 'Goodbye?'" in line
    assert line.endswith("python -m docproof record code/page/x.py")
    sandbox.write("Makefile", "recordings:\n\ttrue\n")
    assert only(play()).endswith("or record it again: make recordings PROGRAM=code/page/x.py")
    made = sandbox.read("tests/cassettes/page/x.yaml").replace("stand-in", "live")
    sandbox.write("tests/cassettes/page/x.yaml", made)
    assert only(play()).endswith("python -m docproof record code/page/x.py")


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("https://api", "http://api", "uri was 'https://api"),
        ("example.test/v1", "example.test:8443/v1", "uri was"),
        ("completions", "completions?debug=1", "uri was"),
        ("httpx.post", "httpx.put", "method was 'POST' when recorded and is 'PUT'"),
        ('"user"', '"system"', "body.messages[0].role was 'user'"),
        ("}]}", "}], 'top_p': 1}", "body.top_p was absent when recorded and is 1"),
    ],
)
def test_every_part_of_a_request_is_compared(
    sandbox: Sandbox, play: Play, old: str, new: str, difference: str
) -> None:
    sandbox.program(ASK.replace(old, new))
    assert difference in only(play())


def test_a_miss_that_the_program_swallows_is_still_refused(sandbox: Sandbox, play: Play) -> None:
    asked = "".join(f"    {line}\n" for line in ASK.replace("Hello?", "Bye?").splitlines())
    sandbox.program(f"try:\n{asked}except BaseException:\n    pass\nprint('Hello!')\n")
    assert only(play()).startswith("code/page/x.py:4: request-unrecorded: ")


def test_a_request_sent_more_often_than_recorded_is_refused(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(ASK + ASK)
    assert "recorded fewer times than it is sent" in only(play())


def test_a_recording_left_over_is_refused(sandbox: Sandbox, play: Play) -> None:
    sandbox.recording(times=2)
    line = only(play())
    assert ": requests: the program never makes the recorded request 2" in line


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_recorded_error_is_refused_unless_it_is_expected(
    sandbox: Sandbox, play: Play, status: int
) -> None:
    sandbox.recording(status=status)
    line = only(play())
    assert line.startswith("tests/cassettes/page/x.yaml:1: recording: ")
    assert str(status) in line
    sandbox.expect(statuses=[status])
    assert play().problems == ()


def test_a_program_that_raises_is_refused_at_its_line(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(ASK + "print(reply.json()['question'])\n")
    line = only(play())
    assert line.startswith("code/page/x.py:4: exit-code: ")
    assert "KeyError: 'question'" in line


def test_a_program_that_exits_3_is_refused_unless_it_is_expected(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.program(ASK + "print('Hello!')\nraise SystemExit(3)\n")
    assert "exits 3 instead of 0" in only(play())
    sandbox.expect(exit=3)
    assert play().problems == ()


def test_standard_error_is_refused_unless_it_is_expected(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(ASK + "import sys\nprint('Hello!')\nprint('Careful', file=sys.stderr)\n")
    assert "standard-error: the program writes to standard error: Careful" in only(play())
    sandbox.expect(stderr="Careful")
    outcome = play()
    assert outcome.problems == ()
    assert outcome.stdout == "Hello!\nCareful\n"
    sandbox.expect(stderr="Danger")
    assert "'Danger' is not in its standard error: Careful" in only(play())


NOWHERE = "<sys>:0" if sys.version_info >= (3, 13) else "sys:1"
COMPLAINTS = {  # a program, the line that it names, and the words
    "never awaited": (
        "async def boil(): pass\ndef tea():\n    boil()\ntea()\n",
        "3: RuntimeWarning: coroutine 'boil' was never awaited;",
    ),
    "never awaited, to the end": (
        "async def boil(): pass\ntea = boil()\n",
        f"1: {NOWHERE}: RuntimeWarning: coroutine 'boil' was never awaited;",
    ),
    "a file left open": (
        "import warnings\nwarnings.simplefilter('always')\ndef read():\n    open(__file__)\n"
        "read()\n",
        "4: ResourceWarning: unclosed file",
    ),
    "an end that fails": (
        "class Tea:\n    def __del__(self):\n        1 / 0\nTea()\n",
        "3: ZeroDivisionError: division by zero;",
    ),
    "a task left": (
        "import asyncio\nasync def boil():\n    await asyncio.Event().wait()\n"
        "loop = asyncio.new_event_loop()\ntask = loop.create_task(boil())\n"
        "loop.run_until_complete(asyncio.sleep(0))\nloop.close()\ndel task, loop\n"
        "import gc; gc.collect()\n",
        "2: Task was destroyed but it is pending!;",
    ),
    "a task that failed": (
        "import asyncio\nasync def boil():\n    raise KeyError('tea')\n"
        "async def main():\n    asyncio.create_task(boil())\n    await asyncio.sleep(0)\n"
        "asyncio.run(main())\n",
        "3: KeyError: 'tea';",
    ),
    "a thread that failed": (
        "import threading\ndef boil():\n    {}['tea']\n"
        "thread = threading.Thread(target=boil)\nthread.start()\nthread.join()\n",
        "3: KeyError: 'tea';",
    ),
    "a session left open": (
        "import aiohttp, asyncio\nasync def main():\n    session = aiohttp.ClientSession()\n"
        "asyncio.run(main())\n",
        "1: Unclosed client session;",
    ),
    "a library's warning": (
        "import warnings\nwarnings.warn_explicit('Odd', UserWarning, 'lib.py', 7)\n",
        "1: lib.py:7: UserWarning: Odd;",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", COMPLAINTS)
def test_what_standard_error_complains_of_is_quoted_with_its_line(
    sandbox: Sandbox, play: Play, case: str
) -> None:
    text, said = COMPLAINTS[case]
    number, _, words = said.partition(": ")
    sandbox.expect(requests=0)
    (sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    sandbox.program(text + "print('Hello!')\n")
    line = only(play())
    assert line.startswith(f"code/page/x.py:{number}: standard-error: "), line
    assert f"the program writes to standard error: {words}" in line


def test_a_program_without_a_request_is_refused_unless_it_is_expected(
    sandbox: Sandbox, play: Play
) -> None:
    head = sandbox.read("tests/cassettes/page/x.yaml").split("interactions")[0]
    (sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    sandbox.program("print('Hello!')\n")
    assert ": recording-missing: " in only(play())
    sandbox.write("tests/cassettes/page/x.yaml", f"{head}interactions: []\n")
    assert ": requests: " in only(play())
    (sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    sandbox.expect(requests=0)
    assert play().problems == ()


def test_an_expected_number_of_requests_is_held(sandbox: Sandbox, play: Play) -> None:
    sandbox.expect(requests=2)
    assert "makes 1 requests instead of 2" in only(play())


def test_a_program_that_never_ends_is_stopped_and_its_line_is_named(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docproof.replay.replay.LIMIT", 1)
    sandbox.program("\n\n\nwhile True:\n    pass\n" + ASK)
    line = only(play())
    assert line.startswith(("code/page/x.py:4: time-limit: ", "code/page/x.py:5: time-limit: "))
    assert "still running after 1 s" in line


def test_a_time_limit_of_its_own_is_kept(sandbox: Sandbox, play: Play) -> None:
    sandbox.expect(time_limit=0.5)
    sandbox.program(ASK + "import time\ntime.sleep(30)\n")
    assert "still running after 0.5 s" in only(play())


@pytest.mark.parametrize("read", ["input()", "sys.stdin.read()", "sys.stdin.readline()"])
def test_a_program_that_reads_standard_input_is_refused(
    sandbox: Sandbox, play: Play, read: str
) -> None:
    sandbox.program(f"import sys\n{ASK}try:\n    {read}\nexcept EOFError:\n    pass\nprint('Hi')\n")
    assert only(play()).startswith("code/page/x.py:6: input-read: ")


def test_a_program_that_prints_nothing_is_refused(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(ASK)
    assert ": output: the program prints nothing" in only(play())


def test_a_program_that_is_not_python_is_refused_at_its_line(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(ASK + "print(\n")
    line = only(play())
    assert line.startswith("code/page/x.py:4: exit-code: ")
    assert "SyntaxError" in line


@pytest.mark.parametrize(
    ("reach", "what"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "looks up 127.0.0.1"),
        ("import socket; socket.socket().connect(('127.0.0.1', 9))", "connects to 127.0.0.1:9"),
        (
            "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
            "sends to 127.0.0.1:9",
        ),
        ("import subprocess; subprocess.run(['true'])", "starts true"),
        ("import os; os.system('true')", "starts true"),
        (
            "import multiprocessing as m; m.get_context('spawn').Process(target=print).start()",
            "starts PYTHON",
        ),
        (
            "import multiprocessing as m; m.get_context('forkserver').Process().start()",
            "starts PYTHON",
        ),
    ],
)
def test_nothing_else_is_reached_not_even_if_the_program_hides_it(
    sandbox: Sandbox, play: Play, reach: str, what: str
) -> None:
    sandbox.program(
        ASK + f"try:\n    {reach}\nexcept Exception:\n    pass\nprint(reply.json()['answer'])\n"
    )
    line = only(play())
    assert line.startswith("code/page/x.py:5: network: ")
    assert what.replace("PYTHON", sys.executable) in line


def test_each_program_has_a_fresh_process_and_nothing_of_the_reader(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.test/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    sandbox.program(
        ASK
        + "import os, shutil, sys, time\n"
        + "print(sorted(n for n in os.environ if 'OPENAI' in n or 'PROXY' in n.upper()))\n"
        + "print(sys.argv, sys.stdout.encoding, shutil.get_terminal_size().columns, time.tzname)\n"
        + "print(hasattr(httpx, 'mark'), os.listdir())\n"
        + "httpx.mark = True\n"
        + "open('left.txt', 'w').close()\n"
    )
    with Replayer(sandbox.project) as replayer:
        for _ in range(2):
            outcome = replayer.play(sandbox.subject)
            assert outcome.problems == ()
            nothing, known, fresh = outcome.stdout.splitlines()
            assert nothing == "[]"
            assert known == "['x.py'] utf-8 80 ('UTC', 'UTC')"
            assert fresh.startswith("False ")
            assert "left.txt" not in fresh


def test_a_module_that_cannot_be_preloaded_is_named(sandbox: Sandbox) -> None:
    sandbox.write("pyproject.toml", '[tool.docproof]\npreload = ["no_such_module"]\n')
    done = sandbox.docproof("fix")
    assert done.returncode == 1
    assert done.stdout.startswith("pyproject.toml:1: setting: ")
    assert "No module named 'no_such_module'" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("exit: 1\n", "does not say why"),
        ("why: x\nexits: 1\n", ".expected.yaml:2: expectations: it says 'exits'"),
        ("why: x\nexit: yes\n", ".expected.yaml:2: expectations: 'True' is not something"),
        ("why: [\n", "cannot be read"),
        ("- x\n", "not a mapping"),
        ("why: x\nfaults: [{request: 0, kind: cut}]\n", ":2: expectations: "),
    ],
)
def test_expectations_that_make_no_sense_are_refused(
    sandbox: Sandbox, play: Play, text: str, what: str
) -> None:
    sandbox.write("tests/cassettes/page/x.expected.yaml", text)
    assert what in only(play())


@pytest.mark.parametrize("text", ["[", "interactions: []", "recorded: {}\ninteractions: [{}]"])
def test_a_garbled_recording_is_refused(sandbox: Sandbox, play: Play, text: str) -> None:
    sandbox.write("tests/cassettes/page/x.yaml", text)
    line = only(play())
    assert line.startswith("tests/cassettes/page/x.yaml:")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Hello!", "Howdy!"),
        ("status: 200", "status: 201"),
        ("origin: stand-in", "origin: live"),
        ("    headers:", "    seconds: '0.1'\n    headers:"),
        ("interactions:", "interactions:\ninteractions:"),
        ("digests:\n", "digests:\n- 0123456789abcdef\n"),
    ],
)
def test_an_edited_recording_is_refused_as_check_refuses_it(
    sandbox: Sandbox, play: Play, old: str, new: str
) -> None:
    made = recording.of(yaml.safe_load(sandbox.read("tests/cassettes/page/x.yaml")))
    whole = recording.text(made, "code/page/x.py")
    sandbox.write("tests/cassettes/page/x.yaml", whole)
    assert play().problems == ()
    assert old in whole
    sandbox.edit("tests/cassettes/page/x.yaml", whole.replace(old, new, 1))
    said = [str(problem) for problem in play().problems]
    checked = sandbox.docproof("check", "code/page/x.py").stdout.splitlines()
    assert said
    assert said == [line for line in checked if line.startswith("tests/cassettes")]


HINTS = """
[tool.docproof.hints]
"Who?" = "write it into answers/{program}.yaml"
"""


def test_a_project_has_hints_of_its_own_for_what_it_knows(sandbox: Sandbox) -> None:
    sandbox.write("pyproject.toml", sandbox.read("pyproject.toml") + HINTS)
    sandbox.program(ASK.replace("Hello?", "Who?") + 'print(reply.json()["answer"])\n')
    with Replayer(sandbox.project, servers=sandbox.servers) as replayer:
        (problem,) = replayer.play(sandbox.subject).problems
    assert problem.rule == "request-unrecorded"
    assert problem.hint == "write it into answers/page/x.yaml"
