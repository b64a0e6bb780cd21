"""What `record` sends, keeps and says: the key in flight only, no secret, nothing that varies."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme

from docproof.check import check
from docproof.recordings import recording
from tests.helpers import plants
from tests.helpers.bench import Bench, problems
from tests.helpers.origin import RETRY_AFTER
from tests.helpers.recorded import recorded

# Writes what it finds of itself and of every process, where nothing scrubs it.
LOOK = """\
import pathlib
found = [dict(os.environ), reply.request.headers.raw, str(reply.request.url)]
for name in ("environ", "cmdline"):
    path = pathlib.Path("/proc/self", name)
    found.append(path.read_bytes() if path.exists() else b"")
for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    try:
        found.append(path.read_bytes())
    except OSError:
        pass
with open(SEEN, "a") as file:
    print(found, file=file)
"""
PRINT_STATUS = "print(reply.status_code)\n"
KEPT = re.compile("content-type|location|retry-after(-ms)?|x-ratelimit-.*")
STATUSES = "why: a test\nstatuses: [{}]\n"


def replays(bench: Bench, name: str = "x") -> str:
    """What the program prints on its recording."""
    done = bench.sandbox.docproof("run", "--no-delay", f"code/page/{name}.py")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_key_is_put_in_in_flight_and_no_process_shows_it(either: Bench) -> None:
    seen = either.folder / "seen"
    either.program(LOOK.replace("SEEN", repr(str(seen))) + PRINT_STATUS, sent='"user": key')
    done = either.record()
    assert done.returncode == 0, done.stdout
    (received,) = either.origin.received
    assert received.headers["Authorization"] == f"Bearer {plants.KEY}"
    assert json.loads(received.body)["user"] == "INSERT_API_KEY"
    assert "INSERT_API_KEY" in seen.read_text("utf-8")  # in the headers, as the program knows them
    assert plants.KEY not in seen.read_text("utf-8")
    assert plants.OTHER_KEY not in seen.read_text("utf-8")


def test_a_key_in_the_url_is_put_in_in_flight_too(bench: Bench) -> None:
    bench.program(
        f'print(httpx.get("{bench.documented}/models", params={{"api_key": key}}).status_code)\n'
    )
    assert bench.record().returncode == 0
    sent = parse_qs(urlsplit(bench.origin.received[-1].path).query)
    assert sent == {"api_key": [plants.KEY]}
    uri = bench.recording()["interactions"][-1]["request"]["uri"]
    assert uri.endswith("/models?api_key=INSERT_API_KEY")
    assert replays(bench) == "200\n"


def test_a_live_recording_says_so(bench: Bench) -> None:
    bench.program()
    assert bench.record().returncode == 0
    assert bench.recording()["recorded"]["origin"] == "live"


def test_another_endpoint_gets_its_own_key_and_stands_in_the_recording(other: Bench) -> None:
    other.program()
    assert other.record().returncode == 0
    made = other.recording()
    assert made["recorded"]["origin"] == other.origin.url
    assert made["interactions"][0]["request"]["uri"] == f"{other.documented}/chat/completions"
    headers = [one.headers for one in other.origin.received]
    assert [one["Authorization"] for one in headers] == [f"Bearer {plants.KEY}"]
    assert plants.OTHER_KEY not in str(headers)
    assert headers[0]["Host"] == other.origin.host


def test_another_endpoint_gets_the_placeholder_if_its_key_is_not_named(bench: Bench) -> None:
    bench.program()
    done = bench.record("--base-url", bench.origin.url, "code/page/x.py")
    assert done.returncode == 1
    (received,) = bench.origin.received
    assert received.headers["Authorization"] == "Bearer INSERT_API_KEY"
    assert len(problems(done)) == 1


def test_a_server_that_marks_itself_is_a_stand_in(other: Bench) -> None:
    other.origin.change = lambda answer: (answer[0], answer[1] | {"x-stand-in": "1"}, answer[2])
    other.program()
    assert other.record().returncode == 0
    assert other.recording()["recorded"]["origin"] == "stand-in"


def test_nothing_planted_is_left_of_any_kind_of_answer(either: Bench) -> None:
    body = PRINT_STATUS + "print(reply.headers)\nprint(reply.text)\n"
    for model in ("plain", "gzip", "priced", "401", "429", "500", "html", "redirect", "cut"):
        either.program(body, model, name=f"x{model}")
        either.program(body, model, '"stream": True', name=f"stream_{model}")
        if model in ("429", "500"):
            for name in (f"x{model}", f"stream_{model}"):
                path = f"tests/cassettes/page/{name}.expected.yaml"
                either.sandbox.write(path, STATUSES.format(model))
    either.program()
    either.program("raise SystemExit(reply.text)\n", name="raises")
    with either.watched() as meanwhile:
        done = either.record("code")
    refused = [Path(line.split(":")[0]).stem for line in problems(done)]
    unfit = {f"{how}{model}" for how in ("x", "stream_") for model in ("401", "html", "cut")}
    unfit |= {"xredirect", "stream_redirect", "raises"}
    assert sorted(refused) == sorted(unfit)
    assert "INSERT_API_KEY" in either.sandbox.read("code/page/terminal/xplain.md")
    assert either.left(done.stdout, done.stderr) == {}
    assert meanwhile == {}


def test_only_headers_that_matter_are_kept_and_they_stay_usable(other: Bench) -> None:
    other.program('print(reply.headers["retry-after"], reply.headers["location"])\n', "429")
    other.sandbox.write("tests/cassettes/page/x.expected.yaml", STATUSES.format(429))
    assert other.record().returncode == 0
    (one,) = other.recording()["interactions"]
    assert set(one["request"]["headers"]) <= {"content-type"}
    assert all(KEPT.fullmatch(name) for name in one["response"]["headers"])
    assert one["response"]["headers"]["x-ratelimit-limit-requests"] == "600"
    after, location = replays(other).split()
    assert after == RETRY_AFTER
    assert location.startswith("https://api.example.test/v1/seen?key=INSERT_API_KEY&token=INSERT")


@pytest.mark.parametrize(
    ("model", "sent", "key"),
    [("plain", "", "json"), ("gzip", "", "json"), ("plain", '"stream": True', "events")],
)
def test_a_reviewer_reads_json_as_json_and_a_stream_as_its_events(
    bench: Bench, model: str, sent: str, key: str
) -> None:
    bench.program(model=model, sent=sent)
    assert bench.record().returncode == 0
    (one,) = bench.recording()["interactions"]
    assert one["request"]["json"]["model"] == f"test/{model}"
    assert set(one["response"]) - {"seconds", "times"} == {"status", "headers", key}
    if key == "events":
        *events, last = one["response"]["events"].splitlines()
        assert last == "[DONE]"
        assert all(json.loads(one)["object"] == "chat.completion.chunk" for one in events)
    times = recording.times(one["response"])
    assert len(times) == (len(events) + 1 if key == "events" else 0)
    assert times == sorted(times)
    printed = replays(bench)
    assert "Buenos Aires" in printed
    assert bench.sandbox.read("code/page/terminal/x.md").splitlines()[2] == printed.splitlines()[0]


def test_the_same_answer_leaves_both_files_byte_for_byte(either: Bench) -> None:
    either.program()
    assert either.record().returncode == 0
    path = either.sandbox.root / "tests/cassettes/page/x.yaml"
    made = recorded(path)
    made.recorded["date"] = "2026-01-01"
    path.write_text(recording.text(made, "code/page/x.py"), "utf-8")
    before = either.state()
    assert either.record().returncode == 0
    assert either.state() == before
    either.origin.words = "Another answer."
    assert either.record().returncode == 0
    assert "Another answer." in path.read_text("utf-8")
    assert "2026-01-01" not in path.read_text("utf-8")


def test_what_looks_like_a_key_in_a_request_is_scrubbed_and_the_replay_still_finds_it(
    bench: Bench,
) -> None:
    bench.program(
        'two = "hf" + "_" + "FAKE" * 9\n'
        f'print(httpx.get("{bench.documented}/models", params='
        '{"api_key": key, "token": two}).status_code)\n' + PRINT_STATUS,
        sent='"user": "gh" + "p_" + "FAKE" * 9, "metadata": {"to": "me" + "@fake-company.dev"}',
    )
    assert bench.record().returncode == 0
    assert json.loads(bench.origin.received[0].body)["user"] == plants.KEYS["GitHub"]
    assert bench.left() == {}
    body, query = (one["request"] for one in bench.recording()["interactions"])
    assert body["json"]["user"] == "INSERT_API_KEY"
    assert "me@fake" not in str(body)
    assert query["uri"].endswith("/models?api_key=INSERT_API_KEY&token=INSERT_API_KEY")
    assert replays(bench) == "200\n200\n"


def test_an_upload_is_recorded_the_same_each_time_and_replays(bench: Bench) -> None:
    bench.program(
        'sent = {"file": ("batch.jsonl", b\'{"custom_id": "one"}\\n\')}\n'
        f'reply = httpx.post("{bench.documented}/files", files=sent, data={{"purpose": "batch"}},'
        ' headers={"authorization": f"Bearer {key}"})\nprint(reply.json()["filename"])\n'
    )
    assert bench.record().returncode == 0
    before = bench.state()
    assert bench.record().returncode == 0
    assert bench.state() == before
    assert [replays(bench) for _ in range(2)] == ["batch.jsonl\n"] * 2


@pytest.mark.parametrize("model", ["spread", "spread-real"])
def test_a_key_in_pieces_over_a_stream_is_taken_out_of_each(bench: Bench, model: str) -> None:
    bench.program(
        "print(''.join(__import__('json').loads(line[6:])['choices'][0]['delta'].get('content', '')"
        " for line in reply.text.splitlines() if line.startswith('data: {')))\n",
        model,
        '"stream": True',
    )
    done = bench.record()
    assert done.returncode == 0, done.stdout
    assert "INSERT_API_KEY" in bench.sandbox.read("code/page/terminal/x.md")
    assert bench.left(done.stdout, done.stderr) == {}


def test_a_key_that_the_program_puts_together_itself_is_refused(bench: Bench) -> None:
    bench.program("print('A' + 'KIA' + 'FAKE' * 4)\n")
    before = bench.state()
    done = bench.record()
    assert (done.returncode, len(problems(done))) == (1, 1)
    assert "it prints something shaped like a key" in done.stdout
    assert bench.state() == before


def test_each_exchange_is_shown_with_its_time_its_tokens_and_its_cost(bench: Bench) -> None:
    costs = {"plain": "", "priced": "0.0123", "gzip": ""}  # as the service says
    for model in costs:
        bench.program(PRINT_STATUS, model, name=model)
        usage = '"stream": True, "stream_options": {"include_usage": True}'
        bench.program(PRINT_STATUS, model, usage, f"stream_{model}")
    done = bench.record(
        *(f"code/page/{how}{model}.py" for how in ("", "stream_") for model in costs)
    )
    assert done.returncode == 0
    lines = [line for line in done.stdout.splitlines() if "POST" in line]
    assert len(lines) == 6
    for model, line in zip([*costs, *costs], lines, strict=True):
        for word in ("/chat/completions", f"test/{model}", "200", "1100", "300", costs[model]):
            assert word in line
        assert re.search(r"\d\.\d+ s\b", line)
        assert costs[model] or not re.search(r"\$|USD", line)


def test_the_live_service_is_asked_by_one_program_at_a_time(bench: Bench) -> None:
    """The first asks after half a second, and the second asks later all the same."""
    first, second = bench.program(name="first"), bench.program(model="gzip", name="second")
    first.write_text(f"import time\n\ntime.sleep(0.5)\n{first.read_text('utf-8')}", "utf-8")
    assert bench.record(*(f"code/page/{one.name}" for one in (first, second))).returncode == 0
    asked = [json.loads(one.body)["model"] for one in bench.origin.received]
    assert asked == ["test/plain", "test/gzip"]


def test_what_was_recorded_passes_the_checks(either: Bench) -> None:
    either.program()
    before = check(either.sandbox.project, [])
    assert either.record().returncode == 0
    assert set(check(either.sandbox.project, [])) <= set(before)


def test_the_authority_that_is_named_is_the_one_that_is_trusted(
    bench: Bench, tmp_path: Path
) -> None:
    bench.program()
    nobody = tmp_path / "nobody.pem"
    trustme.CA().cert_pem.write_to_path(str(nobody))
    done = bench.record(SSL_CERT_FILE=str(nobody))
    assert (done.returncode, len(problems(done))) == (1, 1)
    assert bench.origin.received == []
