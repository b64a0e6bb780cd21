"""What the page troubleshooting.md claims about behaviour, one test each."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from docproof.replay.replay import Outcome
from tests.helpers.compatibility import RELEASES, between, failing, only_warns, reason, result
from tests.helpers.guide import GUIDE
from tests.helpers.imported import Import
from tests.helpers.stage import Stage, lines

PAGE = (GUIDE.docs / "get-started/integrations/litellm/troubleshooting.md").read_text("utf-8")
SHOWN = re.findall(r'troubleshooting/terminal/(\w+)\.md"', PAGE)
FAILS = "exit: 1\nstderr: {}\n"
REFUSED = "faults: [{}]\n".format(
    ", ".join(f"{{request: {n}, kind: refused}}" for n in range(1, 9))
)
NO_MAP = """\
fresh: true
time-limit: 180
environment: {LITELLM_LOCAL_MODEL_COST_MAP: null}
unreachable: [raw.githubusercontent.com]
waits: skipped
requests: 0
"""

# Prints the key that each request carries.
WATCH = """\
import httpx
send = httpx.Client.send
def watched(self, request, **options):
    print(request.headers["authorization"])
    return send(self, request, **options)
httpx.Client.send = watched
"""


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """A program with some of its text replaced, each of which it has."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def without(text: str, word: str) -> str:
    """A program without the lines that have a word in them."""
    kept = [line for line in text.splitlines(keepends=True) if word not in line]
    assert len(kept) < len(text.splitlines())
    return "".join(kept)


def nothing(interactions: Any) -> Any:
    """Nothing was recorded."""
    return interactions[:0]


def error_of(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """The recorded answers with a change in the error that they carry."""

    def apply(interactions: Any) -> Any:
        for one in interactions:
            change(one["response"]["json"]["error"])
        return interactions

    return apply


def run_alone(stage: Stage, text: str, expect: str) -> Outcome:
    """Run a variant of a program that makes no request that was recorded."""
    return stage.run(text, "wrong_key", expect, nothing)


# --- the page as a whole


@pytest.mark.parametrize("name", SHOWN)
def test_the_answers_are_a_stand_in_s(stage: Stage, name: str) -> None:
    """Where a server answers, it is a stand-in."""
    if stage.program(name).recording.path.is_file():
        assert stage.recorded(name).recorded["origin"] == "stand-in"


def test_each_message_has_its_program() -> None:
    """Each message was printed by the short program below it."""
    assert len(SHOWN) == PAGE.count('??? program "')
    for name in SHOWN:
        assert f'??? program "{name}.py"' in PAGE


def test_error_bodies_have_openai_s_form(stage: Stage) -> None:
    """Where a server answers, it is a stand-in, with errors in the form of OpenAI's."""
    for name in ("wrong_key", "unknown_model", "long_context", "rate_limit"):
        for one in stage.recorded(name).interactions:
            assert set(one["response"]["json"]["error"]) == {"message", "type", "param", "code"}


def test_the_words_after_the_dash_are_the_servers(stage: Stage) -> None:
    """So the words after `OpenAIException -` may differ from those that you see."""
    outcome = stage.run(
        stage.source("wrong_key"),
        "wrong_key",
        FAILS.format("OpenAIException - Other words.") + "statuses: [401]\n",
        error_of(lambda error: error.update(message="Other words.")),
    )
    assert lines(outcome) == ""


RAISED = sorted(set(SHOWN) - {"price_map", "tokenizer"})  # which print warnings and go on


@pytest.mark.parametrize("name", RAISED)
def test_a_traceback_ends_in_the_same_words(stage: Stage, name: str) -> None:
    """If yours does not, Python prints a traceback, and its last lines have the same words."""
    raising = re.sub(r"^    sys\.exit\(.*\)$", "    raise", stage.source(name), flags=re.M)
    assert raising != stage.source(name)
    expected = stage.program(name).expectations.path
    said = yaml.safe_load(expected.read_text("utf-8"))
    del said["why"]
    outcome = stage.run(raising, name, yaml.safe_dump(said | {"stderr": "Traceback"}))
    assert lines(outcome) == ""
    *above, last = (
        line for line in stage.shown(name).splitlines()[2:-1] if not line.startswith("The cause: ")
    )
    assert outcome.stdout.rstrip().endswith(last)
    assert all(line in outcome.stdout for line in above)


# --- before a request is sent


def test_without_the_prefix_no_request_is_sent(stage: Stage) -> None:
    """[...] so LiteLLM does not know which protocol to speak. It sends no request."""
    expect = FAILS.format("LLM Provider NOT provided") + "requests: 0\n"
    assert lines(run_alone(stage, stage.source("missing_prefix"), expect)) == ""


def test_the_prefix_mends_it(stage: Stage) -> None:
    """Write `openai/` in front of the whole model id, the `klusterai/` included: [...]."""
    mended = changed(
        stage.source("missing_prefix"),
        ('model="klusterai/', 'model="openai/klusterai/'),
        ("Where is Lake Titicaca?", "How long is the Amazon?"),
    )
    expect = FAILS.format("Incorrect API key provided") + "statuses: [401]\n"
    assert lines(stage.run(mended, "wrong_key", expect)) == ""  # it has reached the server


def test_without_the_switch_there_is_a_list_of_providers(stage: Stage) -> None:
    """Without `suppress_debug_info`, LiteLLM prints lines that begin with [...]."""
    chatty = without(stage.source("missing_prefix"), "suppress_debug_info")
    expect = FAILS.format("LLM Provider NOT provided") + "requests: 0\n"
    said = run_alone(stage, chatty, expect).stdout
    assert 0 <= said.find("Provider List:") < said.find("LLM Provider NOT provided")
    assert "Provider List:" not in run_alone(stage, stage.source("missing_prefix"), expect).stdout


def test_the_program_removes_another_company_s_key(stage: Stage) -> None:
    """Nor is there one in `OPENAI_API_KEY`, where LiteLLM looks next: the program removes it."""
    expect = FAILS.format("Missing credentials") + "requests: 0\n"
    expect += "environment: {OPENAI_API_KEY: fake-key-of-another}\n"
    assert lines(run_alone(stage, stage.source("missing_key"), expect)) == ""


def test_without_a_key_no_server_has_seen_anything(stage: Stage) -> None:
    """The error is an `InternalServerError`, although no server was involved."""
    expect = FAILS.format("'litellm.InternalServerError: '") + "requests: 0\n"
    assert lines(run_alone(stage, stage.source("missing_key"), expect)) == ""


@pytest.mark.parametrize(
    ("variables", "key"),
    [
        ("KLUSTER_API_KEY: fake-key-of-mine", "fake-key-of-mine"),
        ("OPENAI_API_KEY: fake-key-of-another", "fake-key-of-another"),
    ],
)
def test_another_company_s_key_is_sent_to_the_program_s_address(
    stage: Stage, variables: str, key: str
) -> None:
    """LiteLLM then sends that key to your program's base URL [...]."""
    text = changed(
        stage.source("missing_key"),
        ("How high is Aconcagua?", "How long is the Amazon?"),
        ('os.environ.pop("OPENAI_API_KEY", None)\n', ""),
    )
    expect = FAILS.format("AuthenticationError") + "statuses: [401]\n"
    outcome = stage.run(WATCH + text, "wrong_key", f"{expect}environment: {{{variables}}}\n")
    assert lines(outcome) == ""  # the recording is of https://api.kluster.ai/v1
    assert outcome.stdout.startswith(f"Bearer {key}\n")


# --- the request does not arrive, or arrives elsewhere


@pytest.mark.parametrize(
    ("parameters", "sent"),
    [
        ("top_k=3", {"top_k": 3}),
        ('verbosity="low", allowed_openai_params=["verbosity"]', {"verbosity": "low"}),
        ('verbosity="low", drop_params=True', {}),
    ],
)
def test_which_parameters_are_sent(stage: Stage, parameters: str, sent: dict[str, Any]) -> None:
    """Parameters that it does not know at all, such as `top_k`, are sent. [...] With
    `drop_params=True`, LiteLLM leaves it out for you, without a word."""
    text = changed(
        stage.source("wrong_key"), ("    )\nexcept", f"        {parameters},\n    )\nexcept")
    )

    def asked(interactions: Any) -> Any:
        interactions[0]["request"]["json"] |= sent
        return interactions

    expect = f"requests: 1\nstatuses: [401]\n{FAILS.format('AuthenticationError')}"
    outcome = stage.run(text, "wrong_key", expect, asked)
    assert lines(outcome) == ""
    assert outcome.stdout.count("\n") == 1


def test_litellm_does_not_say_why_there_is_no_connection(stage: Stage) -> None:
    """LiteLLM does not say why, so this program goes back to the first error in the chain [...]."""
    text = changed(
        stage.source("refused"), ('    sys.exit(f"The cause: {cause}")', "    sys.exit(1)")
    )
    outcome = run_alone(stage, text, FAILS.format("Connection error") + f"requests: 1\n{REFUSED}")
    assert lines(outcome) == ""
    assert "refused" not in outcome.stdout
    assert "Connection refused" in stage.shown("refused")


def test_a_host_that_is_not_found_has_another_first_error(stage: Stage) -> None:
    """On Linux, `Name or service not known` in its place means that there is no network [...]."""
    expect = "unreachable: [localhost]\nrequests: 0\n"
    outcome = run_alone(stage, stage.source("refused"), FAILS.format("Connection error") + expect)
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[-1] == "The cause: [Errno -2] Name or service not known"


@pytest.mark.parametrize(("line", "requests"), [("max_retries=0", 1), ("", 3)])
def test_a_connection_is_tried_three_times_unless_told_otherwise(
    stage: Stage, line: str, requests: int
) -> None:
    """With `max_retries=0` there is one attempt. Without it, LiteLLM makes three [...]."""
    text = stage.source("refused")
    text = text if line else without(text, "max_retries=0")
    expect = FAILS.format("'litellm.InternalServerError: '") + f"requests: {requests}\n"
    assert lines(run_alone(stage, text, f"{expect}waits: skipped\n{REFUSED}")) == ""


def test_the_timeout_is_what_runs_out(stage: Stage) -> None:
    """The answer did not come within the `timeout`, which is 10 seconds here."""
    watch = changed(WATCH, ('headers["authorization"]', 'extensions["timeout"]["read"]'))
    expect = (
        FAILS.format("litellm.Timeout") + "faults: [{request: 1, kind: timeout}]\nrequests: 1\n"
    )
    outcome = run_alone(stage, watch + stage.source("timed_out"), expect)
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[0] == "10.0"


@pytest.mark.parametrize(
    "base", ["https://api.kluster.ai/v1/chat/completions", "https://api.kluster.ai"]
)
def test_the_path_is_put_behind_the_base_url_as_it_stands(stage: Stage, base: str) -> None:
    """LiteLLM appends `/chat/completions` to the base URL as it is."""
    text = changed(
        stage.source("wrong_base_url"), ("https://api.kluster.ai/v1/chat/completions", base)
    )
    outcome = run_alone(stage, text, FAILS.format("Error"))
    assert f"no recorded answer for POST {base}/chat/completions" in lines(outcome)


def test_the_documented_base_url_mends_it(stage: Stage) -> None:
    """Pass `https://api.kluster.ai/v1` as the base URL."""
    text = changed(
        stage.source("wrong_base_url"),
        ("/v1/chat/completions", "/v1"),
        ("How deep is Lake Poopo?", "How long is the Amazon?"),
    )
    outcome = stage.run(text, "wrong_key", FAILS.format("Incorrect API") + "statuses: [401]\n")
    assert lines(outcome) == ""


def test_two_lines_show_the_address(stage: Stage) -> None:
    """To see which address a request goes to, put these lines below your imports."""
    quiet = without(stage.source("wrong_base_url"), "logging.")
    outcome = stage.run(
        quiet, "wrong_base_url", FAILS.format("NotFoundError") + "statuses: [404]\n"
    )
    assert lines(outcome) == ""
    assert "HTTP Request" not in outcome.stdout
    assert "HTTP Request" in stage.shown("wrong_base_url").splitlines()[2]


def test_the_lines_run_below_the_imports(stage: Stage) -> None:
    """put these lines below your imports, which must include `import logging` and `import sys`."""
    lines_of = stage.source("wrong_base_url").splitlines(keepends=True)
    asked = re.search(r'/wrong_base_url\.py:(\d+):(\d+)"', PAGE)
    assert asked is not None
    shown = "".join(lines_of[int(asked[1]) - 1 : int(asked[2])])
    assert shown.count("\n") == 2
    text = changed(
        stage.source("wrong_key"), ("import litellm\n", f"import litellm\nimport logging\n{shown}")
    )
    assert "import sys\n" in text
    expect = FAILS.format("'HTTP Request: POST https://api.kluster.ai/v1/'") + "statuses: [401]\n"
    assert lines(stage.run(text, "wrong_key", expect)) == ""


ELSEWHERE = "environment: {OPENAI_BASE_URL: 'https://api.example.com/v1'}\n"


def test_the_key_goes_to_the_address_of_the_variable(stage: Stage) -> None:
    """LiteLLM prefers it to `OPENAI_API_BASE`, so your key went to that address [...]."""
    expect = FAILS.format("AuthenticationError") + f"statuses: [401]\n{ELSEWHERE}"
    text = WATCH + stage.source("base_url_variable")
    outcome = stage.run(text, "base_url_variable", expect)
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("Bearer INSERT_API_KEY\n")
    assert "POST https://api.example.com/v1/chat/completions" in outcome.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\ntry:\n", '\nos.environ.pop("OPENAI_BASE_URL", None)\ntry:\n'),
        ("        messages=", '        api_base="https://api.kluster.ai/v1",\n        messages='),
    ],
    ids=["removed", "api_base"],
)
def test_removing_it_or_passing_api_base_mends_it(stage: Stage, old: str, new: str) -> None:
    """Or pass `api_base` in each call, which LiteLLM prefers to both variables."""
    text = changed(stage.source("base_url_variable"), (old, new))
    outcome = run_alone(stage, text, FAILS.format("Error") + ELSEWHERE)
    assert "no recorded answer for POST https://api.kluster.ai/v1/chat/completions" in lines(
        outcome
    )


# --- the service refuses the request


@pytest.mark.parametrize(
    ("name", "status"),
    [("wrong_key", 401), ("unknown_model", 404), ("long_context", 400), ("rate_limit", 429)],
)
def test_the_status_of_the_answer(stage: Stage, name: str, status: int) -> None:
    """The status of the answer is [...]."""
    assert set(stage.recorded(name).statuses) == {status}
    assert f"The status of the answer is {status}." in PAGE


@pytest.mark.parametrize(
    ("code", "sort"),
    [
        ("model_not_found", "invalid_request_error"),
        (None, "invalid_request_error"),
        (None, "not_found_error"),
        (None, None),
    ],
)
def test_the_class_of_an_unknown_model_is_that_of_its_status(
    stage: Stage, code: str | None, sort: str | None
) -> None:
    """The error is a `NotFoundError` whatever code and type the body gives it."""
    outcome = stage.run(
        stage.source("unknown_model"),
        "unknown_model",
        FAILS.format("'litellm.NotFoundError: '") + "statuses: [404]\n",
        error_of(lambda error: error.update(code=code, type=sort)),
    )
    assert lines(outcome) == ""


def test_the_model_and_the_messages_are_too_long_together(stage: Stage) -> None:
    """The messages and `max_tokens` together have more tokens than the model can hold."""
    (sent,) = stage.sent("long_context")
    assert sent["max_tokens"] == 200_000 > 131_072
    assert "131072 tokens" in stage.shown("long_context")


def test_a_context_that_is_too_long_is_known_by_its_words(stage: Stage) -> None:
    """If a server words it differently, you see a `BadRequestError` [...]."""
    outcome = stage.run(
        stage.source("long_context"),
        "long_context",
        FAILS.format("'litellm.BadRequestError: '") + "statuses: [400]\n",
        error_of(lambda error: error.update(message="Too much text.", code=None)),
    )
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("litellm.BadRequestError: ")


def test_its_error_is_a_kind_of_bad_request_error(stage: Stage) -> None:
    """[...] a `BadRequestError`, of which `ContextWindowExceededError` is a kind."""
    text = changed(
        stage.source("long_context"), ("except Exception as", "except litellm.BadRequestError as")
    )
    expect = FAILS.format("'litellm.ContextWindowExceededError: '") + "statuses: [400]\n"
    assert lines(stage.run(text, "long_context", expect)) == ""


def test_the_output_shows_three_requests_for_one_call(stage: Stage) -> None:
    """LiteLLM waits and asks again before it gives up: the output shows three requests [...]."""
    assert stage.shown("rate_limit").count("HTTP Request: POST") == 3
    assert stage.source("rate_limit").count("litellm.completion(") == 1
    report = "    print(time.monotonic() - begun)\n"
    clocked = changed(
        stage.source("rate_limit"),
        ("import litellm\n", "import litellm\nimport time\nbegun = time.monotonic()\n"),
        ("    sys.exit(", f"{report}    sys.exit("),
    )
    expect = FAILS.format("RateLimitError") + "statuses: [429, 429, 429]\nwaits: skipped\n"
    outcome = stage.run(clocked, "rate_limit", expect)
    assert lines(outcome) == ""
    assert float(outcome.stdout.splitlines()[0]) > 0.5


@pytest.mark.parametrize("retries", [0, 5])
def test_one_request_more_than_max_retries(stage: Stage, retries: int) -> None:
    """LiteLLM makes one request more than its value."""
    more = f"        max_retries={retries},\n        messages="
    text = changed(stage.source("rate_limit"), ("        messages=", more))
    expect = FAILS.format("RateLimitError") + f"waits: skipped\nstatuses: {[429] * (retries + 1)}\n"
    outcome = stage.run(text, "rate_limit", expect, lambda all: (all * 2)[: retries + 1])
    assert lines(outcome) == ""


# --- a package is missing


@pytest.mark.parametrize("package", ["tenacity", "fastapi", "websockets"])
def test_a_plain_install_does_not_bring_the_package(stage: Stage, package: str) -> None:
    """`pip install litellm` does not install it."""
    needs = importlib.metadata.requires("litellm") or []
    plain = {re.split(r"[^\w.-]", one)[0].lower() for one in needs if "extra ==" not in one}
    assert "openai" in plain
    assert package not in plain
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version(package)


def test_the_request_has_failed_three_times_before(stage: Stage) -> None:
    """The request had already failed three times, and this message hides the reason [...]."""
    assert stage.recorded("without_tenacity").statuses == [429, 429, 429]
    assert "Rate limit" not in stage.shown("without_tenacity")


def test_max_retries_needs_no_other_package_and_shows_the_reason(stage: Stage) -> None:
    """Use `max_retries` instead of `num_retries`. It needs no other package [...]."""
    text = changed(stage.source("without_tenacity"), ("num_retries=2", "max_retries=2"))
    expect = FAILS.format("Rate limit reached.") + "statuses: [429, 429, 429]\nwaits: skipped\n"
    assert lines(stage.run(text, "without_tenacity", expect)) == ""


def test_the_second_of_two_requests_is_a_cache_hit(stage: Stage) -> None:
    """The first request worked, since its answer was not in the cache yet."""
    text = changed(stage.source("cache_hit"), ("range(2)", "range(1)"))
    assert lines(stage.run(text, "cache_hit")) == ""
    assert "fastapi" in stage.shown("cache_hit").splitlines()[-2]


def test_without_caching_the_program_asks_twice(stage: Stage) -> None:
    """Without it, the program asks the service both times."""
    text = without(stage.source("cache_hit"), "litellm.cache = ")
    outcome = stage.run(text, "cache_hit", "requests: 2\n", lambda one: one * 2)
    assert lines(outcome) == ""


def test_no_release_that_was_run_does_without_tenacity() -> None:
    """Every [release that was run](compatibility.md#the-releases) needs tenacity [...]."""
    for release in RELEASES:
        assert only_warns("troubleshooting/without_tenacity.py", release), release


def test_the_cache_did_without_fastapi_up_to_1_100_5() -> None:
    """From 1.102.4 on they do not."""
    program = "troubleshooting/cache_hit.py"
    for release in between("1.65.8", "1.100.5"):
        assert reason(program, release) == "it exits 0 instead of 1"
    for release in between("1.102.4", RELEASES[-1]):
        assert result(program, release) == "same"


def test_older_releases_do_not_read_openai_base_url() -> None:
    """Older ones do not read `OPENAI_BASE_URL`."""
    program = "troubleshooting/base_url_variable.py"
    assert failing(program) == between("1.53.1", "1.65.8")
    assert RELEASES[len(failing(program))] == "1.67.6"
    for release in failing(program):
        assert "instead of https://api.example.com" in reason(program, release)


def test_the_program_does_what_the_command_does(stage: Stage) -> None:
    """The program does what the command does."""
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="litellm")
    assert command.value == "litellm_cli.main:proxy_server"
    # LiteLLM's own `litellm.run_server` is this function, imported when it is first read.
    assert "from litellm.proxy.proxy_cli import run_server" in inspect.getsource(command.load())
    assert "litellm.run_server(" in stage.source("proxy_command")


# --- there is a warning, and the program goes on


def test_with_the_variable_litellm_does_not_ask_for_prices(
    stage: Stage, imported: Callable[[bool], Import]
) -> None:
    """Set this variable before you run your program, and LiteLLM does not ask."""
    _, *said = imported(True).importing.splitlines()
    assert said == stage.shown("price_map").splitlines()[-2:-1]


def test_litellm_tries_twice_again_and_names_the_time(imported: Callable[[bool], Import]) -> None:
    """LiteLLM also tries twice more in the background, and prints up to three more lines."""
    said = [line for line in imported(False).importing.splitlines() if "LiteLLM:WARNING" in line]
    assert len(said) == 1 + 3
    assert all(re.match(r"\d\d:\d\d:\d\d - ", line) for line in said)


def test_the_switch_turns_the_download_off(stage: Stage) -> None:
    """The number of tokens stays the same, without a warning or a wait."""
    text = changed(
        stage.source("tokenizer"),
        ("\ntokens =", "\nlitellm.disable_hf_tokenizer_download = True\ntokens ="),
        (", file=sys.stderr", ""),
    )
    outcome = run_alone(stage, text, "requests: 0\n")
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines() == stage.shown("tokenizer").splitlines()[-2:-1]


def test_it_waited_five_times(stage: Stage) -> None:
    """It could not reach the site and waited five times."""
    assert stage.shown("tokenizer").count("Retrying in ") == 5


def test_other_models_need_no_download(stage: Stage) -> None:
    """For a model with "llama-3" in its name, LiteLLM downloads a tokenizer [...]."""
    text = changed(
        stage.source("tokenizer"),
        ("klusterai/Meta-Llama-3.3-70B-Instruct-Turbo", "Qwen/Qwen3-235B-A22B-FP8"),
        (", file=sys.stderr", ""),
    )
    assert lines(run_alone(stage, text, "requests: 0\n")) == ""
