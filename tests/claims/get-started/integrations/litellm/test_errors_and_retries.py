"""What docs/get-started/integrations/litellm/errors-and-retries.md claims, one test each."""

from __future__ import annotations

import importlib.metadata
import itertools
import json
import re
from typing import Any

import pytest

from docproof.replay.replay import Outcome
from tests.helpers.compatibility import between, reason, result
from tests.helpers.guide import GUIDE
from tests.helpers.stage import Stage, lines

# One call with the question of retries.py, whose recorded answers the tests replace.
CALL = """\
import logging, os, time
import litellm
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ["OPENAI_API_KEY"] = "INSERT_API_KEY"
litellm.suppress_debug_info = True
class Listener(logging.Handler):
    def emit(self, record):
        if record.getMessage().startswith("Retrying request"):
            print("waits", record.args[0])
logging.getLogger("openai").addHandler(Listener())
logging.getLogger("openai").setLevel(logging.INFO)
try:
    litellm.completion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": "Are you very busy today?"}],
        OPTIONS
    )
except Exception as error:
    print(type(error).__name__, error.status_code, error)
    print([kind.__name__ for kind in type(error).__mro__])
    print(error.litellm_response_headers)
"""


def call(
    stage: Stage,
    status: int = 429,
    times: int = 3,
    options: str = "timeout=60",
    headers: dict[str, str] | None = None,
    **error: str,
) -> list[str]:
    """What one call prints that meets the same error so many times."""

    def change(interactions: Any) -> Any:
        error_body = {"message": "No.", "type": "some_error", "param": None, "code": None} | error
        kept = {"content-type": "application/json", **(headers or {})}
        answer = {"status": status, "headers": kept, "json": {"error": error_body}}
        return [interactions[0] | {"response": answer}] * times

    expect = f"waits: skipped\nrequests: {times}\nstatuses: {[status] * times}\n"
    outcome = stage.run(CALL.replace("OPTIONS", options), "retries", expect, change)
    assert lines(outcome) == ""
    return outcome.stdout.splitlines()


def without_answer(stage: Stage, kind: str, times: int, options: str = "timeout=60") -> list[str]:
    """What one call prints that gets no answer so many times."""
    faults = ", ".join(f"{{request: {n}, kind: {kind}}}" for n in range(1, times + 1))
    expect = f"waits: skipped\nrequests: {times}\nstatuses: []\nfaults: [{faults}]\n"
    outcome = stage.run(CALL.replace("OPTIONS", options), "retries", expect, lambda _: [])
    assert lines(outcome) == ""
    return outcome.stdout.splitlines()


def test_the_errors_are_a_stand_in_s_in_openai_s_form(stage: Stage) -> None:
    """[...] these errors come from a stand-in, in OpenAI's format."""
    for name in ("explain", "statuses", "retries"):
        assert stage.recorded(name).recorded["origin"] == "stand-in"
        for one in stage.recorded(name).interactions:
            assert set(one["response"]["json"]["error"]) == {"message", "type", "param", "code"}


def test_the_last_two_got_no_answer(stage: Stage) -> None:
    """In the last two cases, the connection was refused, and the answer never came"""
    asked = {one["messages"][0]["content"] for one in stage.sent("explain")}
    shown = stage.shown("explain").splitlines()
    assert "Show me a broken server." in asked
    assert not asked & {"Show me a closed door.", "Show me a long silence."}
    assert shown[-3] == "a closed door: No connection. Check the base URL and your network."
    assert shown[-2] == "a long silence: No answer in time. Try later, or raise the timeout."


def test_a_service_that_works_gives_nothing_to_print(stage: Stage) -> None:
    """A service that works would answer these questions, and the program would print nothing."""

    def answered(interactions: Any) -> Any:
        answer = stage.recorded("retry_after").interactions[1]["response"]
        unique = {str(one["request"]): one | {"response": answer} for one in interactions}
        return list(unique.values())

    text = stage.source("explain").replace('    "a closed door",\n    "a long silence",\n', "")
    outcome = stage.run(text + 'print("end")\n', "explain", "requests: 7\n", answered)
    assert lines(outcome) == ""
    assert outcome.stdout == "end\n"


def test_too_long_is_a_bad_request_as_well(stage: Stage) -> None:
    """`ContextWindowExceededError` has to come before the others, because it is also [...]."""
    said = call(stage, 400, 1, message="This model's maximum context length is 9 tokens.")
    assert said[0].startswith("ContextWindowExceededError 400")
    assert "'BadRequestError'" in said[1]


def test_a_wrong_and_a_deleted_key_are_told_by_their_status(stage: Stage) -> None:
    """**`status_code`**, the HTTP status of the answer. It helps where the class does not"""
    rows = [re.split(r"\s{2,}", line) for line in stage.shown("statuses").splitlines()]
    for case in ("401 wrong key", "401 other words"):
        assert [case, "AuthenticationError", "401", "1"] in rows
    lines_of = stage.shown("explain").splitlines()
    advice = [line.split(": ", 1)[1] for line in lines_of if " key: " in line]
    assert len(advice) == 2
    assert len(set(advice)) == 1


@pytest.mark.parametrize("kind", ["refused", "timeout"])
def test_without_an_answer_there_are_no_headers(stage: Stage, kind: str) -> None:
    """`litellm_response_headers`, the headers [...]. They are `None` if there was no answer."""
    assert without_answer(stage, kind, 3)[-1] == "None"
    assert "content-type" in call(stage, 500)[-1]


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ({"retry-after": "5"}, "in 5 s"),
        ({"retry-after": "1"}, "in 1 s"),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "later"),
        ({}, "later"),
    ],
)
def test_the_line_says_when(stage: Stage, header: dict[str, str], when: str) -> None:
    """The wait comes from the header [...]. If it is missing or is a date, the line says [...]"""

    def change(interactions: Any) -> Any:
        made = [one for one in interactions if one["response"]["status"] == 429]
        assert len(made) == 2
        for one in made:
            kept = {"content-type": "application/json"} | header
            one["response"] = one["response"] | {"headers": kept}
        return made

    text = re.sub(
        r"failures = \[.*?\]",
        'failures = ["too many requests"]',
        stage.source("explain"),
        flags=re.S,
    )
    expect = "waits: skipped\nrequests: 2\nstatuses: [429, 429]\n"
    outcome = stage.run(text, "explain", expect, change)
    assert lines(outcome) == ""
    assert outcome.stdout == f"too many requests: Too many requests. Try again {when}.\n"


def test_a_refused_connection_is_told_by_its_text(stage: Stage) -> None:
    """A refused connection has the status 500, like an error of the service, and only the text"""
    text = stage.source("explain")
    assert text.count("str(error)") == 2
    failures = re.sub(r"failures = \[.*?\]", 'failures = ["a closed door"]', text, flags=re.S)
    blind = failures.replace('"Connection error" in str(error)', "False")
    assert blind != failures
    said = "a closed door: No connection. Check the base URL and your network.\n"
    faults = "[{request: 1, kind: refused}, {request: 2, kind: refused}]"
    expect = f"waits: skipped\nrequests: 2\nstatuses: []\nfaults: {faults}\n"
    for program, told in ((failures, True), (blind, False)):
        outcome = stage.run(program, "explain", expect, lambda _: [])
        assert lines(outcome) == ""
        assert (outcome.stdout == said) is told


EXPLAINED = """
messages = [{"role": "user", "content": "Are you very busy today?"}]
options = {"model": "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo", "messages": messages}
litellm.disable_hf_tokenizer_download = True
try:
    print("no error", list(litellm.completion(**options | OPTIONS)))
except Exception as error:
    print(explain(error))
"""


def explained(stage: Stage, options: str, expect: str, change: Any) -> str:
    """What `explain` says of the error of one call."""
    text = stage.source("explain").split("failures = ")[0] + EXPLAINED.replace("OPTIONS", options)
    outcome = stage.run(text, "retries", expect, change)
    assert lines(outcome) == ""
    return outcome.stdout


def test_the_first_line_of_a_message_is_returned(stage: Stage) -> None:
    """`explain` returns the first line of the message, because some messages have several."""
    said = explained(stage, '{"model": "klusterai/no-prefix"}', "requests: 0\n", lambda _: [])
    assert said.startswith("The request failed: litellm.BadRequestError: LLM Provider NOT provided")
    assert said.count("\n") == 1

    def several(interactions: Any) -> Any:
        error = {"message": "First.\nSecond.", "type": "x", "param": None, "code": None}
        return [
            interactions[0] | {"response": {"status": 400, "headers": {}, "json": {"error": error}}}
        ]

    said = explained(stage, "{}", "requests: 1\nstatuses: [400]\n", several)
    assert said.startswith("The request failed: ")
    assert said.endswith(" First.\n")


def test_a_stream_that_is_an_html_page_has_no_text(stage: Stage) -> None:
    """if you ask for a stream and the server sends an HTML page with status 200, LiteLLM raises"""

    def page(interactions: Any) -> Any:
        request = interactions[0]["request"]
        headers = {"content-type": "text/html"}
        response = {"status": 200, "headers": headers, "text": "<html>\nHello.\n</html>\n"}
        return [
            {
                "request": request | {"json": request["json"] | {"stream": True}},
                "response": response,
            }
        ]

    said = explained(stage, '{"stream": True}', "requests: 1\nstatuses: [200]\n", page)
    assert said.startswith("no error [")
    assert said.count("content=") == said.count("content=None") == 1


def explained_stream(stage: Stage, how: str) -> str:
    """What `explain` says of a stream that is cut, or in which the server says an error."""

    def broken(interactions: Any) -> Any:
        request = interactions[0]["request"]
        delta = {"role": "assistant", "content": "Half"}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        chunk |= {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        events = [json.dumps(chunk)] * 3
        if how == "said":
            events.append(json.dumps({"error": {"message": "Over.\nLoaded.", "type": "x"}}))
        response = {"status": 200, "headers": {"content-type": "text/event-stream"}}
        response["events"] = "\n".join(events) + "\n"
        return [
            {
                "request": request | {"json": request["json"] | {"stream": True}},
                "response": response,
            }
        ]

    fault = "faults: [{request: 1, kind: cut, after: 2}]\n" if how == "cut" else ""
    return explained(stage, '{"stream": True}', f"requests: 1\nstatuses: [200]\n{fault}", broken)


@pytest.mark.parametrize("how", ["cut", "said"])
def test_a_stream_that_breaks_off_is_told_by_its_class(stage: Stage, how: str) -> None:
    """A `ServiceUnavailableError` without headers comes from a stream that breaks off"""
    assert explained_stream(stage, how).startswith("The stream broke off.")


def test_of_a_stream_s_error_the_words_are_not_said(stage: Stage) -> None:
    """[...] of a stream that failed, `explain` says only that it broke off."""
    assert explained_stream(stage, "said") == "The stream broke off. Ask again.\n"


def test_a_missing_key_is_told_from_an_error_of_the_service(stage: Stage) -> None:
    """This tells an error of the service from a problem on your side, such as a missing key."""
    outcome = keyless(stage)
    assert "a broken server: The request failed: litellm.InternalServerError" in outcome.stdout
    assert "The service has a problem" in stage.shown("explain")


def keyless(stage: Stage) -> Outcome:
    """explain.py without any key."""
    text = stage.source("explain")
    line = next(line for line in text.splitlines() if 'os.environ["OPENAI_API_KEY"] =' in line)
    expect = "waits: skipped\nrequests: 0\nstatuses: []\n"
    outcome = stage.run(text.replace(line, ""), "explain", expect, lambda _: [])
    assert lines(outcome) == ""
    return outcome


def test_without_a_key_no_request_is_made(stage: Stage) -> None:
    """LiteLLM found no key at all, and made no request."""
    assert keyless(stage).stdout.count("litellm.InternalServerError") == 9


# Streams that end in each way, of a call and of a Router; prints what the loop raises.
ENDINGS = """
import json, logging
import httpx, litellm
litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True
class Stream(httpx.SyncByteStream):
    def __init__(self, ending):
        self.ending = ending
    def __iter__(self):
        delta = {"role": "assistant", "content": "Half"}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
                 "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        if self.ending != "nothing":
            yield f"data: {json.dumps(chunk)}\\n\\n".encode()
        if self.ending == "broken":
            raise httpx.RemoteProtocolError("incomplete chunked read")
        if self.ending == "error":
            yield b'data: {"error": {"message": "Out of memory.", "code": "x"}}\\n\\n'
        if self.ending == "silence":
            raise httpx.ReadTimeout("too slow")
        yield b"data: [DONE]\\n\\n"
def handle(self, request):
    asked.append(request)
    ending = json.loads(request.content)["model"]
    if ending == "refused":
        return httpx.Response(429, json={"error": {"message": "No."}}, request=request)
    kind = {"content-type": "text/event-stream"}
    return httpx.Response(200, headers=kind, stream=Stream(ending), request=request)
httpx.HTTPTransport.handle_request = handle
messages = [{"role": "user", "content": "Hello!"}]
def deployment(ending):
    return {"model_name": ending, "litellm_params": {"model": "openai/" + ending, **there}}
there = {"api_base": "http://there", "api_key": "fake"}
router = litellm.Router([deployment("broken"), deployment("early")], num_retries=0)
for ending in ("refused", "broken", "error", "early", "silence", "nothing", "by Router"):
    asked, begun, pieces = [], False, []
    try:
        if ending == "by Router":
            chunks = router.completion(model="broken", messages=messages, stream=True)
        else:
            retries = {"max_retries": 0} if ending == "refused" else {}
            chunks = litellm.completion(
                "openai/" + ending, messages, stream=True, **there, **retries)
        begun = True
        pieces = [chunk.choices[0].delta.content for chunk in chunks]
        print(ending, any(pieces), "no error")
    except Exception as error:
        caught = isinstance(error, litellm.ServiceUnavailableError)
        print(ending, begun, len(asked), type(error).__name__, caught, str(error))
"""


def test_a_stream_ends_in_many_ways(stage: Stage) -> None:
    """In the loop, the error depends on how the stream ends:

    If the server refuses a stream, `completion` raises what it raises for any other call [...]
    A `MidStreamFallbackError` is also a `litellm.ServiceUnavailableError`, so catch that. [...]
    A Router raises the error within, here an `APIConnectionError`.
    """
    outcome = stage.run(ENDINGS, "retries", "requests: 0\n", lambda _: [])
    assert lines(outcome) == ""
    refused, broken, error, early, silence, nothing, routed = outcome.stdout.splitlines()
    assert refused.startswith("refused False 1 RateLimitError False ")
    assert broken.startswith("broken True 1 MidStreamFallbackError True ")
    assert "OpenAIException - Connection error." in broken
    assert error.startswith("error True 1 MidStreamFallbackError True ")
    assert "OpenAIException - Out of memory." in error
    assert early.startswith("early True 1 MidStreamFallbackError True ")
    assert "Stream ended before a finish_reason was received" in early
    assert silence.startswith("silence True 1 Timeout False ")
    assert "Request timed out." in silence
    assert nothing == "nothing False no error"
    assert routed.startswith("by Router True 1 APIConnectionError False ")


def test_it_counts_the_requests(stage: Stage) -> None:
    """This program causes each failure in turn, and counts the requests that LiteLLM makes."""
    counted: dict[str, int] = {}
    for one in stage.sent("statuses"):
        case = one["messages"][0]["content"].removeprefix("Fail with: ")
        counted[case] = counted.get(case, 0) + 1
    shown = stage.shown("statuses").splitlines()
    assert len(counted) == 13
    for case, number in counted.items():
        line = next(line for line in shown if line.startswith(case))
        assert line.endswith(f" {number}")


def test_in_some_releases_a_401_is_a_bad_request_error(stage: Stage) -> None:
    """From 1.83.14 to 1.106.2, the row `401 other words` has that class. The status is the same."""
    program = "errors-and-retries/statuses.py"
    one_of = between("1.83.14", "1.106.2")
    others = {"1.82.6", "1.108.14", "1.110.2"}
    assert {result(program, release) for release in one_of} != {
        result(program, release) for release in others
    }
    # Whichever of the two ways the guide's own release goes, a reason is written of the other.
    said = {reason(program, release) for release in {*one_of, *others}} - {""}
    assert len(said) == 1
    assert "401 other words BadRequestError 401 1" in said.pop()
    assert "401 other words      AuthenticationError " in stage.shown("statuses")


def test_a_403_is_a_plain_api_error(stage: Stage) -> None:
    """A 403 is a plain `APIError`. LiteLLM has a `PermissionDeniedError`, but does not raise it."""
    assert call(stage, 403, 1)[0].startswith("APIError 403")


def test_a_refused_connection_is_an_internal_server_error(stage: Stage) -> None:
    """A refused connection is an `InternalServerError` with status 500 [...] `Connection error`"""
    said = without_answer(stage, "refused", 3)[-3]
    assert said.startswith("InternalServerError 500")
    assert "Connection error" in said
    assert "Connection error" not in call(stage, 500)[-3]


def test_a_504_and_silence_are_timeouts(stage: Stage) -> None:
    """A 504 and a missing answer are both a `Timeout`."""
    assert call(stage, 504)[-3].startswith("Timeout")
    assert without_answer(stage, "timeout", 3)[-3].startswith("Timeout")


def test_words_can_change_the_class_and_the_status(stage: Stage) -> None:
    """A 503 that mentions a "rate limit" becomes a `RateLimitError`, and even its status [...]"""
    assert call(stage, 503)[-3].startswith("ServiceUnavailableError 503")
    said = call(stage, 503, message="The rate limit of a machine behind us is reached.")
    assert said[-3].startswith("RateLimitError 429")


@pytest.mark.parametrize(
    ("status", "times"),
    [
        *((408, 3), (409, 3), (429, 3), (500, 3), (501, 3), (599, 3)),
        *((400, 1), (401, 1), (402, 1), (403, 1), (404, 1), (413, 1), (422, 1)),
    ],
)
def test_what_is_tried_again(stage: Stage, status: int, times: int) -> None:
    """after a 408, a 409, a 429, a status of 500 or more [...] It makes up to three requests."""
    call(stage, status, times)


@pytest.mark.parametrize("kind", ["refused", "timeout"])
def test_what_got_no_answer_is_tried_again(stage: Stage, kind: str) -> None:
    """a connection that is refused [...], or a time-out. It makes up to three requests."""
    without_answer(stage, kind, 3)


BREAK = """\
import httpx
def broken(self, request):
    print("sent")
    raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
httpx.HTTPTransport.handle_request = broken
"""


def test_a_connection_that_breaks_before_the_answer_is_tried_again(stage: Stage) -> None:
    """a connection that is refused or breaks before the answer [...] up to three requests."""
    text = BREAK + CALL.replace("OPTIONS", "timeout=60")
    expect = "waits: skipped\nrequests: 0\nstatuses: []\n"
    outcome = stage.run(text, "retries", expect, lambda _: [])
    assert lines(outcome) == ""
    assert outcome.stdout.count("sent\n") == 3
    assert "InternalServerError 500" in outcome.stdout


@pytest.mark.parametrize(("status", "word", "times"), [(400, "true", 3), (500, "false", 1)])
def test_a_server_can_overrule_both(stage: Stage, status: int, word: str, times: int) -> None:
    """A server can overrule both with the header `x-should-retry`."""
    call(stage, status, times, headers={"x-should-retry": word})


def test_the_waits_double_up_to_eight_seconds_and_vary(stage: Stage) -> None:
    """about half a second at first, then twice as long each time, but never more than [...]"""
    runs = [
        [float(line.split()[1]) for line in call(stage, times=8, options="max_retries=7")[:-3]]
        for _ in range(2)
    ]
    assert runs[0] != runs[1]
    for waits in runs:
        assert len(waits) == 7
        for wait, longest in zip(waits, (0.5, 1, 2, 4, 8, 8, 8), strict=True):
            assert 0.75 * longest <= wait <= longest


def test_max_retries_works(stage: Stage) -> None:
    """`max_retries` works. LiteLLM makes one request more than its value."""
    for retries in (0, 1, 4):
        call(stage, times=retries + 1, options=f"max_retries={retries}")
    for setting, requests in (("default", 3), ("max_retries=0", 1), ("max_retries=5", 6)):
        assert re.search(rf"^{setting} +{requests}  RateLimitError$", stage.shown("retries"), re.M)


def test_num_retries_needs_a_package(stage: Stage) -> None:
    """`num_retries` needs a package that `pip install litellm` does not install. [...] bare"""
    text = stage.source("retries")
    assert re.search(r"^num_retries=2 +3  Exception$", stage.shown("retries"), re.M)
    assert "No module named 'tenacity'" in stage.shown("retries")
    careful = text.replace("except Exception as error", "except litellm.RateLimitError as error")
    assert careful != text
    expect = f"waits: skipped\nexit: 1\nstderr: tenacity\nstatuses: {[429] * 13}\n"
    outcome = stage.run(careful, "retries", expect)
    assert lines(outcome) == ""
    assert "Traceback" in outcome.stdout


@pytest.mark.parametrize("setting", ["num_retries", "max_retries"])
def test_acompletion_gives_the_real_error(stage: Stage, setting: str) -> None:
    """With `litellm.acompletion` you do get the real one. Use `max_retries`, which works in both"""
    text = CALL.replace("    litellm.completion(", "    asyncio.run(litellm.acompletion(")
    text = text.replace("        OPTIONS\n    )\n", f"        {setting}=1,\n    ))\n")
    expect = "waits: skipped\nrequests: 2\nstatuses: [429, 429]\n"
    outcome = stage.run(f"import asyncio\n{text}", "retries", expect, lambda made: made[:2])
    assert lines(outcome) == ""
    assert "\nRateLimitError 429" in outcome.stdout


def test_retry_after_replaces_the_wait_up_to_two_minutes(stage: Stage) -> None:
    """The header replaces the usual wait, up to two minutes (in openai 3.57.0, which was run here).
    If it asks for more, the error is raised at once, without a retry."""
    assert importlib.metadata.version("openai") == "3.57.0"
    for seconds in (7, 120):
        said = call(stage, headers={"retry-after": str(seconds)})
        assert said[:2] == [f"waits {float(seconds)}"] * 2
    assert call(stage, times=1, headers={"retry-after": "121"})[0].startswith("RateLimitError")


def test_two_lines_show_the_retries(stage: Stage) -> None:
    """The two lines that begin with `logging` show the retries [...] the run skipped [...]"""
    line = "log: Retrying request in 7.000000 seconds (retry 1 of 2)\n"
    assert stage.shown("retry_after").count("log: ") == 1
    assert line in stage.shown("retry_after")
    text = stage.source("retry_after")
    silent = "".join(one for one in text.splitlines(True) if not one.startswith("logging."))
    assert len(silent.splitlines()) == len(text.splitlines()) - 2
    outcome = stage.run(silent, "retry_after", "waits: skipped\nstatuses: [429, 200, 429]\n")
    assert lines(outcome) == ""
    assert "log: " not in outcome.stdout


def test_the_program_finds_the_header_in_the_exception(stage: Stage) -> None:
    """The exception has the header."""
    assert "The service asks for 300 seconds." in stage.shown("retry_after")
    answers = [one["response"] for one in stage.recorded("retry_after").interactions]
    assert [one["headers"].get("retry-after") for one in answers] == ["7", None, "300"]


SPY = """\
import httpx
send = httpx.Client.send
def watched(self, request, **options):
    print("limits", *sorted(set(request.extensions["timeout"].values())))
    print("kinds", *request.extensions["timeout"])
    return send(self, request, **options)
httpx.Client.send = watched
"""


@pytest.mark.parametrize(("options", "seconds"), [("timeout=30", 30.0), ("", 600.0)])
def test_timeout_limits_one_attempt(stage: Stage, options: str, seconds: float) -> None:
    """`timeout` limits one attempt, not the whole call. [...] an attempt may take ten minutes"""
    expect = f"waits: skipped\nrequests: 3\nstatuses: {[429] * 3}\n"
    text = SPY + CALL.replace("OPTIONS", options)
    outcome = stage.run(text, "retries", expect, lambda interactions: interactions[:3])
    assert lines(outcome) == ""
    assert outcome.stdout.count(f"limits {seconds}\n") == 3


def test_the_limit_is_on_each_wait(stage: Stage) -> None:
    """The limit applies to each wait for the network: for the connection, and then for [...]"""
    expect = f"waits: skipped\nstatuses: {[429] * 3}\n"
    text = SPY + CALL.replace("OPTIONS", "timeout=30")
    outcome = stage.run(text, "retries", expect, lambda interactions: interactions[:3])
    assert "kinds connect read write pool\n" in outcome.stdout


def test_the_program_makes_two_attempts_at_most(stage: Stage) -> None:
    """It makes at most two attempts of 30 seconds."""
    asked = [one["messages"][0]["content"] for one in stage.sent("explain")]
    assert max(len(list(group)) for _, group in itertools.groupby(asked)) == 2
    assert "timeout=30," in stage.source("explain")
    assert "max_retries=1," in stage.source("explain")


def test_all_programs_here_keep_the_hints_away(stage: Stage) -> None:
    """Set `litellm.suppress_debug_info = True`, as all programs here do."""
    programs = list((GUIDE.programs / stage.folder).glob("*.py"))
    assert len(programs) == 5
    for program in programs:
        assert "\nlitellm.suppress_debug_info = True\n" in program.read_text("utf-8"), program


def test_two_programs_of_the_guide_show_a_missing_key() -> None:
    """The programs of this guide set at least the placeholder, except `missing_key.py` and"""
    missing = {
        program.path.stem
        for program in GUIDE.all_programs()
        if "Missing credentials" in program.output.path.read_text("utf-8")
    }
    assert missing == {"missing_key", "mistakes"}


def test_suppress_debug_info_keeps_the_hints_away(stage: Stage) -> None:
    """LiteLLM prints hints around your line. Set `litellm.suppress_debug_info = True`."""
    text = CALL.replace("OPTIONS", "max_retries=0")
    chatty = text.replace("litellm.suppress_debug_info = True\n", "")
    assert chatty != text
    for program, said in ((text, False), (chatty, True)):
        outcome = stage.run(program, "retries", "statuses: [429]\n", lambda made: made[:1])
        assert lines(outcome) == ""
        assert ("Give Feedback / Get Help" in outcome.stdout) is said
