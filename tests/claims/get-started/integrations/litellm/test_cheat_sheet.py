"""What the page cheat-sheet.md claims about behaviour, one test each."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from tests.helpers.guide import GUIDE, READ
from tests.helpers.stage import Stage, lines

NAME = "cheat_sheet"
STATUSES = [200] * 6 + [429, 429, 200, 200, 200]

PAGE = READ["get-started/integrations/litellm/cheat-sheet/"]

# The requests of the recording that the blocks after the first three make, in the page's
# order; 11 is that of asynchronous.py, and two each of the other two programs follow.
REQUESTS = [[11], [1], [2], [3, 4], [12], [13], [14], [15], [5], [], [6], [7, 8], [9], [], [10]]

# Prints where each request goes, and with which key.
WATCH = """
import httpx
def watched(send):
    def sent(self, request, **options):
        print("sent to", request.url, request.headers["authorization"])
        return send(self, request, **options)
    return sent
httpx.Client.send = watched(httpx.Client.send)
"""


def blocks() -> list[tuple[str, str]]:
    """The heading and the code of each block to be copied, as the page includes it."""
    found = []
    for block in PAGE.blocks:
        if block.language == "python" and "title" not in PAGE.lines[block.line - 1]:
            here = [one for one in PAGE.includes if block.line < one.line < block.end]
            code = "".join(f"{line}\n" for one in here for line in one.shown)
            headings = [line[3:] for line in PAGE.lines[: block.line] if line.startswith("## ")]
            found.append((headings[-1], code))
    return found


def of_the_first_messages(interaction: Any) -> Any:
    """The same request and answer, for a reader who copied no further turns."""
    made = copy.deepcopy(interaction)
    body = made["request"]["json"]
    if "messages" in body and body["messages"][0]["role"] == "system":
        body["messages"] = body["messages"][:2]
    return made


def expected(statuses: list[int]) -> str:
    return f"statuses: {statuses}\nwaits: skipped\n"


def changed(text: str, old: str, new: str) -> str:
    """A program with some of its text replaced, which it has once."""
    assert text.count(old) == 1
    return text.replace(old, new)


def refusing(question: str, status: int, times: int = 1) -> Any:
    """The recorded answers, the one to `question` replaced by as many errors."""
    error = {"message": "No.", "type": "x", "param": None, "code": None}
    refused = {"status": status, "headers": {}, "json": {"error": error}}

    def apply(interactions: Any) -> Any:
        answers = []
        for one in interactions:
            if one["request"]["json"]["messages"][-1]["content"] == question:
                answers += [one | {"response": refused}] * times
            else:
                answers.append(one)
        return answers

    return apply


@pytest.mark.parametrize(
    ("heading", "block", "requests"),
    [(*one, numbers) for one, numbers in zip(blocks()[3:], REQUESTS, strict=True)],
)
def test_each_block_runs_after_the_first_three(
    stage: Stage, heading: str, block: str, requests: list[int]
) -> None:
    """Start with the first three blocks (key, messages, a call). The others use the `model`,
    `messages`, `answer` and `response` of these three [...].
    """
    names = (NAME, "asynchronous", "tools_and_json", "image_and_embedding")
    recorded = [one for name in names for one in stage.recorded(name).interactions]
    made = [recorded[number] for number in requests]
    if heading != "Several turns":
        made = [of_the_first_messages(one) for one in made]
    made = [recorded[0], *made]
    program = "\n".join(code for _, code in [*blocks()[:3], (heading, block)])
    expect = expected([one["response"]["status"] for one in made])
    outcome = stage.run(program, NAME, expect, lambda interactions: made)
    assert lines(outcome) == ""
    assert "is not defined" not in outcome.stdout  # as an `except Exception` would print it


def test_the_earlier_turns_are_sent_along(stage: Stage) -> None:
    """Send the earlier turns again, because the server does not remember them."""
    first, second = stage.sent(NAME)[:2]
    assert second["messages"][:2] == first["messages"]
    assert [one["role"] for one in second["messages"][2:]] == ["assistant", "user"]
    assert f"Call: {second['messages'][2]['content']}\n" in stage.shown(NAME)


def test_the_pieces_are_printed_as_they_come(stage: Stage) -> None:
    """Print the chunks as they arrive."""
    program = changed(stage.source(NAME), '.content or "", end=""', '.content or "", end="|"')
    outcome = stage.run(program, NAME, expected(STATUSES))
    assert lines(outcome) == ""
    (line,) = (one for one in outcome.stdout.splitlines() if one.startswith("Stream: "))
    assert len([piece for piece in line.split("|") if piece]) > 1


def test_acompletion_takes_the_same(stage: Stage) -> None:
    """In asynchronous code, `acompletion` takes the same arguments."""
    asked = "await litellm.acompletion(model=model, messages=question)"
    program = changed(
        stage.source("asynchronous"), asked, asked.replace("await litellm.a", "litellm.")
    )
    outcome = stage.run(program, "asynchronous")
    assert lines(outcome) == ""
    assert outcome.stdout == stage.shown("asynchronous").splitlines()[2] + "\n"


def test_the_answers_keep_the_order_of_the_list(stage: Stage) -> None:
    """The answers are in the order of the list."""
    first, second = '"What is a light-year?"', '"What is a parsec?"'
    program = changed(stage.source(NAME), f"{first}, {second}", f"{second}, {first}")
    outcome = stage.run(program, NAME, expected(STATUSES))
    assert lines(outcome) == ""

    def batch(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith("Batch: ")]

    assert batch(outcome.stdout) == batch(stage.shown(NAME))[::-1]
    assert "light travels" in batch(stage.shown(NAME))[0]


def test_an_error_stands_in_the_place_of_an_answer(stage: Stage) -> None:
    """If a call fails, its error is in the list instead of an answer [...]."""
    change = refusing("What is a light-year?", 401)
    outcome = stage.run(
        stage.source(NAME),
        NAME,
        expected([one["response"]["status"] for one in change(stage.recorded(NAME).interactions)]),
        change,
    )
    assert lines(outcome) == ""
    assert "Failed: litellm.AuthenticationError: " in outcome.stdout
    assert outcome.stdout.count("Batch: ") == 1
    assert outcome.stdout.index("Failed: ") < outcome.stdout.index("Batch: A parsec ")


def test_one_retry_makes_up_to_two_attempts(stage: Stage) -> None:
    """[...] and `max_retries=1` makes up to two attempts."""

    def change(interactions: Any) -> Any:
        # The program ends at the failure, so what comes after is never asked.
        return refusing("What is a comet made of?", 500, times=2)(interactions)[:7]

    expect = f"exit: 1\nstderr: InternalServerError\n{expected([200] * 5 + [500] * 2)}"
    assert lines(stage.run(stage.source(NAME), NAME, expect, change)) == ""


def test_max_tokens_cuts_the_answer(stage: Stage) -> None:
    """A `finish_reason` of `length` says that `max_tokens` cut the answer."""
    assert "Why it ends: length\n" in stage.shown(NAME)
    for one in stage.recorded(NAME).interactions:
        if one["request"]["json"].get("max_tokens"):
            answer = one["response"]["json"]
            assert one["request"]["json"]["max_tokens"] == 12
            assert answer["usage"]["completion_tokens"] == 12
            assert answer["choices"][0]["finish_reason"] == "length"


def test_the_rest_of_the_errors_are_caught_as_well(stage: Stage) -> None:
    """Catch what you can handle, then the rest."""

    def change(interactions: Any) -> Any:
        error = {"error": {"message": "No.", "type": "x", "param": None, "code": None}}
        refused = {"status": 401, "headers": {}, "json": error}
        return [*interactions[:6], interactions[6] | {"response": refused}]

    program = stage.source(NAME).split("logging.getLogger")[0]  # without the fallback
    outcome = stage.run(program, NAME, expected([*STATUSES[:6], 401]), change)
    assert lines(outcome) == ""
    assert "The request failed: litellm.AuthenticationError: " in outcome.stdout
    assert "Too many requests: " in stage.shown(NAME)


def test_the_next_model_answers_if_the_first_one_fails(stage: Stage) -> None:
    """Name the models to ask next if the first one fails."""
    first, then = stage.sent(NAME)[7:9]
    assert first["messages"] == then["messages"]
    assert first["model"] != then["model"]
    assert stage.recorded(NAME).statuses[7:9] == [429, 200]
    assert f"Answered by: {then['model']}\n" in stage.shown(NAME)


def test_the_line_before_the_call_hides_the_log(stage: Stage) -> None:
    """The line before the call hides what LiteLLM logs about the failure, and [...]"""
    line = 'logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)\n'
    expect = f"stderr: Fallback attempt failed\n{expected(STATUSES)}"
    assert lines(stage.run(changed(stage.source(NAME), line, ""), NAME, expect)) == ""


def test_a_request_is_estimated_before_it_is_sent_and_counted_by_the_server(stage: Stage) -> None:
    """Estimate the tokens of a request before you send it. Afterwards, read what [...]"""
    made = stage.recorded(NAME).interactions[9]
    alone = (
        f"{stage.source(NAME).split('messages = ')[0]}"
        f"messages = {made['request']['json']['messages']}\n"
        "print('Estimated:', litellm.token_counter(model=model, messages=messages), 'tokens in')"
    )
    outcome = stage.run(alone, NAME, "requests: 0\n", lambda interactions: interactions[:0])
    assert lines(outcome) == ""
    usage = made["response"]["json"]["usage"]
    counted = f"Server: {usage['prompt_tokens']} in, {usage['completion_tokens']} out\n"
    assert outcome.stdout + counted in stage.shown(NAME)


def test_litellm_knows_no_price_of_kluster_ai_s(stage: Stage) -> None:
    """[...] since LiteLLM has none for kluster.ai."""
    program = changed(stage.source(NAME), ", custom_cost_per_token=prices", "")
    expect = f"exit: 1\nstderr: 'This model isn''t mapped yet'\n{expected(STATUSES[:10])}"
    # The program ends at the failure, before its last request.
    assert lines(stage.run(program, NAME, expect, lambda interactions: interactions[:10])) == ""


def test_the_prices_are_for_one_token_and_those_of_the_model(stage: Stage) -> None:
    """Give your prices for `model` in US dollars per token [...]."""
    made = stage.recorded(NAME).interactions[9]["response"]["json"]
    table = yaml.safe_load((GUIDE.docs / "api-reference/models.yml").read_text("utf-8"))["models"]
    (row,) = (one for one in table if one["id"] == made["model"])
    assert f'model = "openai/{row["id"]}"\n' in stage.source(NAME)
    usage = made["usage"]
    dollars = usage["prompt_tokens"] * row["input"] + usage["completion_tokens"] * row["output"]
    assert f"Cost: ${dollars / 1e6:.7f}\n" in stage.shown(NAME)


def test_another_endpoint_gets_these_three_and_not_the_reader_s_key(stage: Stage) -> None:
    """Pass these three to the call. Give each endpoint a key of its own [...]. Otherwise [...]"""
    expect = f"{expected(STATUSES)}environment: {{KLUSTER_API_KEY: fake-reader-key}}\n"
    local = "sent to http://localhost:11434/v1/chat/completions Bearer"
    outcome = stage.run(WATCH + stage.source(NAME), NAME, expect)
    assert lines(outcome) == ""
    assert "sent to https://api.kluster.ai/v1/chat/completions Bearer fake-reader-key\n" in (
        outcome.stdout
    )
    assert outcome.stdout.count(local) == 1
    assert f"{local} none\n" in outcome.stdout
    assert stage.sent(NAME)[10]["model"] == "gemma3:1b"
    careless = changed(stage.source(NAME), '    api_key="none",\n', "")
    outcome = stage.run(WATCH + careless, NAME, expect)
    assert f"{local} fake-reader-key\n" in outcome.stdout
