"""What the page docs/get-started/integrations/litellm/reasoning.md claims, one test each."""

from __future__ import annotations

import ast
import importlib.metadata
import json
from collections.abc import Callable
from typing import Any

import pytest

from docproof.recordings import recording
from tests.helpers.stage import Stage, lines

PROGRAMS = ("thoughts", "streamed", "next_turn", "effort")
THOUGHT = (
    "Thoughts: Both have 9 before the point. After it, 9.9 has 90 hundredths and 9.11 has 11.\n"
)
QUESTION = [{"role": "user", "content": "Which is larger, 9.11 or 9.9?"}]


def replaced(source: str, old: str, new: str) -> str:
    """The source with `old` replaced, which it has once."""
    assert source.count(old) == 1
    return source.replace(old, new)


def message(interaction: Any) -> Any:
    """The message of a whole answer."""
    return interaction["response"]["json"]["choices"][0]["message"]


def in_form(form: str) -> Callable[[Any], Any]:
    """The recorded answers with their thoughts in another form; "" leaves them out."""

    def change(interactions: Any) -> Any:
        said = message(interactions[0])
        thoughts = said.pop("reasoning_content")
        if form == "reasoning":
            said["reasoning"] = thoughts
        elif form:
            said["content"] = form.format(thoughts) + said["content"]
        return interactions

    return change


def test_the_answers_and_the_thoughts_are_a_stand_in_s(stage: Stage) -> None:
    """The answers and the thoughts come from a stand-in [...] with `timeout=300`."""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"
        assert "timeout=300," in stage.source(name)


def test_this_is_what_that_release_makes_of_them() -> None:
    """Here is what LiteLLM 1.110.2 makes of each"""
    assert importlib.metadata.version("litellm") == "1.110.2"


def test_deepseek_s_form_is_read_from_the_field(stage: Stage) -> None:
    """LiteLLM puts the thoughts into `reasoning_content`, next to the `content` that you know"""
    said = message(stage.recorded("thoughts").interactions[0])
    assert f"Thoughts: {said['reasoning_content']}\nAnswer: {said['content']}\n" in (
        stage.shown("thoughts")
    )
    assert THOUGHT in stage.shown("thoughts")


@pytest.mark.parametrize("form", ["reasoning", "<think>{}</think>"])
def test_a_whole_answer_has_the_other_forms_there_too(stage: Stage, form: str) -> None:
    """the field `reasoning`, as vLLM calls it now | `reasoning_content` [...]"""
    outcome = stage.run(stage.source("thoughts"), "thoughts", "", in_form(form))
    assert lines(outcome) == ""
    assert outcome.stdout.startswith(f"{THOUGHT}Answer: 9.9 is larger.\n")


def test_a_closing_tag_alone_stays_in_the_text(stage: Stage) -> None:
    """Then LiteLLM leaves the thoughts in the text of a whole answer, too, and the same line"""
    outcome = stage.run(stage.source("thoughts"), "thoughts", "", in_form("{}</think>"))
    assert lines(outcome) == ""
    thoughts, answer, _ = outcome.stdout.splitlines()
    assert thoughts == "Thoughts: None"
    assert answer.rpartition("</think>")[2] == "9.9 is larger."


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_a_stream_has_both_fields_there(stage: Stage, field: str) -> None:
    """Each piece has them in `delta.reasoning_content`, in the same way."""

    def renamed(interactions: Any) -> Any:
        response = interactions[0]["response"]
        assert '"reasoning": ' in response["events"]
        response["events"] = response["events"].replace('"reasoning": ', f'"{field}": ')
        return interactions

    outcome = stage.run(stage.source("streamed"), "streamed", "", renamed)
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("streamed")
    assert "\nThoughts: A square has 4 corners." in outcome.stdout


def test_tags_stay_in_a_stream_s_text(stage: Stage) -> None:
    """`<think>` and `</think>` in the text | `reasoning_content` | stays in `content`"""
    _, _, tagged = stage.shown("streamed").partition("== mistralai/")
    assert "\nAnswer: <think>A square" in tagged
    assert "Thoughts" not in tagged


def test_what_follows_the_tag_is_the_answer(stage: Stage) -> None:
    """`text.rpartition("</think>")[2]`. A text without the tag stays as it is."""
    events = recording.stream(stage.recorded("streamed").interactions[1]["response"])
    chunks = [json.loads(event) for _, event in events[:-1]]
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text.startswith("<think>")
    assert text.rpartition("</think>")[2] == "\n\nA cube has 8 corners."
    assert "No tag.".rpartition("</think>")[2] == "No tag."


def test_a_message_without_thoughts_has_no_such_field(stage: Stage) -> None:
    """A message without thoughts has no such field, and [...] raises an `AttributeError`."""
    hasty = replaced(
        stage.source("thoughts"),
        'getattr(message, "reasoning_content", None)',
        "message.reasoning_content",
    )
    expect = "exit: 1\nstderr: \"'Message' object has no attribute 'reasoning_content'\"\n"
    outcome = stage.run(hasty, "thoughts", expect, in_form(""))
    assert lines(outcome) == ""
    assert "AttributeError" in outcome.stdout


def test_the_thoughts_go_back(stage: Stage) -> None:
    """If you append the message as it is, its thoughts go back to the server"""
    first, second = stage.recorded("next_turn").interactions
    sent = second["request"]["json"]["messages"][1]
    assert sent["reasoning_content"] == message(first)["reasoning_content"]
    (shown,) = (
        line for line in stage.shown("next_turn").splitlines() if line.startswith("Sent along: ")
    )
    assert ast.literal_eval(shown.removeprefix("Sent along: ")) == sent


def test_of_a_server_that_says_reasoning_they_go_back_twice(stage: Stage) -> None:
    """the thoughts go back twice: in `reasoning_content`, and in `provider_specific_fields`."""

    def twice(interactions: Any) -> Any:
        thoughts = message(interactions[0])["reasoning_content"]
        in_form("reasoning")(interactions)
        sent = interactions[1]["request"]["json"]["messages"][1]
        assert sent["reasoning_content"] == thoughts
        sent["provider_specific_fields"] = {"reasoning": thoughts}
        return interactions

    assert lines(stage.run(stage.source("next_turn"), "next_turn", "", twice)) == ""


def test_a_message_with_calls_carries_its_thoughts(stage: Stage) -> None:
    """A message with calls carries them, too, so append it as it is."""

    def calling(interactions: Any) -> Any:
        function = {"name": "is_prime", "arguments": "{}"}
        calls = [{"id": "call_1", "type": "function", "function": function}]
        message(interactions[0]).update(content=None, tool_calls=calls)
        sent = interactions[1]["request"]["json"]["messages"][1]
        assert sent["reasoning_content"]
        del sent["content"]
        sent["tool_calls"] = calls
        return interactions

    assert lines(stage.run(stage.source("next_turn"), "next_turn", "", calling)) == ""


def test_the_text_can_be_sent_alone(stage: Stage) -> None:
    """Then send the text alone: `{"role": "assistant", "content": message.content}`."""

    def bare(interactions: Any) -> Any:
        del interactions[1]["request"]["json"]["messages"][1]["reasoning_content"]
        return interactions

    program = replaced(
        stage.source("next_turn"),
        "messages.append(message)",
        'messages.append({"role": "assistant", "content": message.content})',
    )
    assert lines(stage.run(program, "next_turn", "", bare)) == ""


def built(stage: Stage, printed: str) -> str:
    """What is printed of the message that `stream_chunk_builder` makes of the first stream."""
    program = replaced(stage.source("streamed"), "in stream:\n", "in keep(stream):\n")
    keep = (
        "def keep(stream):\n"
        "    chunks = list(stream)\n"
        "    built = litellm.stream_chunk_builder(chunks)\n"
        f"    print({printed})\n"
        "    return chunks\n"
    )
    program = replaced(program, '    show("mistralai/Magistral-Small-2506")\n', "")
    outcome = stage.run(
        program.replace("def show", f"{keep}def show"), "streamed", "", lambda made: made[:1]
    )
    assert lines(outcome) == ""
    return outcome.stdout.splitlines()[1]


def test_of_a_stream_the_builder_gives_the_message(stage: Stage) -> None:
    """`litellm.stream_chunk_builder` turns the chunks into the whole response, [...]"""
    said = built(stage, "built.choices[0].message.reasoning_content")
    assert said == "A square has 4 corners. A cube has one at its top and one at its bottom."


def test_of_a_stream_litellm_counts_the_thoughts(stage: Stage) -> None:
    """In a stream, LiteLLM then counts what is in `reasoning_content` itself"""
    call = (
        "import litellm\n"
        "litellm.disable_hf_tokenizer_download = True\n"
        "stream = litellm.completion('openai/Qwen/Qwen3-235B-A22B-FP8', stream=True,\n"
        "    messages=[{'role': 'user', 'content': 'How many corners has a cube?'}],\n"
        "    stream_options={'include_usage': True},\n"
        "    api_base='https://api.kluster.ai/v1', api_key='fake-key')\n"
        "usage = list(stream)[-1].usage\n"
        "print(usage.completion_tokens, usage.completion_tokens_details.reasoning_tokens)\n"
    )

    def with_usage(interactions: Any) -> Any:
        first = interactions[0]
        first["request"]["json"]["stream_options"] = {"include_usage": True}
        *events, done = first["response"]["events"].splitlines(keepends=True)
        usage = {"prompt_tokens": 11, "completion_tokens": 30, "total_tokens": 41}
        last = json.loads(events[-1]) | {"choices": [], "usage": usage}
        first["response"]["events"] = "".join([*events, json.dumps(last) + "\n", done])
        return [first]

    outcome = stage.run(call, "streamed", "", with_usage)
    assert lines(outcome) == ""
    assert outcome.stdout == "30 20\n"


def test_a_whole_answer_without_the_count_says_none(stage: Stage) -> None:
    """If it does not, those details are `None` for a whole answer."""

    def uncounted(interactions: Any) -> Any:
        del interactions[0]["response"]["json"]["usage"]["completion_tokens_details"]
        return interactions

    outcome = stage.run(stage.source("thoughts"), "thoughts", "", uncounted)
    assert lines(outcome) == ""
    assert outcome.stdout.endswith("of them thoughts: unknown\n")


def test_thoughts_are_among_the_tokens(stage: Stage) -> None:
    """They count among the `completion_tokens` [...]. If the server says how many [...]."""
    (answer,) = stage.recorded("thoughts").interactions
    usage = answer["response"]["json"]["usage"]
    thinking = usage["completion_tokens_details"]["reasoning_tokens"]
    assert 0 < thinking < usage["completion_tokens"]
    assert f"Tokens out: {usage['completion_tokens']}, of them thoughts: {thinking}\n" in (
        stage.shown("thoughts")
    )


def test_the_effort_is_sent_as_it_is(stage: Stage) -> None:
    """`reasoning_effort` is sent as it is, for any model with the prefix `openai/`."""
    plain, low, *_ = stage.sent("effort")
    assert low == plain | {"reasoning_effort": "low"}
    nothing, same, *_ = stage.shown("effort").splitlines()[2:]
    assert nothing.partition(": ")[2] == same.partition(": ")[2]


def test_extra_body_is_sent_unchanged(stage: Stage) -> None:
    """LiteLLM sends what is in `extra_body` unchanged."""
    assert stage.sent("effort")[2]["chat_template_kwargs"] == {"enable_thinking": False}


def test_thinking_is_refused_before_any_request(stage: Stage) -> None:
    """`thinking` raises `UnsupportedParamsError` before any request."""
    assert len(stage.sent("effort")) == 4
    assert "thinking=...: litellm.UnsupportedParamsError: openai does not support" in (
        stage.shown("effort")
    )


def test_thinking_can_be_sent_or_dropped_with_a_warning(stage: Stage) -> None:
    """pass `allowed_openai_params` as a list with `thinking` in it, and it is sent. [...]"""
    program = (
        "import litellm\n"
        "for more in ({'allowed_openai_params': ['thinking']}, {'drop_params': True}):\n"
        "    litellm.completion(model='openai/deepseek-ai/DeepSeek-R1-0528',\n"
        f"        messages={QUESTION}, thinking={{'type': 'disabled'}},\n"
        "        api_base='https://api.kluster.ai/v1', api_key='fake', **more)\n"
    )

    def sent_and_dropped(interactions: Any) -> Any:
        asked = interactions[0]["request"]
        more = asked | {"json": asked["json"] | {"thinking": {"type": "disabled"}}}
        return [interactions[0] | {"request": more}, interactions[0]]

    expect = "requests: 2\nstderr: Dropping thinking=\n"
    assert lines(stage.run(program, "thoughts", expect, sent_and_dropped)) == ""


def test_thoughts_count_against_max_tokens(stage: Stage) -> None:
    """If they use it up, the answer is empty or `None`, there is no error, and `finish_reason`"""
    assert "\nmax_tokens=12: '', 12 tokens, length\n" in stage.shown("effort")
