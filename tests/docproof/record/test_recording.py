"""A recording holds what was answered, says where it comes from, and is never half made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from docproof.core import redact
from docproof.recordings import recording
from tests.helpers.recorded import recorded, whole
from tests.helpers.sandbox import Sandbox
from tests.helpers.waiting import hears_ctrl_c
from tools.standin import application, serving

URL = "https://api.example.test/v1"
MODEL = "test/model"
QUESTION = "What is the capital of Argentina?"
ANSWERS = f"- {{user: '{QUESTION}', answer: 'The capital of Argentina is Buenos Aires.'}}\n"
ASK = f"""\
import httpx
body = {{"model": "{MODEL}", "messages": [{{"role": "user", "content": "{QUESTION}"}}]}}
headers = {{"authorization": "Bearer sk-fake-not-a-key"}}
reply = httpx.post("{URL}/chat/completions", json=body, headers=headers)
reply.raise_for_status()
"""
PRINT = "print(reply.json()['choices'][0]['message']['content'])\n"
CASSETTE = "tests/cassettes/page/x.yaml"


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a stand-in with one answer and one model, its own and not the guide's."""
    folder = tmp_path_factory.mktemp("standin")
    (folder / "answers").mkdir()
    (folder / "answers/x.yaml").write_text(ANSWERS, "utf-8")
    (folder / "models.yml").write_text(f"models: [{{id: {MODEL}}}]\n", "utf-8")
    with serving(application(folder / "answers", folder / "models.yml", pace=0.2)) as url:
        yield url


Record = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def record(sandbox: Sandbox, standin: str) -> Record:
    """Records the sandbox's program from the stand-in."""

    def record(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return sandbox.docproof("record", "--base-url", standin, *arguments, **environment)

    return record


def test_a_recording_keeps_the_documented_address_and_says_that_it_is_a_stand_in_s(
    sandbox: Sandbox, record: Record
) -> None:
    sandbox.program(ASK + PRINT)
    done = record("code")
    assert done.returncode == 0, done.stdout + done.stderr
    made = yaml.safe_load(sandbox.read(CASSETTE))
    assert made["recorded"]["origin"] == "stand-in"
    assert made["interactions"][0]["request"]["uri"] == f"{URL}/chat/completions"
    assert made["interactions"][0]["request"]["json"]["model"] == MODEL
    assert "127.0.0.1" not in sandbox.read(CASSETTE)
    assert "Buenos Aires" in sandbox.read("code/page/terminal/x.md")


def test_it_says_when_each_event_of_a_stream_came(sandbox: Sandbox, record: Record) -> None:
    asked = ASK.replace("}]}", '}], "stream": True}')
    sandbox.program(f"{asked}print(len(reply.text.split('data: ')))\n")
    done = record("code")
    assert done.returncode == 0, done.stdout + done.stderr
    (one,) = yaml.safe_load(sandbox.read(CASSETTE))["interactions"]
    role, text, end, done = recording.times(one["response"])
    assert 0.2 <= role <= text - 0.1, "the stand-in waits before each"
    assert text <= end <= done <= one["response"]["seconds"] + 0.05
    assert record("code").returncode == 0
    assert yaml.safe_load(sandbox.read(CASSETTE))["interactions"] == [one], "as far as it matters"


def test_no_key_is_in_a_recording(sandbox: Sandbox, record: Record) -> None:
    sandbox.program(ASK + PRINT)
    record("code")
    text = sandbox.read(CASSETTE).lower()
    assert "buenos aires" in text
    assert "sk-fake" not in text
    assert "authorization" not in text


def test_a_program_never_holds_the_key(sandbox: Sandbox, record: Record) -> None:
    sandbox.write("pyproject.toml", sandbox.read("pyproject.toml") + 'key-variable = "FAKE_KEY"\n')
    sandbox.program(
        ASK.replace('"model"', '"user": str(sorted(__import__("os").environ.values())), "model"')
        + PRINT
    )
    done = record("--key-variable", "FAKE_KEY", "code", FAKE_KEY="fake-key-fake-key")
    assert "fake-key" not in done.stdout + done.stderr + sandbox.read(CASSETTE)


def test_a_stream_is_recorded_as_its_events(sandbox: Sandbox, record: Record) -> None:
    sandbox.program(
        ASK.replace('{"model"', '{"stream": True, "model"') + "print(len(reply.text) > 0)\n"
    )
    assert record("code").returncode == 0
    response = yaml.safe_load(sandbox.read(CASSETTE))["interactions"][0]["response"]
    events = response["events"].splitlines()
    assert events[-1] == "[DONE]"
    assert all('"object": "chat.completion.chunk"' in event for event in events[:-1])
    assert '"finish_reason": "stop"' in events[-2]
    assert "usage" not in response["events"]  # the service documents no stream_options


def test_the_same_answers_leave_the_recording_as_it_is_date_included(
    sandbox: Sandbox, record: Record
) -> None:
    sandbox.program(ASK + PRINT)
    record("code")
    path = sandbox.root / CASSETTE
    made = recorded(path)
    made.recorded["date"] = "2026-01-01"
    path.write_text(recording.text(made, "code/page/x.py"), "utf-8")
    older = sandbox.read(CASSETTE)
    assert record("code").returncode == 0
    assert sandbox.read(CASSETTE) == older
    assert "2026-01-01" in older


def test_a_recording_that_check_refuses_is_made_again_even_if_its_answers_are_the_same(
    sandbox: Sandbox, record: Record
) -> None:
    sandbox.program(ASK + PRINT)
    record("code")
    good = sandbox.read(CASSETTE)
    sandbox.edit(CASSETTE, good.replace("digests:", "digests:\n- of something else"))
    assert record("code").returncode == 0
    assert whole(sandbox.read(CASSETTE)) == whole(good)


@pytest.mark.parametrize(
    ("program", "what"),
    [
        (ASK.replace(MODEL, "no/model") + PRINT, "404 Not Found"),
        (ASK.replace("reply.raise_for_status()", "print(1)").replace(MODEL, "no/model"), "[404]"),
        (ASK + "raise SystemExit(3)\n", "exits 3 instead of 0"),
        (
            ASK.replace(URL, "https://other.test/v1") + PRINT,
            "is not below https://api.example.test/v1",
        ),
        (
            ASK + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n",
            "exits -9 instead of 0",
        ),
    ],
)
def test_a_run_that_goes_wrong_leaves_recording_and_output_as_they_were(
    sandbox: Sandbox, record: Record, program: str, what: str
) -> None:
    before = sandbox.read(CASSETTE), sandbox.read("code/page/terminal/x.md")
    sandbox.program(program)
    done = record("code")
    assert done.returncode == 1
    line = done.stdout.splitlines()[-1]
    assert line.startswith("code/page/x.py:")
    assert ": record: " in line
    assert what in line
    assert (sandbox.read(CASSETTE), sandbox.read("code/page/terminal/x.md")) == before


def test_an_interrupted_recording_leaves_the_old_one(sandbox: Sandbox) -> None:
    before = sandbox.read(CASSETTE)
    mark = sandbox.root / "mark"
    begins = f"import httpx, time; open({str(mark)!r}, 'w').close(); time.sleep(60)"
    sandbox.program(ASK.replace("import httpx", begins) + PRINT)
    process = subprocess.Popen(
        [sys.executable, "-m", "docproof", "record", "--base-url", "http://127.0.0.1:9", "code"],
        cwd=sandbox.root,
        start_new_session=True,
        preexec_fn=hears_ctrl_c,
    )
    while not mark.exists():
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    assert sandbox.read(CASSETTE) == before


def test_without_a_key_and_without_another_endpoint_nothing_is_sent(sandbox: Sandbox) -> None:
    done = sandbox.docproof("record", "code")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "is not set, or empty; export your key, or name another endpoint with --base-url URL"
        in done.stderr
    )


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--base-url", "localhost:8001"], "the base URL is not an http(s) address"),
        (["--base-url", "http://me:fake-word@localhost/v1"], "a password or a query"),
        (["--base-url", "http://localhost/v1?api_key=fake-word"], "a password or a query"),
        (
            ["--key-variable", "FAKE_KEY"],
            "the key in FAKE_KEY would go to https://api.example.test",
        ),
        (["--key-variable", "fake-word"], "takes a variable's name, and no key"),
        (["--base-url", "http://localhost/v1", "--key-variable", "NO_KEY"], "NO_KEY is not set"),
        (["--timeout", "0"], "leaves no time"),
    ],
)
def test_what_cannot_be_recorded_from_is_refused_in_a_line_without_the_key(
    sandbox: Sandbox, arguments: list[str], what: str
) -> None:
    before = sandbox.read(CASSETTE)
    done = sandbox.docproof("record", *arguments, "code")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert what in done.stderr
    assert "fake-word" not in done.stderr
    assert sandbox.read(CASSETTE) == before


def test_the_same_answers_get_todays_date_if_that_is_asked_for(
    sandbox: Sandbox, record: Record
) -> None:
    sandbox.program(ASK + PRINT)
    record("code")
    path = sandbox.root / CASSETTE
    made = recorded(path)
    today, made.recorded["date"] = made.recorded["date"], "2026-01-01"
    path.write_text(recording.text(made, "code/page/x.py"), "utf-8")
    assert record("--new-date", "code").returncode == 0
    assert recorded(path).recorded["date"] == today


def test_a_program_that_prints_something_else_each_time_is_refused(
    sandbox: Sandbox, record: Record
) -> None:
    before = sandbox.read(CASSETTE)
    sandbox.program(ASK + PRINT + "import uuid\nprint(uuid.uuid4())\n")
    done = record("code")
    assert done.returncode == 1
    assert "it prints something else each time" in done.stdout
    assert sandbox.read(CASSETTE) == before


def test_an_error_names_the_address_that_was_asked(sandbox: Sandbox) -> None:
    sandbox.program(ASK + PRINT)
    done = sandbox.docproof("record", "--base-url", "http://127.0.0.1:9/v1", "code")
    assert "http://127.0.0.1:9/v1/chat/completions fails" in done.stdout
    assert URL not in done.stdout


def test_a_recording_that_was_edited_is_neither_run_nor_written_from(
    sandbox: Sandbox, record: Record
) -> None:
    sandbox.program(ASK + PRINT)
    record("code")
    output = sandbox.read("code/page/terminal/x.md")
    sandbox.edit(CASSETTE, sandbox.read(CASSETTE).replace("Buenos Aires", "Lima"))
    fixed, run = sandbox.docproof("fix"), sandbox.docproof("run", "code/page/x.py")
    assert (fixed.returncode, run.returncode, run.stdout) == (1, 2, "")
    assert ": recording-edited: " in fixed.stdout
    assert ": recording-edited: " in run.stderr
    assert sandbox.read("code/page/terminal/x.md") == output


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"a": [1, "zwei", None, {"b": "x\ny"}]}},
        {"events": '{"a": 1}\n[DONE]\n'},
        {"text": "plain\n"},
        {"text": "one\x85of YAML's\rother breaks\n"},
        {"events": '{"a": "x\u2028y\x85z"}\n[DONE]\n'},
        {"text": "event: ping\ndata: {}\n\n"},
        {"base64": "/wD+"},
        {"events": '{"a": 1}\n[DONE]\n', "seconds": 1.5, "times": "0.75 1.5"},
        {},
    ],
)
def test_a_body_survives_writing_and_reading(tmp_path: Path, body: recording.Data) -> None:
    request = {"method": "POST", "uri": URL, "headers": {}, "json": {"q": 1}}
    one = {"request": request, "response": {"status": 200, "headers": {}, **body}}
    made = recording.Recording({"origin": "live", "date": "2026-11-22", "packages": {}}, [one])
    path = tmp_path / "x.yaml"
    path.write_text(recording.text(made, "x.py"), "utf-8")
    assert recorded(path) == made
    wire = recording.deserialize(path.read_text("utf-8"))
    one["response"].pop("times", None)  # for readers; a replay does without
    assert recording._from_vcr(wire["interactions"][0]) == one


@pytest.mark.parametrize(
    ("host", "expected"),
    [("llm.acme.example", "api.example.test"), ("10.0.0.7", "10.0.0.7"), ("box", "box")],
)
def test_the_name_of_another_server_becomes_the_documented_one(host: str, expected: str) -> None:
    """A host without its port, too, unless it says nothing or is a word like any other."""
    text = f"https://{host}:8443/v1/models {host}:8443 {host}"
    for real, documented in redact.moved(f"https://{host}:8443/v1", URL):
        text = text.replace(real, documented)
    assert text == f"{URL}/models api.example.test {expected}"
