"""What the page docs/get-started/integrations/litellm/check-your-endpoint.md claims."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from docproof.replay.replay import Outcome
from tests.helpers.stage import Stage, lines

NAME = "check_your_endpoint"
SHOWN = re.compile(r"^(.+?) {2,}(yes|no|differs|not tried)(?: +(.*))?$", re.MULTILINE)
KEY = "fake-reader-key"
READER = f"import os\nos.environ['KLUSTER_API_KEY'] = '{KEY}'\n"


def verdicts(text: str) -> dict[str, str]:
    """The table that the program printed: each line's verdict."""
    return {line: verdict for line, verdict, _ in SHOWN.findall(text)}


def body(text: str | None, **more: Any) -> dict[str, Any]:
    """A whole answer with that text."""
    message = {"role": "assistant", "content": text, **more}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"object": "chat.completion", "model": "m", "id": "a", "created": 1, "choices": [choice]}


def answered(interaction: Any, json: Any, status: int = 200) -> Any:
    """The same request with another answer."""
    return interaction | {"response": {"status": status, "headers": {}, "json": json}}


def streamed(interaction: Any, *pieces: str, usage: Any = None) -> Any:
    """The same request, answered in these pieces."""
    head = {"object": "chat.completion.chunk", "model": "m", "id": "a", "created": 1}
    said = [{"index": 0, "delta": {"content": piece}, "finish_reason": None} for piece in pieces]
    chunks: list[Any] = [head | {"choices": [choice]} for choice in said]
    chunks.append(head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    chunks += [head | {"choices": [], "usage": usage}] if usage else []
    events = "".join(json.dumps(chunk) + "\n" for chunk in chunks) + "[DONE]\n"
    headers = {"content-type": "text/event-stream"}
    return interaction | {"response": {"status": 200, "headers": headers, "events": events}}


def works(made: list[Any]) -> list[Any]:
    """A server that does all that it is asked for."""
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    function = {"name": "get_temperature", "arguments": '{"city": "Lima"}'}
    call = {"id": "c", "type": "function", "function": function}
    vectors = [{"index": n, "object": "embedding", "embedding": [n, 0.5]} for n in (0, 1)]
    no = {"error": {"message": "No.", "type": "x", "param": None, "code": "x"}}
    return [
        answered(made[0], body("Lima.")),
        streamed(made[1], "1, ", "2"),
        streamed(made[2], "1, ", "2", usage=usage),
        answered(made[3], body(None, tool_calls=[call])),
        answered(made[4], body('{"JSON": "JavaScript Object Notation"}')),
        answered(made[5], body('{"city": "Lima"}')),
        answered(made[6], {"object": "list", "model": "m", "data": vectors, "usage": usage}),
        answered(made[7], body("Red.")),
        answered(made[8], no, 401),
        answered(made[9], no, 404),
    ]


def ignores(made: list[Any]) -> list[Any]:
    """A server that reads nothing but the question, and answers it in words."""
    same = {"index": 0, "object": "embedding", "embedding": [0.5, 0.5]}
    plain = [answered(one, body("In words.")) for one in made]
    plain[1:3] = [streamed(one, "1, 2") for one in made[1:3]]
    plain[6] = answered(made[6], {"object": "list", "model": "m", "data": [same, same]})
    return plain


def table(stage: Stage, change: Callable[[list[Any]], list[Any]], text: str = "") -> Outcome:
    """What the program prints on a server of that kind."""
    statuses = [one["response"]["status"] for one in change(stage.recorded(NAME).interactions)]
    expect = f"requests: {len(statuses)}\nstatuses: {statuses}\n"
    outcome = stage.run(text + stage.source(NAME), NAME, expect, change)
    assert lines(outcome) == ""
    return outcome


def test_ten_requests_and_a_line_for_each(stage: Stage) -> None:
    """It prints a table with one line for each thing that it tries"""
    assert len(stage.sent(NAME)) == 10
    assert len(verdicts(stage.shown(NAME))) == 10
    assert stage.shown(NAME).endswith("Requests: 10\n```\n")


def test_a_server_that_does_it_all(stage: Stage) -> None:
    """yes: the server does it, and its answer shows it."""
    assert set(verdicts(table(stage, works).stdout).values()) == {"yes"}


def test_a_server_that_ignores_it_all(stage: Stage) -> None:
    """differs: the server does something other than it was asked for."""
    found = verdicts(table(stage, ignores).stdout)
    assert found.pop("plain call") == "yes"
    assert found.pop("usage in a stream") == "no"
    assert len(found) == 8
    assert set(found.values()) == {"differs"}


def test_no_key_is_printed(stage: Stage) -> None:
    """It prints no key. If the server repeats yours in an error, you see (your key) instead."""
    error = {"error": {"message": f"No {KEY}, '{KEY}'.", "type": KEY, "param": None, "code": KEY}}

    def repeating(made: list[Any]) -> list[Any]:
        return [works(made)[0], *(answered(one, error, 400) for one in made[1:])]

    printed = table(stage, repeating, READER).stdout
    assert KEY not in printed
    assert printed.count("No (your key)") == 9
    assert list(verdicts(printed).values()) == ["yes", *["no"] * 7, "differs", "differs"]


def test_the_reason_begins_with_litellm_s_error(stage: Stage) -> None:
    """If LiteLLM raised an error, the reason begins with its name."""
    reasons = [why for _, verdict, why in SHOWN.findall(stage.shown(NAME)) if verdict == "no"]
    for reason in reasons:
        assert re.match(r"(BadRequest|NotFound)Error: ", reason)
    assert reasons


def test_litellm_makes_up_a_count(stage: Stage) -> None:
    """If the server sends no count, LiteLLM makes one up from the text."""
    text = stage.source(NAME)
    text = text[: text.index("def tools")] + (
        "options = {'stream': True, 'stream_options': {'include_usage': True}}\n"
        "*_, last = ask('Count from 1 to 20.', **options)\n"
        "print(last.usage.total_tokens)\n"
    )
    outcome = stage.run(text, NAME, "", lambda made: [streamed(made[2], "1, ", "2")])
    assert lines(outcome) == ""
    assert int(outcome.stdout) > 0


def test_neither_question_asks_for_json(stage: Stage) -> None:
    """Neither question asks for JSON as an answer."""
    asked = [one["messages"][0]["content"] for one in stage.sent(NAME) if "response_format" in one]
    assert asked == ["What does JSON stand for?", "What is the largest city in Peru?"]


def test_the_budget(stage: Stage) -> None:
    """`ENDPOINT_REQUESTS=3` lets it make only the first three; the other lines say `not tried`."""
    expect = "requests: 3\nenvironment: {ENDPOINT_REQUESTS: '3'}\n"
    outcome = stage.run(stage.source(NAME), NAME, expect, lambda made: made[:3])
    assert lines(outcome) == ""
    assert list(verdicts(outcome.stdout).values()) == ["yes"] * 3 + ["not tried"] * 7
    assert outcome.stdout.endswith("Requests: 3\n")


FIRST = [
    (401, {"error": {"message": f"No {KEY}"}}, "AuthenticationError: No (your key)"),
    (404, {"error": "no path"}, "NotFoundError: Error code: 404"),
    (200, {"error": "Unexpected endpoint"}, "BadRequestError: no message"),
    (501, "<html></html>", "APIError: Error code: 501"),
    (200, "<html></html>", "InternalServerError: Empty or invalid response from LLM endpoint"),
]


@pytest.mark.parametrize(("status", "said", "printed"), FIRST)
def test_the_first_call_fails(stage: Stage, status: int, said: Any, printed: str) -> None:
    """Then the program makes no other request, and says why"""

    def change(made: list[Any]) -> list[Any]:
        changed = answered(made[0], said, status)
        if isinstance(said, str):
            html = {"content-type": "text/html"}
            changed["response"] = {"status": status, "headers": html, "text": said}
        return [changed]

    expect = f"exit: 1\nstderr: 'no other is made'\nstatuses: [{status}]\n"
    outcome = stage.run(READER + stage.source(NAME), NAME, expect, change)
    assert lines(outcome) == ""
    assert printed in outcome.stdout.splitlines()[-1]
    assert KEY not in outcome.stdout


@pytest.mark.parametrize(
    ("kind", "printed"),
    [("refused", "InternalServerError: [Errno 111] Connection refused"), ("timeout", "Timeout: ")],
)
def test_no_connection(stage: Stage, kind: str, printed: str) -> None:
    """Nothing listens at this address and port."""
    fault = f"faults: [{{request: 1, kind: {kind}}}]\n"
    expect = f"exit: 1\nstderr: 'no other is made'\nrequests: 1\nstatuses: []\n{fault}"
    outcome = stage.run(stage.source(NAME), NAME, expect, lambda made: [])
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[-1].startswith(printed)


WATCH = """
import httpx
send = httpx.Client.send
def watched(self, request, **options):
    print("sent to", request.url.host, request.headers["authorization"])
    return send(self, request, **options)
httpx.Client.send = watched
"""


def test_the_key_goes_where_it_belongs(stage: Stage) -> None:
    """The key in `KLUSTER_API_KEY` goes only to kluster.ai."""
    other = "os.environ['ENDPOINT_BASE_URL'] = 'https://api.example.com/v1'\n"

    def moved(made: list[Any]) -> list[Any]:
        text = json.dumps(works(made)).replace("api.kluster.ai", "api.example.com")
        moved: list[Any] = json.loads(text)
        return moved

    sent = table(stage, works, WATCH + READER).stdout
    assert sent.count(f"sent to api.kluster.ai Bearer {KEY}\n") == 9
    assert sent.count("sent to api.kluster.ai Bearer a-wrong-key\n") == 1
    sent = table(stage, moved, WATCH + READER + other).stdout
    assert KEY not in sent
    assert sent.count("sent to api.example.com Bearer INSERT_API_KEY\n") == 9


def test_each_answer_is_limited(stage: Stage) -> None:
    """Each answer may have 1,000 tokens at most."""
    asked = [one["max_tokens"] for one in stage.sent(NAME) if "messages" in one]
    assert asked == [1000] * 9


def test_the_picture_is_a_red_square(stage: Stage) -> None:
    """A red square, as a data URL"""
    (url,) = (
        part["image_url"]["url"]
        for one in stage.sent(NAME)
        for message in one.get("messages", [])
        if isinstance(message["content"], list)
        for part in message["content"]
        if part["type"] == "image_url"
    )
    picture = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    assert struct.unpack(">II", picture[16:24]) == (64, 64)
    palette = picture.index(b"PLTE") + 4
    assert picture[palette : palette + 3] == b"\xff\x00\x00"
    data = picture.index(b"IDAT")
    length = struct.unpack(">I", picture[data - 4 : data])[0]
    assert set(zlib.decompress(picture[data + 4 : data + 4 + length])) == {0}
