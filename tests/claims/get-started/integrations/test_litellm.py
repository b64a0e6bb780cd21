"""What the page docs/get-started/integrations/litellm.md claims about behaviour, one test each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.helpers.guide import ROOT
from tests.helpers.imported import Import
from tests.helpers.stage import Stage, lines

FOLDER = ROOT / "code/get-started/integrations/litellm"
HELLO = (FOLDER / "hello_litellm.py").read_text("utf-8")
FEATURES = (FOLDER / "litellm_features.py").read_text("utf-8")
SWITCH = "litellm.disable_hf_tokenizer_download = True\n"

# What a program finds in its reader's environment.
READER = "import os\nos.environ.update({!r})\n"


def test_the_prefix_is_not_sent(stage: Stage) -> None:
    """It tells LiteLLM which protocol to speak [...]. It is not sent to the server."""
    assert 'model="openai/klusterai/' in HELLO
    assert stage.sent("hello_litellm")[0]["model"] == "klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"


@pytest.mark.parametrize(
    ("reader", "key"),
    [({"KLUSTER_API_KEY": "fake-reader-key"}, "fake-reader-key"), ({}, "INSERT_API_KEY")],
)
def test_the_key_comes_from_the_environment_or_is_the_placeholder(
    stage: Stage, reader: dict[str, str], key: str
) -> None:
    """The programs take yours from `KLUSTER_API_KEY` [...] they send the placeholder."""
    watch = (
        "import httpx\n"
        "send = httpx.Client.send\n"
        "def watched(self, request, **options):\n"
        "    print(request.headers['authorization'])\n"
        "    return send(self, request, **options)\n"
        "httpx.Client.send = watched\n"
    )
    reader = {"OPENAI_API_KEY": "fake-key-of-another-company", **reader}
    outcome = stage.run(READER.format(reader) + watch + HELLO, "hello_litellm")
    assert lines(outcome) == ""
    assert outcome.stdout.startswith(f"Bearer {key}\n")


def test_litellm_prefers_openai_base_url(stage: Stage) -> None:
    """If OPENAI_BASE_URL is set, LiteLLM prefers it, and your key goes to the address in it."""
    reader = READER.format({"OPENAI_BASE_URL": "https://elsewhere.test/v1"})
    careless = HELLO.replace('os.environ.pop("OPENAI_BASE_URL", None)\n', "")
    assert careless != HELLO
    assert "POST https://elsewhere.test/v1/chat/completions" in lines(
        stage.run(reader + careless, "hello_litellm")
    )


def test_the_program_removes_openai_base_url(stage: Stage) -> None:
    """So the program removes that variable."""
    reader = READER.format({"OPENAI_BASE_URL": "https://elsewhere.test/v1"})
    assert lines(stage.run(reader + HELLO, "hello_litellm")) == ""


def test_without_the_prefix_nothing_is_sent(stage: Stage) -> None:
    """Remove `openai/` from the model [...]. LiteLLM sends nothing [...]. [...] begins with"""
    bare = HELLO.replace("openai/klusterai", "klusterai")
    assert bare != HELLO
    expect = "exit: 1\nrequests: 0\nstderr: LLM Provider NOT provided\n"
    outcome = stage.run(bare, "hello_litellm", expect, lambda interactions: [])
    assert lines(outcome) == ""
    said = "The request failed: litellm.BadRequestError: LLM Provider NOT provided."
    assert outcome.stdout.startswith(said)
    assert f'"{said}"' in (ROOT / "docs/get-started/integrations/litellm.md").read_text("utf-8")


def refuse(interactions: Any) -> Any:
    """The service refuses the key."""
    error = {"message": "Incorrect API key provided.", "type": "invalid_request_error", "code": "x"}
    answer = {"status": 401, "headers": {}, "json": {"error": error}}
    return [interactions[0] | {"response": answer}]


@pytest.mark.parametrize(
    ("program", "name"), [(HELLO, "hello_litellm"), (FEATURES, "litellm_features")]
)
def test_a_request_that_fails_ends_the_program_with_the_reason(
    stage: Stage, program: str, name: str
) -> None:
    """If the request fails, the program prints the reason and stops."""
    expect = "exit: 1\nstderr: 'request failed: litellm.AuthenticationError'\nstatuses: [401]\n"
    outcome = stage.run(program, name, expect, refuse)
    assert lines(outcome) == ""
    assert outcome.stdout.count("\n") == 1
    assert "Incorrect API key provided." in outcome.stdout


def test_the_reason_has_as_many_lines_as_the_server_s_words(stage: Stage) -> None:
    """the program prints the reason and stops."""
    error = {"message": "Too many words.\nSend fewer.", "type": "x", "code": None}
    answer = {"status": 400, "headers": {}, "json": {"error": error}}
    expect = "exit: 1\nstderr: Send fewer.\nstatuses: [400]\n"
    outcome = stage.run(
        HELLO, "hello_litellm", expect, lambda made: [made[0] | {"response": answer}]
    )
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[1:] == ["Send fewer."]


def test_suppress_debug_info_keeps_litellm_s_hints_away(stage: Stage) -> None:
    """suppress_debug_info stops LiteLLM from printing its own hints as well."""
    expect = "exit: 1\nstderr: 'AuthenticationError'\nstatuses: [401]\n"
    chatty = HELLO.replace("litellm.suppress_debug_info = True\n", "")
    assert chatty != HELLO
    assert "Give Feedback / Get Help" in stage.run(chatty, "hello_litellm", expect, refuse).stdout


def test_without_the_switch_litellm_downloads_a_tokenizer(stage: Stage) -> None:
    """[...] LiteLLM would download a tokenizer from Hugging Face."""
    assert SWITCH in FEATURES
    assert "https://huggingface.co/" in lines(
        stage.run(FEATURES.replace(SWITCH, ""), "litellm_features")
    )


def test_with_the_switch_it_does_not(stage: Stage) -> None:
    """The second line turns that off, and LiteLLM counts with its built-in tokenizer."""
    assert lines(stage.run(FEATURES, "litellm_features")) == ""


def test_some_chunks_carry_no_text(stage: Stage) -> None:
    """Some carry no text, such as the last one."""
    spy = FEATURES.replace("        if text:", "        seen.append(text)\n        if text:")
    spy = "seen = []\n" + spy + "print(bool(seen[0]), bool(seen[1]), bool(seen[-1]))\n"
    outcome = stage.run(spy, "litellm_features")
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[-1].endswith("True False")


def test_a_stream_that_breaks_off_ends_the_program_with_one_line(stage: Stage) -> None:
    """A stream can also break off half-way, so the loop has its own error handling."""
    expect = (
        "exit: 1\nstderr: 'The stream broke off: '\nfaults: [{request: 1, kind: cut, after: 5}]\n"
    )
    outcome = stage.run(FEATURES, "litellm_features", expect, lambda interactions: interactions[:1])
    assert lines(outcome) == ""
    assert outcome.stdout.splitlines()[0] == "First answer, streamed:"
    assert outcome.stdout.splitlines()[-1].startswith("The stream broke off: litellm.")


def test_all_the_messages_are_sent_again(stage: Stage) -> None:
    """Send all the messages again, this time without streaming."""
    first, second = stage.sent("litellm_features")
    assert second["messages"][:2] == first["messages"]
    assert [message["role"] for message in second["messages"]] == [
        *("system", "user", "assistant", "user")
    ]
    assert second["messages"][2]["content"] in stage.shown("litellm_features")


def test_both_answers_are_cut_at_300_tokens(stage: Stage) -> None:
    """Both end in the middle of a sentence because max_tokens cuts them at 300 tokens."""
    recorded = stage.recorded("litellm_features").interactions
    first, second = (one["response"] for one in recorded)
    last = json.loads(first["events"].splitlines()[-2])
    assert last["choices"][0]["finish_reason"] == "length"
    assert second["json"]["choices"][0]["finish_reason"] == "length"
    assert second["json"]["usage"]["completion_tokens"] == 300
    assert {request["max_tokens"] for request in stage.sent("litellm_features")} == {300}


def test_the_output_is_a_stand_in_s(stage: Stage) -> None:
    """A line below each output says where its answers come from. Here that is a stand-in"""
    for name in ("hello_litellm", "litellm_features"):
        assert stage.recorded(name).recorded["origin"] == "stand-in", "rewrite that sentence"


def test_the_page_names_the_version_that_it_was_run_with(stage: Stage) -> None:
    """This page was run with version 1.110.2."""
    page = (ROOT / "docs/get-started/integrations/litellm.md").read_text("utf-8")
    version = stage.recorded("hello_litellm").recorded["packages"]["litellm"]
    assert f"This page was run with version {version}:" in page
    assert f"pip install litellm=={version}\n" in page
    assert f"litellm=={version} " in (ROOT / "requirements.txt").read_text("utf-8")


def test_litellm_makes_up_to_three_attempts(stage: Stage) -> None:
    """`timeout` limits the seconds of one attempt, and LiteLLM makes up to three."""
    faults = ", ".join(f"{{request: {number}, kind: timeout}}" for number in (1, 2, 3))
    expect = f"exit: 1\nrequests: 3\nstatuses: []\nstderr: litellm.Timeout\nfaults: [{faults}]\n"
    assert lines(stage.run(FEATURES, "litellm_features", expect, lambda interactions: [])) == ""


def test_at_import_litellm_looks_for_a_price_list_and_warns_without_a_network(
    imported: Callable[[bool], Import],
) -> None:
    """LiteLLM looks for a newer price list on the network, and prints warnings if it cannot."""
    plain, switched = imported(False).importing, imported(True).importing
    assert "\nlooked up raw.githubusercontent.com\n" in plain
    assert "WARNING" in plain
    assert len(switched.splitlines()) == 2  # which the program itself prints
