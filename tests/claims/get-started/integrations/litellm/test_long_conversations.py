"""What the page long-conversations.md claims about behaviour, one test each."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import yaml

from tests.helpers.guide import ROOT
from tests.helpers.stage import Stage, lines

SWITCH = "litellm.disable_hf_tokenizer_download = True\n"
OFFLINE = "requests: 0\n"


def replaced(source: str, old: str, new: str) -> str:
    """The source with `old` replaced, which has to be there."""
    assert old in source
    return source.replace(old, new)


def run(stage: Stage, source: str, expect: str = OFFLINE) -> str:
    """What a program prints that asks no model."""
    outcome = stage.run(source, "long_conversation", expect, lambda interactions: [])
    assert lines(outcome) == ""
    return outcome.stdout


def roles(stage: Stage) -> list[list[str]]:
    """The roles of the messages of each request."""
    return [
        [message["role"] for message in sent["messages"]]
        for sent in stage.sent("long_conversation")
    ]


def test_token_counter_asks_no_service(stage: Stage) -> None:
    """token_counter counts a text, or a list of messages. It sends nothing, unless a message"""
    assert run(stage, stage.source("count_tokens")) in stage.shown("count_tokens")


def test_the_messages_have_more_tokens_than_their_texts(stage: Stage) -> None:
    """The messages have more tokens than their texts [...]."""
    *texts, both = map(int, re.findall(r"(\d+) tokens: ", stage.shown("count_tokens")))
    assert both > sum(texts)


def test_all_models_are_counted_with_cl100k_base(stage: Stage) -> None:
    """LiteLLM counts with cl100k_base, [...] for all the names in the list of models."""
    file = ROOT / "docs/api-reference/models.yml"
    models = [model["id"] for model in yaml.safe_load(file.read_text("utf-8"))["models"]]
    text = "Wer früh aufsteht, sieht die Sonne. 1234567 ¿Qué tal?"
    source = (
        "import litellm\n" + SWITCH + "import tiktoken\n"
        f"for model in {models}:\n"
        f"    print(litellm.token_counter(model='openai/' + model, text={text!r}))\n"
        f"print(len(tiktoken.get_encoding('cl100k_base').encode({text!r})))\n"
        f"print(len(tiktoken.get_encoding('o200k_base').encode({text!r})))\n"
    )
    *counts, expected, other = run(stage, source).split()
    assert len(counts) == len(models)
    assert set(counts) == {expected}
    assert expected != other


def test_only_the_latest_turns_are_sent(stage: Stage) -> None:
    """this program drops the oldest turns until the rest is within 200 tokens."""
    counts = re.findall(r"sent, (\d+) tokens", stage.shown("long_conversation"))
    assert len(counts) == 8
    assert max(map(int, counts)) <= 200
    sent = [body["messages"] for body in stage.sent("long_conversation")]
    for earlier, later in pairwise(sent):
        known = [*earlier[1:], later[-2]]  # the answer that came meanwhile
        assert later[1:-1] == known[len(known) - len(later) + 2 :]


def test_from_the_fifth_question_on_something_is_left_out(stage: Stage) -> None:
    """From the fifth question on, it leaves something out."""
    found = re.findall(r"(\d+) of +(\d+) messages", stage.shown("long_conversation"))
    assert [sent == all_of_them for sent, all_of_them in found] == [True] * 4 + [False] * 4


def test_turns_go_together_and_system_and_question_stay(stage: Stage) -> None:
    """both go together. The system message and the new question always stay."""
    for one in roles(stage):
        assert one == ["system"] + ["user", "assistant"] * ((len(one) - 2) // 2) + ["user"]


def test_without_fit_the_requests_are_others(stage: Stage) -> None:
    """Only what is sent gets shorter."""
    careless = replaced(
        stage.source("long_conversation"), "sent = fit(messages)", "sent = list(messages)"
    )
    outcome = stage.run(
        careless, "long_conversation", "exit: 1\nstderr: 'The request failed'\nrequests: 4\n"
    )
    assert "request-unrecorded" in lines(outcome)  # the fifth, which is longer then
    assert outcome.stdout.count(" messages sent, ") == 4


def test_messages_keeps_all_of_the_conversation(stage: Stage) -> None:
    """messages keeps the whole conversation, and fit does not change it."""
    source = stage.source("long_conversation") + "print(len(messages), messages[1]['content'])\n"
    outcome = stage.run(source, "long_conversation")
    assert lines(outcome) == ""
    assert outcome.stdout.endswith("\n17 How far away is the Moon?\n")


def test_the_model_knows_nothing_of_what_was_dropped(stage: Stage) -> None:
    """The model knows nothing of the dropped turns."""
    last = str(stage.sent("long_conversation")[-1])
    assert "How far away is the Moon?" not in last
    assert "384,400" not in last
    assert "You answer in two sentences." in last


def test_with_a_budget_the_requests_stop_growing(stage: Stage) -> None:
    """Without a budget, each request is longer than the one before. With one, [...] stop."""
    source = stage.source("tokens_sent") + "print(whole)\nprint(fitted)\n"
    whole, fitted = (
        [int(number) for number in re.findall(r"\d+", line)]
        for line in run(stage, source).splitlines()[-2:]
    )
    assert all(earlier < later for earlier, later in pairwise(whole))
    assert len(whole) == 16
    assert len(set(fitted[-10:])) == 1
    assert max(fitted) <= 200


def test_it_knows_the_limits_of_no_model_of_the_list(stage: Stage) -> None:
    """LiteLLM does not know how much context these models have."""
    file = ROOT / "docs/api-reference/models.yml"
    models = [model["id"] for model in yaml.safe_load(file.read_text("utf-8"))["models"]]
    source = (
        "import litellm\n"
        f"for model in {models}:\n"
        "    for find in (litellm.get_max_tokens, litellm.get_model_info):\n"
        "        try:\n"
        "            print(find('openai/' + model))\n"
        "        except Exception as error:\n"
        "            print('unknown')\n"
    )
    assert run(stage, source).splitlines() == ["unknown"] * 2 * len(models)


def test_get_max_tokens_raises_until_the_limits_are_registered(stage: Stage) -> None:
    """get_max_tokens raises an error until you register the limits."""
    shown = stage.shown("model_limits")
    assert re.search(r"isn't mapped yet.*\nLongest answer: 4000\n", shown)


def test_get_max_tokens_gives_the_longest_answer(stage: Stage) -> None:
    """get_max_tokens gives the longest answer, not the context. The context is [...]."""
    source = replaced(
        stage.source("model_limits"), '"max_output_tokens": 4_000', '"max_output_tokens": 4_321'
    )
    source = replaced(source, '"max_tokens": 4_000', '"max_tokens": 4_321')
    said = run(stage, source)
    assert said.endswith("\nLongest answer: 4321\nContext: 32000\n")


def test_registered_limits_do_not_shorten_a_request(stage: Stage) -> None:
    """Registered limits do not shorten a request. A completion [...] goes out as it is."""
    limits = (
        'entry = {"litellm_provider": "openai", "mode": "chat", "max_tokens": 5,\n'
        '    "max_input_tokens": 5, "max_output_tokens": 5,\n'
        '    "cache_creation_input_token_cost": 0, "cache_read_input_token_cost": 0}\n'
        "litellm.register_model({model: entry})\n"
    )
    source = replaced(stage.source("long_conversation"), "questions = [", limits + "questions = [")
    assert lines(stage.run(source, "long_conversation")) == ""


def test_trim_messages_keeps_the_system_message_and_cuts_others(stage: Stage) -> None:
    """an answer is left without its question. With 24, the last question has lost its middle."""
    _, second, third = run(stage, stage.source("trim")).split("At most ")[1:]
    assert second.splitlines()[1:] == [
        "  system: You are brief.",
        "  assistant: The capital is Lima.",
        "  user: And what is that of Chile?",
    ]
    assert third.splitlines()[1:] == ["  system: You are brief.", "  user: And ..ile?"]


def test_trim_messages_takes_three_quarters_of_a_registered_limit(stage: Stage) -> None:
    """Without max_tokens, it trims to three quarters of max_input_tokens, if you registered."""
    register = (
        'litellm.register_model({model: {"litellm_provider": "openai", "mode": "chat",\n'
        '    "max_tokens": 48, "max_input_tokens": 48}})\n'
    )
    source = replaced(stage.source("trim"), "messages = [", register + "messages = [")
    source = replaced(source, ", max_tokens=budget", "")
    said = run(stage, source)
    assert said.count("assistant: The capital is Lima.") == 3
    assert "Peru" not in said


def test_trim_messages_returns_all_for_an_unknown_model(stage: Stage) -> None:
    """For a model that LiteLLM does not know, it silently returns all the messages."""
    source = replaced(stage.source("trim"), ", max_tokens=budget", "")
    assert run(stage, source).count("What is the capital of Peru?") == 3


@pytest.mark.parametrize("name", ["Meta-Llama-3.3-70B-Instruct-Turbo", "DeepSeek-V3-0324"])
def test_a_tokenizer_is_downloaded_for_llama_3(stage: Stage, name: str) -> None:
    """If a model's name contains llama-3, LiteLLM downloads a tokenizer from Hugging Face [...]."""
    source = replaced(stage.source("count_tokens"), SWITCH, "")
    source = replaced(source, "Meta-Llama-3.3-70B-Instruct-Turbo", name)
    outcome = stage.run(source, "long_conversation", OFFLINE, lambda interactions: [])
    assert ("https://huggingface.co/" in lines(outcome)) == ("Llama-3" in name)


def test_without_a_network_the_first_count_waits_23_seconds(stage: Stage) -> None:
    """it tries six times at the first count, and pauses 23 seconds in all. Then it writes"""
    text = (
        "import time\n"
        "import litellm\n"
        "slept = []\n"
        "time.sleep = slept.append\n"
        "print(litellm.token_counter(model='openai/klusterai/Meta-Llama-3.3-70B', text='Hi you'))\n"
        "print(sum(slept))\n"
        "litellm.token_counter(model='openai/klusterai/Meta-Llama-3.3-70B', text='Hi you')\n"
        "print(sum(slept))\n"
    )
    expect = (
        "requests: 0\nunreachable: [huggingface.co]\nstderr: Falling back to tiktoken\n"
        "environment: {HF_HOME: /nonexistent}\n"
    )
    outcome = stage.run(text, "count_tokens", expect)
    assert lines(outcome) == ""
    assert "\n2\n23\n23\n" in f"\n{outcome.stdout}"
    assert outcome.stdout.count("thrown while requesting HEAD") == 6


def test_a_question_over_the_budget_ends_the_program(stage: Stage) -> None:
    """The program then ends with one line, before it sends anything."""
    source = replaced(stage.source("long_conversation"), "budget = 200 ", "budget = 20 ")
    said = run(stage, source, "exit: 1\nstderr: The question alone is over\nrequests: 0\n")
    assert said == "The question alone is over the budget.\n"


def test_the_answers_are_a_stand_in_s(stage: Stage) -> None:
    """because the stand-in counts with the same encoding."""
    assert stage.recorded("long_conversation").recorded["origin"] == "stand-in"
