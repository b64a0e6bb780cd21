"""What LiteLLM's programs get from the origin is recorded, scrubbed, and replayed without it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from docproof.check import check
from docproof.core.project import Program
from docproof.record.record import CERTIFICATES
from docproof.replay.replay import Outcome, Replayer
from docproof.replay.servers import Servers
from docproof.replay.terminal import render
from tests.helpers.bench import Bench, problems
from tests.helpers.origin import WORDS, Origin
from tools import first_call

HEAD = """\
import asyncio
import json
import os

import litellm

litellm.suppress_debug_info = True
service = {
    "api_base": "URL",
    "api_key": os.environ.get("FAKE_API_KEY", "INSERT_API_KEY"),
}
call = {**service, "model": "openai/test/plain", "max_retries": 0}
files = {**service, "custom_llm_provider": "openai"}
messages = [{"role": "user", "content": "What is the capital of Argentina?"}]
# Without the last, this version of LiteLLM wants another package for tools.
weather = {"name": "weather", "parameters": {"type": "object", "properties": {}}}
tools = {"tools": [{"type": "function", "function": weather}], "_skip_mcp_handler": True}
"""
PROGRAMS = {
    "plain": """\
response = litellm.completion(messages=messages, **call)
print(response.choices[0].message.content, response.usage.total_tokens)
""",
    "stream": """\
for chunk in litellm.completion(messages=messages, stream=True, **call):
    print(chunk.choices[0].delta.content or "", end="")
print()
""",
    "asynchronous": """\
response = asyncio.run(litellm.acompletion(messages=messages, **call))
print(response.choices[0].message.content)
""",
    "asynchronous_stream": """\
async def main():
    async for chunk in await litellm.acompletion(messages=messages, stream=True, **call):
        print(chunk.choices[0].delta.content or "", end="")
    print()

asyncio.run(main())
""",
    "at_once": """\
async def ask(number):
    asked = [{"role": "user", "content": f"Question {number}?"}]
    response = await litellm.acompletion(messages=asked, **call)
    return f"{number}: {response.choices[0].message.content}"

async def main():
    print("\\n".join(await asyncio.gather(*map(ask, range(4)))))

asyncio.run(main())
""",
    "asynchronous_httpx": """\
import httpx

async def main():
    body = {"model": "test/plain", "messages": messages}
    known = {"Authorization": f"Bearer {service['api_key']}"}
    async with httpx.AsyncClient() as client:
        reply = await client.post("URL/chat/completions", json=body, headers=known)
    print(reply.json()["choices"][0]["message"]["content"])

asyncio.run(main())
""",
    "tool_calls": """\
message = litellm.completion(messages=messages, **tools, **call).choices[0].message
print(message.tool_calls[0].function.arguments)
told = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "sunny"}
response = litellm.completion(messages=[*messages, message, told], **tools, **call)
print(response.choices[0].message.content)
""",
    "tool_calls_streamed": """\
chunks = list(litellm.completion(messages=messages, stream=True, **tools, **call))
message = litellm.stream_chunk_builder(chunks).choices[0].message
print(message.tool_calls[0].function.arguments)
""",
    "error": """\
try:
    litellm.completion(messages=messages, **call | {"model": "openai/test/404"})
except Exception as error:
    print(type(error).__name__, error)
""",
    "batch": """\
body = {"model": "test/plain", "messages": messages}
line = {"custom_id": "one", "method": "POST", "url": "/v1/chat/completions", "body": body}
upload = ("batch.jsonl", json.dumps(line).encode())
file = litellm.create_file(file=upload, purpose="batch", **files)
batch = litellm.create_batch(
    completion_window="24h", endpoint="/v1/chat/completions", input_file_id=file.id, **files
)
batch = litellm.retrieve_batch(batch_id=batch.id, **files)
content = litellm.file_content(file_id=batch.output_file_id, **files).content
print(batch.status, json.loads(content)["response"]["body"]["choices"][0]["message"]["content"])
""",
    "embedding": """\
print(litellm.embedding(input=["one"], **call | {"model": "openai/test/plain"}).data)
print(litellm.list_batches(**files).data)
""",
}
PRINTED = {
    **dict.fromkeys(PROGRAMS, WORDS),
    "at_once": f"3: {WORDS}",
    "tool_calls_streamed": '"city": "Buenos Aires"',
    "error": "It is as you ask.",
    "batch": f"completed {WORDS}",
    "embedding": "0.25",
}


@dataclass
class Trips:
    """What became of all programs, recorded with one command."""

    bench: Bench
    done: subprocess.CompletedProcess[str]
    left_meanwhile: dict[str, set[str]]
    outcomes: dict[str, Outcome]


@pytest.fixture(scope="module")
def trips(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Trips:
    with Origin(tmp_path_factory.mktemp("origin")) as origin:
        bench = Bench(tmp_path_factory.mktemp("trips"), origin, servers, other=True)
        # What LiteLLM does at its first call is done once, not in each of fifty runs.
        bench.settings('preload = ["preload"]\nversions = ["litellm"]\n')
        warm = Path(first_call.__file__).read_text("utf-8") + "\nprepare()\n"
        bench.sandbox.write("preload.py", warm)
        (bench.sandbox.root / "code/page/x.py").unlink()
        (bench.sandbox.root / "tests/cassettes/page/x.yaml").unlink()
        for name, text in PROGRAMS.items():
            whole = (HEAD + text).replace("URL", bench.documented)
            bench.sandbox.write(f"code/page/{name}.py", whole)
        expected = "why: shows an error\nstatuses: [404]\n"
        bench.sandbox.write("tests/cassettes/page/error.expected.yaml", expected)
        with bench.watched() as meanwhile:
            done = bench.record("code")
    # Now that the origin is gone, in the process that has imported LiteLLM for `record`.
    found = bench.environment()
    trusted = {name: found[name] for name in CERTIFICATES if name in found}
    project, key = bench.sandbox.project, origin.key
    with Replayer(project, key=key, variables=trusted, servers=servers) as replayer:
        outcomes = {name: replayer.play(program(bench, name)) for name in PROGRAMS}
    return Trips(bench, done, meanwhile, outcomes)


def program(bench: Bench, name: str) -> Program:
    return bench.sandbox.project.program(f"code/page/{name}.py")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_recorded_and_prints_the_same_with_the_origin_gone(
    trips: Trips, name: str
) -> None:
    assert not [line for line in problems(trips.done) if f"/{name}.py" in line], trips.done.stdout
    outcome = trips.outcomes[name]
    assert not outcome.problems
    assert PRINTED[name] in outcome.stdout
    made = trips.bench.sandbox.read(f"code/page/terminal/{name}.md")
    assert made == render(program(trips.bench, name), outcome.stdout)


def test_all_of_them_are_recorded_with_one_command(trips: Trips) -> None:
    assert trips.done.returncode == 0, trips.done.stdout + trips.done.stderr


def test_the_keys_in_the_answers_are_placeholders_on_the_page(trips: Trips) -> None:
    printed = trips.bench.sandbox.read("code/page/terminal/plain.md")
    for name in ("OpenAI", "a JWT", "the key in use", "the key in a URL"):
        assert f"{name}: INSERT_API_KEY" in printed
    assert trips.bench.sandbox.read("code/page/terminal/tool_calls.md").count("INSERT") >= 2


def test_nothing_planted_is_left_in_any_file_or_on_the_terminal_nor_was_it_meanwhile(
    trips: Trips,
) -> None:
    assert trips.bench.left(trips.done.stdout, trips.done.stderr) == {}
    assert trips.left_meanwhile == {}


def test_the_recordings_pass_the_checks(trips: Trips) -> None:
    found = check(trips.bench.sandbox.project, [])
    assert [one for one in found if "cassettes" in one.path or one.rule == "secret"] == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_recording_says_where_it_comes_from_and_keeps_the_documented_address(
    trips: Trips, name: str
) -> None:
    made = trips.bench.recording(name)
    assert made["recorded"]["origin"] == trips.bench.origin.url
    assert list(made["recorded"]["packages"]) == ["litellm"]
    for one in made["interactions"]:
        assert one["request"]["uri"].startswith(trips.bench.documented)
