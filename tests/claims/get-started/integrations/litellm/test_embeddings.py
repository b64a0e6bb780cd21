"""What the page docs/get-started/integrations/litellm/embeddings.md claims, one test each."""

from __future__ import annotations

import copy
import math
import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests.helpers.stage import Stage, lines
from tools.standin.embeddings import embedded

PROGRAMS = ("search", "options", "cost")
TEXT = "The last bus leaves at half past eleven."
HEAD = """\
import asyncio, litellm
litellm.suppress_debug_info = True
model = "openai/BAAI/bge-m3"
place = {"api_base": "https://api.kluster.ai/v1", "api_key": "fake-key"}
"""


def asked(stage: Stage, call: str, **sent: Any) -> str:
    """What a call prints whose request is that of options.py with `sent` besides."""

    def one(interactions: Any) -> Any:
        made = copy.deepcopy(interactions[0])
        made["request"]["json"] |= sent
        made["response"]["json"]["model"] = made["request"]["json"]["model"]
        texts = made["request"]["json"]["input"]
        if isinstance(texts, list):
            (entry,) = made["response"]["json"]["data"]
            made["response"]["json"]["data"] = [
                entry | {"index": number, "embedding": [1.0]}
                for number in reversed(range(len(texts)))
            ]
        return [made]

    outcome = stage.run(HEAD + call, "options", "requests: 1\n", one)
    assert lines(outcome) == ""
    return outcome.stdout


def test_the_vectors_are_a_stand_in_s(stage: Stage) -> None:
    """These vectors come from a stand-in, which knows words, not meanings."""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"


def test_the_program_asks_twice(stage: Stage) -> None:
    """The program asks once for the texts and once for the questions"""
    texts, questions = (len(one["input"]) for one in stage.sent("search"))
    assert f"\n{texts} texts, " in stage.shown("search")
    assert f"\n{questions} texts, " in stage.shown("search")


def test_the_third_question_is_like_no_text(stage: Stage) -> None:
    """the third question scores 0.00 with every text, so the text it gets is no answer."""
    known, questions = (
        one["response"]["json"]["data"] for one in stage.recorded("search").interactions
    )
    third = questions[2]["embedding"]
    for entry in known:
        assert abs(math.fsum(a * b for a, b in zip(third, entry["embedding"], strict=True))) < 0.005
    assert "glass?\n  0.00  The last bus" in stage.shown("search")


def test_the_others_find_the_text_that_shares_their_words(stage: Stage) -> None:
    """It counts words, so it finds the texts that share words with a question."""
    shown = stage.shown("search")
    assert re.search(r"bus leave\?\n +0\.[1-9]\d  The last bus leaves", shown)
    assert re.search(r"a leash\?\n +0\.[1-9]\d  Dogs have to be kept on a leash", shown)


def test_a_question_with_the_words_of_the_last_text_finds_it(stage: Stage) -> None:
    """Change the third question to "Where do the empty bottles go?" It shares words [...]"""
    question = "Where do the empty bottles go?"
    source = stage.source("search").replace("Where can I throw away glass?", question)
    assert question in source

    def asked_so(interactions: Any) -> Any:
        interactions[1]["request"]["json"]["input"][2] = question
        body = interactions[1]["request"]["json"]
        made = embedded(body, SimpleNamespace(encode=str.split))["data"]
        interactions[1]["response"]["json"]["data"] = made
        return interactions

    outcome = stage.run(source, "search", "", asked_so)
    assert lines(outcome) == ""
    last = outcome.stdout.splitlines()[-1]
    assert re.fullmatch(r" +0\.[2-9]\d  Empty bottles go into the green containers\.", last)


def test_the_program_sorts_what_the_server_sends(stage: Stage) -> None:
    """LiteLLM keeps the entries as the server sends them, so the program sorts them."""

    def reversed_entries(interactions: Any) -> Any:
        for one in interactions:
            one["response"]["json"]["data"].reverse()
        return interactions

    outcome = stage.run(stage.source("search"), "search", "", reversed_entries)
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("search")
    hasty = stage.source("search").replace(
        'sorted(response.data, key=lambda entry: entry["index"])', "response.data"
    )
    assert hasty != stage.source("search")
    outcome = stage.run(hasty, "search", "", reversed_entries)
    assert outcome.stdout not in stage.shown("search")


def test_an_entry_is_a_dictionary(stage: Stage) -> None:
    """In LiteLLM 1.110.2, `entry.embedding` raises an `AttributeError`."""
    call = f"entry = litellm.embedding(model=model, input={TEXT!r}, **place).data[0]\n"
    tried = "try: entry.embedding\nexcept AttributeError as error: print(type(entry), error)\n"
    assert asked(stage, call + tried).startswith("<class 'dict'> 'dict' object has no attribute")


def test_the_list_goes_out_in_one_request(stage: Stage) -> None:
    """LiteLLM sends the list in one request, however long it is."""
    call = (
        "data = litellm.embedding(model=model, input=['x'] * 2049, **place).data\n"
        "print(len(data), data[0]['index'])\n"
    )
    assert asked(stage, call, input=["x"] * 2049) == "2049 2048\n"


def test_aembedding_takes_the_same(stage: Stage) -> None:
    """`litellm.aembedding` takes the same arguments in asynchronous code."""
    call = (
        f"made = litellm.aembedding(model=model, input={TEXT!r}, timeout=60, **place)\n"
        "print(len(asyncio.run(made).data[0]['embedding']))\n"
    )
    assert asked(stage, call) == "64\n"


def test_dimensions_alone_makes_no_request(stage: Stage) -> None:
    """`dimensions` alone raises `UnsupportedParamsError` before any request."""
    assert "\ndimensions: litellm.UnsupportedParamsError: " in stage.shown("options")
    assert [one.get("dimensions") for one in stage.sent("options")] == [None, None, 32]


def test_a_name_that_litellm_knows_may_have_them_and_has_a_price(stage: Stage) -> None:
    """LiteLLM accepts `dimensions` only for names with `text-embedding-3` in them."""
    call = (
        f"made = litellm.embedding(model='openai/text-embedding-3-small', input={TEXT!r},\n"
        "    dimensions=32, **place)\n"
        "print(made._hidden_params['response_cost'])\n"
    )
    cost = asked(stage, call, model="text-embedding-3-small", dimensions=32)
    assert float(cost) > 0


def test_its_price_is_openai_s_on_any_server(stage: Stage) -> None:
    """LiteLLM calculates with OpenAI's price, whichever server answers."""
    call = (
        "known = litellm.model_cost['text-embedding-3-small']['input_cost_per_token']\n"
        f"made = litellm.embedding('openai/text-embedding-3-small', {TEXT!r}, **place)\n"
        "print(made._hidden_params['response_cost'] == made.usage.prompt_tokens * known > 0)\n"
    )
    assert asked(stage, call, model="text-embedding-3-small") == "True\n"


def test_drop_params_leaves_them_out_without_a_word(stage: Stage) -> None:
    """`drop_params=True` silently leaves `dimensions` out. [...] the 64 numbers"""
    plain, dropped, _ = stage.sent("options")
    assert plain == dropped
    assert "\ndimensions, dropped: list of length 64\n" in stage.shown("options")


def test_allowed_they_are_sent_and_the_server_decides(stage: Stage) -> None:
    """`allowed_openai_params`, a list with `dimensions` in it, sends it. [...]"""
    last = stage.recorded("options").interactions[-1]
    assert last["request"]["json"]["dimensions"] == 32
    assert last["response"]["status"] == 400
    assert last["response"]["json"]["error"]["message"] in stage.shown("options")


def test_no_encoding_format_is_sent(stage: Stage) -> None:
    """LiteLLM 1.110.2 sends none by itself"""
    for name in PROGRAMS:
        assert not any("encoding_format" in one for one in stage.sent(name))


def test_base64_is_a_text_and_a_warning(stage: Stage) -> None:
    """you get a text in place of the list, and pydantic writes a warning to standard error."""

    def packed(interactions: Any) -> Any:
        first = interactions[0]
        first["request"]["json"]["encoding_format"] = "base64"
        first["response"]["json"]["data"][0]["embedding"] = "AAAAAA=="
        return [first]

    call = (
        f"made = litellm.embedding(model=model, input={TEXT!r},\n"
        "    encoding_format='base64', **place)\n"
        "print(made.data[0]['embedding'])\n"
    )
    outcome = stage.run(HEAD + call, "options", "stderr: Pydantic serializer warnings\n", packed)
    assert lines(outcome) == ""
    assert "AAAAAA==\n" in outcome.stdout


def test_other_options_go_to_the_server(stage: Stage) -> None:
    """Other options, such as `input_type`, go to the server unchanged."""
    call = f"print(litellm.embedding(model, {TEXT!r}, input_type='query', **place).object)\n"
    assert asked(stage, call, input_type="query") == "list\n"


def test_without_the_prefix_nothing_is_asked(stage: Stage) -> None:
    """Without the prefix, LiteLLM raises `LLM Provider NOT provided` before any request."""
    call = "litellm.embedding(model='BAAI/bge-m3', input='x', **place)\n"
    expect = "exit: 1\nrequests: 0\nstderr: LLM Provider NOT provided\n"
    assert lines(stage.run(HEAD + call, "options", expect, lambda made: [])) == ""


def test_only_input_counts(stage: Stage) -> None:
    """`usage.prompt_tokens` counts the tokens of all texts in a request, and [...] is 0."""
    call = (
        f"usage = litellm.embedding(model=model, input={TEXT!r}, **place).usage\n"
        "print(usage.prompt_tokens, usage.completion_tokens)\n"
    )
    assert asked(stage, call) == "9 0\n"
    (made,) = stage.recorded("cost").interactions
    tokens = made["response"]["json"]["usage"]["prompt_tokens"]
    assert len(made["request"]["json"]["input"]) == 2
    assert f"\n{tokens} tokens, ${tokens * 0.01e-6:.9f}\n" in stage.shown("cost")


def test_litellm_has_no_price_for_it(stage: Stage) -> None:
    """LiteLLM has no price for `BAAI/bge-m3`, so tell it yours"""
    program = stage.source("cost").replace(", custom_cost_per_token=price", "")
    expect = "exit: 1\nstderr: 'This model isn''t mapped yet. model=BAAI/bge-m3'\n"
    assert lines(stage.run(program, "cost", expect)) == ""


def test_vectors_of_different_lengths_are_refused() -> None:
    """`ValueError: zip() argument 2 is longer than argument 1`, or shorter"""
    with pytest.raises(ValueError, match=r"^zip\(\) argument 2 is longer than argument 1$"):
        list(zip([1.0], [1.0, 2.0], strict=True))
