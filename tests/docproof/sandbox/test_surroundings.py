"""A program finds the variables, hosts and interpreter that its expectations give it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docproof.replay.replay import Outcome
from tests.helpers.sandbox import ASK, Sandbox

Play = Callable[[], Outcome]


@pytest.mark.parametrize("fresh", [True, False])
def test_variables_are_set_and_removed(sandbox: Sandbox, play: Play, fresh: bool) -> None:
    sandbox.program(f"{ASK}import os\nprint(os.environ['MINE'], 'TZ' in os.environ)\n")
    sandbox.expect(environment="{MINE: yes please, TZ: null}", fresh=str(fresh).lower())
    outcome = play()
    assert outcome.problems == ()
    assert outcome.stdout == "yes please False\n"
    sandbox.expect(fresh=str(fresh).lower())
    assert any(problem.rule == "exit-code" for problem in play().problems)


def test_a_fresh_interpreter_has_imported_nothing_of_the_preloaded(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.program(f"{ASK}import os\nprint(os.getppid())\n")
    forked = play().stdout
    sandbox.expect(fresh="true")
    assert play().stdout != forked


LOOK_UP = """\
import socket
for host in ("gone.example.test", "other.example.test"):
    try:
        socket.getaddrinfo(host, 443)
    except OSError as error:
        print(type(error).__name__, error)
"""


@pytest.mark.parametrize("fresh", ["true", "false"])
def test_a_host_that_is_not_reachable_is_looked_up_in_vain(
    sandbox: Sandbox, play: Play, fresh: str
) -> None:
    sandbox.program(ASK + LOOK_UP)
    sandbox.expect(unreachable="[gone.example.test, other.example.test]", fresh=fresh)
    outcome = play()
    assert outcome.problems == ()
    assert outcome.stdout == "gaierror [Errno -2] Name or service not known\n" * 2
    sandbox.expect(unreachable="[gone.example.test]", fresh=fresh)
    (problem,) = play().problems
    assert problem.rule == "network"
    assert "other.example.test" in problem.what


@pytest.mark.parametrize("client", ["httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession"])
def test_no_client_reaches_such_a_host(sandbox: Sandbox, play: Play, client: str) -> None:
    call = "client.get('https://gone.example.test/x')"
    if "Async" in client or "aio" in client:
        call = f"await {call}"
        with_ = f"async with {client}() as client:"
    else:
        with_ = f"with {client}() as client:"
    sandbox.program(
        f"{ASK}import aiohttp, asyncio\nasync def main():\n    {with_}\n        try:\n"
        f"            {call}\n        except Exception as error:\n"
        "            print('Name or service not known' in str(error))\nasyncio.run(main())\n"
    )
    sandbox.expect(unreachable="[gone.example.test]", requests=1)
    outcome = play()
    assert outcome.problems == ()
    assert outcome.stdout == "True\n"


@pytest.mark.parametrize(
    "line",
    ["waits: [1]", "waits: slowly", "fresh: 1", "unreachable: a", "environment: {A: 1}"],
)
def test_what_cannot_be_is_refused(sandbox: Sandbox, play: Play, line: str) -> None:
    path = sandbox.expect()
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    (problem,) = play().problems
    assert (problem.rule, problem.line) == ("expectations", 2)


def test_requests_to_every_address_of_the_settings_are_redirected(sandbox: Sandbox) -> None:
    settings = sandbox.read("pyproject.toml").replace('/v1"]', '/v1", "http://local.test:1/v1"]')
    sandbox.write("pyproject.toml", settings)
    sandbox.program(
        "import httpx\n"
        'for base in ("https://api.example.test/v1", "http://local.test:1/v1"):\n'
        '    print(httpx.get(f"{base}/models").status_code)\n'
    )
    done = sandbox.docproof("record", "--base-url", "http://127.0.0.1:9/v1", "code")
    assert "Connection refused" in done.stdout + done.stderr  # it went to where nothing listens
    sandbox.program('import httpx\nhttpx.get("http://other.test:1/v1/models")\n')
    done = sandbox.docproof("record", "--base-url", "http://127.0.0.1:9/v1", "code")
    assert "is not below https://api.example.test/v1 or http://local.test:1/v1" in (
        done.stdout + done.stderr
    )
