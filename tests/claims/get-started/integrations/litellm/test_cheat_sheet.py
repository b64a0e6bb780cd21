"""What the page cheat-sheet.md claims about behaviour, one test each."""

from __future__ import annotations

import importlib.metadata
from typing import Any

from tests.claims.conftest import Stage, lines

NAME = "cheat_sheet"
STATUSES = [200] * 6 + [429, 429, 200]


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


def test_it_was_run_with_that_version_on_a_stand_in(stage: Stage) -> None:
    """Each is cut from a program that was run with LiteLLM 1.106.2 on a stand-in [...]."""
    assert importlib.metadata.version("litellm") == "1.106.2"
    for name in (NAME, "asynchronous"):
        recorded = stage.recorded(name).recorded
        assert (recorded["origin"], recorded["packages"]["litellm"]) == ("stand-in", "1.106.2")


def test_the_earlier_turns_are_sent_along(stage: Stage) -> None:
    """Send the earlier turns along, because the service keeps none [...]."""
    first, second = stage.sent(NAME)[:2]
    assert second["messages"][:2] == first["messages"]
    assert [one["role"] for one in second["messages"][2:]] == ["assistant", "user"]
    assert f"Call: {second['messages'][2]['content']}\n" in stage.shown(NAME)


def test_the_pieces_are_printed_as_they_come(stage: Stage) -> None:
    """Print the pieces as they come [...]."""
    program = changed(stage.source(NAME), '.content or "", end=""', '.content or "", end="|"')
    outcome = stage.run(program, NAME, expected(STATUSES))
    assert lines(outcome) == ""
    (line,) = (one for one in outcome.stdout.splitlines() if one.startswith("Stream: "))
    assert len([piece for piece in line.split("|") if piece]) > 1


def test_acompletion_takes_the_same(stage: Stage) -> None:
    """Import `asyncio`, and await `acompletion`, which takes what `completion` takes."""
    asked = "await litellm.acompletion(model=model, messages=question)"
    program = changed(
        stage.source("asynchronous"), asked, asked.replace("await litellm.a", "litellm.")
    )
    outcome = stage.run(program, "asynchronous")
    assert lines(outcome) == ""
    assert outcome.stdout == stage.shown("asynchronous").splitlines()[2] + "\n"


def test_the_answers_keep_the_order_of_the_list(stage: Stage) -> None:
    """The answers keep the order of the list [...]."""
    first, second = '"What is a light-year?"', '"What is a parsec?"'
    program = changed(stage.source(NAME), f"{first}, {second}", f"{second}, {first}")
    outcome = stage.run(program, NAME, expected(STATUSES))
    assert lines(outcome) == ""

    def batch(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith("Batch: ")]

    assert batch(outcome.stdout) == batch(stage.shown(NAME))[::-1]
    assert "light travels" in batch(stage.shown(NAME))[0]


def test_an_error_stands_in_the_place_of_an_answer(stage: Stage) -> None:
    """[...] and an error stands in the place of an answer that failed."""
    printed = '    print("Batch:", response.choices[0].message.content)'
    program = changed(stage.source(NAME), printed, '    print("Batch:", type(response).__name__)')
    change = refusing("What is a light-year?", 401)
    outcome = stage.run(
        program,
        NAME,
        expected([one["response"]["status"] for one in change(stage.recorded(NAME).interactions)]),
        change,
    )
    assert lines(outcome) == ""
    assert "Batch: AuthenticationError\nBatch: ModelResponse\n" in outcome.stdout


def test_one_retry_makes_up_to_two_attempts(stage: Stage) -> None:
    """[...] and `max_retries=1` makes up to two attempts."""

    def change(interactions: Any) -> Any:
        # The program ends at the failure, so what comes after is never asked.
        return refusing("What is a comet made of?", 500, times=2)(interactions)[:-3]

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
    change = refusing("What is a meteor?", 401)
    program = stage.source(NAME).split("logging.getLogger")[0]  # without the fallback
    outcome = stage.run(program, NAME, expected([*STATUSES[:6], 401]), lambda all: change(all)[:7])
    assert lines(outcome) == ""
    assert "The request failed: litellm.AuthenticationError: " in outcome.stdout
    assert "Too many requests: " in stage.shown(NAME)


def test_the_next_model_answers_if_the_first_one_fails(stage: Stage) -> None:
    """Name the models to ask if the first one fails."""
    first, then = stage.sent(NAME)[-2:]
    assert first["messages"] == then["messages"]
    assert first["model"] != then["model"]
    assert stage.recorded(NAME).statuses[-2:] == [429, 200]
    assert f"Answered by: {then['model']}\n" in stage.shown(NAME)


def test_the_line_before_the_call_hides_the_log(stage: Stage) -> None:
    """The line before the call hides the log of the failure."""
    line = 'logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)\n'
    expect = f"stderr: Fallback attempt failed\n{expected(STATUSES)}"
    assert lines(stage.run(changed(stage.source(NAME), line, ""), NAME, expect)) == ""


def test_tokens_are_counted_without_a_request_or_as_the_server_says(stage: Stage) -> None:
    """Estimate them before you send, or read what the server counted."""
    last = stage.recorded(NAME).interactions[-1]["response"]["json"]
    assert f"Reported: {last['usage']['total_tokens']} tokens\n" in stage.shown(NAME)
    alone = stage.source(NAME).split("response = ")[0] + (
        "print(litellm.token_counter(model=model, messages=messages))"
    )
    outcome = stage.run(alone, NAME, "requests: 0\n", lambda interactions: interactions[:0])
    assert lines(outcome) == ""
    assert int(outcome.stdout) > 0


def test_litellm_knows_no_price_of_kluster_ai_s(stage: Stage) -> None:
    """[...] since LiteLLM knows none of kluster.ai's."""
    program = changed(stage.source(NAME), ", custom_cost_per_token=prices", "")
    expect = f"exit: 1\nstderr: 'This model isn''t mapped yet'\n{expected(STATUSES)}"
    assert lines(stage.run(program, NAME, expect)) == ""


def test_the_prices_are_for_one_token_and_those_of_the_table(stage: Stage) -> None:
    """Give your prices in US dollars for one token [...]."""
    tokens = int(stage.shown(NAME).split("Reported: ")[1].split()[0])
    assert f"Cost: ${tokens * 0.35e-6:.7f}\n" in stage.shown(NAME)
