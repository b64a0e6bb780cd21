"""What the page docs/get-started/integrations/litellm/fallbacks.md claims, one test each."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from tests.helpers.guide import ROOT
from tests.helpers.stage import Stage, lines

FIRST = "deepseek-ai/DeepSeek-V3-0324"
SPARE = "mistralai/Mistral-Small-24B-Instruct-2501"
PROGRAMS = (
    *("another_model", "another_endpoint", "too_long", "broken_stream"),
    *("no_model_left", "stream_with_fallbacks", "async_stream"),
)
QUIET = 'logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)\n'

# Prints where each request goes, and with which key.
WATCH = """
import httpx
def watched(send):
    def sent(self, request, **options):
        print("sent to", request.url, request.headers["authorization"])
        return send(self, request, **options)
    return sent
httpx.Client.send = watched(httpx.Client.send)
httpx.AsyncClient.send = watched(httpx.AsyncClient.send)
"""


def failing(interaction: Any, status: int, message: str = "No.") -> Any:
    """The same request, answered with an error."""
    body = {"error": {"message": message, "type": "x", "param": None, "code": "x"}}
    return interaction | {"response": {"status": status, "headers": {}, "json": body}}


def asked_of(interaction: Any, model: str) -> Any:
    """The same request and answer, with another model."""
    request = interaction["request"]
    return interaction | {"request": request | {"json": request["json"] | {"model": model}}}


def without(text: str, part: str, instead: str = "") -> str:
    """A program without a part of it, which it has."""
    assert part in text
    return text.replace(part, instead)


def test_the_answers_are_a_stand_in_s(stage: Stage) -> None:
    """In this run, against a stand-in, the first model is overloaded [...]."""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"


def test_the_first_model_is_overloaded_and_the_second_answers(stage: Stage) -> None:
    """[...] the first model is overloaded and the second one answers."""
    first, second = stage.recorded("another_model").interactions
    assert first["response"]["status"] == 503
    assert "overloaded" in first["response"]["json"]["error"]["message"]
    assert second["response"]["json"]["choices"][0]["message"]["content"] in stage.shown(
        "another_model"
    )


def test_the_next_model_gets_the_same_request(stage: Stage) -> None:
    """The next model gets the same messages, at the same base URL and with the same key."""
    first, second = stage.sent("another_model")
    assert (first["model"], second["model"]) == (FIRST, SPARE)
    assert first["messages"] == second["messages"]
    reader = "import os\nos.environ['KLUSTER_API_KEY'] = 'fake-reader-key'\n"
    outcome = stage.run(
        WATCH + reader + stage.source("another_model"),
        "another_model",
        "requests: 2\nstatuses: [503, 200]\n",
    )
    assert lines(outcome) == ""
    url = "https://api.kluster.ai/v1/chat/completions"
    assert outcome.stdout.splitlines()[:2] == [f"sent to {url} Bearer fake-reader-key"] * 2


def test_without_fallbacks_only_the_first_model_is_asked(stage: Stage) -> None:
    """Without the line with `fallbacks`, the program asks only the first model, and prints"""
    text = re.sub(r"        fallbacks=.*\n", "", stage.source("another_model"))
    expect = "exit: 1\nrequests: 1\nstatuses: [503]\nstderr: overloaded\n"
    outcome = stage.run(text, "another_model", expect, lambda made: made[:1])
    assert lines(outcome) == ""
    page = ROOT / "docs/get-started/integrations/litellm/fallbacks.md"
    assert f'"{outcome.stdout.strip()}"' in page.read_text("utf-8")


@pytest.mark.parametrize("name", ["another_model", "another_endpoint", "too_long"])
def test_the_response_names_the_model_that_answered(stage: Stage, name: str) -> None:
    """`response.model` is the name of the model that answered"""
    assert "{response.model}" in stage.source(name)
    assert f"Answered by {stage.sent(name)[-1]['model']}:" in stage.shown(name)


def test_the_name_of_the_model_is_the_server_s(stage: Stage) -> None:
    """`response.model` is the name of the model that answered, as the server calls it."""

    def renamed(interactions: Any) -> Any:
        interactions[1]["response"]["json"]["model"] = "a-name-of-its-own"
        return interactions

    outcome = stage.run(
        stage.source("another_model"),
        "another_model",
        "requests: 2\nstatuses: [503, 200]\n",
        renamed,
    )
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("Answered by a-name-of-its-own:\n")


def test_max_retries_0_asks_each_model_once(stage: Stage) -> None:
    """`max_retries=0` asks each model once."""
    assert "max_retries=0" in stage.source("another_model")
    assert [body["model"] for body in stage.sent("another_model")] == [FIRST, SPARE]


def test_without_it_the_first_model_is_asked_three_times(stage: Stage) -> None:
    """LiteLLM asks an overloaded first model three times, with pauses, before it moves on"""
    clock = "import time\nstart = time.monotonic()\n"
    patient = without(stage.source("another_model"), "        max_retries=0,\n")
    outcome = stage.run(
        clock + patient + "print(time.monotonic() - start > 1)\n",
        "another_model",
        "requests: 4\nstatuses: [503, 503, 503, 200]\nwaits: skipped\n",
        lambda interactions: [interactions[0]] * 3 + interactions[1:],
    )
    assert lines(outcome) == ""
    assert outcome.stdout.endswith("\nTrue\n")


def test_what_is_not_tried_again_is_asked_once(stage: Stage) -> None:
    """Without it, LiteLLM asks an overloaded first model three times"""
    outcome = stage.run(
        without(stage.source("another_model"), "        max_retries=0,\n"),
        "another_model",
        "requests: 2\nstatuses: [401, 200]\n",
        lambda interactions: [failing(interactions[0], 401), interactions[1]],
    )
    assert lines(outcome) == ""


def test_litellm_logs_a_traceback_even_if_the_next_model_answers(stage: Stage) -> None:
    """LiteLLM logs an error with a long traceback, even if the next model answers."""
    outcome = stage.run(
        without(stage.source("another_model"), QUIET),
        "another_model",
        "requests: 2\nstatuses: [503, 200]\nstderr: 'Fallback attempt failed for model openai/'\n",
    )
    assert lines(outcome) == ""
    assert f"Answered by {SPARE}" in outcome.stdout
    assert "Traceback (most recent call last)" in outcome.stdout
    assert outcome.stdout.count("\n") > 40


def test_setlevel_hides_the_log(stage: Stage) -> None:
    """`setLevel` hides LiteLLM's log."""
    assert QUIET in stage.source("another_model")
    expect = "requests: 2\nstatuses: [503, 200]\n"
    assert lines(stage.run(stage.source("another_model"), "another_model", expect)) == ""


@pytest.mark.parametrize("hints", [True, False])
def test_without_suppress_debug_info_hints_are_printed(stage: Stage, hints: bool) -> None:
    """Otherwise LiteLLM prints them to standard output, even if the next model answers."""
    text = stage.source("another_model")
    if hints:
        text = without(text, "litellm.suppress_debug_info = True\n")
    outcome = stage.run(text, "another_model", "requests: 2\nstatuses: [503, 200]\n")
    assert lines(outcome) == ""
    assert ("Give Feedback / Get Help: " in outcome.stdout) is hints
    assert f"Answered by {SPARE}:\n" in outcome.stdout


REFUSED = "requests: 2\nstatuses: [200]\nfaults: [{request: 1, kind: refused}]\n"


def test_the_router_asks_each_endpoint_with_its_own_address_key_and_model(stage: Stage) -> None:
    """`litellm.Router` manages several endpoints, each with its own address, key and model."""
    reader = "import os\nos.environ['KLUSTER_API_KEY'] = 'fake-reader-key'\n"
    outcome = stage.run(
        WATCH + reader + stage.source("another_endpoint"), "another_endpoint", REFUSED
    )
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[:2] == [
        "sent to https://api.kluster.ai/v1/chat/completions Bearer fake-reader-key",
        "sent to http://localhost:11434/v1/chat/completions Bearer none",
    ]
    assert stage.sent("another_endpoint")[-1]["model"] == "llama3.2"


def test_the_router_logs_nothing_when_a_fallback_answers(stage: Stage) -> None:
    """The Router logs nothing when a fallback answers."""
    assert "logging" not in stage.source("another_endpoint")
    outcome = stage.run(stage.source("another_endpoint"), "another_endpoint", REFUSED)
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("Answered by llama3.2:\n")


RESTING = """
first = router.registry().names("first", kind="ids")
for _, rest in router.health().cooldowns.get_active_cooldowns(first, None):
    print("Rests:", rest["status_code"], rest["cooldown_time"])
"""


@pytest.mark.parametrize(("status", "asked"), [(401, 1), (404, 1), (429, 3), (400, 3)])
def test_only_two_errors_let_the_first_endpoint_rest(stage: Stage, status: int, asked: int) -> None:
    """Only a wrong key (401) or an unknown model (404) puts it in cooldown, [...] `Retry-After`"""
    text = stage.source("another_endpoint")
    call = text[text.index("try:\n") :]
    sent = [status, 200, *([200] * 2 if asked == 1 else [status, 200] * 2)]

    def refused(interactions: Any) -> Any:
        first = failing(asked_of(interactions[-1], FIRST), status)
        first["request"]["uri"] = "https://api.kluster.ai/v1/chat/completions"
        return [first if one == status else interactions[-1] for one in sent]

    outcome = stage.run(
        without(text, call, f"for _ in range(3):\n    exec({call!r})\n{RESTING}"),
        "another_endpoint",
        f"requests: {len(sent)}\nstatuses: {sent}\n",
        refused,
    )
    assert lines(outcome) == ""
    rests = [line for line in outcome.stdout.splitlines() if line.startswith("Rests: ")]
    assert rests == ([f"Rests: {status} 5"] if asked == 1 else [])


def test_the_next_call_asks_the_first_endpoint_again(stage: Stage) -> None:
    """The next call asks the first endpoint again, even if it refused the connection [...] ago."""
    text = stage.source("another_endpoint")
    call = text[text.index("try:\n") :]
    outcome = stage.run(
        WATCH + without(text, call, f"for _ in range(7):\n    exec({call!r})\n"),
        "another_endpoint",
        f"requests: 14\nstatuses: {[200] * 7}\n"
        f"faults: {[{'request': number, 'kind': 'refused'} for number in range(1, 14, 2)]}\n",
        lambda interactions: interactions * 7,
    )
    assert lines(outcome) == ""
    sent = [line.split()[2] for line in outcome.stdout.splitlines() if "sent to" in line]
    kluster = "https://api.kluster.ai/v1/chat/completions"
    assert sent == [kluster, "http://localhost:11434/v1/chat/completions"] * 7


def test_if_none_answers_the_router_logs_that(stage: Stage) -> None:
    """If none answers, it logs an error; No model is left turns that off."""
    outcome = stage.run(
        stage.source("another_endpoint"),
        "another_endpoint",
        "exit: 1\nrequests: 2\nstatuses: [503]\nstderr: No endpoint answered\n"
        "faults: [{request: 1, kind: refused}]\n",
        lambda interactions: [failing(interactions[-1], 503)],
    )
    assert lines(outcome) == ""
    assert "LiteLLM Router:ERROR" in outcome.stdout


def test_the_router_asks_three_times_by_default(stage: Stage) -> None:
    """the Router tries an unreachable first endpoint three times, with pauses"""
    clock = "import time\nstart = time.monotonic()\n"
    patient = without(stage.source("another_endpoint"), "    num_retries=0,\n")
    faults = ", ".join(f"{{request: {number}, kind: refused}}" for number in (1, 2, 3))
    outcome = stage.run(
        clock + patient + "print(time.monotonic() - start > 1)\n",
        "another_endpoint",
        f"requests: 4\nstatuses: [200]\nfaults: [{faults}]\nwaits: skipped\n",
    )
    assert lines(outcome) == ""
    assert outcome.stdout.endswith("\nTrue\n")


def test_a_text_that_is_too_long_goes_to_the_larger_model(stage: Stage) -> None:
    """It prints the answer of the larger model."""
    first, second = stage.recorded("too_long").interactions
    assert "maximum context length" in first["response"]["json"]["error"]["message"]
    assert second["request"]["json"]["model"] == FIRST
    assert second["response"]["json"]["choices"][0]["message"]["content"] in stage.shown("too_long")


def test_another_error_does_not_go_to_the_larger_model(stage: Stage) -> None:
    """[...] names the model to ask in that case, and only in that case."""
    outcome = stage.run(
        stage.source("too_long"),
        "too_long",
        "exit: 1\nrequests: 1\nstatuses: [401]\nstderr: AuthenticationError\n",
        lambda interactions: [failing(interactions[0], 401)],
    )
    assert lines(outcome) == ""


def test_litellm_goes_by_the_words_of_the_error(stage: Stage) -> None:
    """If the service uses words that LiteLLM does not know, there is no fallback."""
    outcome = stage.run(
        stage.source("too_long"),
        "too_long",
        "exit: 1\nrequests: 1\nstatuses: [400]\nstderr: There are more words than fit.\n",
        lambda interactions: [failing(interactions[0], 400, "There are more words than fit.")],
    )
    assert lines(outcome) == ""
    assert outcome.stdout.count("\n") == 1


def test_a_router_has_context_window_fallbacks(stage: Stage) -> None:
    """A Router has the same setting as `context_window_fallbacks`, which takes your own names."""
    routed = without(
        stage.source("too_long"),
        "litellm.completion(\n        model=small,\n"
        "        context_window_fallback_dict={small: large},\n",
        "litellm.Router(\n"
        "        model_list=[\n"
        "            {'model_name': 'small', 'litellm_params': {'model': small}},\n"
        "            {'model_name': 'large', 'litellm_params': {'model': large}},\n"
        "        ],\n"
        "        context_window_fallbacks=[{'small': ['large']}],\n"
        "        num_retries=0,\n"
        "    ).completion(\n        model='small',\n",
    )
    outcome = stage.run(routed, "too_long", "requests: 2\nstatuses: [400, 200]\n")
    assert lines(outcome) == ""
    assert outcome.stdout == stage.shown("too_long").split("\n", 2)[2].removesuffix("```\n")


@pytest.mark.parametrize(
    "fault", ["kind: refused", "kind: timeout", "kind: cut, after: 0", "kind: cut, after: 1"]
)
def test_before_the_first_piece_a_router_falls_back_in_a_stream(stage: Stage, fault: str) -> None:
    """Before the first piece of the answer, a Router falls back in a stream, too."""

    def streams(interactions: Any) -> Any:
        first = interactions[:1] if "cut" in fault else []
        return [*first, asked_of(interactions[0], SPARE)]

    statuses = "[200, 200]" if "cut" in fault else "[200]"
    outcome = stage.run(
        stage.source("broken_stream"),
        "broken_stream",
        f"requests: 2\nstatuses: {statuses}\nfaults: [{{request: 1, {fault}}}]\n",
        streams,
    )
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("A mayfly")
    assert outcome.stdout.endswith("often within a day.\n")


def test_after_the_first_piece_the_error_reaches_the_loop(stage: Stage) -> None:
    """After the first piece it does not: the error reaches your loop."""
    again = stage.run(
        without(stage.source("broken_stream"), "    if not pieces:", "    raise\n    if True:"),
        "broken_stream",
        "exit: 1\nrequests: 1\nstatuses: [200]\nstderr: litellm.APIConnectionError\n"
        "faults: [{request: 1, kind: cut, after: 2}]\n",
        lambda interactions: interactions[:1],
    )
    assert lines(again) == ""
    assert again.stdout.startswith("A mayfly")


def test_a_stream_without_a_piece_is_an_empty_answer(stage: Stage) -> None:
    """**A stream that ends without a piece** is no error, so there is no fallback"""

    def nothing(interactions: Any) -> Any:
        first = interactions[0]
        return [first | {"response": first["response"] | {"events": "[DONE]\n"}}]

    outcome = stage.run(
        stage.source("broken_stream"),
        "broken_stream",
        "exit: 1\nrequests: 1\nstatuses: [200]\nstderr: The answer is empty.\n",
        nothing,
    )
    assert lines(outcome) == ""


def test_an_error_that_the_server_sends_in_the_stream_reaches_the_loop_too(stage: Stage) -> None:
    """for a broken connection, for an error that the server sends in the stream, and for a [...]"""

    def spoiled(interactions: Any) -> Any:
        changed = copy.deepcopy(interactions)
        events = changed[0]["response"]["events"].splitlines()[:5]
        events.append(json.dumps({"error": {"message": "Out of memory.", "code": "x"}}))
        changed[0]["response"]["events"] = "\n".join(events) + "\n"
        return changed

    outcome = stage.run(
        stage.source("broken_stream"),
        "broken_stream",
        "requests: 2\nstatuses: [200, 200]\n",
        spoiled,
    )
    assert lines(outcome) == ""
    assert "\nThe stream broke off: APIConnectionError\nThe whole answer, by " in outcome.stdout


def test_a_stream_that_just_stops_reaches_the_loop_too(stage: Stage) -> None:
    """[...] and for a server that stops early and closes the connection normally."""

    def stopped(interactions: Any) -> Any:
        first = interactions[0]
        events = "".join(first["response"]["events"].splitlines(keepends=True)[:5])
        assert '"finish_reason": "' not in events
        return [first | {"response": first["response"] | {"events": events}}, interactions[1]]

    text = without(stage.source("broken_stream"), "{type(error).__name__}", "{error}")
    outcome = stage.run(text, "broken_stream", "requests: 2\nstatuses: [200, 200]\n", stopped)
    assert lines(outcome) == ""
    half, said = outcome.stdout.split("\n\nThe stream broke off: ")
    assert half
    assert half in stage.shown("broken_stream")
    assert "Stream ended before a finish_reason was received" in said


def test_the_other_model_is_asked_for_the_whole_answer_without_streaming(stage: Stage) -> None:
    """[...] and asks the other model for the whole answer without streaming."""
    first, second = stage.sent("broken_stream")
    assert first["stream"] is True
    assert "stream" not in second
    assert (second["model"], second["messages"]) == (SPARE, first["messages"])
    assert f"\nThe whole answer, by {SPARE}:\n" in stage.shown("broken_stream")


def test_pieces_has_all_that_arrived(stage: Stage) -> None:
    """`pieces` has everything that arrived."""
    outcome = stage.run(
        stage.source("broken_stream") + "print('\\n' + ''.join(pieces))\n",
        "broken_stream",
        "requests: 2\nstatuses: [200, 200]\nfaults: [{request: 1, kind: cut, after: 5}]\n",
    )
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[0] == outcome.stdout.splitlines()[-1] != ""


NONE_LEFT = "exit: 1\nrequests: 2\nstatuses: [503, 429]\nstderr: Fallback to spare also failed\n"


def test_the_router_raises_the_first_model_s_error(stage: Stage) -> None:
    """[...] the Router raises the first model's error, and adds what happened to the fallback."""
    outcome = stage.run(stage.source("no_model_left"), "no_model_left", NONE_LEFT)
    assert lines(outcome) == ""
    first, second = outcome.stdout.split("\n\n")
    assert first.startswith("ServiceUnavailableError: ")
    assert "Fallback to spare also failed: litellm.RateLimitError" in second


@pytest.mark.parametrize("logger", ["LiteLLM Router", "LiteLLM"])
def test_the_router_logs_that_the_fallback_failed(stage: Stage, logger: str) -> None:
    """Its logger is called `LiteLLM Router`, not `LiteLLM`."""
    program = without(stage.source("no_model_left"), '"LiteLLM Router"', f'"{logger}"')
    outcome = stage.run(program, "no_model_left", NONE_LEFT)
    assert lines(outcome) == ""
    assert ("LiteLLM Router:ERROR" in outcome.stdout) is (logger == "LiteLLM")


def test_the_router_also_logs_this_failure(stage: Stage) -> None:
    """The Router also logs this failure; the `setLevel` line hides that."""
    loud = without(
        stage.source("no_model_left"),
        'logging.getLogger("LiteLLM Router").setLevel(logging.CRITICAL)\n',
    )
    outcome = stage.run(loud, "no_model_left", NONE_LEFT)
    assert lines(outcome) == ""
    assert "LiteLLM Router:ERROR" in outcome.stdout


def test_completion_raises_an_api_connection_error_with_a_traceback(stage: Stage) -> None:
    """`litellm.completion` raises an `APIConnectionError` in this case. Its message [...]"""
    for status, expected in ((429, "RateLimitError"), (401, "AuthenticationError")):
        outcome = stage.run(
            without(stage.source("another_model"), ".splitlines()[0]"),
            "another_model",
            f"exit: 1\nrequests: 2\nstatuses: [503, {status}]\nstderr: All fallback attempts\n",
            lambda interactions, status=status: [
                interactions[0],
                failing(interactions[1], status),
            ],
        )
        assert lines(outcome) == ""
        said = outcome.stdout
        assert said.startswith(f"No model answered: litellm.APIConnectionError: litellm.{expected}")
        assert "\nTraceback (most recent call last):\n" in said


def test_a_model_that_is_too_slow_at_the_end_is_a_timeout(stage: Stage) -> None:
    """If the last model was too slow, it raises a `Timeout`."""
    text = without(stage.source("another_model"), "{str(error).splitlines()[0]}", "{error}")
    outcome = stage.run(
        without(text, "No model answered: ", "{type(error).__name__}: "),
        "another_model",
        "exit: 1\nrequests: 2\nstatuses: [503]\nstderr: 'Timeout: litellm.Timeout'\n"
        "faults: [{request: 2, kind: timeout}]\n",
        lambda interactions: interactions[:1],
    )
    assert lines(outcome) == ""


def test_acompletion_raises_a_bare_exception(stage: Stage) -> None:
    """`litellm.acompletion` raises a bare `Exception`."""
    text = without(
        stage.source("another_model"), "litellm.completion(", "asyncio.run(litellm.acompletion("
    )
    text = without(text, "        timeout=60,\n    )", "        timeout=60,\n    ))")
    text = "import asyncio\n" + without(text, "No model answered: ", "{type(error).__name__}: ")
    outcome = stage.run(
        text,
        "another_model",
        "exit: 1\nrequests: 2\nstatuses: [503, 429]\nstderr: 'Exception: '\n",
        lambda interactions: [interactions[0], failing(interactions[1], 429)],
    )
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("Exception: ")


def test_another_model_prints_only_the_first_line(stage: Stage) -> None:
    """so `another_model.py` prints only the first line."""
    outcome = stage.run(
        stage.source("another_model"),
        "another_model",
        "exit: 1\nrequests: 2\nstatuses: [503, 429]\nstderr: 'No model answered: '\n",
        lambda interactions: [interactions[0], failing(interactions[1], 429)],
    )
    assert lines(outcome) == ""
    assert outcome.stdout.count("\n") == 1


def test_a_stream_with_fallbacks_fails_even_though_the_first_model_answers(stage: Stage) -> None:
    """The loop over the chunks fails at once, even though the first model answers."""
    (only,) = stage.recorded("stream_with_fallbacks").interactions
    assert (only["request"]["json"]["model"], only["response"]["status"]) == (FIRST, 200)
    assert "For the day" in only["response"]["events"]
    output = stage.shown("stream_with_fallbacks").splitlines()
    assert output[2].startswith("MidStreamFallbackError: ")


def test_acompletion_can_stream_with_fallbacks(stage: Stage) -> None:
    """It asks the next model if the first one refuses the request or cannot be reached."""
    assert [body["model"] for body in stage.sent("async_stream")] == [FIRST, SPARE]
    shown = stage.shown("async_stream")
    assert f"Answered by {SPARE}." in shown
    unreached = stage.run(
        stage.source("async_stream"),
        "async_stream",
        "requests: 2\nstatuses: [200]\nfaults: [{request: 1, kind: refused}]\n",
        lambda interactions: interactions[1:],
    )
    assert lines(unreached) == ""
    assert unreached.stdout == shown.split("\n", 2)[2].removesuffix("```\n")


def test_acompletion_does_not_fall_back_in_a_stream(stage: Stage) -> None:
    """If the stream fails after that, even before the first piece, the error reaches your loop."""
    outcome = stage.run(
        stage.source("async_stream"),
        "async_stream",
        "exit: 1\nrequests: 1\nstatuses: [200]\nstderr: 'MidStreamFallbackError: '\n"
        "faults: [{request: 1, kind: cut, after: 0}]\n",
        lambda interactions: [asked_of(interactions[1], FIRST)],
    )
    assert lines(outcome) == ""


def test_without_a_key_of_its_own_a_fallback_gets_that_of_the_call(stage: Stage) -> None:
    """[...] no `api_key`, LiteLLM sends your kluster.ai key to that address."""
    reader = "import os\nos.environ['KLUSTER_API_KEY'] = 'fake-reader-key'\n"
    careless = without(
        stage.source("another_model"),
        '["openai/mistralai/Mistral-Small-24B-Instruct-2501"]',
        '[{"model": "openai/llama3.2", "api_base": "http://localhost:11434/v1"}]',
    )

    def at_home(interactions: Any) -> Any:
        second = asked_of(interactions[1], "llama3.2")
        second["request"]["uri"] = "http://localhost:11434/v1/chat/completions"
        return [interactions[0], second]

    outcome = stage.run(
        WATCH + reader + careless, "another_model", "requests: 2\nstatuses: [503, 200]\n", at_home
    )
    assert lines(outcome) == ""
    assert (
        "sent to http://localhost:11434/v1/chat/completions Bearer fake-reader-key\n"
        in outcome.stdout
    )


@pytest.mark.parametrize("status", [400, 401, 404, 422])
@pytest.mark.parametrize("name", ["another_model", "another_endpoint"])
def test_an_error_that_is_yours_leads_to_a_fallback(stage: Stage, name: str, status: int) -> None:
    """Your own mistakes also lead to a fallback: a wrong key, a misspelled model"""
    url = "https://api.kluster.ai/v1/chat/completions"

    def refused(interactions: Any) -> Any:
        first = failing(asked_of(interactions[0], FIRST), status)
        first["request"]["uri"] = url
        return [first, interactions[-1]]

    outcome = stage.run(
        stage.source(name), name, f"requests: 2\nstatuses: [{status}, 200]\n", refused
    )
    assert lines(outcome) == ""
    assert outcome.stdout == stage.shown(name).split("\n", 2)[2].removesuffix("```\n")


TWICE = "for number in range(2):\n    exec(program)\n"


def test_python_may_warn_about_a_task_at_the_second_call(stage: Stage) -> None:
    """Python may write `Task was destroyed but it is pending!` to standard error."""
    twice = f"program = {stage.source('another_model')!r}\n{TWICE}import gc\ngc.collect()\n"
    outcome = stage.run(
        twice,
        "another_model",
        "requests: 4\nstatuses: [503, 200, 503, 200]\nstderr: Task was destroyed\n",
        lambda interactions: interactions * 2,
    )
    assert lines(outcome) == ""
    assert outcome.stdout.count("the other one still holds.\n") == 2


def test_a_router_does_not_have_this_problem(stage: Stage) -> None:
    """A Router does not have this problem."""
    twice = f"program = {stage.source('another_endpoint')!r}\n{TWICE}import gc\ngc.collect()\n"
    outcome = stage.run(
        twice,
        "another_endpoint",
        "requests: 4\nstatuses: [200, 200]\n"
        "faults: [{request: 1, kind: refused}, {request: 3, kind: refused}]\n",
        lambda interactions: interactions * 2,
    )
    assert lines(outcome) == ""
