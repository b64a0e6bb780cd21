"""What the page spend-tracking.md claims about behaviour, one test each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import yaml

from tests.helpers.guide import GUIDE
from tests.helpers.stage import Stage, lines

DEEPSEEK = (0.70 / 1_000_000, 1.40 / 1_000_000)

# The files that a program made; those that are named report belong to the run.
FILES = "[name for name in os.listdir() if not name.startswith('report')]"


def replaced(source: str, old: str, new: str) -> str:
    """The source with `old` replaced, which has to be there."""
    assert old in source
    return source.replace(old, new)


def cost(usage: dict[str, int], prices: tuple[float, float] = DEEPSEEK) -> float:
    """What the tokens cost."""
    return usage["prompt_tokens"] * prices[0] + usage["completion_tokens"] * prices[1]


def usages(stage: Stage, name: str) -> list[dict[str, int]]:
    """What the answers of a program's recording say of their tokens."""
    return [one["response"]["json"]["usage"] for one in stage.recorded(name).interactions]


def test_without_a_price_there_is_none_and_an_error(stage: Stage) -> None:
    """Without a price, the first way gives None, and the second raises an error."""
    shown = stage.shown("unknown_price")
    assert "\nCost: None\n" in shown
    assert "ModelNotMappedError: This model isn't mapped yet." in shown


def test_every_answer_says_its_tokens(stage: Stage) -> None:
    """An answer says how many tokens went in and came out."""
    (usage,) = usages(stage, "unknown_price")
    assert f"Tokens in: {usage['prompt_tokens']}\n" in stage.shown("unknown_price")
    assert f"Tokens out: {usage['completion_tokens']}\n" in stage.shown("unknown_price")


def test_without_the_numbers_nothing_is_counted(stage: Stage) -> None:
    """If a server leaves that out of a whole answer, LiteLLM counts no tokens and no cost."""

    def uncounted(interactions: Any) -> Any:
        for one in interactions:
            del one["response"]["json"]["usage"]
        return interactions

    text = replaced(
        stage.source("call_cost"),
        "    usage = response.usage\n",
        "    usage = response.usage\n    print('counted', usage.total_tokens)\n",
    )
    outcome = stage.run(text, "call_cost", change=uncounted)
    assert lines(outcome) == ""
    assert outcome.stdout.count("counted 0\n") == 2
    assert outcome.stdout.count("$0.00000000") == 2


def test_it_has_no_price_for_any_model_of_the_list(stage: Stage) -> None:
    """It has none for kluster.ai's models."""
    file = GUIDE.docs / "api-reference/models.yml"
    models = [model["id"] for model in yaml.safe_load(file.read_text("utf-8"))["models"]]
    assert len(models) > 10
    text = (
        "import litellm\n"
        f"for model in {models}:\n"
        "    try:\n"
        "        litellm.cost_per_token('openai/' + model, 10, 10)\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__)\n"
    )
    outcome = stage.run(text, "unknown_price", "requests: 0\n", first(0))
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines() == ["ModelNotMappedError"] * len(models)


def test_each_response_has_a_cost_now(stage: Stage) -> None:
    """Now each response has a cost."""
    for usage, prices in zip(
        usages(stage, "call_cost"), (DEEPSEEK, (0.15 / 1e6, 2.00 / 1e6)), strict=True
    ):
        assert f": ${cost(usage, prices):.8f}\n" in stage.shown("call_cost")


def test_the_price_is_found_under_the_name_with_the_prefix(stage: Stage) -> None:
    """Register a price for each model, under its name with the prefix openai/."""
    source = stage.source("call_cost")
    assert "register_model({model: entry})" in source
    assert set(re.findall(r'"(openai/\S+)": \(', source)) == {
        "openai/deepseek-ai/DeepSeek-V3-0324",
        "openai/Qwen/Qwen3-235B-A22B-FP8",
    }


CACHED = re.compile(r'( +"cache_read_input_token_cost": )(.*?)(,.*\n)')
PRICED = ("call_cost", "spend_log", "spend_log_async", "budget", "turn_costs")


def partly_cached(interactions: Any) -> Any:
    """Of each answer's tokens in, the service reports eight as cached."""
    for one in interactions:
        usage = one["response"].get("json", {}).get("usage")
        if usage:
            usage["prompt_tokens_details"] = {"cached_tokens": 8}
        else:
            old = '"usage": {'
            events = one["response"]["events"]
            new = f'{old}"prompt_tokens_details": {{"cached_tokens": 8}}, '
            one["response"]["events"] = events.replace(old, new)
    return interactions


def dollars(text: str) -> list[str]:
    """The costs that a program printed."""
    return re.findall(r"\$?\b0\.0000\d+", text)


@pytest.mark.parametrize("name", PRICED)
def test_cached_tokens_cost_the_price_in(stage: Stage, name: str) -> None:
    """If your contract has no lower price for them, set `cache_read_input_token_cost` to [...]"""
    text = stage.source(name)
    assert len(CACHED.findall(text)) == 1
    expect = "exit: 1\nstderr: Not sent\n" if name == "budget" else ""
    outcome = stage.run(text, name, expect, change=partly_cached)
    assert lines(outcome) == ""
    assert dollars(outcome.stdout) == dollars(stage.shown(name))


def test_with_0_cached_tokens_are_free(stage: Stage) -> None:
    """With 0, they would be counted as free."""
    source = CACHED.sub(r"\g<1>0\3", stage.source("call_cost"))
    outcome = stage.run(source, "call_cost", change=partly_cached)
    assert lines(outcome) == ""
    for usage, prices in zip(
        usages(stage, "call_cost"), (DEEPSEEK, (0.15 / 1e6, 2.00 / 1e6)), strict=True
    ):
        assert f": ${cost(usage, prices) - 8 * prices[0]:.8f}\n" in outcome.stdout


def test_without_a_price_for_cached_tokens_there_is_a_warning(stage: Stage) -> None:
    """Without the entry, they also cost the input price, but LiteLLM writes a warning [...]"""
    source = CACHED.sub("", stage.source("call_cost"))
    assert "cache" not in source
    outcome = stage.run(
        source, "call_cost", "stderr: cache_read_input_token_cost will default\n", partly_cached
    )
    assert lines(outcome) == ""
    assert outcome.stdout.count("LiteLLM:WARNING") == 2
    assert dollars(outcome.stdout) == dollars(stage.shown("call_cost"))


def test_prices_are_kept_in_memory(stage: Stage) -> None:
    """Prices are only kept in memory."""
    source = stage.source("call_cost") + f"print({FILES})\n"
    assert stage.run(source, "call_cost").stdout.endswith("\n[]\n")


def test_completion_does_not_wait_for_the_callback(stage: Stage) -> None:
    """LiteLLM runs the callback in a background thread, and completion does not wait for it."""
    source = replaced(
        stage.source("spend_log"),
        "        usage = response_obj.usage\n",
        "        returned.wait(10)\n"
        "        print(threading.current_thread() is threading.main_thread())\n"
        "        usage = response_obj.usage\n",
    )
    source = replaced(
        source,
        "    tokens, cost = spend",
        '    print("returned")\n    returned.set()\n    tokens, cost = spend',
    )
    source = f"import threading\nreturned = threading.Event()\n{source}"
    outcome = stage.run(source, "spend_log")
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("returned\nFalse\nwhole answer")


def test_litellm_counts_a_stream_that_does_not_ask_for_its_usage(stage: Stage) -> None:
    """if a stream does not ask for its usage, LiteLLM counts the tokens itself, [...] 33 instead"""
    assert "stream_options" not in stage.sent("spend_log")[2]
    assert stage.sent("spend_log")[2]["stream"] is True
    assert "stream, not asked     33 tokens  $0.00003710\n" in stage.shown("spend_log")


def test_the_server_sends_the_counts_in_a_last_chunk(stage: Stage) -> None:
    """The server then sends its counts in a last chunk without choices."""
    events = stage.recorded("spend_log").interactions[1]["response"]["events"]
    last = json.loads(events.splitlines()[-2])
    assert last["choices"] == []
    assert f"stream, usage asked   {last['usage']['total_tokens']} tokens" in stage.shown(
        "spend_log"
    )


def ignored(interactions: Any) -> Any:
    """The server ignores stream_options: the chunk with the counts does not come."""
    response = interactions[1]["response"]
    events = [e for e in response["events"].splitlines(keepends=True) if '"usage"' not in e]
    assert len(events) == len(response["events"].splitlines()) - 1
    interactions[1] = interactions[1] | {"response": response | {"events": "".join(events)}}
    return interactions


def test_if_the_option_is_ignored_litellm_counts(stage: Stage) -> None:
    """LiteLLM then counts the tokens itself, and the callback gets that cost."""
    outcome = stage.run(stage.source("spend_log"), "spend_log", change=ignored)
    assert lines(outcome) == ""
    found = re.search(r"stream, usage asked .* (\$\S+)\n", outcome.stdout)
    assert found
    assert f"counted by LiteLLM               {found[1]}\n" in outcome.stdout


def test_the_count_by_hand_is_near_the_server_s(stage: Stage) -> None:
    """close to the server's, but not the same: 37.1 millionths of a dollar instead of 35."""
    shown = stage.shown("spend_log")
    assert "counted by LiteLLM               $0.00003710\n" in shown
    assert f"${cost(usages_of_first(stage)):.8f}" == "$0.00003500"


def usages_of_first(stage: Stage) -> dict[str, int]:
    """The tokens of the call that was not streamed."""
    usage: dict[str, int] = stage.recorded("spend_log").interactions[0]["response"]["json"]["usage"]
    return usage


def test_the_costs_of_three_questions_at_once_add_up(stage: Stage) -> None:
    """The program asks three questions at once, and adds up their costs:"""
    total = sum(cost(usage) for usage in usages(stage, "spend_log_async"))
    assert f"\n3 calls cost ${total:.8f}.\n" in stage.shown("spend_log_async")


# Tells which of the two methods ran, for calls of both kinds.
BOTH = """
class Both(CustomLogger):
    def log_success_event(self, kwargs, response_obj, start_time, end_time):
        print("sync method")
    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        print("async method")
class One(CustomLogger):
    log_success_event = Both.log_success_event
class Other(CustomLogger):
    async_log_success_event = Both.async_log_success_event
litellm.callbacks = [KIND()]
print("ran:")
messages = [{"role": "user", "content": "How is butter made, in a sentence?"}]
options = dict(model=model, messages=messages, timeout=60, stream=STREAM)
async def main():
    answer = await litellm.acompletion(**options)
    if options["stream"]:
        async for chunk in answer:
            pass
    await asyncio.sleep(60)
if CALL == "acompletion":
    asyncio.run(main())
else:
    list(litellm.completion(**options))
"""


def about_butter(interactions: Any) -> Any:
    """The one of the three that asks about it: the order in which they came is chance."""
    return [one for one in interactions if "butter" in str(one["request"])]


def streamed(interactions: Any) -> Any:
    """Its answer as a stream of one piece."""
    (found,) = about_butter(interactions)
    request, response = found["request"], found["response"]
    whole = response["json"]
    chunk = {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": whole["model"],
        "choices": [{"index": 0, "delta": {"content": "Churned."}, "finish_reason": "stop"}],
    }  # fmt: skip
    sent = {"request": request | {"json": request["json"] | {"stream": True}}}
    events = f"{json.dumps(chunk)}\n[DONE]\n"
    headers = {"content-type": "text/event-stream"}
    return [sent | {"response": {"status": 200, "headers": headers, "events": events}}]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(
    ("kind", "call", "ran"),
    [
        ("One", "acompletion", ["sync method"]),
        ("Other", "acompletion", ["async method"]),
        ("Both", "acompletion", ["async method"]),
        ("One", "completion", ["sync method"]),
        ("Other", "completion", []),
        ("Both", "completion", ["sync method"]),
    ],
)
def test_each_kind_of_call_runs_its_own_method(
    stage: Stage, kind: str, call: str, ran: list[str], stream: bool
) -> None:
    """LiteLLM runs `log_success_event` for a whole answer, but silently skips it for a stream"""
    if stream and (kind, call) == ("One", "acompletion"):
        ran = []
    text = stage.source("spend_log_async").split("class AsyncSpendLog")[0]
    text += BOTH.replace("KIND", kind).replace("CALL", repr(call)).replace("STREAM", str(stream))
    # The minute is skipped once nothing else is to be done; threads are waited for at the end.
    change = streamed if stream else about_butter
    outcome = stage.run(text, "spend_log_async", "waits: skipped\n", change)
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines() == ["ran:", *ran]


def test_the_method_runs_in_the_program_s_event_loop(stage: Stage) -> None:
    """which runs in your program's event loop"""
    source = replaced(
        stage.source("spend_log_async"),
        "        await self.costs.put",
        "        assert asyncio.get_running_loop() is loop\n        await self.costs.put",
    )
    source = replaced(
        source, "async def main():\n", "async def main():\n    global loop\n"
        "    loop = asyncio.get_running_loop()\n",
    )  # fmt: skip
    outcome = stage.run(source, "spend_log_async")
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("spend_log_async")


def test_the_program_stops_before_the_fourth_question(stage: Stage) -> None:
    """The program has five questions, and stops before the fourth. [...] is never sent [...]."""
    assert len(stage.sent("budget")) == 3
    assert sum(cost(usage) for usage in usages(stage, "budget")) < 0.00018
    check = "    if spent + sum(costs) > budget:\n"
    careless = replaced(stage.source("budget"), check, "    if False:\n")
    said = lines(stage.run(careless, "budget", "exit: 1\nstderr: 'The request failed'\n"))
    assert "Name the smallest planet." in said  # a request that was not recorded


def first(number: int) -> Callable[[Any], Any]:
    """Leaves the first answers of a recording."""
    return lambda interactions: interactions[:number]


def test_a_budget_of_any_size_is_kept(stage: Stage) -> None:
    """This one adds the most that the next call could cost to what was already spent."""
    for budget, answered in ((0.00009, 0), (0.0001, 1), (0.00013, 2)):
        source = replaced(
            stage.source("budget"), "budget = 0.00018 ", f"longest_answer = 60; budget = {budget} "
        )
        outcome = stage.run(
            source,
            "budget",
            f"exit: 1\nstderr: Not sent\nrequests: {answered}\n",
            first(answered),
        )
        assert lines(outcome) == ""


def test_the_answer_has_at_most_max_tokens(stage: Stage) -> None:
    """It counts the question's tokens, and the answer has at most max_tokens."""
    assert {sent["max_tokens"] for sent in stage.sent("budget")} == {60}
    assert "completion_tokens=longest_answer" in stage.source("budget")


@pytest.mark.parametrize("once", [True, False])
def test_a_call_of_the_budget_is_one_request(stage: Stage, once: bool) -> None:
    """With max_retries=0, each call is one request [...]"""
    source = stage.source("budget")
    requests = 1 if once else 3
    if not once:
        source = replaced(source, "            max_retries=0,\n", "")
    faults = ", ".join(f"{{request: {n}, kind: timeout}}" for n in range(1, requests + 1))
    outcome = stage.run(
        source,
        "budget",
        f"waits: skipped\nexit: 1\nstderr: Timeout\nrequests: {requests}\nfaults: [{faults}]\n",
        first(0),
    )
    assert lines(outcome) == ""


def test_the_tokens_in_grow_with_every_turn(stage: Stage) -> None:
    """The answers stay about the same length, but the input grows with every turn."""
    turns = usages(stage, "turn_costs")
    tokens_in = [usage["prompt_tokens"] for usage in turns]
    assert tokens_in == sorted(set(tokens_in))
    tokens_out = [usage["completion_tokens"] for usage in turns]
    assert max(tokens_out) < 2 * min(tokens_out)


def test_in_the_sixth_turn_they_are_four_fifths(stage: Stage) -> None:
    """In the sixth turn it is four fifths of the cost."""
    last = usages(stage, "turn_costs")[5]
    assert last["prompt_tokens"] * DEEPSEEK[0] / cost(last) == pytest.approx(0.8, abs=0.02)


def test_each_turn_sends_all_the_earlier_ones(stage: Stage) -> None:
    """[...] each turn sends all the earlier ones again."""
    sent = [body["messages"] for body in stage.sent("turn_costs")]
    for earlier, later in pairwise(sent):
        assert later[: len(earlier)] == earlier


def test_max_budget_does_not_stop(stage: Stage) -> None:
    """We set it to a billionth of a dollar, and every call went through."""
    tight = replaced(
        stage.source("turn_costs"),
        "litellm.suppress_debug_info = True\n",
        "litellm.suppress_debug_info = True\nlitellm.max_budget = 0.000000001\n",
    )
    waiting = replaced(
        tight, "    turns.append(", "    import time\n    time.sleep(0.05)\n    turns.append("
    )
    outcome = stage.run(waiting, "turn_costs", "requests: 6\n")
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("turn_costs")


def test_budget_manager_does_not_stop_and_writes_a_file(stage: Stage) -> None:
    """It keeps a budget and a total for each user, and leaves the check before a call to you.
    It writes user_cost.json into the folder that the program runs in."""
    source = replaced(
        stage.source("call_cost"),
        "litellm.suppress_debug_info = True\n",
        "litellm.suppress_debug_info = True\n"
        'manager = litellm.BudgetManager(project_name="guide")\n'
        'manager.create_budget(total_budget=0.000000001, user="reader")\n',
    )
    source = replaced(
        source,
        "    usage = response.usage\n",
        '    manager.update_cost(user="reader", completion_obj=response)\n'
        "    usage = response.usage\n",
    )
    source += (
        'print(manager.get_current_cost("reader") > manager.get_total_budget("reader"))\n'
        "import threading\n"
        "[t.join() for t in threading.enumerate() if 'save_data' in t.name]\n"
        f"print({FILES})\n"
    )
    outcome = stage.run(source, "call_cost", "requests: 2\n")
    assert lines(outcome) == ""
    assert outcome.stdout.endswith("True\n['user_cost.json']\n")


@pytest.mark.parametrize("asked", [True, False])
def test_a_function_is_called_for_chunks(stage: Stage, asked: bool) -> None:
    """a stream also calls it for chunks, without a cost. [...] One of these calls has the cost"""
    source = with_a_function(stage)
    if not asked:
        source = replaced(source, ', "stream_options": {"include_usage": True}', "")
    outcome = stage.run(source, "spend_log", change=lambda made: made[1:2] if asked else made[2:])
    assert lines(outcome) == ""
    called = json.loads(outcome.stdout.splitlines()[-1].lower())
    assert len(called) > 1
    assert called.count(True) == 1


JOBS = """\
from concurrent.futures import wait
from litellm.litellm_core_utils.thread_pool_executor import executor
submit, jobs = executor.submit, []
executor.submit = lambda *given, **named: jobs.append(submit(*given, **named))
"""


def with_a_function(stage: Stage) -> str:
    """spend_log.py with one stream that asks for its usage, and a function as a callback."""
    source = replaced(
        stage.source("spend_log"),
        "litellm.callbacks = [spend_log]\n",
        "litellm.callbacks = [spend_log]\n"
        "seen = []\n"
        "def book(kwargs, answer, start, end):\n"
        "    seen.append(kwargs.get('response_cost'))\n"
        "litellm.success_callback = [book]\n",
    )
    source = replaced(source, '    "whole answer": {},\n', "")
    source = replaced(source, '    "stream, not asked": {"stream": True},\n', "")
    # As over a network, a chunk arrives when LiteLLM's threads are done with the one before.
    source = replaced(source, "list(answer)", "[piece for piece in answer if wait(jobs)]")
    return JOBS + source + "wait(jobs)\nprint([bool(cost) for cost in seen])\n"


def test_acompletion_does_not_call_a_function(stage: Stage) -> None:
    """`acompletion` does not call such a function at all."""
    source = replaced(
        stage.source("unknown_price"),
        "litellm.suppress_debug_info = True\n",
        "litellm.suppress_debug_info = True\n"
        "import asyncio, time\n"
        "async def waited(call):\n    answer = await call\n"
        "    await asyncio.sleep(0.2)\n    return answer\n"
        "litellm.success_callback = [lambda *values: print('called')]\n",
    )
    for ask, times in (("litellm.completion", 1), ("litellm.acompletion", 0)):
        text = replaced(source, "print(response.", "time.sleep(0.2)\nprint(response.")
        if not times:
            text = re.sub(
                r"= litellm\.completion\((.*?)\n    \)\n",
                r"= asyncio.run(waited(litellm.acompletion(\1\n    )))\n", text, flags=re.S,
            )  # fmt: skip
            assert ask in text
        outcome = stage.run(text, "unknown_price", "exit: 1\nstderr: ModelNotMappedError\n")
        assert lines(outcome) == ""
        assert outcome.stdout.count("called") == times


def test_a_name_that_litellm_knows_has_its_owner_s_price(stage: Stage) -> None:
    """**A model name that LiteLLM knows has its owner's price, on any server.**"""

    def known(interactions: Any) -> Any:
        request = interactions[0]["request"]
        return [
            interactions[0] | {"request": request | {"json": request["json"] | {"model": "gpt-4o"}}}
        ]

    name, own = "openai/gpt-4o", '"input_cost_per_token": 1, "output_cost_per_token": 2}'
    source = replaced(stage.source("unknown_price"), "openai/deepseek-ai/DeepSeek-V3-0324", name)
    costs = []
    for text in (
        source,
        replaced(source, "question =", f"litellm.register_model({{model: {{{own}}})\nquestion ="),
    ):
        outcome = stage.run(text, "unknown_price", "", known)
        assert lines(outcome) == ""
        costs.append(float(outcome.stdout.split("Cost: ")[1].split()[0]))
    price = stage.tells(
        "import litellm\nprint(litellm.model_cost['gpt-4o']['input_cost_per_token'])\n"
    )
    assert float(price) * 13 < costs[0] < 0.001
    assert costs[1] == 13 + 2 * 9  # as it was registered


LIMITS = """litellm.register_model({model: {
    "litellm_provider": "openai",
    "mode": "chat",
    "max_tokens": 4_000,
    "max_input_tokens": 32_000,
}})
"""


def test_limits_without_prices_make_everything_free(stage: Stage) -> None:
    """the cost of a call is 0 instead of None."""
    source = replaced(stage.source("unknown_price"), "question = ", f"{LIMITS}question = ")
    outcome = stage.run(source, "unknown_price")
    assert lines(outcome) == ""
    assert "\nCost: 0.0\n" in outcome.stdout


def test_a_second_entry_adds_to_the_first(stage: Stage) -> None:
    """A second entry for a model adds to the first."""
    source = replaced(stage.source("budget"), "budget = 0.00018 ", f"{LIMITS}budget = 0.00018 ")
    outcome = stage.run(source, "budget", "exit: 1\nstderr: Not sent\n")
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("budget")


def test_with_other_names_the_method_is_never_run(stage: Stage) -> None:
    """With other names, the method never runs, and no cost arrives. After ten seconds, [...]"""
    source = replaced(
        stage.source("spend_log"),
        "kwargs, response_obj, start_time, end_time",
        "kwargs, response_obj, start, end",
    )
    source = replaced(source, "timeout=10", "timeout=0.5")  # the page's ten seconds
    outcome = stage.run(
        source, "spend_log", "exit: 1\nstderr: Empty\n", lambda interactions: interactions[:1]
    )
    assert lines(outcome) == ""
    assert "\n_queue.Empty\n" in outcome.stdout  # LiteLLM's thread may say something after it


def test_the_names_of_its_asynchronous_twin_matter_as_well(stage: Stage) -> None:
    """The parameters of log_success_event and its asynchronous twin must be called"""
    source = replaced(
        stage.source("spend_log_async"),
        "kwargs, response_obj, start_time, end_time",
        "kwargs, response_obj, start, end",
    )
    source = replaced(source, "timeout=10", "timeout=0.5")
    outcome = stage.run(source, "spend_log_async", "exit: 1\nstderr: TimeoutError\n")
    assert lines(outcome) == ""
