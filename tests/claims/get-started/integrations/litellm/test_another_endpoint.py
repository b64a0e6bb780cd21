"""What the page docs/get-started/integrations/litellm/another-endpoint.md claims, one test each."""

from __future__ import annotations

import ast
import difflib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docproof.replay.replay import Outcome
from tests.helpers.guide import ROOT
from tests.helpers.stage import Stage, lines

PAGE = (ROOT / "docs/get-started/integrations/litellm/another-endpoint.md").read_text("utf-8")
KLUSTER = "https://api.kluster.ai/v1"
SWITCH = "import litellm\nlitellm.disable_hf_tokenizer_download = True\n"


def difference(before: str, after: str) -> str:
    """The lines that differ, as a block on the page shows them."""
    shown = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in shown if not line.startswith(("---", "+++", "@@")))


def count(before: str, after: str) -> int:
    """How many lines of one program have to be changed to make the other."""
    assert before.count("\n") == after.count("\n")
    return sum(
        one != other for one, other in zip(before.split("\n"), after.split("\n"), strict=True)
    )


def page_diffs() -> list[str]:
    return re.findall(r"^```diff\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_diff_to_litellm_is_the_difference(stage: Stage) -> None:
    """To ask with LiteLLM, change these lines and leave the others as they are."""
    assert page_diffs()[1] == difference(
        stage.source("openai_client"), stage.source("litellm_call")
    )


def test_the_prefix_is_not_sent(stage: Stage) -> None:
    """The model gets the prefix openai/, which is not sent."""
    assert 'model = "openai/klusterai/' in stage.source("litellm_call")
    assert stage.sent("litellm_call")[0]["model"].startswith("klusterai/")


def test_both_send_the_same_and_print_the_same(stage: Stage) -> None:
    """Both send the same body to the same address, and print the same."""
    one, other = (
        stage.recorded(name).interactions[0]["request"]
        for name in ("openai_client", "litellm_call")
    )
    assert one == other
    shown = [stage.shown(name).replace(name, "") for name in ("openai_client", "litellm_call")]
    assert shown[0] == shown[1]


FIELDS = """\
choice = response.choices[0]
print(response.id, response.model, choice.finish_reason, response.usage.total_tokens)
"""
CHUNKS = """\
for chunk in response:
    print(chunk.choices[0].delta.content, chunk.choices[0].finish_reason)
"""


def streamed(interactions: Any) -> Any:
    """The same answer as a stream of two chunks."""
    head = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    chunks = [
        head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        for delta, finish in (({"role": "assistant", "content": "Santiago"}, None), ({}, "stop"))
    ]
    request, response = interactions[0]["request"], interactions[0]["response"]
    del response["json"]
    response["headers"] = {"content-type": "text/event-stream"}
    response["events"] = "".join(json.dumps(chunk) + "\n" for chunk in chunks) + "[DONE]\n"
    return [
        {"request": request | {"json": request["json"] | {"stream": True}}, "response": response}
    ]


def test_the_answer_has_the_same_fields(stage: Stage) -> None:
    """The response has the same fields, and so have the chunks of a stream."""
    said = []
    for name in ("openai_client", "litellm_call"):
        whole = stage.source(name)
        pieces = whole.replace("timeout=60,", "timeout=60,\n        stream=True,")
        pieces = SWITCH + pieces[: pieces.index("print(response")] + CHUNKS
        for text, change in ((whole + FIELDS, None), (pieces, streamed)):
            outcome = stage.run(text, name, "", change)
            assert lines(outcome) == ""
            said.append(outcome.stdout)
    assert said[:2] == said[2:]  # the whole answer, and the stream of it
    assert said[1] == "Santiago None\nNone stop\n"


@pytest.mark.parametrize(
    ("name", "printed"), [("openai_client", "None"), ("litellm_call", "AttributeError")]
)
def test_a_field_that_was_left_out_is_missing(stage: Stage, name: str, printed: str) -> None:
    """LiteLLM has no such field, and raises an AttributeError."""
    text = stage.source(name) + (
        "try:\n    print(response.choices[0].message.refusal)\n"
        "except Exception as error:\n    print(type(error).__name__)\n"
    )
    answer = stage.recorded(name).interactions[0]["response"]["json"]
    assert not answer["choices"][0]["message"].get("refusal")
    outcome = stage.run(text, name)
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[-1] == printed


TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]


def with_tools(stage: Stage, name: str, passed: str) -> Outcome:
    """A program with more in its call, on its recorded answer to a request with tools."""
    text = stage.source(name).replace("timeout=60,", f"timeout=60,\n        {passed},")

    def asked(interactions: Any) -> Any:
        request = interactions[0]["request"]
        return [
            interactions[0] | {"request": request | {"json": request["json"] | {"tools": TOOLS}}}
        ]

    return stage.run(text, name, "", asked)


@pytest.mark.parametrize("name", ["openai_client", "litellm_call"])
def test_tools_are_passed_as_before(stage: Stage, name: str) -> None:
    """Pass `tools` as before."""
    outcome = with_tools(stage, name, f"tools={TOOLS}")
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown(name)


def test_user_is_left_out(stage: Stage) -> None:
    """LiteLLM silently leaves user out of the request."""
    text = stage.source("litellm_call").replace("timeout=60,", "timeout=60,\n        user='a',")
    assert text != stage.source("litellm_call")
    outcome = stage.run(text, "litellm_call")
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("litellm_call")


def refused(status: int) -> Any:
    """A change: the server answers with this status."""
    error = {"message": "No.", "type": "invalid_request_error", "code": None}
    response = {"status": status, "headers": {}, "json": {"error": error}}
    return lambda interactions: [interactions[0] | {"response": response}]


BOTH = "import litellm\nimport openai\n"


@pytest.mark.parametrize("name", ["openai_client", "litellm_call"])
def test_an_error_of_the_openai_client_still_catches(stage: Stage, name: str) -> None:
    """LiteLLM's errors are subclasses of the openai client's, so an except [...] still works."""
    for kind in ("AuthenticationError", "NotFoundError", "RateLimitError", "BadRequestError"):
        assert stage.tells(f"{BOTH}print(issubclass(litellm.{kind}, openai.{kind}))\n") == "True\n"
    caught = "import openai\n" + stage.source(name).replace(
        "except Exception as error", "except openai.NotFoundError as error"
    )
    expect = "exit: 1\nstderr: 'The request failed: '\nstatuses: [404]\n"
    assert lines(stage.run(caught, name, expect, refused(404))) == ""


@pytest.mark.parametrize(
    ("name", "kind"), [("openai_client", "PermissionDeniedError"), ("litellm_call", "APIError")]
)
def test_the_class_can_be_another_one(stage: Stage, name: str, kind: str) -> None:
    """where the openai client raises a `PermissionDeniedError` (403), LiteLLM raises a plain"""
    expect = "exit: 1\nstderr: 'The request failed: '\nstatuses: [403]\n"
    told = stage.source(name).replace("{error}", "{type(error).__name__} {error.status_code}")
    outcome = stage.run(told, name, expect, refused(403))
    assert lines(outcome) == ""
    assert outcome.stdout == f"The request failed: {kind} 403\n"


def test_a_few_errors_are_none_of_the_openai_client_s(stage: Stage) -> None:
    """Nearly all of LiteLLM's errors are subclasses of the openai client's"""
    code = (
        "from litellm.types.router import RouterRateLimitError\n"
        "kinds = litellm.LITELLM_EXCEPTION_TYPES\n"
        "others = [kind for kind in (*kinds, litellm.BudgetExceededError, RouterRateLimitError)\n"
        "          if not issubclass(kind, openai.OpenAIError)]\n"
        "print(len(kinds), *sorted({kind.__name__ for kind in others}))\n"
    )
    number, *others = stage.tells(BOTH + code).split()
    assert int(number) > 15
    assert others == ["BudgetExceededError", "RouterRateLimitError"]


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (400, "no", "BadRequestError 400"),
        (401, "no", "AuthenticationError 401"),
        (403, "no", "APIError 403"),
        (404, "no", "NotFoundError 404"),
        (422, "no", "BadRequestError 422"),
        (503, "no", "ServiceUnavailableError 503"),
        (503, "rate limit", "RateLimitError 429"),
    ],
)
def test_the_status_is_nearly_always_the_server_s(
    stage: Stage, status: int, message: str, told: str
) -> None:
    """If a server answered, status_code is nearly always its status."""
    error = {"message": message, "type": None, "code": None}
    response = {"status": status, "headers": {}, "json": {"error": error}}
    text = stage.source("litellm_call").replace("timeout=60,", "timeout=60, max_retries=0,")
    text = text.replace("{error}", "{type(error).__name__} {error.status_code}")
    outcome = stage.run(
        text, "litellm_call",
        f"exit: 1\nstderr: 'The request failed: '\nstatuses: [{status}]\n",
        lambda interactions: [interactions[0] | {"response": response}],
    )  # fmt: skip
    assert lines(outcome) == ""
    assert outcome.stdout == f"The request failed: {told}\n"


def test_no_server_is_500_and_no_connection_error(stage: Stage) -> None:
    """If none did, LiteLLM makes one up: a refused connection is an InternalServerError with 500"""
    text = stage.source("litellm_call").replace("timeout=60,", "timeout=60, max_retries=0,")
    caught = (
        "except openai.APIConnectionError:\n    sys.exit('caught')\n"
        "except Exception as error:\n"
        "    sys.exit(f'The request failed: {type(error).__name__} {error.status_code}')\n"
    )
    text = re.sub(r"^except .*\n.*\n", caught, "import openai\n" + text, flags=re.MULTILINE)
    expect = (
        "exit: 1\nstderr: 'The request failed: '\nrequests: 1\nstatuses: []\n"
        "faults: [{request: 1, kind: refused}]\n"
    )
    outcome = stage.run(text, "litellm_call", expect, lambda interactions: [])
    assert lines(outcome) == ""
    assert outcome.stdout == "The request failed: InternalServerError 500\n"


def test_a_stream_of_a_llama_3_model_would_fetch_a_tokenizer(stage: Stage) -> None:
    """For a Llama 3 model, add the line that stops a download as well."""
    text = stage.source("litellm_call").replace("timeout=60,", "timeout=60, stream=True,")
    text = text[: text.index("print(response")] + CHUNKS
    assert "https://huggingface.co/" in lines(stage.run(text, "litellm_call", "", streamed))
    assert lines(stage.run(SWITCH + text, "litellm_call", "", streamed)) == ""


def test_the_asynchronous_call_is_there(stage: Stage) -> None:
    """litellm.acompletion takes the place of create on an AsyncOpenAI."""
    text = "import asyncio\n" + stage.source("litellm_call")
    text = text.replace("litellm.completion(", "asyncio.run(litellm.acompletion(")
    text = text.replace("timeout=60,\n    )", "timeout=60,\n    ))")
    outcome = stage.run(text, "litellm_call")
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("litellm_call")


def test_the_hints_are_kept_away(stage: Stage) -> None:
    """suppress_debug_info stops LiteLLM from printing its own hints when a request fails."""
    quiet = stage.source("litellm_call")
    loud = quiet.replace("litellm.suppress_debug_info = True\n", "")
    for text, hints in ((quiet, 0), (loud, 1)):
        expect = "exit: 1\nstderr: 'The request failed: '\nstatuses: [404]\n"
        outcome = stage.run(text, "litellm_call", expect, refused(404))
        assert lines(outcome) == ""
        assert outcome.stdout.count("Give Feedback") == hints


def test_two_lines_are_changed(stage: Stage) -> None:
    """The same call to kluster.ai differs only in the base URL and the model."""
    call, local = stage.source("litellm_call"), stage.source("local_server")
    assert page_diffs()[0] == difference(call, local)
    assert count(call, local) == 2


@pytest.fixture(scope="module")
def second_server() -> Iterator[str]:
    """The base URL of a server of its own process, at a free port."""
    with subprocess.Popen(
        [sys.executable, "-m", "tools.standin"], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    ) as server:
        assert server.stdout is not None
        said = re.search(r"http://\S+", server.stdout.readline())
        assert said is not None
        yield said[0]
        server.terminate()


@pytest.mark.parametrize("name", ["litellm_call", "openai_client"])
def test_the_program_runs_against_a_second_server(
    stage: Stage, second_server: str, tmp_path: Path, name: str
) -> None:
    """These two lines change for any other server"""
    before = stage.source(name)
    after = re.sub(r'^api_base = ".*"$', f'api_base = "{second_server}"', before, flags=re.M)
    after = after.replace("klusterai/Meta-Llama-3.3-70B-Instruct-Turbo", "gemma3:1b")
    assert count(before, after) == 2
    assert KLUSTER not in after
    (tmp_path / "program.py").write_text(after, "utf-8")
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path, env=plain | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "Chile's capital is Santiago.\n"  # what only this model says


WATCH = (
    "import httpx\n"
    "send = httpx.Client.send\n"
    "def watched(self, request, **options):\n"
    "    print(request.headers['authorization'])\n"
    "    return send(self, request, **options)\n"
    "httpx.Client.send = watched\n"
)


def test_with_an_empty_key_the_key_of_openai_is_sent(stage: Stage) -> None:
    """With an empty one, LiteLLM takes the key in OPENAI_API_KEY and sends it to that server."""
    empty = WATCH + stage.source("local_server").replace('"INSERT_API_KEY"', '""')
    outcome = stage.run(empty, "local_server", "environment: {OPENAI_API_KEY: fake-openai-key}\n")
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("Bearer fake-openai-key\n")


def test_with_no_key_at_all_nothing_is_sent(stage: Stage) -> None:
    """If there is none, it makes no request, and the call fails."""
    empty = stage.source("local_server").replace('"INSERT_API_KEY"', '""')
    expect = (
        "exit: 1\nrequests: 0\nstatuses: []\nstderr: Missing credentials\n"
        "environment: {OPENAI_API_KEY: null}\n"
    )
    assert lines(stage.run(empty, "local_server", expect, lambda interactions: [])) == ""


def test_the_key_goes_wherever_the_base_points(stage: Stage) -> None:
    """The program sends the key in KLUSTER_API_KEY to whatever address api_base names."""
    expect = "environment: {KLUSTER_API_KEY: fake-kluster-key}\n"
    outcome = stage.run(WATCH + stage.source("local_server"), "local_server", expect)
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("Bearer fake-kluster-key\n")


def test_another_variable_keeps_it_from_going_there(stage: Stage) -> None:
    """put the name of that server's variable in place of KLUSTER_API_KEY, so that your [...]"""
    other = stage.source("local_server").replace("KLUSTER_API_KEY", "EXAMPLE_API_KEY")
    expect = "environment: {KLUSTER_API_KEY: fake-kluster-key, EXAMPLE_API_KEY: fake-other}\n"
    outcome = stage.run(WATCH + other, "local_server", expect)
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("Bearer fake-other\n")


def test_asking_for_the_prefix_sends_nothing(stage: Stage) -> None:
    """You can ask what would be sent, without sending it"""
    expect = "requests: 0\nstatuses: []\n"
    outcome = stage.run(stage.source("prefix"), "litellm_call", expect, lambda interactions: [])
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown("prefix")


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("openai/a/b/c", "a/b/c"),
        ("openai/openai/gpt-oss-20b", "openai/gpt-oss-20b"),
        ("openai/gpt-oss-20b", "gpt-oss-20b"),
    ],
)
def test_only_the_first_part_is_taken_off(stage: Stage, model: str, sent: str) -> None:
    """Only the first part is taken off, and only once."""

    def of(interactions: Any) -> Any:
        request = interactions[0]["request"]
        request["json"]["model"] = sent
        return interactions

    text = re.sub(r'^model = ".*"$', f'model = "{model}"', stage.source("litellm_call"), flags=re.M)
    assert lines(stage.run(text, "litellm_call", "", of)) == ""


@pytest.mark.parametrize("model", ["openai/o1-pro", "openai/openai/o1-pro"])
def test_a_model_of_the_responses_api_goes_elsewhere(stage: Stage, model: str) -> None:
    """is asked at `/responses` instead of `/chat/completions`, whatever the server."""
    text = re.sub(r'^model = ".*"$', f'model = "{model}"', stage.source("litellm_call"), flags=re.M)
    found = lines(stage.run(text, "litellm_call", "", lambda interactions: []))
    assert "no recorded answer for POST https://api.kluster.ai/v1/responses" in found


@pytest.mark.parametrize("base", ["        api_base=api_base,\n", ""])
def test_an_id_without_the_prefix_is_refused(stage: Stage, base: str) -> None:
    """A name without the prefix is refused before any request"""
    text = stage.source("litellm_call").replace('"openai/klusterai', '"klusterai')
    text = text.replace("        api_base=api_base,\n", base)
    expect = "exit: 1\nrequests: 0\nstatuses: []\nstderr: LLM Provider NOT provided\n"
    assert lines(stage.run(text, "litellm_call", expect, lambda interactions: [])) == ""


@pytest.mark.parametrize(
    ("model", "base", "provider"),
    [
        ("gpt-4o", KLUSTER, "openai"),
        ("mistral/some-model", KLUSTER, "mistral"),
        ("some-model", "https://api.groq.com/openai/v1", "groq"),
    ],
)
def test_what_litellm_knows_is_not_refused(
    stage: Stage, model: str, base: str, provider: str
) -> None:
    """unless LiteLLM knows the name (gpt-4o), its first part (mistral/) or the address [...]."""
    ask = f"import litellm\nprint(litellm.get_llm_provider({model!r}, api_base={base!r}))\n"
    found = ast.literal_eval(stage.tells(ask))
    assert found[0] == model.removeprefix("mistral/")
    assert (found[1], len(found)) == (provider, 4)


def test_the_first_of_four_is_the_model(stage: Stage) -> None:
    """litellm.get_llm_provider returns four things, and the program uses the first"""
    test_what_litellm_knows_is_not_refused(stage, "gpt-4o", KLUSTER, "openai")
    assert "model, _, _, _ = litellm.get_llm_provider(name)" in stage.source("prefix")


def test_the_models_are_those_of_the_reference(stage: Stage) -> None:
    """The stand-in lists the models that kluster.ai last documented."""
    import yaml

    models = yaml.safe_load((ROOT / "docs/api-reference/models.yml").read_text("utf-8"))["models"]
    listed = re.findall(r"^openai/(\S+)$", stage.shown("list_models"), re.MULTILINE)
    assert listed == [model["id"] for model in models]


VALID = """\
import litellm
print(litellm.get_valid_models(
    check_provider_endpoint=True, custom_llm_provider="openai", {}
))
"""


def test_get_valid_models_forgets_the_path(stage: Stage) -> None:
    """It takes only the host and the port of api_base, and appends a path of its own."""
    ask = VALID.format('api_base="https://api.example.com/compatible/v1", api_key="fake-key"')
    assert "GET https://api.example.com/v1/models" in lines(stage.run(ask, "list_models"))
    right = VALID.format(f'api_base="{KLUSTER}", api_key="fake-key"')
    outcome = stage.run(right, "list_models")
    assert lines(outcome) == ""
    assert "'klusterai/Meta-Llama-3.3-70B-Instruct-Turbo'" in outcome.stdout


def test_get_valid_models_asks_openai_if_no_base_is_passed(stage: Stage) -> None:
    """Without api_base, it asks OpenAI, even if OPENAI_API_BASE names another server."""
    expect = f"environment: {{OPENAI_API_BASE: '{KLUSTER}', OPENAI_API_KEY: fake-kluster-key}}\n"
    outcome = stage.run(WATCH + VALID.format(""), "list_models", expect)
    assert "GET https://api.openai.com/v1/models" in lines(outcome)
    assert "Bearer fake-kluster-key" in outcome.stdout


def test_get_valid_models_sends_the_key_there(stage: Stage) -> None:
    """It sends the key in OPENAI_API_KEY there."""
    test_get_valid_models_asks_openai_if_no_base_is_passed(stage)


def test_get_valid_models_hides_what_failed(stage: Stage) -> None:
    """If the request fails, it logs a warning and returns an empty list."""
    ask = VALID.format(f'api_base="{KLUSTER}", api_key="fake-key"')
    expect = (
        "requests: 1\nstatuses: []\nfaults: [{request: 1, kind: refused}]\n"
        "stderr: Error getting valid models\n"
    )
    outcome = stage.run(ask, "list_models", expect, lambda interactions: [])
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("[]\n")


def test_two_mistakes_never_become_a_request(stage: Stage) -> None:
    """The words after the dash come from the server, here the stand-in."""
    (missing, too_long) = stage.recorded("mistakes").interactions
    assert missing["response"]["json"]["error"]["message"] in stage.shown("mistakes")
    assert too_long["response"]["text"] == "404: Not Found"


@pytest.mark.parametrize("line", ['os.environ.pop("OPENAI_API_KEY", None)\n', ""])
def test_the_mistakes_do_not_send_the_key_of_openai(stage: Stage, line: str) -> None:
    """It removes OPENAI_API_KEY, which LiteLLM would send in place of the empty key"""
    text = stage.source("mistakes").replace('os.environ.pop("OPENAI_API_KEY", None)\n', line)
    expect = (
        "requests: 3\nstatuses: [404, 404]\nfaults: [{request: 3, kind: refused}]\n"
        "environment: {OPENAI_API_KEY: fake-openai-key, KLUSTER_API_KEY: fake-kluster-key}\n"
    )
    outcome = stage.run(WATCH + text, "mistakes", expect)
    assert outcome.stdout.count("Bearer fake-kluster-key\n") == 3
    assert ("Bearer fake-openai-key\n" in outcome.stdout) == (not line)


def test_without_the_line_the_key_would_go_to_the_server(stage: Stage) -> None:
    """Without the line that removes OPENAI_API_KEY, that key would go to the server."""
    test_the_mistakes_do_not_send_the_key_of_openai(stage, "")


def test_litellm_adds_the_path_and_nothing_else(stage: Stage) -> None:
    """LiteLLM adds /chat/completions to it, and nothing else."""
    text = stage.source("litellm_call").replace(KLUSTER, "https://api.kluster.ai")
    assert "POST https://api.kluster.ai/chat/completions" in lines(stage.run(text, "litellm_call"))


def test_one_slash_at_the_end_makes_no_difference(stage: Stage) -> None:
    """One slash at the end makes no difference."""
    text = stage.source("litellm_call").replace(KLUSTER, f"{KLUSTER}/")
    assert lines(stage.run(text, "litellm_call")) == ""
    two = stage.source("litellm_call").replace(KLUSTER, f"{KLUSTER}//")
    assert f"POST {KLUSTER}//chat/completions" in lines(stage.run(two, "litellm_call"))


@pytest.mark.parametrize(("key", "requests"), [("x", 1), ("no key", 1), ("schlüssel", 0)])
def test_the_key_has_plain_letters(stage: Stage, key: str, requests: int) -> None:
    """Any word in plain letters will do [...]. With an "ü" in it, nothing is sent."""
    text = stage.source("local_server").replace('"INSERT_API_KEY"', f'"{key}"')
    assert text != stage.source("local_server")
    expect = f"requests: {requests}\nwaits: skipped\n"
    if not requests:
        expect += "exit: 1\nstatuses: []\nstderr: 'The request failed: '\n"
    outcome = stage.run(text, "local_server", expect, lambda made: made[:requests])
    assert lines(outcome) == ""


def test_a_refused_connection_is_called_an_internal_server_error(stage: Stage) -> None:
    """LiteLLM calls this an internal server error, although no server was reached."""
    faults = ", ".join(f"{{request: {number}, kind: refused}}" for number in (1, 2, 3))
    expect = (
        "exit: 1\nrequests: 3\nstatuses: []\nwaits: skipped\n"
        f"stderr: litellm.InternalServerError\nfaults: [{faults}]\n"
    )
    text = stage.source("local_server")
    assert lines(stage.run(text, "local_server", expect, lambda interactions: [])) == ""
