"""What the page docs/get-started/integrations/litellm/load-balancing.md claims, one test each."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from docproof.core.project import load_project
from docproof.replay.replay import Outcome, Replayer
from tests.helpers.compatibility import between, failing
from tests.helpers.guide import GUIDE
from tests.helpers.shared import Once
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


def test_after_the_rest_the_first_is_asked_again(stage: Stage) -> None:
    """After the cooldown, kluster.ai is asked again."""
    assert sent_to(stage, "prefer_one")[-1] == KLUSTER
    early = without(stage.source("prefer_one"), "time.sleep(3)\n")
    found = lines(stage.run(early, "prefer_one", "requests: 4\nstatuses: [429, 200, 200, 200]\n"))
    assert f"POST {EXAMPLE}/chat/completions" in found


# Asks a Router whose endpoints both refuse each request, and prints what the second call says.
REFUSING = """
import time, httpx, litellm
litellm.suppress_debug_info = True
NO = {"error": {"message": "No.", "code": "x"}}
def deployment(order):
    return {"model_name": "m", "litellm_params": {
        "model": "openai/x", "api_key": "fake", "api_base": f"http://{order}", "order": order}}
for status, headers, options in CASES:
    httpx.HTTPTransport.handle_request = lambda self, request: httpx.Response(
        status, json=NO, headers=headers, request=request)
    router = litellm.Router(list(map(deployment, (1, 2))), num_retries=0, **options)
    for _ in range(2):
        try:
            router.completion(model="m", messages=[{"role": "user", "content": "Hello!"}])
        except Exception as error:
            said = str(error)
    print(said)
"""
SHORT: dict[str, float] = {"cooldown_time": 2}
RESTS: list[tuple[int, dict[str, str], dict[str, float], int]] = [
    (429, {"Retry-After": "90"}, SHORT, 90),
    (429, {"Retry-After": "1"}, SHORT, 1),
    (429, {}, SHORT, 2),
    (429, {}, {}, 5),
    (401, {"Retry-After": "90"}, {}, 90),
    (404, {"Retry-After": "90"}, {}, 90),
]


def test_the_header_says_how_long_a_cooldown_is(stage: Stage) -> None:
    """[...] as long as its `Retry-After` asks. Without that header, [...] if you set nothing."""
    outcome = quiet(stage, f"CASES = {[case[:3] for case in RESTS]}{REFUSING}")
    assert lines(outcome) == ""
    said = re.findall(r"Try again in (\S+) seconds", outcome.stdout)
    assert said == [str(seconds) for *_, seconds in RESTS]
    refused = stage.recorded("prefer_one").interactions[0]["response"]
    assert "retry-after" not in {name.lower() for name in refused["headers"]}
    assert "cooldown_time=2," in stage.source("prefer_one")


# Calls Routers whose first endpoint answers (A) and fails (F) so, and prints how often each of
# their endpoints was asked.
COOLDOWNS = """
import json, time
import httpx, litellm
litellm.suppress_debug_info = True
NO = {"error": {"message": "No.", "code": "x"}}
YES = {"id": "x", "object": "chat.completion", "created": 1, "model": "x",
       "choices": [{"index": 0, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": "Yes."}}]}
def handle(self, request):
    asked.append(request.url.host)
    if request.url.host == "second" or course[asked.count("first") - 1] == "A":
        return httpx.Response(200, json=YES, request=request)
    if fault == "refused":
        raise httpx.ConnectError(fault, request=request)
    if fault == "slow":
        raise httpx.ReadTimeout(fault, request=request)
    return httpx.Response(fault, json=NO, request=request)
httpx.HTTPTransport.handle_request = handle
def deployment(order, host):
    return {"model_name": "m", "litellm_params": {
        "model": "openai/x", "api_key": "fake", "api_base": f"http://{host}", "order": order}}
for endpoints, allowed, fault, course, pause in CASES:
    router = litellm.Router(
        [deployment(1, "first"), deployment(2, "second")][:endpoints],
        allowed_fails=allowed, cooldown_time=30, num_retries=0)
    asked = []
    for _ in course:
        ask(router)
        time.sleep(pause)
    print(json.dumps([asked.count("first"), asked.count("second")]))
"""
ALWAYS = "F" * 6
COURSES = {"FAFAFAFAF": 5, "AFFFFFF": 5, "AAAFFFFFF": 7, "AFAFAFAFAF": 10, "FFFFAAAAAA": 10}
DEFAULT, STRICT = None, 0
AT_ONCE, SERVER = (429, 401, 404), (500, 503, "refused", "slow")
CASES = [
    *((2, allowed, fault, ALWAYS, 0.0) for allowed in (0, None) for fault in (*AT_ONCE, 400)),
    *((2, allowed, fault, ALWAYS, 0.0) for allowed in (0, None) for fault in SERVER),
    *((1, DEFAULT, fault, ALWAYS, 0.0) for fault in (*AT_ONCE, 503)),
    *((1, allowed, fault, ALWAYS, 0.0) for allowed in (0, 3) for fault in (401, 503)),
    *((2, 3, fault, ALWAYS, 0.0) for fault in (*AT_ONCE, 500, 400)),
    *((2, DEFAULT, 503, course, 0.0) for course in COURSES),
    *((2, DEFAULT, 503, "FFFFFF", pause) for pause in (14.0, 16.0)),
]
Asked = dict[tuple[object, ...], list[int]]


@pytest.fixture(scope="session")
def asked(once: Once, claimant: Replayer) -> Asked:
    """How often each endpoint is asked in each case; one run, for all claims about it."""

    def run(_: Path) -> Asked:
        stage = Stage(claimant, "get-started/integrations/litellm/load-balancing")
        outcome = quiet(stage, f"CASES = {CASES!r}{ASK}{COOLDOWNS}", "waits: skipped\n")
        assert lines(outcome) == ""
        return dict(zip(CASES, map(json.loads, outcome.stdout.splitlines()), strict=True))

    return once("cooldowns", run)


@pytest.mark.parametrize("setting", [DEFAULT, STRICT])
def test_a_limit_a_wrong_key_and_an_unknown_model(asked: Asked, setting: int | None) -> None:
    """A limit is reached (429), the key is wrong (401), the model is unknown (404) [...] at once"""
    for fault in AT_ONCE:
        assert asked[2, setting, fault, ALWAYS, 0] == [1, 6]


@pytest.mark.parametrize(("setting", "times"), [(DEFAULT, 5), (STRICT, 1)])
def test_a_server_that_fails(asked: Asked, setting: int | None, times: int) -> None:
    """The server fails (500, 503), refuses the connection or is too slow [...] fifth request"""
    for fault in SERVER:
        assert asked[2, setting, fault, ALWAYS, 0] == [times, 6]


def test_answers_count_as_well(asked: Asked) -> None:
    """From the fifth request within a minute on: when one fails, and more than half [...]"""
    assert {course: asked[2, DEFAULT, 503, course, 0][0] for course in COURSES} == COURSES


def test_the_count_begins_anew_after_a_minute(asked: Asked) -> None:
    """From the fifth request within a minute on: when one fails, and more than half [...]"""
    assert asked[2, DEFAULT, 503, "FFFFFF", 14] == [5, 6]
    assert asked[2, DEFAULT, 503, "FFFFFF", 16] == [6, 6]


@pytest.mark.parametrize("setting", [DEFAULT, STRICT])
def test_a_request_that_is_refused(asked: Asked, setting: int | None) -> None:
    """The request is refused (400) Never"""
    assert asked[2, setting, 400, ALWAYS, 0] == [6, 6]


def test_allowed_fails_are_counted(asked: Asked) -> None:
    """With 3, that is the fourth 429, 401, 404 or 500, and with 0 the first. [...]"""
    for fault in (*AT_ONCE, 500):
        assert asked[2, 3, fault, ALWAYS, 0] == [4, 6]
    assert asked[2, 3, 400, ALWAYS, 0] == [6, 6]
    assert asked[2, STRICT, 500, ALWAYS, 0] == [1, 6]


# LiteLLM counts these on a clock that no test can skip.
def test_allowed_fails_are_counted_within_the_time_of_a_cooldown(stage: Stage) -> None:
    """that many failures are allowed within `cooldown_time`, and the next one starts [...]"""
    text = f"CASES = [(2, 1, 503, 'FFF', 0.4)]{ASK}{COOLDOWNS}"
    outcome = quiet(stage, without(text, "cooldown_time=30", "cooldown_time=0.3"))
    assert lines(outcome) == ""
    assert outcome.stdout == "[3, 3]\n"


def test_an_endpoint_that_is_alone_goes_on_being_asked(asked: Asked) -> None:
    """[...] goes on being asked when it has reached a limit [...]. A wrong key [...] at once"""
    for fault, times in ((429, 6), (503, 6), (401, 1), (404, 1)):
        assert asked[1, DEFAULT, fault, ALWAYS, 0] == [times, 0]


@pytest.mark.parametrize("allowed", [0, 3])
def test_with_allowed_fails_it_does_not_rest_at_all(asked: Asked, allowed: int) -> None:
    """an endpoint that is alone never goes into cooldown."""
    for fault in (401, 503):
        assert asked[1, allowed, fault, ALWAYS, 0] == [6, 0]


def test_simple_shuffle_is_the_default(stage: Stage) -> None:
    """The default is `simple-shuffle`, the random picks above."""
    text = "print(litellm.Router(model_list=[]).settings().routing_strategy)\n"
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


@pytest.mark.parametrize(("status", "name"), [(400, "BadRequestError"), (404, "NotFoundError")])
def test_without_order_the_other_endpoint_is_not_asked(
    stage: Stage, status: int, name: str
) -> None:
    """Without it, the Router raises the error at once, and the other endpoint is not asked."""
    text = without(stage.source("same_endpoint_again"), "    num_retries=2,\n")
    error = {"error": {"message": "No.", "type": "x", "param": None, "code": "x"}}
    answer = {"status": status, "headers": {}, "json": error}
    outcome = stage.run(
        text,
        "same_endpoint_again",
        f"exit: 1\nrequests: 1\nstatuses: [{status}]\nstderr: {name}\n",
        lambda interactions: [interactions[0] | {"response": answer}],
    )
    assert lines(outcome) == ""


def test_with_order_it_goes_on_to_the_next_one(asked: Asked) -> None:
    """With `order`, the Router goes on to the next endpoint."""
    assert asked[2, DEFAULT, 400, ALWAYS, 0] == [6, 6]
    assert asked[2, DEFAULT, 404, ALWAYS, 0] == [1, 6]


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


def test_litellm_simulates_the_endpoints_and_nothing_is_sent(stage: Stage) -> None:
    """LiteLLM simulates two endpoints that have reached a limit [...], and nothing is sent:"""
    assert '"mock_response": ' in stage.source("all_resting")
    assert lines(quiet(stage, stage.source("all_resting"))) == ""


# A cooldown runs on a clock that no test can skip.
def test_the_message_says_how_long_to_wait(stage: Stage) -> None:
    """Wait as long as the message says [...]. The message names the whole cooldown, so [...]"""
    short = "num_retries=0, cooldown_time=1,"
    text = without(stage.source("all_resting"), "num_retries=0,", short)
    text = without(text, "for _ in range(2):", "for wait in (0, 0.5, 0.6):\n    time.sleep(wait)")
    outcome = quiet(stage, "import time\n" + text)
    assert lines(outcome) == ""
    assert "Try again in 5 seconds" in stage.shown("all_resting")
    first, resting, again = outcome.stdout.splitlines()
    assert first == again != resting
    assert "Try again in 1 seconds" in resting


def test_rpm_is_a_weight_by_default(stage: Stage) -> None:
    """The default strategy treats `rpm` as a weight, and lets more requests through."""
    source = stage.source("thousand_picks")
    by_rpm = without(source, '"weight": weight,', '"rpm": weight,')
    found = quiet(stage, by_rpm)
    assert lines(found) == ""
    assert found.stdout == quiet(stage, source).stdout


ANEW = """
def resting(number):
    return {"model_name": "m", "model_info": {"id": str(number)}, "litellm_params": {
        "model": "openai/x", "api_key": "fake", "order": number,
        "mock_response": "litellm.RateLimitError"}}
for _ in range(2):
    router = litellm.Router(model_list=[resting(1), resting(2)], num_retries=0)
    print(ask(router), ask(router))
"""


def test_a_new_router_does_not_know_which_endpoints_rest(stage: Stage) -> None:
    """A new Router does not know which endpoints are in cooldown, and asks them again."""
    assert alone(stage, ASK + ANEW) == ["RateLimitError RouterRateLimitError"] * 2


def test_the_second_endpoint_is_one_that_the_recordings_know() -> None:
    """Write your second endpoint in place of `https://api.example.com/v1`."""
    assert EXAMPLE in load_project(GUIDE.root).base_urls


def test_releases_up_to_1_82_6_do_not_follow_order() -> None:
    """In those up to 1.82.6 this program fails."""
    assert failing("load-balancing/prefer_one.py") == between("1.53.1", "1.82.6")
