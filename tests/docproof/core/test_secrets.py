"""A key is found by its shape or by its place; ids and hashes are left alone.

No key stands in this file: each is put together when the test runs.
"""

from __future__ import annotations

import base64
import hashlib
import uuid

import pytest
import yaml

from docproof.core.problem import Problem
from docproof.core.project import load_project
from docproof.recordings import recording
from docproof.rules import Selection, secrets
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import Sandbox

F = "FAKE"
SHAPES = {
    "OpenAI": "sk-" + F * 12,
    "OpenAI, of a project": "sk-" + "proj-" + "Fake_fake-" * 5,
    "LiteLLM's proxy": "sk-" + "Fa_Ke-1234" * 2 + "-5",
    "Anthropic": "sk-" + "ant-api03-" + F * 10,
    "OpenRouter": "sk-" + "or-v1-" + F.lower() * 10,
    "GitHub": "ghp" + "_" + F * 9,
    "GitHub, for an installation": "ghs" + "_" + F * 9,
    "GitHub, fine-grained": "github" + "_pat_" + "FA" * 11 + "_" + F * 14 + "FAK",
    "AWS": "AKIA" + F * 4,
    "AWS, for a session": "ASIA" + F * 4,
    "Google": "AIza" + F * 8 + "FAK",
    "Slack": "xoxb" + "-4242424242-" + F * 6,
    "Slack, in a form that the list lacks": "xoxb" + "-4Fake" + F * 6,
    "Hugging Face": "hf" + "_" + F * 9,
    "Hugging Face, with digits": "hf" + "_" + "4" + F * 8 + "2",
    "Stripe": "sk" + "_live_" + F * 6,
    "Stripe, restricted": "rk" + "_live_" + F * 6,
    "Groq": "gsk" + "_" + F * 13,
    "Replicate": "r8" + "_" + F * 10,
    "npm": "npm" + "_" + F * 9,
    "PyPI": "pypi-" + "AgEIcHlwaS5vcmc" + F * 20,
    "GitLab": "glpat" + "-" + F * 5,
    "a JWT": ".".join(["eyJ" + F * 5, "eyJ" + F * 8, F * 8]),
    "Langfuse": "sk-" + "lf-" + "fa4efa4e-fa4e-4a4e-8a4e-fa4efa4efa4e",
    "Google, newer": "AQ" + ".Ab8" + F * 12,
    "Google, for an hour": "ya29" + ".a0" + F * 12,
    "Fireworks": "fw" + "_" + F * 6,
    "Cerebras": "csk" + "-" + F.lower() * 12,
    "Together": "tgp" + "_v1_" + F * 11,
    "Pinecone": "pcsk" + "_" + F * 2 + "_" + F * 15,
    "Vercel": "vck" + "_" + F * 14,
    "Tavily": "tvly" + "-dev-" + F * 8,
    "Databricks": "dapi" + "fa4e" * 8,
    "Bedrock": "ABSK" + F * 30,
    "Azure": F * 13 + "JQQJ99" + "FAKEFAKFAKEFAKEFAKEFAKEFAK",
    "DigitalOcean, which only the list has": "dop" + "_v1_" + "fa4e" * 16,
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
}
FILES = {
    "docs/page.md": "# A page\n\nUse {}.\n",
    "docs/data.yml": "rows:\n- {{about: '{}'}}\n",
    "code/page/x.py": 'import os\n\nclient("{}")\n',
    "code/page/terminal/x.md": "```text\n$ python x.py\nSaid: {}\n```\n",
    "tests/cassettes/page/x.yaml": '# c\nevents: |\n  {{"content": "so\\n{}"}}\n',
    "tests/cassettes/page/x.expected.yaml": "# c\nexit: 1\nwhy: says {}\n",
}
# What kluster.ai's keys looked like, and what a place gives away.
UUID = str(uuid.uuid5(uuid.NAMESPACE_URL, "fake"))
HEX = hashlib.sha256(b"a").hexdigest()
RANDOM = base64.b64encode(hashlib.sha256(b"b").digest()).decode()
# What jwt.io and many after it show.
SAMPLE_JWT = ".".join(
    base64.urlsafe_b64encode(part.encode()).decode().rstrip("=")
    for part in (
        '{"alg":"HS256","typ":"JWT"}',
        '{"sub":"1234567890","name":"John Doe","iat":1516239022}',
        "of a secret that everyone knows",
    )
)
PLACES = [
    'client = OpenAI(api_key="{}")',
    'os.environ["KLUSTER_API_KEY"] = "{}"',
    'key = os.environ.get("KLUSTER_API_KEY", "{}")',
    'key = os.environ.get("KLUSTER_API_KEY") or "{}"',
    "export KLUSTER_API_KEY={}",
    "export OPENAI_KEY={}",
    "KLUSTER_API_KEY={} python x.py",
    'headers = {{"Authorization": "Bearer {}"}}',
    "Authorization: Basic {}",
    "authorization:\n    - Bearer {}",
    "x-api-key: {}",
    '{{"apikey": "{}"}}',
    '"{{\\"api_key\\": \\"{}\\"}}"',
    "curl https://api.example.test/v1?api_key={}",
    "litellm --api-key {}",
    "api_key: str = '{}'",
    "password: {}",
    "client_secret={}",
    "access_token = (\n    '{}'\n)",
    "| API key | `{}` |",
    "Your API key is {}.",
    "Incorrect API key provided: {}.",
    "The key provided was {}.",
    "The server says: refused key {}",
    "Your key {} is not valid.",
    "curl 'https://api.example.test/v1?key={}'",
    "token: {}",
    "token = '{}'",
]
HARMLESS = [
    "id: chat-c1cb442243461ff5f984ad7414003ac2",
    '{"id": "chatcmpl-9f86d081884c7d659a2feaa0c55ad015", "usage": {"prompt_tokens": 11}}',
    f"sha256: {HEX}",
    f"--hash=sha256:{HEX}",
    f"at commit {HEX[:40]}",
    f"request_id: {UUID}",
    f"idempotency-key: {UUID}",
    f"cache_key: {HEX}",
    f"next_page_token: {HEX}",
    f"system_fingerprint: fp_{HEX[:20]}",
    f'integrity="sha384-{RANDOM}"',
    "model: klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
    'OpenAI(api_key, "Qwen/Qwen3-235B-A22B-FP8-Instruct-2507")',
    "api_key = INSERT_API_KEY",
    'os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")',
    'api_key="YOUR_KLUSTER_API_KEY_12AB34CD56"',
    "api_key=<your-kluster-api-key-goes-here>",
    "api_key: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    "api_key: 00000000-0000-0000-0000-000000000000",
    "api_key: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "api_key: not-a-key-a1b2c3d4e5f6a7b8c9",
    "api_key: fake-a1b2c3d4e5f6a7b8c9d0e1f2",
    "api_key: an-example-a1b2c3d4e5f6a7b8c9",
    "token: the-quick-brown-fox-jumps-over-the-lazy-dog",
    "api_key=os.environ.get_or_default_2(name)",
    "api_key=load_key_from_vault_v2_in_us_east_1()",
    "api_key = settings.providers2.kluster.credentials",
    "The key is in [the reference](get-started/get-api-key.md), password included.",
    "The tokens of chat-c1cb442243461ff5f984ad7414003ac2 were counted.",
    "sk-1234",
    "sk-...",
    "sk-INSERT_API_KEY_OF_YOURS",
    ".sk-fading-circle-with-a-long-class-name {}",
    "task-" + "a" * 30,
    "risk-" + "assessmentofthewholeyear",
    "hf_transformers_and_a_long_name_of_a_function",
    "npm_config_registry_of_this_very_long_project_of_ours",
    "AKIA is how the id of a key begins",
    "ASIAPACIFICANDTHEMIDDLEEAST",
    "-----BEGIN CERTIFICATE-----",
    f"url('data:image/png;base64,{'sk-' + F * 20}{RANDOM}')",
    f"![a](data:image/svg+xml;base64,{'AKIA' + F * 4})",
    f"token: '0x{HEX[:40]}'",
    f"const token = `0x{HEX[:40].upper()}`",
    SAMPLE_JWT,
    f"Authorization: Bearer {SAMPLE_JWT}",
    f"docsearch({{ appId: 'ABCDEF', apiKey: '{HEX[:32]}', indexName: 'site' }})",
    f"algolia:\n  search_api_key: {HEX[:32]}",
    f"search_key: {HEX[:32]}",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp" + "_" + "x" * 36,
    "hf" + "_" + "abcdefgh" * 4 + "ij",
    "sk-" + "1234" + "ewknldferwedojwojw",
    "sk-" + "your-key-with-4-Words-goes-here",
    "token: hvs" + ".CAESIG52gL6ljBSdmq*****",
    "Authorization: Bearer eyJhbGciOiJSUzI1NiI...",
    "-----BEGIN " + "RSA PRIVATE KEY-----\n...",
    f"[it](https://example.test/a/native-token-transfers/{HEX[:40]}/src/x.ts)",
    "max_tokens: 300",
    '{"token": " everything", "logprob": -0.1, "bytes": [32, 101, 118]}',
]


def found(sandbox: Sandbox, text: str, path: str = "docs/page.md") -> list[Problem]:
    return [finding.on(path) for finding in secrets.keys_in(text)]


@pytest.mark.parametrize("key", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("path", FILES)
def test_a_key_is_refused_by_its_shape_in_every_kind_of_file(
    sandbox: Sandbox, path: str, key: str
) -> None:
    (problem,) = found(sandbox, FILES[path].format(key), path)
    assert (problem.path, problem.line, problem.rule) == (path, 3 - ("data" in path), "secret")


@pytest.mark.parametrize("key", [UUID, HEX, RANDOM], ids=["uuid", "hex", "base64"])
@pytest.mark.parametrize("place", PLACES)
def test_something_random_is_refused_where_a_key_would_stand(
    sandbox: Sandbox, place: str, key: str
) -> None:
    (problem,) = found(sandbox, f"\n{place.format(key)}\n")
    assert f"{len(key)} characters" in problem.what


@pytest.mark.parametrize("text", HARMLESS)
def test_ids_hashes_placeholders_and_words_are_not_refused(sandbox: Sandbox, text: str) -> None:
    assert [str(problem) for problem in found(sandbox, text)] == []


@pytest.mark.parametrize("key", [*SHAPES.values(), UUID])
def test_a_message_does_not_repeat_the_key(sandbox: Sandbox, key: str) -> None:
    (problem,) = found(sandbox, f"api_key: {key}\n")
    assert key[:4] in str(problem)
    assert key[4:10] not in str(problem)


def test_a_place_is_no_key_s_where_something_else_is_drawn(sandbox: Sandbox) -> None:
    """A user in an address; a page shows samples of those, which nobody drew."""
    shown = "postgres://user:password@db.example.test/guide https://me@example.test"
    assert found(sandbox, shown) == []
    assert len(found(sandbox, f"https://me:{HEX[:24]}@example.test/a")) == 1


def test_a_key_in_a_recording_is_one_message_which_says_how_to_make_it_again(
    sandbox: Sandbox,
) -> None:
    path = "tests/cassettes/page/x.yaml"
    made = recording.of(yaml.safe_load(sandbox.read(path)))
    text = recording.text(made, "code/page/x.py")
    sandbox.edit(path, text.replace("Hello!", f"Hello, {SHAPES['AWS']}!"))
    sandbox.write("Makefile", "recordings:\n\ttrue\n")
    (line,) = [line for line in sandbox.docproof("check").stdout.splitlines() if path in line]
    assert ": secret: " in line
    again = "take the edit back, or make it again: make recordings PROGRAM=code/page/x.py"
    assert line.endswith(f"characters; {again}; if it was ever real, revoke it")
    said = sandbox.docproof("check", "code/page/x.py").stdout  # the program alone
    assert "recording-edited" in said


def test_a_key_in_an_output_is_mended_in_its_program(sandbox: Sandbox) -> None:
    path = "code/page/terminal/x.md"
    sandbox.write(path, sandbox.read(path).replace("Hello!", SHAPES["AWS"]))
    (line,) = [line for line in sandbox.docproof("check").stdout.splitlines() if path in line]
    assert "; let the program print no key, then: python -m docproof fix code/page/x.py; " in (
        line.replace(".venv/bin/", "")
    )


def test_two_keys_on_one_page_are_two_problems(sandbox: Sandbox) -> None:
    text = f"ä\n{SHAPES['AWS']}\nü\napi_key={UUID}\n"
    assert [problem.line for problem in found(sandbox, text)] == [2, 4]


def test_an_image_is_not_read_as_text(sandbox: Sandbox) -> None:
    assert found(sandbox, f"PNG\0{SHAPES['AWS']}", "docs/images/a.png") == []


def test_a_long_file_takes_no_long_time(sandbox: Sandbox) -> None:
    import time

    for text in ("sk-" * 100_000, "token: " * 50_000, "a" * 300_000, "key=" + "-" * 300_000):
        start = time.perf_counter()
        found(sandbox, text)
        assert time.perf_counter() - start < 3


def test_every_file_that_a_reader_sees_is_looked_at(sandbox: Sandbox) -> None:
    seen = {sandbox.project.relative(path) for path in secrets.files(sandbox.project)}
    assert {"docs/page.md", "code/page/x.py", "code/page/terminal/x.md", "mkdocs.yml"} <= seen
    assert "tests/cassettes/page/x.yaml" in seen


def test_no_file_of_this_project_has_a_key() -> None:
    here = load_project(ROOT)
    problems = [str(problem) for problem in secrets.keys(Selection(here))]
    assert problems == []
