"""The stand-in does what a request asks for, or says by name what it does not simulate."""

from __future__ import annotations

import base64
import json
import math
import signal
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from docproof.core.problem import Problem
from docproof.recordings.reader import read
from docproof.recordings.recording import stream
from tests.helpers.guide import GUIDE, ROOT
from tests.helpers.waiting import hears_ctrl_c
from tools import answers, standin
from tools.answers import AnswersError
from tools.standin import application, embeddings, images, serving

ANSWER = "One. Two! Three, and four."
CALLS = [
    {"name": "count", "arguments": '{"what": "sheep", "up to": 12}'},
    {"name": "count", "arguments": '{"what": "goa'},
]
ANSWERS = [
    {"user": "Count", "answer": ANSWER},
    {
        "user": "Call",
        "turns": [
            {"calls": CALLS},
            {"answer": "Let me see.", "calls": CALLS[:1]},
            {"answer": ANSWER},
        ],
    },
    {"user": "Think", "answer": ANSWER, "reasoning_content": "Well."},
    {"user": "Ponder", "answer": ANSWER, "reasoning": "Well."},
]
TOOLS = [{"type": "function", "function": {"name": "count", "parameters": {}}}]
ASKED = {"role": "user", "content": "Call"}
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks a stand-in that has a few answers; one calls tools first, two have thoughts."""
    folder = tmp_path_factory.mktemp("standin")
    (folder / "answers").mkdir()
    (folder / "answers/x.yaml").write_text(yaml.safe_dump(ANSWERS), "utf-8")
    (folder / "models.yml").write_text(
        "models: [{id: a/b}, {id: a/seer, abilities: vision}]\n", "utf-8"
    )
    with serving(application(folder / "answers", folder / "models.yml")) as url:

        def ask(path: str = "chat/completions", **more: Any) -> httpx.Response:
            asked = {"model": "a/b", "messages": [{"role": "user", "content": "Count"}]}
            body = more if path == "embeddings" else asked | more
            headers = {"authorization": "Bearer sk-fake-not-a-key"}
            return httpx.post(f"{url}/{path}", json=body, headers=headers)

        yield ask


def image(url: str) -> dict[str, Any]:
    """A message with a text and an image."""
    parts = [{"type": "text", "text": "Count"}, {"type": "image_url", "image_url": {"url": url}}]
    return {"role": "user", "content": parts}


def said(reply: httpx.Response) -> tuple[str, str]:
    """The text of an answer, whole or streamed, and why it ends."""
    if "event-stream" not in reply.headers["content-type"]:
        (choice,) = reply.json()["choices"]
        return choice["message"]["content"], choice["finish_reason"]
    events = [line[6:] for line in reply.text.splitlines() if line.startswith("data: {")]
    choices = [choice for event in events for choice in json.loads(event)["choices"]]
    text = "".join(choice["delta"].get("content") or "" for choice in choices)
    return text, choices[-1]["finish_reason"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("asked", "text", "finish"),
    [
        ({}, ANSWER, "stop"),
        ({"stop": ["."]}, "One", "stop"),
        ({"stop": "!"}, "One. Two", "stop"),
        ({"stop": [",", "Two"]}, "One. ", "stop"),
        ({"stop": ["none of it"]}, ANSWER, "stop"),
        ({"stop": None, "tools": None, "n": None}, ANSWER, "stop"),
        ({"max_tokens": 2}, "One.", "length"),
        ({"max_completion_tokens": 2}, "One.", "length"),
        ({"max_tokens": 2, "stop": "!"}, "One.", "length"),
        ({"max_tokens": 2, "stop": "."}, "One", "stop"),
        ({"n": 1, "seed": 7, "temperature": 0, "top_p": 1, "user": "me"}, ANSWER, "stop"),
        ({"response_format": {"type": "text"}}, ANSWER, "stop"),
        ({"response_format": {"type": "json_object"}}, ANSWER, "stop"),
        ({"response_format": {"type": "json_schema"}}, ANSWER, "stop"),
    ],
)
def test_it_does_what_it_is_asked_for(
    ask: Ask, asked: dict[str, Any], text: str, finish: str, stream: bool
) -> None:
    assert said(ask(**asked, stream=stream)) == (text, finish)


def called(reply: httpx.Response) -> list[dict[str, Any]]:
    """The calls of an answer; those of a stream are put together by their index."""
    if "event-stream" not in reply.headers["content-type"]:
        return reply.json()["choices"][0]["message"]["tool_calls"]
    calls: list[dict[str, Any]] = []
    for line in reply.text.splitlines():
        if line.startswith("data: {"):
            for part in json.loads(line[6:])["choices"][0]["delta"].get("tool_calls", []):
                index = part.pop("index")
                if index == len(calls):
                    calls.append(part)
                else:
                    assert part.keys() == {"function"}
                    calls[index]["function"]["arguments"] += part["function"]["arguments"]
    return calls


@pytest.mark.parametrize("stream", [False, True])
def test_it_calls_tools_and_answers_when_their_results_are_there(ask: Ask, stream: bool) -> None:
    messages: list[dict[str, Any]] = [ASKED]
    for calls, text in ((CALLS, ""), (CALLS[:1], "Let me see."), ([], ANSWER)):
        reply = ask(messages=messages, tools=TOOLS, stream=stream)
        made = called(reply)
        assert [call["function"] for call in made] == calls
        assert len({call["id"] for call in made}) == len(made)
        said_text, finish = said(reply)
        assert (said_text or "", finish) == (text, "tool_calls" if calls else "stop")
        messages += [{"role": "assistant", "content": text or None, "tool_calls": made}]
        messages += [{"role": "tool", "tool_call_id": call["id"], "content": "12"} for call in made]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ([{"role": "assistant", "tool_calls": [{"id": "a"}, {"id": "b"}]},
          {"role": "tool", "tool_call_id": "a", "content": "1"}],
         "An assistant message with 'tool_calls' must be followed by tool messages responding to "
         "each 'tool_call_id'. The following tool_call_ids did not have response messages: b"),
        ([{"role": "tool", "tool_call_id": "a", "content": "1"}],
         "Invalid parameter: messages with role 'tool' must be a response to a preceding "),
    ],
)  # fmt: skip
def test_a_call_and_its_result_belong_together(
    ask: Ask, more: list[dict[str, Any]], why: str
) -> None:
    reply = ask(messages=[ASKED, *more], tools=TOOLS)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(why)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, "The answer calls a tool, and the request has none."),
        ({"tools": TOOLS, "max_tokens": 9}, "The stand-in does not simulate a 'max_tokens' that "),
    ],
)
def test_what_it_cannot_answer_with_a_call_it_refuses(
    ask: Ask, asked: dict[str, Any], why: str
) -> None:
    reply = ask(messages=[ASKED], **asked)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(why)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"n": 2}, "'n': 2"),
        ({"n": True}, "'n': true"),
        ({"max_tokens": 0}, "'max_tokens': 0"),
        ({"max_tokens": "9"}, "'max_tokens': \"9\""),
        ({"stop": [3]}, "'stop': [3]"),
        ({"stop": 3}, "'stop': 3"),
        ({"stop": [""]}, "'stop': [\"\"]"),
        ({"seed": "x"}, "'seed': \"x\""),
        ({"temperature": 3}, "'temperature': 3"),
        ({"response_format": {"type": "xml"}}, "'response_format': "),
        ({"tools": []}, "'tools': []"),
        ({"tools": [{"type": "mcp"}]}, "'tools': [{"),
        ({"messages": [ASKED, {"role": "tool", "content": "1"}]}, "a message such as"),
        ({"messages": [ASKED, {"role": "assistant", "tool_calls": []}]}, "a message such as"),
        ({"tool_choice": "none"}, "'tool_choice': \"none\""),
        ({"logprobs": True}, "'logprobs'"),
        ({"frequency_penalty": 1}, "'frequency_penalty'"),
        ({"stream": "yes"}, "'stream': \"yes\""),
        ({"stream_options": {"include_usage": True}}, "'stream_options' without 'stream'"),
        ({"stream": True, "stream_options": {"other": True}}, "'stream_options': "),
        ({"messages": []}, "'messages': []"),
        ({"messages": "Count"}, "'messages': \"Count\""),
        ({"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]}, "a message"),
        ({"messages": [{"role": "user", "content": "Count", "reasoning": "So."}]}, "a message"),
        ({"messages": [image("file:///etc/passwd")]}, "a message such as"),
        ({"reasoning_effort": "much"}, "'reasoning_effort': \"much\""),
        ({"chat_template_kwargs": {"other": 1}}, "'chat_template_kwargs': "),
        ({"thinking": {"type": "enabled"}}, "'thinking'"),
        ({"messages": [{"role": "user", "content": "Count", "name": "me"}]}, "a message such as"),
    ],
)
def test_what_it_does_not_simulate_it_refuses_by_name(
    ask: Ask, asked: dict[str, Any], named: str
) -> None:
    reply = ask(**asked)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(f"The stand-in does not simulate {named}")


@pytest.mark.parametrize(
    ("question", "field", "details"),
    [
        ("Think", "reasoning_content", {"completion_tokens_details": {"reasoning_tokens": 2}}),
        ("Ponder", "reasoning", {}),
    ],
)
def test_thoughts_stand_in_the_field_that_the_answer_names(
    ask: Ask, question: str, field: str, details: dict[str, Any]
) -> None:
    messages = [{"role": "user", "content": question}]
    whole = ask(messages=messages).json()
    assert whole["choices"][0]["message"][field] == "Well."
    assert whole["choices"][0]["message"]["content"] == ANSWER
    plain = ask().json()["usage"]["completion_tokens"]
    assert whole["usage"]["completion_tokens"] == plain + 2
    assert {key: whole["usage"][key] for key in whole["usage"] if "details" in key} == details
    streamed = ask(messages=messages, stream=True)
    assert streamed.text.index(f'{{"{field}": "Well."}}') < streamed.text.index("One.")
    assert said(streamed) == (ANSWER, "stop")


@pytest.mark.parametrize(
    "off", [{"reasoning_effort": "none"}, {"chat_template_kwargs": {"enable_thinking": False}}]
)
def test_thoughts_can_be_turned_off(ask: Ask, off: dict[str, Any]) -> None:
    messages = [{"role": "user", "content": "Think"}]
    message = ask(messages=messages, **off).json()["choices"][0]["message"]
    assert "reasoning_content" not in message
    assert ask(messages=messages, reasoning_effort="low").json()["choices"][0]["message"].keys() > (
        message.keys()
    )


@pytest.mark.parametrize(("limit", "thought", "text"), [(1, "Well", ""), (4, "Well.", "One.")])
def test_thoughts_count_against_the_limit(ask: Ask, limit: int, thought: str, text: str) -> None:
    reply = ask(messages=[{"role": "user", "content": "Think"}], max_tokens=limit)
    assert reply.json()["choices"][0]["message"]["reasoning_content"] == thought
    assert said(reply) == (text, "length")


def test_what_litellm_sends_back_of_thoughts_is_taken(ask: Ask) -> None:
    back = {"role": "assistant", "content": "One.", "reasoning_content": "So.", "reasoning": "So."}
    messages = [image("data:image/png;base64,AA"), back, {"role": "user", "content": "Count"}]
    assert said(ask(model="a/seer", messages=messages)) == (ANSWER, "stop")


@pytest.mark.parametrize("url", ["data:image/png;base64,AA", "https://example.com/x.png"])
def test_an_image_counts_and_a_text_model_refuses_it(ask: Ask, url: str) -> None:
    seen = ask(model="a/seer", messages=[image(url)])
    assert said(seen) == (ANSWER, "stop")
    plain = ask().json()["usage"]["prompt_tokens"]
    assert seen.json()["usage"]["prompt_tokens"] == plain + images.TOKENS
    refused = ask(messages=[image(url)])
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        400,
        "a/b is not a multimodal model",
    )


def test_texts_with_the_same_words_get_vectors_that_point_the_same_way(ask: Ask) -> None:
    texts = ["A red house", "a house, RED", "nothing of it"]
    answer = ask("embeddings", model=embeddings.MODEL, input=texts).json()
    first, second, third = (one["embedding"] for one in answer["data"])
    assert [one["index"] for one in answer["data"]] == [0, 1, 2]
    assert first == second
    assert math.hypot(*first) == pytest.approx(1, abs=1e-5)
    assert sum(one * other for one, other in zip(first, third, strict=True)) < 0.5
    assert answer["usage"]["prompt_tokens"] == answer["usage"]["total_tokens"] > 0
    packed = ask("embeddings", model=embeddings.MODEL, input=texts[0], encoding_format="base64")
    raw = base64.b64decode(packed.json()["data"][0]["embedding"])
    assert struct.unpack(f"<{embeddings.SIZE}f", raw) == pytest.approx(first)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"model": "a/b"}, "The stand-in has no embeddings of the model 'a/b'."),
        ({"dimensions": 8}, 'Model "BAAI/bge-m3" does not support matryoshka representation'),
        ({"input": []}, "The stand-in embeds a text"),
        ({"input": [""]}, "The stand-in embeds a text"),
        ({"input": [[1, 2]]}, "The stand-in embeds a text"),
        ({"input_type": "query"}, "The stand-in does not simulate 'input_type'."),
        ({"encoding_format": "int8"}, "The stand-in does not simulate 'encoding_format': 'int8'."),
    ],
)
def test_an_embedding_that_it_does_not_make_is_refused(
    ask: Ask, asked: dict[str, Any], said: str
) -> None:
    reply = ask("embeddings", **{"model": embeddings.MODEL, "input": "Red", **asked})
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(said)


def test_what_the_guide_asks_it_for_is_simulated() -> None:
    asked = 0
    for program in GUIDE.all_programs():
        if program.recording.path.is_file():
            made = yaml.safe_load(program.recording.path.read_text("utf-8"))
            for one in made["interactions"]:
                body = one["request"].get("json")
                if body and "messages" in body:
                    assert standin._not_simulated(body) == "", program.name
                    asked += 1
    assert asked


def test_a_question_that_two_files_claim_is_refused_with_both(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("- {user: Other, answer: A}\n- {user: Count, answer: B}\n", "utf-8")
    second.write_text("- {user: Count, answer: C}\n", "utf-8")
    with pytest.raises(AnswersError) as refused:
        application(tmp_path)
    assert str(refused.value).startswith(f"{second}:1: 'Count' has an answer in {first}:2, too; ")
    assert answers.main(tmp_path) == 1
    assert answers.main() == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<<<<<<< HEAD\n- user: A\n=======\n- user: B\n>>>>>>> x\n", ":1: merge-conflict: "),
        ("- user: A\n- user: [\n", ":3: unreadable: cannot be read: "),
        ("user: A\n", ":1: it is no list of entries; "),
        ("- user: A\n- answer: B\n", ":2: an entry without 'user:'; "),
    ],
)
def test_answers_that_cannot_be_read_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, "utf-8")
    assert answers.main(tmp_path) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"{file}{said}")
    assert printed.count("\n") == 1


def test_a_question_without_an_answer_has_a_hint_that_says_which_file(ask: Ask) -> None:
    said = ask(messages=[{"role": "user", "content": "Who?"}]).json()["error"]["message"]
    program = GUIDE.program("code/get-started/integrations/litellm/hello_litellm.py")
    kept = "the old recording is as it was"
    problem = Problem(program.name, 1, "record", f"it exits 1: {said}", f"fix this; {kept}")
    hint = GUIDE.hinted(program, problem).hint
    answers = "tools/standin/answers/get-started/integrations/litellm/hello_litellm.yaml"
    assert (ROOT / answers).is_file()
    assert hint.startswith(f"write one into {answers}, as in ")
    assert hint.endswith(f"; {kept}")


def test_the_command_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from tools import answers, standin\n"
        "def refuse(**_): raise answers.AnswersError('a.yaml:1: twice')\n"
        "standin.application = refuse\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tools.standin", "true"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "a.yaml:1: twice\n")


@pytest.mark.parametrize(
    ("ends", "code", "said"),
    [("", -signal.SIGINT, ""), ("tools.begun()", -signal.SIGINT, "KeyboardInterrupt")],
)
def test_ctrl_c_while_a_command_begins_ends_it_without_a_traceback(
    ends: str, code: int, said: str
) -> None:
    """`python -m` imports the package first, with `-m` in the place of its name."""
    begins = "import os, signal, sys; sys.argv = ['-m']; import tools"
    done = subprocess.run(
        [sys.executable, "-c", f"{begins}\n{ends}\nos.kill(os.getpid(), signal.SIGINT)"],
        cwd=ROOT, capture_output=True, encoding="utf-8",
        preexec_fn=hears_ctrl_c,
    )  # fmt: skip
    assert done.returncode == code
    assert done.stderr.strip().rpartition("\n")[2] == said


def test_what_was_recorded_from_it_is_what_openai_s_own_types_ask_for() -> None:
    """Each answer, and each event of a stream, to the last field; and it answers its request.

    It imports openai, which takes a second or two.
    """
    from openai.pagination import SyncPage
    from openai.types import CreateEmbeddingResponse, Model, chat

    types: dict[str, Any] = {
        "POST /v1/chat/completions": chat.ChatCompletion,
        "POST /v1/embeddings": CreateEmbeddingResponse,
        "GET /v1/models": SyncPage[Model],
    }
    looked_at: Counter[str] = Counter()
    for program in GUIDE.all_programs():
        made = read(GUIDE, program)
        for one in made.interactions if made else ():
            request, response = one["request"], one["response"]
            if response["status"] >= 400:
                continue
            asked = f"{request['method']} {urlsplit(request['uri']).path}"
            looked_at[asked] += 1
            events = [event for _, event in stream(response)]
            answers = [json.loads(event) for event in events[:-1]] or [response["json"]]
            kind = chat.ChatCompletionChunk if events else types[asked]
            for answer in answers:
                kind.model_validate(answer, strict=True)
                assert answer.get("model") == request.get("json", {}).get("model"), program.name
            if events:
                assert events[-1] == "[DONE]", program.name
                ends = [choice["finish_reason"] for one in answers for choice in one["choices"]]
                assert ends[-1], program.name
    assert looked_at.keys() == types.keys()
    assert looked_at["POST /v1/chat/completions"] > 50
