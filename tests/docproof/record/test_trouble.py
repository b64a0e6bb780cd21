"""Whatever goes wrong while recording ends in one line, and leaves the old files as they were."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
from dataclasses import dataclass

import pytest

from docproof.replay.servers import Servers
from tests.helpers import plants
from tests.helpers.bench import Bench, problems
from tests.helpers.origin import Origin
from tests.helpers.waiting import wait_for

STATUS = "print(reply.status_code)\n"
NEVER_MIND = "try:\n{}    print(reply.status_code)\nexcept Exception:\n    print('never mind')\n"
MARK = "open(MARK, 'w').close()\n"
# By the model: what the line has to say, whatever the program makes of it.
SILENT = {"hang": "5 s", "stall": "5 s"}
SAYS = {
    **SILENT,
    "cut": "",
    "html": "HTML",
    "redirect": "redirect|303",
    "redirect-here": "redirect|303",
    "401": "key.*refused|refused.*key",
    "400": r"statuses \[400\]|status 400 from",
    "429": r"\b7\b",
    "503": "503",
    "huge": "8 MB",
    "bomb": "8 MB",
}


@dataclass
class Trouble:
    """What came of recording all that goes wrong: all that never answers, and then the rest."""

    bench: Bench
    done: list[subprocess.CompletedProcess[str]]
    before: dict[str, bytes]
    sent: int
    ports: set[int]


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory, served: Origin, servers: Servers) -> Trouble:
    served.reset()
    bench = Bench(tmp_path_factory.mktemp("trouble"), served, servers, other=True)
    for model in SAYS:
        for stream in (False, True):
            name = f"{model}{'_stream' * stream}"
            path = bench.program(STATUS, model, '"stream": True' * stream, name)
            head, rest = path.read_text("utf-8").split("reply =")
            caught = "".join(f"    {line}\n" for line in f"reply ={rest}".splitlines()[:-1])
            path.write_text(head + NEVER_MIND.format(caught), "utf-8")
        bench.program("reply.raise_for_status()\n" + STATUS, model, name=f"{model}_raises")
    bench.program(name="good")
    before = bench.state()
    paths = sorted((bench.sandbox.root / "code/page").glob("*.py"))
    silent = [path for path in paths if path.stem.partition("_")[0] in SILENT]
    others = [path for path in paths if path not in silent]
    done = [
        bench.record("--timeout", limit, *(f"code/page/{path.name}" for path in some))
        for limit, some in (("5", silent), ("60", others))
    ]
    ports = {one.port for one in served.received}
    return Trouble(bench, done, before, served.sent, ports)


@pytest.mark.parametrize("how", ["", "_stream", "_raises"])
@pytest.mark.parametrize("model", SAYS)
def test_an_answer_that_is_none_ends_in_one_line_that_says_so(
    trouble: Trouble, model: str, how: str
) -> None:
    assert [done.returncode for done in trouble.done] == [1, 1]
    path = f"code/page/{model}{how}.py"
    said = [line for done in trouble.done for line in problems(done)]
    (line,) = [one for one in said if one.startswith(f"{path}:")]
    assert re.match(rf"{re.escape(path)}:\d+: record: .+; .+", line)
    assert re.search(SAYS[model], line), line


def test_the_old_files_are_as_they_were_and_what_went_well_is_recorded(trouble: Trouble) -> None:
    after = trouble.bench.state()
    assert set(after) == set(trouble.before)
    changed = {path for path in after if after[path] != trouble.before[path]}
    assert changed == {"tests/cassettes/page/good.yaml", "code/page/terminal/good.md"}
    assert "Buenos Aires" in trouble.bench.sandbox.read("tests/cassettes/page/good.yaml")


def test_nothing_secret_is_left_or_shown_and_nothing_goes_to_another_host(trouble: Trouble) -> None:
    said = [text for done in trouble.done for text in (done.stdout, done.stderr)]
    assert trouble.bench.left(*said) == {}
    assert trouble.ports == {trouble.bench.origin.ports[0]}
    assert list(trouble.bench.temporary.iterdir()) == []


def test_it_stops_reading_what_never_ends(trouble: Trouble) -> None:
    assert 3 * 8e6 < trouble.sent < 3 * 24e6  # three endless answers, and what is on its way


def refused(bench: Bench, done: subprocess.CompletedProcess[str], before: object) -> str:
    """The one line that it ended with; nothing has changed."""
    assert done.returncode == 1
    (line,) = problems(done)
    assert re.match(r"code/page/x\.py:\d+: record: .+; .+", line)
    assert bench.state() == before
    assert bench.left(done.stdout, done.stderr) == {}
    return line


@pytest.mark.parametrize(
    ("arguments", "key", "says"),
    [
        ((), "", "FAKE_API_KEY is not set"),
        ((), "INSERT_API_KEY", "FAKE_API_KEY holds no key"),
        (("--key-variable", "NO_SUCH_KEY"), plants.KEY, "the key in NO_SUCH_KEY would go to"),
        (("--base-url", "URL", "--key-variable", "NO_SUCH_KEY"), plants.KEY, "NO_SUCH_KEY is not"),
        (("--base-url", "localhost:1"), plants.KEY, "the base URL is not an http"),
        (("--timeout", "0"), plants.KEY, "a timeout of 0 s"),
    ],
)
def test_without_a_key_or_an_address_nothing_runs(
    bench: Bench, arguments: tuple[str, ...], key: str, says: str
) -> None:
    mark = bench.folder / "mark"
    bench.program(MARK.replace("MARK", repr(str(mark))))
    before = bench.state()
    given = [one.replace("URL", bench.origin.url) for one in arguments]
    done = bench.record(*given, "code/page/x.py", FAKE_API_KEY=key)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(f".*: record: {says}.*; .*\\n", done.stderr)
    assert bench.state() == before
    assert bench.origin.received == []
    assert not mark.exists()


def test_a_wrong_key_is_refused_and_not_shown(bench: Bench) -> None:
    bench.program()
    before = bench.state()
    wrong = "wrong/FAKE+key=of/these+tests"
    done = bench.record(FAKE_API_KEY=wrong)
    assert re.search(SAYS["401"], refused(bench, done, before))
    for _, text in [*plants.files_below(bench.folder), ("", (done.stdout + done.stderr).encode())]:
        assert not plants.survivors(text, wrong) & {"the key in use", "the key in a URL"}


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("httpx.get(OTHER + '/models', headers={'authorization': f'Bearer {key}'})\n", "127.0.0.1"),
        ("httpx.get(OTHER + '/models?api_key=' + key)\n", "127.0.0.1"),
        ("try:\n    httpx.get(OTHER + '/models')\nexcept Exception:\n    pass\n", "127.0.0.1"),
        ("httpx.get('URL'.replace('/v1', '/other'))\n", "/other"),
        ("import socket\nsocket.create_connection(('localhost', PORT))\n", "it connects to "),
        ("import urllib.request\nurllib.request.urlopen(OTHER)\n", "127.0.0.1"),
    ],
    ids=["header", "query", "swallowed", "path", "socket", "urllib"],
)
def test_nothing_is_sent_to_another_address(bench: Bench, rest: str, what: str) -> None:
    rest = rest.replace("OTHER", repr(bench.origin.elsewhere))
    bench.program(STATUS + rest.replace("PORT", str(bench.origin.ports[1])))
    before = bench.state()
    assert what in refused(bench, bench.record(), before)
    paths = {(one.port, one.path) for one in bench.origin.received}
    assert paths <= {(bench.origin.ports[0], "/v1/chat/completions")}


@pytest.mark.parametrize("model", ["redirect", "redirect-here"])
def test_a_redirect_is_not_followed_to_another_host(bench: Bench, model: str) -> None:
    path = bench.program(STATUS, model)
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("    headers=", "    follow_redirects=True,\n    headers="), "utf-8"
    )
    refused(bench, bench.record(), bench.state())
    assert {one.port for one in bench.origin.received} == {bench.origin.ports[0]}


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ("print('Hello')\n", "no request"),
        ("raise SystemExit(3)\n", "exits 3|no request"),
        ("def f(:\n", "."),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "."),
        ("import time\ntime.sleep(60)\n", "2 s"),
    ],
)
def test_a_program_without_an_exchange_is_refused(bench: Bench, program: str, what: str) -> None:
    bench.program()
    bench.sandbox.program(program)
    before = bench.state()
    line = refused(bench, bench.record("--timeout", "2", "code/page/x.py"), before)
    assert re.search(what, line)


def test_two_recordings_of_one_program_at_once_are_refused(bench: Bench) -> None:
    bench.program(model="hang")
    before = bench.state()
    first = bench.start()
    try:
        wait_for(lambda: bench.origin.received)
        done = bench.record()
        assert (done.returncode, len(problems(done))) == (1, 1)
        assert before.items() <= bench.state().items()
        assert first.poll() is None
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.communicate()
    bench.program()
    assert bench.record().returncode == 0  # whoever was killed is in nobody's way


def test_two_programs_are_recorded_at_once(bench: Bench) -> None:
    bench.program(model="hang", name="y")
    bench.program()
    first = bench.start("code/page/y.py")
    try:
        wait_for(lambda: bench.origin.received)
        assert bench.record().returncode == 0
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.communicate()


@pytest.mark.parametrize("size", [0, 400, 2_000, 5_000])
def test_a_disk_that_fills_while_writing_is_refused(bench: Bench, size: int) -> None:
    bench.program()
    assert bench.record().returncode == 0
    before = bench.state()
    assert len(before["tests/cassettes/page/x.yaml"]) > size
    bench.origin.words = "Another answer."
    done = subprocess.run(
        bench.command(),
        cwd=bench.sandbox.root,
        env=bench.environment(),
        capture_output=True,
        encoding="utf-8",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if ": record: " in line]
    assert "Traceback" not in done.stderr
    assert (done.returncode in (1, 2), len(said)) == (True, 1)
    assert bench.state() == before


OLDER = {
    "of vcrpy": "version: 1\ninteractions:\n- request: {method: GET, uri: 'https://a.test/'}\n",
    "without its origin": "recorded: {date: '2025-01-01'}\ninteractions: []\n",
    "cut off": "recorded: {origin: live, date: '2025-01-01', packages: {}}\ninteractions:\n- requ",
    "no YAML": "recorded: {origin: [\n",
    "empty": "",
}


@pytest.mark.parametrize("text", OLDER.values(), ids=list(OLDER))
def test_a_recording_in_an_older_format_is_made_anew_and_compared_with_in_one_line(
    bench: Bench, text: str
) -> None:
    bench.program()
    bench.sandbox.edit("tests/cassettes/page/x.yaml", text)
    done = bench.record("--compare", "code/page/x.py")
    (line,) = [
        one for one in done.stdout.splitlines() if ": recording-" in one or ": recording: " in one
    ]
    assert (done.returncode, line.split(":")[0]) == (1, "tests/cassettes/page/x.yaml")
    assert bench.sandbox.read("tests/cassettes/page/x.yaml") == text
    assert bench.record().returncode == 0
    assert bench.recording()["recorded"]["origin"] == "live"
