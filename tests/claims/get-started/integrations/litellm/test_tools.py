"""What the page docs/get-started/integrations/litellm/tools.md claims, one test each."""

from __future__ import annotations

import copy
import importlib.util
import itertools
import json
from types import SimpleNamespace
from typing import Any

import pytest

from docproof.recordings.recording import stream
from tests.helpers.guide import GUIDE
from tests.helpers.stage import Stage, lines
from tools import standin

PROGRAMS = ("one_tool", "several_calls", "streamed_calls", "tools_ignored")
CALL = "litellm.completion("


def answer(interaction: Any) -> Any:
    """The message of a recorded answer."""
    return interaction["response"]["json"]["choices"][0]["message"]


def refusal(message: str) -> dict[str, Any]:
    """A recorded answer with the status 400."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return {"status": 400, "headers": {}, "json": {"error": error}}


def replaced(text: str, part: str, instead: str) -> str:
    """A program with a part replaced, which it has once."""
    assert text.count(part) == 1
    return text.replace(part, instead)


def test_the_answers_are_a_stand_in_s(stage: Stage) -> None:
    """The calls and the answers on this page come from a stand-in [...]."""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"


def test_the_server_gets_the_description_and_the_result(stage: Stage) -> None:
    """The server gets its description, and the result of each call."""
    first, second = stage.sent("one_tool")
    assert first.keys() == {"model", "messages", "tools"}
    function = first["tools"][0]["function"]
    assert function.keys() == {"name", "description", "parameters"}
    assert second["messages"][-1]["content"] == "4"
    assert "in_stock({'item': 'tent'}) gives 4\n" in stage.shown("one_tool")


def test_a_call_has_an_id_a_name_and_a_text_with_json(stage: Stage) -> None:
    """Each call has an `id`, the name of the function, and its `arguments`, a text with JSON
    in it [...]."""
    text = replaced(
        stage.source("one_tool"),
        "        arguments = json",
        "        print(type(call.id), type(call.function.name), type(call.function.arguments))\n"
        "        arguments = json",
    )
    outcome = stage.run(text, "one_tool", "requests: 2\n")
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("<class 'str'> <class 'str'> <class 'str'>\n")


def test_two_messages_are_appended(stage: Stage) -> None:
    """append to the messages: first the model's own message, as it is. Then append one message for
    each call, with the role `tool`, the `id` of the call, and the result as text."""
    first, second = stage.recorded("one_tool").interactions
    question, own, result = second["request"]["json"]["messages"]
    assert first["request"]["json"]["messages"] == [question]
    (call,) = own["tool_calls"]
    assert own == {key: one for key, one in answer(first).items() if one is not None}
    assert result == {"role": "tool", "tool_call_id": call["id"], "content": "4"}


MODEL = '"openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"'
ROUTER = (
    f"router = litellm.Router([{{'model_name': 'x', 'litellm_params': {{'model': {MODEL}}}}}])\n"
)


@pytest.mark.parametrize(
    ("begun", "changes"),
    [
        (
            "import asyncio\nrunner = asyncio.Runner()\n",
            {CALL: "runner.run(litellm.acompletion(", "60,\n        )": "60))"},
        ),
        ("", {CALL: "router.completion(", MODEL: "'x'", "while True": f"{ROUTER}while True"}),
    ],
)
def test_acompletion_and_a_router_do_the_same(
    stage: Stage, begun: str, changes: dict[str, str]
) -> None:
    """The same works with `litellm.acompletion`, which you await, and with a Router."""
    text = begun + stage.source("one_tool")
    for old, new in changes.items():
        text = replaced(text, old, new)
    outcome = stage.run(text, "one_tool", "requests: 2\n")
    assert lines(outcome) == ""
    assert outcome.stdout.endswith("so you can buy three.\n")


def test_the_arguments_arrive_as_the_model_wrote_them(stage: Stage) -> None:
    """LiteLLM checks none of this: the arguments arrive as the model wrote them."""
    broken = answer(stage.recorded("several_calls").interactions[0])["tool_calls"][1]
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken["function"]["arguments"])
    assert f"\n1. {broken['function']['arguments']} gives JSON" in stage.shown("several_calls")

    def made_up(interactions: Any) -> Any:
        function = answer(interactions[0])["tool_calls"][0]["function"]
        function |= {"name": "no_such_function", "arguments": "none"}
        return interactions[:1]

    text = stage.source("one_tool").partition("        arguments = ")[0]
    outcome = stage.run(f"{text}        sys.exit(print(call))\n", "one_tool", "", made_up)
    assert lines(outcome) == ""
    assert "(arguments='none', name='no_such_function')" in outcome.stdout


def test_the_first_answer_has_two_calls_and_one_lacks_its_brace(stage: Stage) -> None:
    """the first answer has two calls, and the arguments of the second one lack their closing brace
    [...]. In the second turn, the model repeats the call that failed."""
    first, second, third = stage.recorded("several_calls").interactions
    good, broken = (call["function"]["arguments"] for call in answer(first)["tool_calls"])
    assert json.loads(good)
    assert json.loads(broken + "}")
    (again,) = answer(second)["tool_calls"]
    assert again["function"]["arguments"] == broken + "}"
    assert not answer(third)["tool_calls"]
    results = [
        one["content"] for one in third["request"]["json"]["messages"] if "tool" in one["role"]
    ]
    assert results == ["4", results[1], "0"]
    assert results[1].startswith("JSONDecodeError: ")


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("in_stock", '{"item": "tent"}', "4"),
        ("of_its_own", '{"item": "tent"}', "KeyError: 'of_its_own'"),
        ("in_stock", '{"item": "tent", "size": 2}', "TypeError: "),
        ("in_stock", '{"item": "rope"}', "KeyError: 'rope'"),
        ("in_stock", "[]", "TypeError: "),
    ],
)
def test_only_what_is_in_functions_can_be_called(
    stage: Stage, name: str, arguments: str, result: str
) -> None:
    """Only what is in `functions` can be called. [...] a `KeyError` [...] a `TypeError`."""
    text = stage.source("several_calls")
    names: dict[str, Any] = {"json": json}
    exec(text[text.index("stock = ") : text.index("tools = ")], names)
    call = SimpleNamespace(function=SimpleNamespace(name=name, arguments=arguments))
    assert names["run"](call).startswith(result)


def test_the_loop_stops_after_five_turns(stage: Stage) -> None:
    """The loop gives every call a result, and stops after five turns [...]."""

    def stubborn(interactions: Any) -> Any:
        made = [copy.deepcopy(interactions[1])]
        (call,) = answer(made[0])["tool_calls"]
        made[0]["request"]["json"]["messages"] = interactions[0]["request"]["json"]["messages"]
        said = {"role": "assistant", "tool_calls": [call]}
        result = {"role": "tool", "tool_call_id": call["id"], "content": "0"}
        for _ in range(4):
            made.append(copy.deepcopy(made[-1]))
            made[-1]["request"]["json"]["messages"] += [said, result]
        return made

    expect = "requests: 5\nexit: 1\nstderr: No answer after five turns.\n"
    outcome = stage.run(stage.source("several_calls"), "several_calls", expect, stubborn)
    assert lines(outcome) == ""
    assert outcome.stdout.count('{"item": "stove"} gives 0\n') == 5


def test_fragments_by_index(stage: Stage) -> None:
    """The first fragment of a call has its `id` and its name. The others have only a piece [...].
    The message from `stream_chunk_builder` has the complete calls, and you append it as it is."""
    first, second = stage.recorded("streamed_calls").interactions
    events = [json.loads(event) for _, event in stream(first["response"]) if event[0] == "{"]
    deltas = [one["choices"][0]["delta"] for one in events]
    parts = [part for delta in deltas for part in delta.get("tool_calls", [])]
    whole = []
    for index, fragments in itertools.groupby(parts, lambda part: part["index"]):
        begun, *more = fragments
        assert index == len(whole)
        for part in more:
            assert part.keys() == {"index", "function"}
            assert part["function"].keys() == {"arguments"}
        arguments = "".join(part["function"]["arguments"] for part in [begun, *more])
        assert json.loads(arguments)
        whole.append((begun["id"], begun["function"]["name"], arguments))
    sent = second["request"]["json"]["messages"][1]["tool_calls"]
    assert len(sent) == 2
    assert whole == [
        (one["id"], *(one["function"][k] for k in ("name", "arguments"))) for one in sent
    ]
    shown = stage.shown("streamed_calls").splitlines()
    assert sum(line[:2] in ("0 ", "1 ") for line in shown) == len(parts)


def test_litellm_does_not_know_unlisted_models_and_sends_the_tools(stage: Stage) -> None:
    """`supports_function_calling` is `False` for every model that is not on LiteLLM's list"""
    models = [one["model"] for one in stage.sent("tools_ignored")] + ["no-such-model", "qwen3:8b"]
    told = stage.run(
        "import litellm\n"
        f"print([litellm.supports_function_calling('openai/' + one) for one in {models}])\n"
        "print(litellm.supports_function_calling('gpt-4o'))\n",
        "tools_ignored",
        "requests: 0\n",
        lambda interactions: [],
    )
    assert lines(told) == ""
    assert told.stdout == "[False, False, False]\nTrue\n"
    (body,) = stage.sent("tools_ignored")
    assert body["tools"][0]["function"]["name"] == "in_stock"
    assert body["tool_choice"] == "required"


def test_a_server_that_ignores_tools_gives_no_error(stage: Stage) -> None:
    """There is no error, and `tool_calls` is `None` [...]."""
    text = f"{stage.source('tools_ignored')}print(message.tool_calls)\n"
    outcome = stage.run(text, "tools_ignored", "requests: 1\n")
    assert lines(outcome) == ""
    assert outcome.stdout.endswith('"parameters": {"item": "rope"}}\nNone\n')


@pytest.mark.parametrize(
    "words",
    [
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        "stablelm2:latest does not support tools",
    ],
)
def test_a_server_that_refuses_tools_is_a_bad_request(stage: Stage, words: str) -> None:
    """Other servers refuse the request with the status 400, and LiteLLM raises a `BadRequestError`
    [...]."""
    outcome = stage.run(
        stage.source("tools_ignored"),
        "tools_ignored",
        "requests: 1\nstatuses: [400]\nexit: 1\n"
        f"stderr: {json.dumps(f'litellm.BadRequestError: OpenAIException - {words}')}\n",
        lambda interactions: [interactions[0] | {"response": refusal(words)}],
    )
    assert lines(outcome) == ""


def test_the_release_of_this_guide_needs_no_mcp() -> None:
    """Install 1.110.2, which this guide uses."""
    assert importlib.util.find_spec("mcp") is None


def test_a_call_without_a_result_is_refused(stage: Stage) -> None:
    """This is how OpenAI's API says it [...], and the stand-in does the same [...]."""
    text = stage.source("one_tool")
    (result,) = (line for line in text.splitlines(keepends=True) if '"role": "tool"' in line)
    text = replaced(text, result, "")

    def without_result(interactions: Any) -> Any:
        body = interactions[1]["request"]["json"]
        body["messages"] = body["messages"][:2]
        interactions[1]["response"] = refusal(standin.calls.wrong(body, None))
        return interactions

    page = (GUIDE.docs / f"{stage.folder}.md").read_text("utf-8")
    said = next(line for line in page.splitlines() if line.startswith("litellm.BadRequestError: "))
    outcome = stage.run(
        text,
        "one_tool",
        f"requests: 2\nstatuses: [200, 400]\nexit: 1\nstderr: {json.dumps(said)}\n",
        without_result,
    )
    assert lines(outcome) == ""
