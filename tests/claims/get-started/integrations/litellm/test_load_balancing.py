"""What the page docs/get-started/integrations/litellm/load-balancing.md claims, one test each."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docproof.core.project import load_project
from docproof.replay.replay import Outcome
from tests.helpers.compatibility import between, failing
from tests.helpers.guide import GUIDE
from tests.helpers.stage import Stage, lines

KLUSTER = "https://api.kluster.ai/v1"
EXAMPLE = "https://api.example.com/v1"
PROGRAMS = ("two_endpoints", "prefer_one", "same_endpoint_again")

# Prints the answer of a Router to a call, or the error that it raises.
ASK = """
def ask(router):
    try:
        messages = [{"role": "user", "content": "Hello!"}]
        return router.completion(model="m", messages=messages).choices[0].message.content
    except Exception as error:
        return type(error).__name__
"""


def place(uri: str) -> str:
    """The endpoint that a request went to."""
    return uri.removesuffix("/chat/completions")


def sent_to(stage: Stage, name: str) -> list[str]:
    """The endpoints that a program's requests went to."""
    return [place(one["request"]["uri"]) for one in stage.recorded(name).interactions]


def without(text: str, part: str, instead: str = "") -> str:
    """A program without a part of it, which it has."""
    assert part in text
    return text.replace(part, instead)


def quiet(stage: Stage, text: str, expect: str = "") -> Outcome:
    """What comes of a program that sends nothing, and so has no recording of its own."""
    return stage.run(text, "prefer_one", "requests: 0\n" + expect, lambda _: [])


def alone(stage: Stage, text: str) -> list[str]:
    """The lines that a program prints that sends nothing."""
    outcome = quiet(stage, "import litellm\n" + text)
    assert lines(outcome) == ""
    return outcome.stdout.splitlines()


def test_the_answers_are_a_stand_in_s(stage: Stage) -> None:
    """Here a stand-in answers for both."""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"


def test_each_request_goes_to_one_of_the_endpoints(stage: Stage) -> None:
    """For each request the Router picks one of the group at random."""
    assert sent_to(stage, "two_endpoints") == [KLUSTER, EXAMPLE, KLUSTER, KLUSTER]


def test_the_program_prints_which_endpoint_answered(stage: Stage) -> None:
    """The program prints which endpoint answered, and the answer."""
    printed = stage.shown("two_endpoints").splitlines()[2:-1]
    assert printed[::2] == sent_to(stage, "two_endpoints")
    answers = [one["response"]["json"] for one in stage.recorded("two_endpoints").interactions]
    assert [line.strip() for line in printed[1::2]] == [
        answer["choices"][0]["message"]["content"] for answer in answers
    ]


def picks(stage: Stage, weights: str, number: int = 4000) -> list[int]:
    """How often each of two endpoints with these weights is picked."""
    text = without(stage.source("thousand_picks"), "range(1000)", f"range({number})")
    text = text.split("charts = ")[0] + f"print(*count_picks({weights}).values())\n"
    text = without(text, '"api.example.com", "api.example.org"', '"api.example.com"')
    text = without(text, "picks = Counter()", "picks = Counter(dict.fromkeys(names, 0))")
    outcome = quiet(stage, text)
    assert lines(outcome) == ""
    return [int(word) for word in outcome.stdout.split()]


def test_weights_3_and_1_give_three_of_four(stage: Stage) -> None:
    """With the weights 3 and 1, the first gets about three in four requests."""
    first, second = picks(stage, "3, 1")
    assert first == pytest.approx(3000, rel=0.05)
    assert first + second == 4000


def test_without_weights_each_gets_the_same_share(stage: Stage) -> None:
    """Without weights, each gets the same share."""
    first, second = picks(stage, "None, None")
    assert first == pytest.approx(second, rel=0.08)


def test_without_the_seed_the_picks_differ(stage: Stage) -> None:
    """`random.seed(8)` is there so that you get the same picks as this page."""
    other = without(stage.source("two_endpoints"), "random.seed(8)", "random.seed(4)")
    found = lines(stage.run(other, "two_endpoints"))
    assert f"POST {KLUSTER}/chat/completions" in found


def test_the_picture_is_of_1000_picks_and_nothing_is_sent(stage: Stage) -> None:
    """It sends nothing. It counts the picks, and draws them."""
    outcome = quiet(stage, stage.source("thousand_picks"))
    assert lines(outcome) == ""
    figures = re.findall(r": (\d+)", outcome.stdout)
    assert [sum(map(int, figures[:3])), sum(map(int, figures[3:]))] == [1000, 1000]
    (picture,) = outcome.pictures.values()
    assert re.findall(r">(\d+)</text>", picture) == figures


def test_model_info_gives_a_readable_id(stage: Stage) -> None:
    """`model_info` gives each endpoint a readable id. Otherwise the id is a long hash."""
    source = stage.source("thousand_picks").split("charts = ")[0]
    nameless = without(source, '        "model_info": {"id": name},\n')
    (named,), (hashed,) = (
        alone(stage, text + "print(*sorted(count_picks(1, 1, 1)))\n") for text in (source, nameless)
    )
    assert named.split() == ["api.example.com", "api.example.org", "api.kluster.ai"]
    assert all(re.fullmatch("[0-9a-f]{64}", word) for word in hashed.split())


def test_a_call_goes_where_the_router_says_that_it_would(stage: Stage) -> None:
    """[...] asks a Router 1,000 times which of three endpoints it would pick."""
    text = (
        stage.source("thousand_picks").split("def count_picks")[0]
        + "router = litellm.Router(model_list=list(map(deployment, names, (6, 3, 1))))\n"
        "messages = [{'role': 'user', 'content': 'Hello!'}]\n"
        "random.seed(1)\n"
        "for _ in range(20):\n"
        "    picked = router.get_available_deployment(model='deepseek')\n"
        "    print(picked['model_info']['id'])\n"
        "random.seed(1)\n"
        "for _ in range(20):\n"
        "    response = router.completion(\n"
        "        model='deepseek', messages=messages, mock_response='Hello!'\n"
        "    )\n"
        "    print(response._hidden_params['model_id'])\n"
    )
    places = alone(stage, text)
    assert len(set(places)) == 3
    assert places[:20] == places[20:]


def test_order_leaves_nothing_to_chance(stage: Stage) -> None:
    """The Router takes the endpoint with the lowest number. It takes the next one only if [...]."""
    deployments = ", ".join(
        "{'model_name': 'm', 'litellm_params': {'model': 'openai/x', 'api_key': 'fake',"
        f" 'order': {order}, 'mock_response': '{order}'}}}}"
        for order in (2, 1, 3)
    )
    text = f"{ASK}router = litellm.Router(model_list=[{deployments}])\n"
    assert alone(stage, text + "for _ in range(20):\n    print(ask(router))\n") == ["1"] * 20


def test_the_other_endpoint_is_asked_within_the_same_call(stage: Stage) -> None:
    """The first question is refused, and the Router asks the other endpoint [...]."""
    interactions = stage.recorded("prefer_one").interactions
    assert [one["response"]["status"] for one in interactions] == [429, 200, 200, 200]
    first, second = (one["request"] for one in interactions[:2])
    assert (place(first["uri"]), place(second["uri"])) == (KLUSTER, EXAMPLE)
    assert first["json"]["messages"] == second["json"]["messages"]


def test_the_second_question_goes_straight_to_the_other_one(stage: Stage) -> None:
    """The second question goes straight to the other one."""
    asked = [one["request"] for one in stage.recorded("prefer_one").interactions]
    africa = [place(one["uri"]) for one in asked if "Africa" in str(one["json"])]
    assert africa == [EXAMPLE]


PATIENT = "requests: 4\nstatuses: [429, 200, 200, 200]\nwaits: skipped\n"


def test_after_the_rest_the_first_is_asked_again(stage: Stage) -> None:
    """After the cooldown, kluster.ai is asked again."""
    assert sent_to(stage, "prefer_one")[-1] == KLUSTER
    assert lines(stage.run(stage.source("prefer_one"), "prefer_one", PATIENT)) == ""
    early = without(stage.source("prefer_one"), "time.sleep(31)", "time.sleep(29)")
    found = lines(stage.run(early, "prefer_one", PATIENT))
    assert f"POST {EXAMPLE}/chat/completions" in found


DEFAULT, STRICT = "", "allowed_fails=0, "
ALWAYS = "F" * 7


def asked(
    stage: Stage, fault: int | str, setting: str, course: str = ALWAYS, change: str = "pass"
) -> tuple[int, int]:
    """How often each endpoint is asked if the preferred one answers (A) and fails (F) so.

    There are as many calls as letters; `change` is done to the Router's endpoints before.
    """
    status = f"return httpx.Response({fault}, json=NO, request=request)"
    failing = FAULTS.get(str(fault), status)
    program = without(stage.source("prefer_one").split("\n\nask(")[0], "allowed_fails=0,", setting)
    program = without(program, "print(response._hidden", "return (response._hidden")
    program = "import httpx\n" + without(
        program,
        "router = ",
        "asked = []\n"
        "def handle(self, request):\n"
        "    asked.append(request.url.host)\n"
        "    number = asked.count('api.kluster.ai') - 1\n"
        f"    if request.url.host == 'api.kluster.ai' and {course!r}[number] == 'F':\n"
        f"        {failing}\n"
        "    return httpx.Response(200, json=YES, request=request)\n"
        "httpx.HTTPTransport.handle_request = handle\n"
        "NO = {'error': {'message': 'No.', 'code': 'x'}}\n"
        "YES = {'id': 'x', 'object': 'chat.completion', 'created': 1, 'model': 'x',\n"
        "       'choices': [{'index': 0, 'finish_reason': 'stop',\n"
        "                    'message': {'role': 'assistant', 'content': 'Yes.'}}]}\n"
        "router = ",
    )
    program += (
        "\n\n"
        "from litellm.litellm_core_utils.thread_pool_executor import executor\n"
        "executor.submit = lambda call, *values, **named: call(*values, **named)\n"
        f"{change}\n"
        f"for _ in {course!r}:\n"
        "    try:\n"
        "        ask('Hello!')\n"
        "    except SystemExit:\n"
        "        pass\n"
        "print(asked.count('api.kluster.ai'), asked.count('api.example.com'))\n"
    )
    outcome = quiet(stage, program, "waits: skipped\n")
    assert lines(outcome) == ""
    first, second = outcome.stdout.splitlines()[-1].split()
    return int(first), int(second)


def failures(stage: Stage, fault: int | str, setting: str) -> int:
    """How often the preferred endpoint is asked in seven calls, if it always fails."""
    first, second = asked(stage, fault, setting)
    assert second == 7
    return first


FAULTS = {
    "refused": "raise httpx.ConnectError('refused', request=request)",
    "slow": "raise httpx.ReadTimeout('too slow', request=request)",
}


@pytest.mark.parametrize("fault", [429, 401, 404])
@pytest.mark.parametrize("setting", [DEFAULT, STRICT])
def test_a_limit_a_wrong_key_and_an_unknown_model(stage: Stage, fault: int, setting: str) -> None:
    """A limit is reached (429), the key is wrong (401), the model is unknown (404) [...] at once"""
    assert failures(stage, fault, setting) == 1


@pytest.mark.parametrize("fault", [500, 503, "refused", "slow"])
@pytest.mark.parametrize(("setting", "times"), [(DEFAULT, 5), (STRICT, 1)])
def test_a_server_that_fails(stage: Stage, fault: int | str, setting: str, times: int) -> None:
    """The server fails (500, 503), refuses the connection or is too slow [...] five requests"""
    assert failures(stage, fault, setting) == times


@pytest.mark.parametrize(
    ("course", "times"),
    [("FAFAFAFAF", 5), ("AFFFFFF", 5), ("AAAFFFFFF", 7), ("AFAFAFAFAF", 10), ("FFFFAAAAAA", 10)],
)
def test_answers_count_as_well(stage: Stage, course: str, times: int) -> None:
    """At a failure, once there were five requests within a minute and more than half [...]"""
    assert asked(stage, 503, DEFAULT, course)[0] == times


def test_the_count_begins_anew_after_a_minute(stage: Stage) -> None:
    """[...] five requests within a minute and more than half of them failed."""
    pause = "once = ask\nask = lambda question: (once(question), time.sleep({}))"
    assert asked(stage, 503, DEFAULT, "FFFFFF", pause.format(14)) == (5, 6)
    assert asked(stage, 503, DEFAULT, "FFFFFF", pause.format(16)) == (6, 6)


@pytest.mark.parametrize("setting", [DEFAULT, STRICT])
def test_a_request_that_is_refused(stage: Stage, setting: str) -> None:
    """The request is refused (400) Never"""
    assert failures(stage, 400, setting) == 7


SINGLE = "router.set_model_list([dict(router.model_list[0])])"


@pytest.mark.parametrize("fault", [429, 503])
@pytest.mark.parametrize(("setting", "times"), [(DEFAULT, 7), (STRICT, 1)])
def test_an_endpoint_that_is_alone_goes_on_being_asked(
    stage: Stage, fault: int | str, setting: str, times: int
) -> None:
    """[...] alone in its group goes on being asked [...], unless you set `allowed_fails`."""
    assert asked(stage, fault, setting, change=SINGLE) == (times, 0)


@pytest.mark.parametrize("fault", [401, 404])
def test_an_endpoint_that_is_alone_rests_for_a_wrong_key(stage: Stage, fault: int) -> None:
    """For a wrong key or an unknown model it rests at once."""
    assert asked(stage, fault, DEFAULT, change=SINGLE) == (1, 0)


def test_simple_shuffle_is_the_default(stage: Stage) -> None:
    """The default is `simple-shuffle`, the random picks above."""
    text = "print(litellm.Router(model_list=[]).routing_strategy)\n"
    assert alone(stage, text) == ["simple-shuffle"]


def test_nothing_is_sent_to_try_the_strategies(stage: Stage) -> None:
    """`mock_response` makes LiteLLM answer by itself, so nothing is sent here either."""
    outcome = quiet(stage, stage.source("strategies"))
    assert lines(outcome) == ""
    assert outcome.stdout.count("5 of 5 answered") == 4


def test_two_of_the_strategies_fail(stage: Stage) -> None:
    """Two of the strategies fail."""
    failed = [line for line in stage.shown("strategies").splitlines() if "Error: " in line]
    assert [line.split(":")[0] for line in failed] == ["cost-based-routing", "lar1"]


PRICED = """
def priced(name, price):
    params = {"model": "openai/" + name, "api_key": "fake", "mock_response": name,
              "input_cost_per_token": price, "output_cost_per_token": price,
              "cache_creation_input_token_cost": 0.0, "cache_read_input_token_cost": 0.0}
    return {"model_name": "m", "litellm_params": params}
import logging
logging.getLogger("LiteLLM").setLevel(logging.ERROR)
deployments = [priced("dear", 2e-6), priced("cheap", 1e-6), priced("middling", 1.5e-6)]
router = litellm.Router(model_list=deployments, routing_strategy="cost-based-routing",
                        num_retries=0)
"""


def test_cost_based_routing_finds_nothing_even_with_prices(stage: Stage) -> None:
    """[...] in a call like this one it finds no endpoint, even if you give it prices."""
    assert alone(stage, ASK + PRICED + "print(ask(router))\n") == ["RouterRateLimitError"]


def test_with_acompletion_it_picks_the_cheaper_one(stage: Stage) -> None:
    """With `acompletion`, it picks the cheaper one."""
    text = (
        "import asyncio\n"
        "async def main():\n"
        "    for _ in range(5):\n"
        "        messages = [{'role': 'user', 'content': 'Hello!'}]\n"
        "        response = await router.acompletion(model='m', messages=messages)\n"
        "        print(response.choices[0].message.content)\n"
        "asyncio.run(main())\n"
    )
    assert alone(stage, PRICED + text) == ["cheap"] * 5


def test_lar1_needs_acompletion(stage: Stage) -> None:
    """`lar1` needs `acompletion` as well."""
    assert "\nlar1: NotImplementedError: LAR-1 routing only supports async" in stage.shown(
        "strategies"
    )
    routed = without(PRICED, "cost-based-routing", "lar1")
    call = (
        "import asyncio\n"
        "logging.getLogger('LiteLLM Router').setLevel(logging.ERROR)\n"
        "call = router.acompletion(model='m', messages=[{'role': 'user', 'content': 'Hi!'}])\n"
        "print(asyncio.run(call).choices[0].message.content)\n"
    )
    (answer,) = alone(stage, routed + call)
    assert answer in {"dear", "cheap", "middling"}


def test_the_router_makes_two_retries(stage: Stage) -> None:
    """When a server fails, the Router retries twice."""
    text = without(stage.source("same_endpoint_again"), "    num_retries=2,\n")
    expect = (
        "exit: 1\nrequests: 3\nstatuses: [503, 503, 503]\nwaits: skipped\n"
        "stderr: 'LiteLLM Retried: 2 times'\n"
    )
    assert lines(stage.run(text, "same_endpoint_again", expect)) == ""


def test_a_request_that_is_refused_is_not_made_again(stage: Stage) -> None:
    """When a server fails, the Router retries twice."""
    text = without(stage.source("same_endpoint_again"), "    num_retries=2,\n")
    error = {"error": {"message": "No.", "type": "x", "param": None, "code": "x"}}
    answer = {"status": 400, "headers": {}, "json": error}
    outcome = stage.run(
        text,
        "same_endpoint_again",
        "exit: 1\nrequests: 1\nstatuses: [400]\nstderr: BadRequestError\n",
        lambda interactions: [interactions[0] | {"response": answer}],
    )
    assert lines(outcome) == ""


def test_all_retries_can_go_to_one_endpoint(stage: Stage) -> None:
    """Here all three requests go to kluster.ai, which is overloaded (503)."""
    assert sent_to(stage, "same_endpoint_again") == [KLUSTER] * 3
    statuses = [
        one["response"]["status"] for one in stage.recorded("same_endpoint_again").interactions
    ]
    assert statuses == [503] * 3


@pytest.mark.parametrize(
    ("old", "new", "failures"),
    [
        ("    num_retries=2,\n", "    num_retries=2,\n    allowed_fails=0,\n", 1),
        ('"api_base": base,', '"api_base": base,\n        "order": 1 + ("example" in base),', 3),
    ],
    ids=["allowed_fails", "order"],
)
def test_allowed_fails_or_order_reaches_the_other_endpoint(
    stage: Stage, old: str, new: str, failures: int
) -> None:
    """[...] the retry goes to the other endpoint. With `order`, [...] after the retries."""
    answer = stage.recorded("two_endpoints").interactions[0]["response"]

    def elsewhere(interactions: Any) -> Any:
        request = interactions[0]["request"] | {"uri": f"{EXAMPLE}/chat/completions"}
        return [*interactions[:failures], {"request": request, "response": answer}]

    statuses = ", ".join(["503"] * failures)
    outcome = stage.run(
        without(stage.source("same_endpoint_again"), old, new),
        "same_endpoint_again",
        f"requests: {failures + 1}\nstatuses: [{statuses}, 200]\nwaits: skipped\n",
        elsewhere,
    )
    assert lines(outcome) == ""
    assert outcome.stdout == "Jupiter.\n"


def test_while_all_endpoints_rest_the_router_raises_an_error_of_its_own(stage: Stage) -> None:
    """While every endpoint is in cooldown, the Router sends nothing and raises its own error."""
    shown = stage.shown("all_resting").splitlines()
    assert shown[2].startswith("RateLimitError: ")
    assert shown[3].startswith("RouterRateLimitError: ")
    assert "All deployments for selected model are in cooldown." in shown[3]


@pytest.mark.parametrize("name", ["all_resting", "rpm_limit"])
def test_litellm_plays_the_endpoints_and_nothing_is_sent(stage: Stage, name: str) -> None:
    """LiteLLM simulates two endpoints that have reached a limit [...], and nothing is sent:"""
    assert '"mock_response": ' in stage.source(name)
    assert lines(quiet(stage, stage.source(name))) == ""


def test_the_message_says_how_long_to_wait(stage: Stage) -> None:
    """Wait as long as the message says [...]."""
    text = without(stage.source("all_resting"), "for _ in range(2):", "for number in range(2):")
    text = without(text, "    try:", "    time.sleep(6 * number)\n    try:")
    outcome = quiet(stage, "import time\n" + text, "waits: skipped\n")
    assert lines(outcome) == ""
    assert "Try again in 5 seconds" in stage.shown("all_resting")
    assert outcome.stdout.count("RateLimitError: litellm.") == 2


def rpm_limit(stage: Stage) -> list[list[str]]:
    """What rpm_limit.py prints of its three calls, for each way."""
    assert '"rpm": 2' in stage.source("rpm_limit")
    printed = stage.shown("rpm_limit").splitlines()[2:-1]
    return [[line.strip() for line in printed[i + 1 : i + 4]] for i in range(0, 12, 4)]


def test_the_default_strategy_lets_more_requests_through(stage: Stage) -> None:
    """The default strategy treats it as a weight, and lets more requests through."""
    assert rpm_limit(stage)[0] == ["Hello!"] * 3


def test_enforced_two_go_through_and_the_third_raises(stage: Stage) -> None:
    """two requests go through, and the third raises a `RateLimitError` before it is sent."""
    *through, third = rpm_limit(stage)[1]
    assert through == ["Hello!"] * 2
    assert third.startswith("RateLimitError: litellm.RateLimitError: Model rate limit exceeded.")
    assert "RPM limit=2" in third


# LiteLLM counts by the minute of the clock: all calls of a test are in one, whenever it runs.
ENFORCED = """
import asyncio, litellm
from litellm.router_strategy import lowest_tpm_rpm_v2
from litellm.router_utils.pre_call_checks import model_rate_limit_check
now = litellm.utils.get_utc_datetime()
for counting in (lowest_tpm_rpm_v2, model_rate_limit_check):
    counting.get_utc_datetime = lambda: now
def made(name, **options):
    return litellm.Router(num_retries=0, model_list=[{
        "model_name": "m", "model_info": {"id": name}, "litellm_params": {
            "model": "openai/x", "api_key": "fake", "mock_response": "Hello!", "rpm": 2}}],
        **options)
by_checks = {"optional_pre_call_checks": ["enforce_model_rate_limits"]}
by_usage = {"routing_strategy": "usage-based-routing-v2"}
"""


def test_with_acompletion_two_go_through_as_well(stage: Stage) -> None:
    """two requests go through, and the third raises a `RateLimitError`"""
    text = (
        "router = made('a', **by_checks)\n"
        "async def main():\n"
        "    for _ in range(3):\n"
        "        try:\n"
        "            messages = [{'role': 'user', 'content': 'x'}]\n"
        "            await router.acompletion(model='m', messages=messages)\n"
        "            print('Hello!')\n"
        "        except Exception as error:\n"
        "            print(type(error).__name__)\n"
        "asyncio.run(main())\n"
    )
    assert alone(stage, ENFORCED + text) == ["Hello!", "Hello!", "RateLimitError"]


def test_with_retries_the_third_waits_a_minute(stage: Stage) -> None:
    """the third call waits a minute and then gets its answer."""
    text = without(stage.source("rpm_limit"), "        num_retries=0,\n")
    text = "import time\n" + without(text, '    print(f"{way}:")', "    print(time.monotonic())")
    outcome = quiet(stage, text, "waits: skipped\nstderr: 'LiteLLM Retried: 2 times'\n")
    assert outcome.stdout.splitlines()[5:8] == ["    Hello!"] * 3
    start, end = (float(outcome.stdout.splitlines()[line]) for line in (4, 8))
    assert 59 < end - start < 70


@pytest.mark.parametrize("way", ["by_checks", "by_usage"])
def test_other_routers_keep_to_their_rpm_as_well(stage: Stage, way: str) -> None:
    """its other Routers enforce their `rpm` as well, even those made before."""
    text = f"before = made('before')\nmade('it', **{way})\nafter = made('after')\n"
    text += "for router in (before, after):\n  for _ in range(3): print(ask(router))\n"
    assert alone(stage, ENFORCED + ASK + text) == ["Hello!", "Hello!", "RateLimitError"] * 2
    text = text.replace(f"made('it', **{way})\n", "")
    assert alone(stage, ENFORCED + ASK + text) == ["Hello!"] * 6


def test_rpm_is_a_weight_by_default(stage: Stage) -> None:
    """The default strategy treats it as a weight [...]."""
    source = stage.source("thousand_picks")
    by_rpm = without(source, '"weight": weight,', '"rpm": weight,')
    found = quiet(stage, by_rpm)
    assert lines(found) == ""
    assert found.stdout == quiet(stage, source).stdout


def test_usage_based_routing_lets_one_through_and_raises_a_value_error(stage: Stage) -> None:
    """lets one request through, and the next raises a `ValueError`."""
    first, second, _ = rpm_limit(stage)[2]
    assert first == "Hello!"
    assert second.startswith("ValueError: ")


MANY = """
def resting(number):
    return {"model_name": "m", "model_info": {"id": f"{made} {number}"}, "litellm_params": {
        "model": "openai/x", "api_key": "fake", "order": number,
        "mock_response": "litellm.RateLimitError"}}
for made in range(MADE):
    router = litellm.Router(model_list=[resting(1), resting(2)], num_retries=0)
ask(router)
print(ask(router))
"""


@pytest.mark.parametrize(
    ("made", "second"), [(100, "RouterRateLimitError"), (101, "RateLimitError")]
)
def test_the_101st_router_lets_nothing_rest(stage: Stage, made: int, second: str) -> None:
    """From the 101st Router on, LiteLLM warns [...] and the endpoints [...] no longer rest."""
    text = "import litellm\n" + ASK + MANY.replace("MADE", str(made))
    expect = "stderr: would exceed MAX_CALLBACKS limit\n" if made > 100 else ""
    outcome = quiet(stage, text, expect)
    assert lines(outcome) == ""
    assert second in outcome.stdout.splitlines()


def test_the_second_endpoint_is_one_that_the_recordings_know() -> None:
    """Write your second endpoint in place of `https://api.example.com/v1`."""
    assert EXAMPLE in load_project(GUIDE.root).base_urls


def test_releases_up_to_1_82_6_do_not_follow_order() -> None:
    """In those up to 1.82.6 this program fails."""
    assert failing("load-balancing/prefer_one.py") == between("1.53.1", "1.82.6")
