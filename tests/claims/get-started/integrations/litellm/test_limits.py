"""What the page docs/get-started/integrations/litellm/limits.md claims, one test each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docproof.replay.replay import Outcome, Replayer
from tests.helpers.guide import GUIDE
from tests.helpers.shared import Once
from tests.helpers.stage import Stage, lines

# Tries the limits on endpoints whose answers are made up here, and prints what came of each.
# LiteLLM counts by the minute of the clock: here it stands still until it is moved.
TRIALS = """
import asyncio, datetime, itertools, json, random, threading
from concurrent.futures import ThreadPoolExecutor
import httpx, litellm
from litellm.litellm_core_utils.thread_pool_executor import executor
from litellm.router_utils.pre_call_checks.model_rate_limit_check import ModelRateLimitingCheck
litellm.suppress_debug_info = True
executor.submit = lambda call, *values, **named: call(*values, **named)
now = datetime.datetime(2026, 11, 27, 12, 0, 59)
ModelRateLimitingCheck.__init__.__defaults__ = (lambda: now,)
together = threading.Barrier(6, timeout=20)
asked = []
def handle(self, request):
    host = request.url.host
    asked.append(host)
    if host == "together":
        together.wait()
    if host == "down":
        return httpx.Response(503, json={"error": {"message": "No."}}, request=request)
    usage = {"prompt_tokens": 50, "completion_tokens": 50, "total_tokens": 100}
    choice = {"index": 0, "finish_reason": "stop",
              "message": {"role": "assistant", "content": "Yes."}}
    return httpx.Response(200, request=request, json={
        "id": "x", "object": "chat.completion", "created": 1, "model": "x",
        "choices": [choice], "usage": usage})
httpx.HTTPTransport.handle_request = handle
said = [{"role": "user", "content": "Hello!"}]
numbers = itertools.count()
def made(*deployments, **options):
    asked.clear()
    return litellm.Router([
        {"model_name": params.pop("group", "m"), "model_info": {"id": str(next(numbers))},
         "litellm_params": {
            "model": "openai/x", "api_key": "fake", "api_base": "http://" + host, **params}}
        for host, params in deployments], **{"num_retries": 0} | options)
def answered(call):
    try:
        return call().choices[0].message.content
    except Exception as error:
        return f"{type(error).__name__}: {error}"
def calls(router, number):
    return [answered(lambda: router.completion(model="m", messages=said)) for _ in range(number)]
async def at_once(router, number):
    each = [router.acompletion(model="m", messages=said) for _ in range(number)]
    found = await asyncio.gather(*each, return_exceptions=True)
    return sum(not isinstance(one, Exception) for one in found)
def tell(name, found):
    print(json.dumps([name, found, list(asked)]))

async def in_parallel():
    def mocked(**limit):
        params = {"mock_response": "Hello!", **limit.pop("params", {})}
        return made(("there", params), **limit)
    tell("tpm 1000", await at_once(mocked(params={"tpm": 1000}), 7))
    both = {"rpm": 2, "max_parallel_requests": 50}
    tell("rpm 2 and 50", await at_once(mocked(params=both), 5))
    tell("default 2", await at_once(mocked(default_max_parallel_requests=2), 5))
    other = mocked(params={"rpm": 3}, default_max_parallel_requests=2)
    tell("rpm 3, default 2", await at_once(other, 5))
    router = mocked(params={"max_parallel_requests": 2}, num_retries=2)
    open_streams = [
        await router.acompletion(model="m", messages=said, stream=True) for _ in range(2)]
    try:
        await router.acompletion(model="m", messages=said)
    except Exception as error:
        tell("two streams open", str(error))
    async for _ in open_streams[0]:
        pass
    tell("one of them read", await at_once(router, 1))
asyncio.run(in_parallel())

router = made(("together", {"max_parallel_requests": 2}))
with ThreadPoolExecutor(6) as pool:
    tell("threads", list(pool.map(lambda _: calls(router, 1)[0], range(6))))
asked.clear()
limits = {"rpm": 1, "tpm": 1, "max_parallel_requests": 1}
there = {"api_base": "http://there", "api_key": "fake"}
tell("no Router", [
    answered(lambda: litellm.completion("openai/x", said, **there, **limits)) for _ in range(3)])
tell("rpm 2, no check", calls(made(("there", {"rpm": 2})), 3))
before = made(("there", {"rpm": 2}))

enforced = {"optional_pre_call_checks": ["enforce_model_rate_limits"]}
router = made(("there", {"rpm": 2}), **enforced)
tell("enforced", calls(router, 3))
now += datetime.timedelta(seconds=1)
tell("a second later", calls(router, 3))
tell("made before", calls(before, 3))
tell("made after", calls(made(("there", {"rpm": 2})), 3))
random.seed(5)  # all four picks are the same endpoint
tell("two endpoints", calls(made(("a", {"rpm": 2}), ("b", {"rpm": 2}), **enforced), 4))
in_order = [(host, {"rpm": 2, "order": order}) for order, host in enumerate("ab", 1)]
tell("in order", calls(made(*in_order, **enforced), 5))
spare = ("spare", {"group": "spare"})
options = {"fallbacks": [{"m": ["spare"]}], **enforced}
tell("with a fallback", calls(made(("a", {"rpm": 1}), spare, **options), 3))
tell("down", calls(made(("down", {"rpm": 2}), **enforced), 3))
router = made(("down", {"rpm": 3}), num_retries=2, **enforced)
calls(router, 1)
tell("retried", answered(lambda: router.completion(model="m", messages=said, num_retries=0)))
tell("tpm", calls(made(("there", {"tpm": 250}), **enforced), 5))
async def enforced_async():
    router = made(("there", {"rpm": 2, "mock_response": "Hello!"}), **enforced)
    found = []
    for _ in range(3):
        try:
            await router.acompletion(model="m", messages=said)
            found.append("Hello!")
        except Exception as error:
            found.append(type(error).__name__)
    return found
tell("enforced, async", asyncio.run(enforced_async()))
"""
Tried = dict[str, tuple[Any, list[str]]]


def quiet(stage: Stage, text: str, expect: str = "") -> Outcome:
    """What comes of a program that sends nothing."""
    return stage.run(text, "one_every", "requests: 0\n" + expect, lambda _: [])


@pytest.fixture(scope="session")
def tried(once: Once, claimant: Replayer) -> Tried:
    """What came of each trial, and the hosts that were asked; one run, for all claims about it."""

    def run(_: Path) -> Tried:
        stage = Stage(claimant, "get-started/integrations/litellm/limits")
        outcome = quiet(stage, TRIALS, "waits: skipped\n")
        assert lines(outcome) == ""
        printed = map(json.loads, outcome.stdout.splitlines())
        return {name: (found, hosts) for name, found, hosts in printed}

    return once("limits", run)


def kinds(found: list[str]) -> list[str]:
    """What each call gave: its answer, or the class of its error."""
    return [one.partition(":")[0] for one in found]


def test_it_was_tried_with_that_version() -> None:
    """Everything was tried with version 1.110.2 of LiteLLM."""
    assert "litellm==1.110.2 " in (GUIDE.root / "requirements.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ["rpm_limit", "parallel"])
def test_in_the_first_two_programs_nothing_is_sent(stage: Stage, name: str) -> None:
    """In the first two programs LiteLLM answers by itself (`mock_response`), and nothing is sent.

    Each run of a program has a count of its own: this is another run of each.
    """
    assert '"mock_response": "Hello!"' in stage.source(name)
    outcome = quiet(stage, stage.source(name))
    assert lines(outcome) == ""
    assert outcome.stdout == stage.shown(name).split("\n", 2)[2].removesuffix("```\n")


def test_completion_holds_nothing(tried: Tried) -> None:
    """| `rpm`, `tpm` or `max_parallel_requests` in `litellm.completion` | Nothing |"""
    assert tried["no Router"] == (["Yes."] * 3, ["there"] * 3)


def rpm_limit(stage: Stage) -> list[list[str]]:
    """What rpm_limit.py prints of its three calls, for each way."""
    assert '"rpm": 2' in stage.source("rpm_limit")
    printed = stage.shown("rpm_limit").splitlines()[2:-1]
    return [[line.strip() for line in printed[i + 1 : i + 4]] for i in range(0, 12, 4)]


def test_by_default_more_requests_go_through(stage: Stage, tried: Tried) -> None:
    """`rpm` only ranks: the Router treats it as a weight, and lets more requests through."""
    assert rpm_limit(stage)[0] == ["Hello!"] * 3
    assert tried["rpm 2, no check"] == (["Yes."] * 3, ["there"] * 3)


def test_enforced_two_go_through_and_the_third_raises(stage: Stage, tried: Tried) -> None:
    """two requests go through, and the third raises a `RateLimitError` before it is sent."""
    *through, third = rpm_limit(stage)[1]
    assert through == ["Hello!"] * 2
    assert third.startswith("RateLimitError: litellm.RateLimitError: Model rate limit exceeded.")
    assert "RPM limit=2" in third
    found, hosts = tried["enforced"]
    assert (kinds(found), hosts) == (["Yes.", "Yes.", "RateLimitError"], ["there"] * 2)
    assert tried["enforced, async"][0] == ["Hello!", "Hello!", "RateLimitError"]


def test_usage_based_routing_holds_rpm_but_not_exactly(stage: Stage) -> None:
    """lets one request through, and the next raises a `ValueError`."""
    first, second, _ = rpm_limit(stage)[2]
    assert first == "Hello!"
    assert second.startswith("ValueError: ")


def test_a_call_raises_although_another_endpoint_has_room(tried: Tried) -> None:
    """If that one has no room, the call raises, even if another endpoint of the group has some."""
    found, hosts = tried["two endpoints"]
    assert kinds(found) == ["Yes."] * 2 + ["RateLimitError"] * 2
    assert len(set(hosts)) == 1


def test_with_order_the_next_one_is_asked(tried: Tried) -> None:
    """With `order`, the Router asks the next one, and with `fallbacks` the next group."""
    found, hosts = tried["in order"]
    assert (kinds(found), hosts) == (["Yes."] * 4 + ["RateLimitError"], ["a", "a", "b", "b"])
    assert tried["with a fallback"] == (["Yes."] * 3, ["a", "spare", "spare"])


def test_requests_that_fail_count_as_well(tried: Tried) -> None:
    """Requests that fail count as well, and so does each retry of the Router."""
    found, hosts = tried["down"]
    assert kinds(found) == ["ServiceUnavailableError"] * 2 + ["RateLimitError"]
    assert hosts == ["down"] * 2
    found, hosts = tried["retried"]
    assert "RPM limit=3" in found
    assert hosts == ["down"] * 3


def test_the_call_that_passes_tpm_goes_through(tried: Tried) -> None:
    """The call that passes the limit still goes through, and the next one raises."""
    found, hosts = tried["tpm"]
    assert (kinds(found), len(hosts)) == (["Yes."] * 3 + ["RateLimitError"] * 2, 3)
    assert "TPM limit=250, current usage=300" in found[3]


def test_a_minute_is_one_of_the_clock(tried: Tried) -> None:
    """so `rpm` requests can go out in its last second, and as many again in the next."""
    for name in ("enforced", "a second later"):
        assert kinds(tried[name][0]) == ["Yes.", "Yes.", "RateLimitError"]


def test_with_retries_the_third_waits_a_minute(stage: Stage) -> None:
    """With the default retries, the third call waits for the next minute, and gets its answer"""
    text = stage.source("rpm_limit")
    assert "        num_retries=0,\n" in text
    text = text.replace("        num_retries=0,\n", "")
    text = "import time\n" + text.replace('    print(f"{way}:")', "    print(time.monotonic())")
    outcome = quiet(stage, text, "waits: skipped\nstderr: 'LiteLLM Retried: 2 times'\n")
    assert outcome.stdout.splitlines()[5:8] == ["    Hello!"] * 3
    start, end = (float(outcome.stdout.splitlines()[line]) for line in (4, 8))
    assert 59 < end - start < 70


def test_other_routers_keep_to_their_rpm_as_well(tried: Tried) -> None:
    """its other Routers enforce their `rpm` as well, even those made before."""
    for name in ("made before", "made after"):
        assert kinds(tried[name][0]) == ["Yes.", "Yes.", "RateLimitError"]


def test_five_calls_at_once(stage: Stage) -> None:
    """This program makes five calls at once, with a limit of two, with an `rpm` of two [...]"""
    printed = stage.shown("parallel").splitlines()[2:-1]
    assert printed[0] == "{'max_parallel_requests': 2}: 2 of 5 answered"
    assert printed[2] == "{'rpm': 2}: 2 of 5 answered"
    assert printed[4] == "no limit: 5 of 5 answered"
    for error in (printed[1], printed[3]):
        assert "RateLimitError: Deployment has all max_parallel_requests slots in use." in error


def test_it_tries_a_refused_call_twice_more(tried: Tried) -> None:
    """Without `num_retries=0`, the Router tries a refused call twice more [...] fails too.

    A stream keeps its place until you have read it to its end.
    """
    said = tried["two streams open"][0]
    assert "already has max_parallel_requests=2 requests in flight" in said
    assert "LiteLLM Retried: 2 times" in said
    assert tried["one of them read"][0] == 1


def test_rpm_sets_this_limit_as_well(tried: Tried) -> None:
    """An endpoint with `rpm` takes no more async calls at once than that [...]"""
    assert tried["rpm 3, default 2"][0] == 3
    assert tried["tpm 1000"][0] == 6
    assert tried["rpm 2 and 50"][0] == 5


def test_threads_are_not_counted(tried: Tried) -> None:
    """Six threads had six requests under way with a limit of two."""
    assert tried["threads"] == (["Yes."] * 6, ["together"] * 6)


def test_the_default_is_for_endpoints_without_one(tried: Tried) -> None:
    """To set it for all endpoints that have none of these, write [...] into the Router."""
    assert tried["default 2"][0] == 2
    assert tried["rpm 3, default 2"][0] == 3


def test_it_sends_one_request_every_two_seconds(stage: Stage) -> None:
    """To send one request every two seconds, sleep until it is the turn of the next:"""
    waited = [line for line in stage.shown("one_every").splitlines() if " after " in line]
    assert [line.split()[-2] for line in waited] == ["0", "2", "4"]
    assert len(stage.sent("one_every")) == 3


def test_a_retry_does_not_wait_for_its_turn(stage: Stage) -> None:
    """a retry is one more request, and does not wait for its turn."""
    error = {"error": {"message": "No.", "type": "x", "param": None, "code": "x"}}
    refusal = {"status": 503, "headers": {}, "json": error}

    def busy(interactions: Any) -> Any:
        first, *others = interactions
        return [first | {"response": refusal}, first, *others]

    text = stage.source("one_every").replace("max_retries=0", "max_retries=1")
    outcome = stage.run(
        text, "one_every", "waits: skipped\nrequests: 4\nstatuses: [503, 200, 200, 200]\n", busy
    )
    assert lines(outcome) == ""
    assert outcome.stdout == stage.shown("one_every").split("\n", 2)[2].removesuffix("```\n")


def test_the_answers_are_a_stand_in_s(stage: Stage) -> None:
    """The answers come from a stand-in [...] and the run skipped the waiting itself:"""
    assert stage.recorded("one_every").recorded["origin"] == "stand-in"
    expected = GUIDE.recordings / stage.folder / "one_every.expected.yaml"
    assert "waits: skipped\n" in expected.read_text("utf-8")
