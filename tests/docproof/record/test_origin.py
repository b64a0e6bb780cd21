"""The origin plants what it says, behaves as it is asked to, and the search finds what is left."""

from __future__ import annotations

import base64
import html
import json
import ssl
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from tests.helpers import plants
from tests.helpers.origin import Origin

ASK = {"messages": [{"role": "user", "content": "What is the capital of Argentina?"}]}
ALL = set(plants.planted(plants.KEY, "localhost:1"))


@pytest.fixture
def client(origin: Origin) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=origin.url,
        headers={"authorization": f"Bearer {origin.key}"},
        verify=ssl.create_default_context(cafile=str(origin.authority)),
    ) as made:
        made.timeout = 60  # a busy machine takes more than the usual 5 seconds
        yield made


def left_in(text: bytes, origin: Origin) -> set[str]:
    return plants.survivors(text, origin.key, origin.host)


@pytest.mark.parametrize("model", ["plain", "gzip", "401", "429", "500", "html", "tools"])
@pytest.mark.parametrize("stream", [False, True])
def test_every_secret_is_planted_in_every_answer(
    origin: Origin, client: httpx.Client, model: str, stream: bool
) -> None:
    body = ASK | {"model": f"test/{model}", "stream": stream}
    assert left_in(client.post("/chat/completions", json=body).content, origin) == ALL


def test_secrets_are_planted_in_headers(origin: Origin, client: httpx.Client) -> None:
    found = left_in(repr(client.get("/models").headers.raw).encode(), origin)
    assert {"a JWT", "OpenAI", "organisation", "the key in use", "the key in a URL"} <= found


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda one: quote(one, safe=""),
        lambda one: base64.b64encode(f"me:{one}".encode()).decode(),
        lambda one: base64.urlsafe_b64encode(f"as:{one}.".encode()).decode(),
        lambda one: "".join(f"\\u{ord(c):04x}" for c in one),
        lambda one: json.dumps({"a": json.dumps({"b": one})}).replace("/", "\\/"),
        lambda one: html.escape(one),
        lambda one: f"{one[:9]}\\\n    {one[9:]}",
    ],
    ids=["plain", "URL", "base64", "base64-of-a-URL", "JSON", "JSON-in-JSON", "HTML", "folded"],
)
def test_the_search_finds_each_secret_however_it_is_written(write: object) -> None:
    for name, one in plants.planted(plants.KEY, "localhost:54321").items():
        text = f"before {write(one)} after".encode()  # type: ignore[operator]
        assert name in plants.survivors(text, plants.KEY, "localhost:54321"), name
    assert not plants.survivors(b"nothing of the kind", plants.KEY, "localhost:54321")


def test_a_wrong_key_is_refused_and_echoed(origin: Origin, client: httpx.Client) -> None:
    answer = client.get("/models", headers={"authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert "Incorrect API key provided: wrong." in answer.json()["error"]["message"]
    assert client.get("/models", headers={"authorization": ""}).status_code == 401
    query = {"params": {"api_key": origin.key}, "headers": {"authorization": ""}}
    assert client.get("/models", **query).status_code == 200  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("hang", httpx.ReadTimeout),
        ("stall", httpx.ReadTimeout),
        ("cut", httpx.RemoteProtocolError),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_it_misbehaves_on_the_wire(
    client: httpx.Client, model: str, stream: bool, error: type[Exception]
) -> None:
    if error is httpx.ReadTimeout:
        client.timeout = httpx.Timeout(60, read=1)
    with pytest.raises(error):
        client.post("/chat/completions", json=ASK | {"model": f"test/{model}", "stream": stream})


def test_it_redirects_to_another_host(origin: Origin, client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=ASK | {"model": "test/redirect"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{origin.elsewhere}/models")
    assert client.get(answer.headers["location"]).status_code == 200


def test_its_endless_answer_ends_when_nobody_reads_it(origin: Origin, client: httpx.Client) -> None:
    body = ASK | {"model": "test/huge"}
    with client.stream("POST", "/chat/completions", json=body) as answer:
        assert sum(len(part) for part, _ in zip(answer.iter_raw(), range(200), strict=False)) > 2e5
    assert origin.sent < 2**26
    bomb = client.post("/chat/completions", json=ASK | {"model": "test/bomb"})
    assert len(bomb.content) > 2**26 > 2**20 > int(bomb.headers.get("content-length", 0))


def test_a_batch_answers_each_line_of_its_file(client: httpx.Client) -> None:
    line = {"custom_id": "one", "method": "POST", "body": ASK | {"model": "test/plain"}}
    file = {"file": ("batch.jsonl", json.dumps(line).encode())}
    uploaded = client.post("/files", files=file, data={"purpose": "batch"}).json()
    wanted = {"input_file_id": uploaded["id"], "endpoint": "/v1/chat/completions"}
    batch = client.post("/batches", json=wanted).json()
    done = client.get(f"/batches/{batch['id']}").json()
    assert (batch["status"], done["status"]) == ("validating", "completed")
    answers = client.get(f"/files/{done['output_file_id']}/content").text.splitlines()
    assert [json.loads(one)["custom_id"] for one in answers] == ["one"]


def test_it_remembers_what_it_received(origin: Origin, client: httpx.Client) -> None:
    client.get("/models?limit=2")
    last = origin.received[-1]
    assert (last.port, last.method, last.path) == (origin.ports[0], "GET", "/v1/models?limit=2")
    assert last.headers["Authorization"] == f"Bearer {origin.key}"
