"""What the page docs/get-started/integrations/litellm/images.md claims, one test each."""

from __future__ import annotations

import base64
import importlib.metadata
import struct
from typing import Any

import pytest
import yaml

from tests.helpers.guide import GUIDE
from tests.helpers.stage import Stage, lines
from tools.standin.images import TOKENS

PROGRAMS = ("picture", "by_url", "text_model")
QUESTION = "Which country has this flag?"


def parts(stage: Stage, name: str) -> list[dict[str, Any]]:
    """The parts of the message that a program sent."""
    (sent,) = stage.sent(name)
    content: list[dict[str, Any]] = sent["messages"][0]["content"]
    return content


def tells(stage: Stage, code: str, image: str = "") -> str:
    """What `code` prints that asks nobody, of `messages` with the flag, or `image`, in them."""
    content = parts(stage, "picture")
    if image:
        content[1]["image_url"] = {"url": image}
    head = f"import litellm\nmessages = [{{'role': 'user', 'content': {content}}}]\n"
    return stage.tells(head + code).strip()


def test_what_answers_sees_nothing_and_says_so(stage: Stage) -> None:
    """A stand-in answered here. It sees nothing, and says so"""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"
    for name in ("picture", "by_url"):
        assert "\nI am a stand-in and cannot see. " in stage.shown(name)


def test_the_model_is_listed_as_one_that_sees() -> None:
    """In the list of models, those have the ability `vision`."""
    listed = yaml.safe_load((GUIDE.docs / "api-reference/models.yml").read_text("utf-8"))["models"]
    sees = {one["id"]: "vision" in one.get("abilities", "") for one in listed}
    assert sees["google/gemma-3-27b-it"]
    assert not sees["deepseek-ai/DeepSeek-V3-0324"]


def test_data_url_puts_the_whole_file_into_the_url(stage: Stage) -> None:
    """`data_url` puts the whole file into the URL. [...] writes a small flag, `flag.png`"""
    question, picture = parts(stage, "picture")
    assert question == {"type": "text", "text": QUESTION}
    head, _, data = picture["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    file = base64.b64decode(data)
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", file[16:24]) == (96, 64)


def test_a_picture_of_the_reader_s_goes_out(stage: Stage) -> None:
    """write the name of its file in place of `flag.png`, and delete `flag` and the two lines"""
    source = stage.source("picture")
    start, end = source.index("flag = ("), source.index("picture = Path")
    own = source[:start] + source[end:].replace("flag.png", "photo.jpg")
    own = own.replace(
        "if not picture.exists():\n    picture.write_bytes(base64.b64decode(flag))\n", ""
    )
    assert "flag" not in own.replace(QUESTION, "")
    own = own.replace(
        "\n\ndef", "picture.write_bytes(b'a photo')\n\n\ndef", 1
    )  # as the reader has it

    def photo(interactions: Any) -> Any:
        content = interactions[0]["request"]["json"]["messages"][0]["content"]
        data = base64.b64encode(b"a photo").decode()
        content[1]["image_url"]["url"] = f"data:image/jpeg;base64,{data}"
        return interactions

    assert lines(stage.run(own, "picture", "", photo)) == ""


@pytest.mark.parametrize("url", ["photo.jpg", "https://example.com/x.png"])
@pytest.mark.parametrize("form", ["{{'url': {0!r}}}", "{0!r}"])
def test_the_url_goes_out_as_it_is(stage: Stage, url: str, form: str) -> None:
    """if the URL is a file's name, the name is what the server gets. [...]"""

    def named(interactions: Any) -> Any:
        content = interactions[0]["request"]["json"]["messages"][0]["content"]
        content[1]["image_url"] = {"url": url}
        return interactions

    source = stage.source("picture")
    text = source.replace('{"url": data_url(picture)}', form.format(url))
    assert text != source
    assert lines(stage.run(text, "picture", "", named)) == ""


def test_the_address_alone_becomes_a_dictionary(stage: Stage) -> None:
    """the address alone as the value of `image_url`: LiteLLM makes the dictionary."""
    test_the_url_goes_out_as_it_is(stage, "https://example.com/y.png", "{0!r}")


def test_several_pictures_and_no_download(stage: Stage) -> None:
    """LiteLLM does not download the pictures. It passes the addresses on"""
    (made,) = stage.recorded("by_url").interactions  # a replay that asked for more would fail
    assert made["request"]["uri"].endswith("/chat/completions")
    _, *pictures = parts(stage, "by_url")
    assert len(pictures) == 2
    for picture in pictures:
        assert picture["image_url"]["url"] in stage.source("by_url")


COUNT = "print(litellm.token_counter('openai/google/gemma-3-27b-it', messages=messages) - TEXT)\n"


@pytest.mark.parametrize(
    ("detail", "image", "tokens"),
    [("", "", 255), ("low", "", 85), ("", "https://example.com/x.png", 85)],
)
def test_what_litellm_counts(stage: Stage, detail: str, image: str, tokens: int) -> None:
    """The picture | Tokens, by LiteLLM 1.110.2 [...] as a data URL | 255 [...] by its address"""
    assert importlib.metadata.version("litellm") == "1.110.2"
    text = f"TEXT = litellm.token_counter('openai/x', text={QUESTION!r}) + 7\n"
    added = f"messages[0]['content'][1]['image_url']['detail'] = {detail!r}\n" if detail else ""
    assert tells(stage, text + added + COUNT, image) == str(tokens)


def test_more_tiles_count_170_each(stage: Stage) -> None:
    """85 tokens, and 170 more for each tile of 512 by 512 pixels."""
    head = base64.b64decode(parts(stage, "picture")[1]["image_url"]["url"].partition(",")[2])
    text = f"TEXT = litellm.token_counter('openai/x', text={QUESTION!r}) + 7\n"
    for size, tiles in (((512, 512), 1), ((600, 400), 2), ((768, 768), 4)):
        file = head[:16] + struct.pack(">II", *size) + head[24:]
        url = "data:image/png;base64," + base64.b64encode(file).decode()
        assert tells(stage, text + COUNT, url) == str(85 + 170 * tiles), size


def test_the_stand_in_takes_256_for_each(stage: Stage) -> None:
    """The stand-in takes 256 for each picture, which is what Gemma 3 does"""
    assert TOKENS == 256
    (made,) = stage.recorded("picture").interactions
    counted = made["response"]["json"]["usage"]["prompt_tokens"]
    assert 256 < counted < 256 + 30
    assert f"\nCounted by the server: {counted}\n" in stage.shown("picture")


def test_the_text_of_a_data_url_is_not_counted(stage: Stage) -> None:
    """its text is not counted as text."""
    head, _, data = parts(stage, "picture")[1]["image_url"]["url"].partition(",")
    longer = base64.b64encode(base64.b64decode(data) + bytes(4000)).decode()
    code = "print(litellm.token_counter('openai/x', messages=messages))\n"
    assert tells(stage, code, f"{head},{longer}") == tells(stage, code)


def test_the_error_is_vllm_s(stage: Stage) -> None:
    """The model takes text only. Here the text model of `text_model.py` gets a picture"""
    (made,) = stage.recorded("text_model").interactions
    assert made["response"]["status"] == 400
    assert made["response"]["json"]["error"]["message"] in stage.shown("text_model")
    assert "is not a multimodal model" in stage.shown("text_model")


def test_llama_cpp_s_500_is_asked_three_times(stage: Stage) -> None:
    """LiteLLM makes an `InternalServerError` of that, after three requests."""
    words = (
        "image input is not supported - hint: if this is unexpected, you may need to "
        "provide the mmproj"
    )

    def failing(interactions: Any) -> Any:
        body = {"error": {"code": 500, "message": words, "type": "server_error"}}
        answer = {"status": 500, "headers": {}, "json": body}
        return [interactions[0] | {"response": answer}] * 3

    expect = "exit: 1\nrequests: 3\nstatuses: [500, 500, 500]\nwaits: skipped\n"
    outcome = stage.run(
        stage.source("text_model"), "text_model", f"{expect}stderr: InternalServerError\n", failing
    )
    assert lines(outcome) == ""
    assert words in outcome.stdout


def test_supports_vision_goes_by_names(stage: Stage) -> None:
    """it says `False` for `openai/google/gemma-3-27b-it`, which can see, and no call [...]"""
    asked = "print(litellm.supports_vision('openai/google/gemma-3-27b-it'))\n"
    assert tells(stage, asked) == "False"
    (made,) = stage.recorded("picture").interactions
    assert made["response"]["status"] == 200


def test_a_picture_that_cannot_be_fetched_raises(stage: Stage) -> None:
    """If it cannot, `token_counter` raises this `ValueError`. Leave `detail` out, or use `low`."""
    code = (
        "from litellm.litellm_core_utils import token_counter\n"
        "def offline(*_): raise OSError('no network')\n"
        "token_counter.safe_get = offline\n"
        "messages[0]['content'][1]['image_url']['detail'] = 'high'\n"
        "try: litellm.token_counter('openai/x', messages=messages)\n"
        "except ValueError as error: print(error)\n"
    )
    said = tells(stage, code, "https://example.com/x.png")
    assert said.startswith("Error getting number of tokens from content list")


def test_trim_messages_cannot_shorten_it(stage: Stage) -> None:
    """it logs a `TypeError` and returns the messages as they were."""
    code = "print(litellm.utils.trim_messages(messages, 'openai/x', max_tokens=50) == messages)\n"
    content = parts(stage, "picture")
    head = f"import litellm\nmessages = [{{'role': 'user', 'content': {content}}}]\n"
    expect = "requests: 0\nstderr: TypeError\n"
    outcome = stage.run(head + code, "text_model", expect, lambda made: [])
    assert lines(outcome) == ""
    assert "True\n" in outcome.stdout
