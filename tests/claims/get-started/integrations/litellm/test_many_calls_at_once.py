"""What docs/get-started/integrations/litellm/many-calls-at-once.md claims, one test each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

import pytest

from docproof.core.project import load_project
from docproof.replay.replay import Outcome
from tests.helpers.guide import ROOT
from tests.helpers.stage import Stage, lines

PAGE = ROOT / "docs/get-started/integrations/litellm/many-calls-at-once.md"
PICTURE = PAGE.with_suffix("") / "images/calls.svg"
PROGRAMS = ("at_once", "limited", "paced", "failures")
SKIPPED = "waits: skipped\n"


def run(stage: Stage, name: str, *changes: tuple[str, str], expect: str = "") -> Outcome:
    """A program with some of its text changed, on its recording."""
    text = stage.source(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return stage.run(text, name, SKIPPED + expect)


def seconds(stage: Stage) -> dict[str, float]:
    """How long each answer took, by country, in the order of the questions."""
    asked = stage.recorded("at_once").interactions[:7]  # one by one
    return {country(one["request"]["json"]): one["response"]["seconds"] for one in asked}


def country(body: Any) -> str:
    """The country that a request asks about."""
    found = re.search(r"currency of (\w+)", body["messages"][0]["content"])
    assert found
    return found[1]


def schedule(times: Iterable[float], places: int) -> list[tuple[float, float]]:
    """When each call starts and ends if so many places are given out in turn."""
    free, found = [0.0] * places, []
    for time in times:
        start = min(free)
        free[free.index(start)] = start + time
        found.append((start, start + time))
    return found


def printed_seconds(text: str) -> list[float]:
    """The times that a program printed."""
    return [float(found) for found in re.findall(r"(\d+(?:\.\d+)?) seconds", text)]


def test_the_answers_are_a_stand_in_s(stage: Stage) -> None:
    """In this run a stand-in takes about two seconds [...]"""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"


def test_an_answer_takes_about_two_seconds(stage: Stage) -> None:
    """a stand-in takes about two seconds for each answer."""
    times = seconds(stage).values()
    assert round(sum(times) / len(times)) == 2


def test_acompletion_takes_the_same_arguments(stage: Stage) -> None:
    """`litellm.acompletion` takes the same arguments as `litellm.completion`."""
    sent = stage.sent("at_once")
    outcome = run(
        stage,
        "at_once",
        ("await litellm.acompletion(", "litellm.completion("),
        expect=f"requests: {len(sent)}\n",
    )
    assert lines(outcome) == ""  # the same requests are made, or none would be answered
    names = (
        "import inspect, litellm\n"
        "for one in (litellm.completion, litellm.acompletion):\n"
        "    print(sorted(inspect.signature(one).parameters))\n"
    )
    outcome = stage.run(names, "at_once", "requests: 0\n", lambda made: [])
    one, other = outcome.stdout.splitlines()
    assert one == other
    assert "'messages'" in one


def test_the_times_add_up_or_the_slowest_counts(stage: Stage) -> None:
    """the times of all the answers add up. All at once, only the slowest counts."""
    times = seconds(stage).values()
    assert printed_seconds(stage.shown("at_once")) == [round(sum(times)), round(max(times))]


def test_gather_keeps_the_order_of_the_questions(stage: Stage) -> None:
    """`asyncio.gather` returns the answers in the order of the questions [...]."""
    came = [country(body) for body in stage.sent("at_once")[7:]]
    asked = list(seconds(stage))
    shown = re.findall(r"currency of (\w+)", stage.shown("at_once"))
    assert shown == asked
    assert came != asked
    assert sorted(came) == sorted(asked)


def test_a_thousand_at_once_is_more_than_any_tier_allows() -> None:
    """A thousand questions at once would exceed the limits of every tier."""
    reference = load_project(ROOT).docs / "api-reference/reference.md"
    limits = rows(reference.read_text("utf-8"), "Requests per minute | At once | Context")
    assert len(limits) == 4
    assert all(int(row[2]) < 1000 for row in limits)


def test_a_call_waits_until_a_place_is_free(stage: Stage) -> None:
    """a call takes one, and the next call waits until a slot is free."""
    gauge = (
        "            timeout=60,\n        )\n",
        "            timeout=60,\n        )\n        busy.remove(country)\n",
    )
    enter = (
        "    async with places:\n",
        "    async with places:\n        busy.append(country)\n        most.append(len(busy))\n",
    )
    outcome = run(
        stage,
        "limited",
        gauge,
        enter,
        ("AT_ONCE = 3\n", "AT_ONCE = 3\nbusy, most = [], []\n"),
        ("    seconds = time", "    print('most', max(most))\n    seconds = time"),
    )
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("most 3\n")


def test_three_at_once_is_in_between(stage: Stage) -> None:
    """the same seven questions take longer than all at once, but much less than one by one"""
    one_by_one, at_once = printed_seconds(stage.shown("at_once"))
    (limited,) = printed_seconds(stage.shown("limited"))
    assert at_once < limited < one_by_one / 2
    assert round(schedule(seconds(stage).values(), 3)[-1][1]) == limited


@pytest.mark.parametrize("places", [7, 1])
def test_other_numbers_at_once(stage: Stage, places: int) -> None:
    """Set `AT_ONCE` to 7, and the program prints [...] Set it to 1, and it prints"""
    outcome = run(stage, "limited", ("AT_ONCE = 3", f"AT_ONCE = {places}"), expect="requests: 7\n")
    assert lines(outcome) == ""
    assert f'prints "{outcome.stdout.strip()}"' in PAGE.read_text("utf-8")


def test_the_picture_is_of_the_three_ways(stage: Stage) -> None:
    """Here are the three ways side by side. Each bar is one call."""
    picture = PICTURE.read_text("utf-8")
    groups = picture.split('<g fill="var(--md-typeset-a-color)">')[1:]
    titles = re.findall(r">(\w+ at once|One by one): ([\d.]+) seconds</text>", picture)
    times = seconds(stage)
    for group, (_, total), places in zip(groups, titles, (1, 3, 7), strict=True):
        calls = schedule(times.values(), places)
        assert total == f"{max(end for _, end in calls):.1f}"
        bars = re.findall(r'<rect x="(\d+)" .*? width="(\d+)".*?<title>(.*?)</title>', group)
        wanted = [
            (
                f"{10 + 24 * start:.0f}",
                f"{24 * (end - start):.0f}",
                f"{name}: {start:.1f} to {end:.1f} seconds",
            )
            for name, (start, end) in zip(times, calls, strict=True)
        ]
        assert bars == wanted


def test_the_table_is_what_the_reference_says(stage: Stage) -> None:
    """One start every | Answers faster than this need a pace"""
    reference = load_project(ROOT).docs / "api-reference/reference.md"
    limits = rows(reference.read_text("utf-8"), "Requests per minute | At once | Context")
    shown = rows(PAGE.read_text("utf-8"), "Requests per minute | At once | One start")
    assert [row[0] for row in shown] == ["Trial", "Core", "Scale"]
    for tier, per_minute, at_once, gap, filled in shown:
        assert [tier, per_minute, at_once] == next(row for row in limits if row[0] == tier)[:3]
        assert gap == f"{60 / int(per_minute):g} s"
        assert filled == f"{int(at_once) * 60 / int(per_minute):g} s"


def rows(text: str, head: str) -> list[list[str]]:
    """The cells of the rows of the table with `head` in its first line."""
    body = text.split(head, 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def test_this_program_has_the_trial_limits(stage: Stage) -> None:
    """This program has the limits of the Trial tier."""
    trial = rows(PAGE.read_text("utf-8"), "Requests per minute | At once | One start")[0]
    text = stage.source("paced")
    assert f"PER_MINUTE = {trial[1]}\n" in text
    assert f"AT_ONCE = {trial[2]}\n" in text


def test_a_semaphore_is_not_enough(stage: Stage) -> None:
    """A semaphore enforces only the first."""
    outcome = run(stage, "paced", ("        await pace.turn()\n", ""))
    assert lines(outcome) == ""
    assert printed_seconds(outcome.stdout)[:7] == [0] * 7


def test_it_starts_a_call_every_other_second(stage: Stage) -> None:
    """It starts a call every two seconds, so at this tier it is hardly faster than one by one."""
    times = printed_seconds(stage.shown("paced"))
    assert times[:7] == [0, 2, 4, 6, 8, 10, 12]
    assert times[7] == 14
    assert printed_seconds(stage.shown("at_once"))[0] == 16


@pytest.mark.parametrize(("place_first", "holds"), [(True, True), (False, False)])
def test_the_place_comes_first_and_the_moment_second(
    stage: Stage, place_first: bool, holds: bool
) -> None:
    """calls whose start time has passed could wait for slots, and start together [...]"""
    changes = [("AT_ONCE = 20", "AT_ONCE = 3"), ("PER_MINUTE = 30", "PER_MINUTE = 120")]
    changes += [(":.0f} seconds", ":.3f} seconds")]
    if not place_first:
        changes += [
            ("        await pace.turn()\n", ""),
            ("    async with places:\n", "    await pace.turn()\n    async with places:\n"),
        ]
    outcome = run(stage, "paced", *changes)
    assert lines(outcome) == ""
    starts = sorted(printed_seconds(outcome.stdout)[:7])
    gaps = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert (min(gaps) > 0.4) is holds


@pytest.mark.parametrize("failing", [True, False])
def test_without_the_argument_the_first_error_ends_the_program(stage: Stage, failing: bool) -> None:
    """the first error ends the program, and all the answers are lost. With [...]"""
    change = (", return_exceptions=True", "") if failing else ("failed = []", "failed = []")
    exit = "exit: 1\n" + ("stderr: InternalServerError\n" if failing else "stderr: Ask again\n")
    statuses = [429, 500, 200, 200, 500, 200, 500]
    outcome = run(stage, "failures", change, expect=f"{exit}statuses: {statuses}\n")
    assert lines(outcome) == ""
    assert ("The currency of Norway is the krone." in outcome.stdout) is not failing


def test_a_retry_is_not_seen(stage: Stage) -> None:
    """the question about Ghana first got a 429, and the one about Thailand got a 500 [...]"""
    statuses: dict[str, list[int]] = {}
    for one in stage.recorded("failures").interactions:
        asked = country(one["request"]["json"])
        statuses.setdefault(asked, []).append(one["response"]["status"])
    assert statuses["Ghana"] == [429, 200]
    assert statuses["Thailand"] == [500, 500, 500]
    assert "Ghana: The currency of Ghana is the cedi." in stage.shown("failures")
    assert "429" not in stage.shown("failures")


def test_a_retry_does_not_wait_for_its_turn(stage: Stage) -> None:
    """A retry is one more request, and it does not wait for its turn in `Pace`."""

    def refused_once(interactions: Any) -> Any:
        error = {"message": "Too many.", "type": "some_error", "param": None, "code": None}
        headers = {"content-type": "application/json"}
        answer = {"status": 429, "headers": headers, "json": {"error": error}}
        return [interactions[0] | {"response": answer}, *interactions]

    text = stage.source("paced")
    spy = (
        "import aiohttp\nsend = aiohttp.ClientSession._request\n"
        "async def watched(self, *arguments, **options):\n"
        "    print('request', f'{time.monotonic() - begin:.3f}')\n"
        "    return await send(self, *arguments, **options)\n"
        "aiohttp.ClientSession._request = watched\nbegin = time.monotonic()\n"
    )
    text = text.replace("AT_ONCE = 20\n", spy + "AT_ONCE = 20\n")
    expect = f"{SKIPPED}requests: 8\nstatuses: {[429] + [200] * 7}\n"
    outcome = stage.run(text, "paced", expect, refused_once)
    assert lines(outcome) == ""
    sent = [float(line.split()[1]) for line in outcome.stdout.splitlines() if "request" in line]
    assert len(sent) == 8
    assert sent[1] < 1 < sent[2]


def test_all_of_it_in_one_program(stage: Stage) -> None:
    """put `return_exceptions=True` into the `gather` of `paced.py`, name its list `results`"""
    loop = re.search(r"    failed = \[\]\n.*?\n\n", stage.source("failures"), re.S)
    assert loop
    assert "result in zip(countries, results" in loop[0]

    def one_fails(interactions: Any) -> Any:
        error = {"message": "No.", "type": "server_error", "param": None, "code": None}
        answer = {
            "status": 500,
            "headers": {"content-type": "application/json"},
            "json": {"error": error},
            "seconds": 0.1,
        }
        made = []
        for one in interactions:
            failing = country(one["request"]["json"]) == "Japan"
            made += [one | {"response": answer}] * 3 if failing else [one]
        return made

    text = stage.source("paced")
    for old, new in (
        ("answers = await asyncio.gather(*tasks)", "results = await asyncio.gather(*tasks, X)"),
        ("X)\n", "return_exceptions=True)\n" + loop[0].rstrip("\n") + "\n"),
        ('    print(f"{len(answers)} answers in {time.monotonic() - start:.0f} seconds.")\n', ""),
    ):
        assert old in text
        text = text.replace(old, new)
    expect = f"{SKIPPED}exit: 1\nstderr: 'Ask again later about: Japan'\nrequests: 9\n"
    statuses = "statuses: [200, 200, 500, 500, 500, 200, 200, 200, 200]\n"
    outcome = stage.run(text, "paced", expect + statuses, one_fails)
    assert lines(outcome) == ""
    assert outcome.stdout.count("The currency of ") == 6
    assert printed_seconds(outcome.stdout) == [0, 2, 4, 6, 8, 10, 12]


def test_completion_lets_nothing_else_run(stage: Stage) -> None:
    """Somewhere you call `litellm.completion` instead [...]. It lets nothing else run [...]"""
    outcome = run(stage, "at_once", ("await litellm.acompletion(", "litellm.completion("))
    assert lines(outcome) == ""
    one_by_one, at_once = printed_seconds(outcome.stdout)
    assert at_once == one_by_one


def test_a_loop_that_runs_refuses_another(stage: Stage) -> None:
    """In a notebook, an event loop is already running. Put `await` in front of `main()` there"""
    message = "asyncio.run() cannot be called from a running event loop"
    notebook = "async def notebook():\n    {}\nasyncio.run(notebook())\n"
    refused = ("asyncio.run(main())\n", notebook.format("asyncio.run(main())"))
    awaited = ("asyncio.run(main())\n", notebook.format("await main()"))
    text = stage.source("failures").replace("    if failed:\n        sys.exit(", "    print((")
    text = text.replace("{', '.join(failed)}\")", "{', '.join(failed)}\"))")
    statuses = f"statuses: {[429, 500, 200, 200, 500, 200, 500]}\n"
    well = stage.run(text.replace(*awaited), "failures", SKIPPED + statuses)
    assert lines(well) == ""
    expect = f'exit: 1\nstderr: "{message}"\nrequests: 0\nstatuses: []\n'
    ill = stage.run(text.replace(*refused), "failures", expect, lambda _: [])
    assert message in ill.stdout
    assert message in PAGE.read_text("utf-8")


def test_a_run_for_each_call_warns(stage: Stage) -> None:
    """You called `asyncio.run` for each call. The calls work, but LiteLLM logs the change."""
    once = "    asyncio.run(main())\n"
    each = "    for country in countries:\n        print(asyncio.run(ask(country)))\n"
    text = stage.source("at_once")
    assert once in text
    expect = f"{SKIPPED}stderr: event loop changed\nrequests: 7\n"
    outcome = stage.run(text.replace(once, each), "at_once", expect, lambda made: made[:7])
    assert lines(outcome) == ""
    assert outcome.stdout.count("The currency of ") == 7
    assert '"event loop changed"' in PAGE.read_text("utf-8")


SPY = """\
import aiohttp, httpx
session, transport = aiohttp.ClientSession._request, httpx.AsyncHTTPTransport.handle_async_request
async def by_aiohttp(self, *arguments, **options):
    print("aiohttp")
    return await session(self, *arguments, **options)
async def by_httpx(self, request):
    print("httpx")
    return await transport(self, request)
aiohttp.ClientSession._request = by_aiohttp
httpx.AsyncHTTPTransport.handle_async_request = by_httpx
AT_ONCE = 3
"""


@pytest.mark.parametrize(
    ("switch", "client"),
    [("", "aiohttp"), ("litellm.disable_aiohttp_transport = True\n", "httpx")],
)
def test_async_calls_go_through_aiohttp(stage: Stage, switch: str, client: str) -> None:
    """Async calls use a different HTTP client, aiohttp. Set [...] and they use HTTPX"""
    outcome = run(stage, "limited", ("AT_ONCE = 3\n", SPY + switch))
    assert lines(outcome) == ""
    assert set(outcome.stdout.splitlines()[:-1]) == {client}
