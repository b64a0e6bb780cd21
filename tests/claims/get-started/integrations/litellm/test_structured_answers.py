"""What the page structured-answers.md claims, one test each."""

from __future__ import annotations

import copy
import importlib.metadata
import json
from typing import Any

import pydantic
import pytest

from tests.helpers.stage import Stage, lines

PROGRAMS = ("pydantic_class", "without_pydantic", "nobody_checks", "ask_again")
CHECKED = "                enable_json_schema_validation=check,\n"
MODEL = '"openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"'


class Order(pydantic.BaseModel):
    """The class of the programs."""

    customer: str
    item: str
    pieces: int


def content(interaction: Any) -> str:
    """The text of a recorded answer."""
    text: str = interaction["response"]["json"]["choices"][0]["message"]["content"]
    return text


def replaced(text: str, part: str, instead: str) -> str:
    """A program with a part replaced, which it has once."""
    assert text.count(part) == 1
    return text.replace(part, instead)


def one_mail(stage: Stage) -> str:
    """nobody_checks.py with its first mail alone, and with the check."""
    text = replaced(stage.source("nobody_checks"), "in (False, True)", "in (True,)")
    return replaced(text, "in mails", "in mails[:1]")


def test_the_answers_are_a_stand_in_s(stage: Stage) -> None:
    """The answers on this page come from a stand-in [...]."""
    for name in PROGRAMS:
        assert stage.recorded(name).recorded["origin"] == "stand-in"


def test_the_class_goes_out_as_a_schema(stage: Stage) -> None:
    """LiteLLM turns the class into a JSON schema, and sends that as `response_format`."""
    sent = stage.sent("pydantic_class")[0]["response_format"]
    assert sent["type"] == "json_schema"
    schema = Order.model_json_schema() | {"additionalProperties": False}
    schema.pop("description")  # this class has a docstring
    assert sent["json_schema"] == {"name": "Order", "strict": True, "schema": schema}


def test_what_arrives_is_a_text(stage: Stage) -> None:
    """What arrives is text. LiteLLM does not turn it into an object [...]."""
    text = replaced(
        stage.source("pydantic_class"),
        "    pieces: int\n",
        "    pieces: int\n    note: str | None = 'none'\n",
    )
    text += "print(type(text), hasattr(response.choices[0].message, 'parsed'), order.note)\n"
    text += "print(Order.model_validate_json(text.replace('}', ', \"note\": null}')).note)\n"

    def with_a_note(interactions: Any) -> Any:
        schema = interactions[0]["request"]["json"]["response_format"]["json_schema"]["schema"]
        schema["properties"]["note"] = {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "default": "none",
            "title": "Note",
        }
        schema["required"].append("note")
        return interactions

    outcome = stage.run(text, "pydantic_class", "requests: 1\n", with_a_note)
    assert lines(outcome) == ""
    assert outcome.stdout.endswith("<class 'str'> False none\nNone\n")


def test_pydantic_makes_the_object_or_raises() -> None:
    """`model_validate_json` makes the object, or raises a `ValidationError` if the text does not
    fit the class."""
    assert Order.model_validate_json('{"customer": "A", "item": "b", "pieces": 3}').pieces == 3
    with pytest.raises(pydantic.ValidationError):
        Order.model_validate_json('{"customer": "A", "item": "b"}')


def test_pydantic_comes_with_litellm() -> None:
    """Pydantic comes with LiteLLM, so there is nothing to install."""
    needed = importlib.metadata.requires("litellm") or []
    assert [one for one in needed if one.startswith("pydantic") and "extra" not in one]


def test_json_mode_says_nothing_about_the_keys(stage: Stage) -> None:
    """JSON mode says nothing about the keys. In the second line the model chose its own [...]."""
    schema, mode = stage.recorded("without_pydantic").interactions
    assert mode["request"]["json"]["response_format"] == {"type": "json_object"}
    asked = schema["request"]["json"]["response_format"]["json_schema"]["schema"]["required"]
    assert list(json.loads(content(schema))) == asked
    assert not set(json.loads(content(mode))) & set(asked)
    assert all("JSON" in body["messages"][0]["content"] for body in stage.sent("without_pydantic"))


def test_each_answer_passes_without_the_check_and_fails_with_it(stage: Stage) -> None:
    """all three pass unnoticed without the check, and raise an error with it."""
    shown = [line.partition(": ") for line in stage.shown("nobody_checks").splitlines()[2:-1]]
    answers = [content(one) for one in stage.recorded("nobody_checks").interactions]
    assert answers[::2] == answers[1::2]
    assert [line for line, _, _ in shown] == ["check=False", "check=True"] * 3
    assert [said for _, _, said in shown[::2]] == [repr(one) for one in answers[::2]]
    assert {said for _, _, said in shown[1::2]} == {"JSONSchemaValidationError"}
    assert "enable_json_schema_validation" not in stage.sent("nobody_checks")[1]


def test_the_error_has_the_text_and_the_status_500(stage: Stage) -> None:
    """The text that failed is in the `raw_response` of the error. Its `status_code` is 500,
    although the server answered with 200."""
    text = replaced(
        one_mail(stage), "type(error).__name__)", "error.raw_response, error.status_code)"
    )
    outcome = stage.run(
        text, "nobody_checks", "requests: 1\nstatuses: [200]\n", lambda made: made[:1]
    )
    assert lines(outcome) == ""
    assert outcome.stdout == "check=True: Cy Moss orders one stove. 500\n"


def test_one_line_checks_all_calls(stage: Stage) -> None:
    """For all calls, set `litellm.enable_json_schema_validation = True` once."""
    text = replaced(one_mail(stage), CHECKED, "")
    text = replaced(text, "mails = [", "litellm.enable_json_schema_validation = True\nmails = [")
    outcome = stage.run(text, "nobody_checks", "requests: 1\n", lambda made: made[:1])
    assert lines(outcome) == ""
    assert outcome.stdout == "check=True: JSONSchemaValidationError\n"


def test_a_stream_is_not_checked(stage: Stage) -> None:
    """Streams and JSON mode are never checked."""
    text = replaced(one_mail(stage), CHECKED, f"{CHECKED}                stream=True,\n")
    whole = "repr(response.choices[0].message.content)"
    text = replaced(text, whole, "''.join(one.choices[0].delta.content or '' for one in response)")
    text = replaced(text, "mails = [", "litellm.disable_hf_tokenizer_download = True\nmails = [")

    def streamed(interactions: Any) -> Any:
        (one,) = interactions[:1]
        said = one["response"]["json"]
        head = {key: said[key] for key in ("id", "created", "model")}
        events = [
            {**head, "object": "chat.completion.chunk",
             "choices": [{"index": 0, "delta": delta, "finish_reason": end}]}
            for delta, end in (({"role": "assistant", "content": content(one)}, None), ({}, "stop"))
        ]  # fmt: skip
        one["request"]["json"]["stream"] = True
        one["response"] = {
            "status": 200,
            "headers": {"content-type": "text/event-stream"},
            "events": "".join(f"{json.dumps(event)}\n" for event in events) + "[DONE]\n",
        }
        return [one]

    outcome = stage.run(text, "nobody_checks", "requests: 1\n", streamed)
    assert lines(outcome) == ""
    assert outcome.stdout == "check=True: Cy Moss orders one stove.\n"


def test_json_mode_is_not_checked(stage: Stage) -> None:
    """Streams and JSON mode are never checked."""
    text = replaced(
        one_mail(stage), "response_format=Order", "response_format={'type': 'json_object'}"
    )

    def in_json_mode(interactions: Any) -> Any:
        interactions[0]["request"]["json"]["response_format"] = {"type": "json_object"}
        return interactions[:1]

    outcome = stage.run(text, "nobody_checks", "requests: 1\n", in_json_mode)
    assert lines(outcome) == ""
    assert outcome.stdout == "check=True: 'Cy Moss orders one stove.'\n"


def test_a_router_asks_again_and_then_falls_back(stage: Stage) -> None:
    """A Router asks again, because a failed check counts as a failed request. After its retries, it
    goes on to your fallbacks. `litellm.completion` asks once."""
    assert len(stage.sent("nobody_checks")) == 6
    text = replaced(one_mail(stage), "litellm.completion(", "router.completion(")
    text = replaced(text, MODEL, "'first'")
    models = [
        {"model_name": name, "litellm_params": {"model": f"openai/{model}"}}
        for name, model in (("first", MODEL.strip('"').removeprefix("openai/")), ("spare", "other"))
    ]
    made = f"router = litellm.Router({models!r}, fallbacks=[{{'first': ['spare']}}])\n"
    text = replaced(text, "mails = [", f"{made}mails = [")

    def again(interactions: Any) -> Any:
        right = copy.deepcopy(interactions[0])
        right["request"]["json"]["model"] = "other"
        said = right["response"]["json"]["choices"][0]["message"]
        said["content"] = '{"customer": "Cy Moss", "item": "stove", "pieces": 1}'
        return [*interactions[:1] * 3, right]

    outcome = stage.run(text, "nobody_checks", "requests: 4\nwaits: skipped\n", again)
    assert lines(outcome) == ""
    assert '"pieces": 1}' in outcome.stdout


def test_only_pydantic_runs_validators(stage: Stage) -> None:
    """LiteLLM knows the schema, but not the class behind it. `model_validate_json` runs them."""
    rule = (
        "    @field_validator('pieces')\n"
        "    def few(cls, pieces):\n"
        "        assert pieces < 3, 'too many'\n"
        "        return pieces\n"
    )
    text = replaced(stage.source("pydantic_class"), "    pieces: int\n", f"    pieces: int\n{rule}")
    text = replaced(text, "import BaseModel", "import field_validator, BaseModel")
    text = replaced(text, "timeout=60", "timeout=60, enable_json_schema_validation=True")
    expect = "requests: 1\nexit: 1\nstderr: 'Assertion failed, too many'\n"
    outcome = stage.run(text, "pydantic_class", expect)
    assert lines(outcome) == ""
    assert outcome.stdout.startswith("What arrives: {")


def test_the_parameter_is_left_out_once_it_was_refused(stage: Stage) -> None:
    """It also puts the schema into the messages. After a refusal, it leaves [...] out."""
    first, *others = stage.recorded("ask_again").interactions
    assert first["response"]["status"] == 400
    assert "response_format" in first["request"]["json"]
    assert all("response_format" not in one["request"]["json"] for one in others)
    for one in (first, *others):
        schema = one["request"]["json"]["messages"][0]["content"].partition(": ")[2]
        assert json.loads(schema)["required"] == ["customer", "item", "pieces"]
    wrong, right = map(content, others)
    assert json.loads(wrong)["pieces"] == "six"
    assert right.startswith("```json\n")
    assert stage.shown("ask_again").splitlines()[-2].startswith("Order(customer='Flo Dahl'")


def test_litellm_still_checks_what_was_dropped(stage: Stage) -> None:
    """LiteLLM still knows the schema, so `enable_json_schema_validation` would still check
    the answer."""
    text = replaced(
        one_mail(stage), CHECKED, f"{CHECKED}additional_drop_params=['response_format'],\n"
    )

    def dropped(interactions: Any) -> Any:
        del interactions[0]["request"]["json"]["response_format"]
        return interactions[:1]

    outcome = stage.run(text, "nobody_checks", "requests: 1\n", dropped)
    assert lines(outcome) == ""
    assert outcome.stdout == "check=True: JSONSchemaValidationError\n"


def test_drop_params_leaves_it_in(stage: Stage) -> None:
    """`drop_params=True` does not help. [...] `litellm.supports_response_schema` does not help
    either. It is `False` for a model that is not on LiteLLM's list [...]."""
    text = replaced(stage.source("pydantic_class"), "timeout=60", "timeout=60, drop_params=True")
    text += f"print(litellm.supports_response_schema({MODEL}))\n"
    outcome = stage.run(text, "pydantic_class", "requests: 1\n")
    assert lines(outcome) == ""  # the request is the recorded one, with its schema
    assert outcome.stdout.endswith("\nFalse\n")


def test_four_attempts(stage: Stage) -> None:
    """Four are enough here, and the program says so if they are not."""

    def stubborn(interactions: Any) -> Any:
        refused, answered, _ = interactions
        made = [refused]
        said = answered["response"]["json"]["choices"][0]["message"]
        said["content"] = "Here it is."
        for _ in range(3):
            made.append(copy.deepcopy(answered))
            answered["request"]["json"]["messages"] += [
                {"role": "assistant", "content": said["content"]},
                {"role": "user", "content": "Correct this: all of it: Invalid JSON: "
                 "expected value at line 1 column 1"},
            ]  # fmt: skip
        return made

    expect = "requests: 4\nstatuses: [400, 200, 200, 200]\nexit: 1\nstderr: No order after four\n"
    outcome = stage.run(stage.source("ask_again"), "ask_again", expect, stubborn)
    assert lines(outcome) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"customer": "Ana Ru', "EOF while parsing"),
        ("", "EOF while parsing"),
        ("Cy Moss orders one stove.", "expected value"),
        ("```json\n{}\n```", "expected value"),
        ("I think it is a stove.", "expected ident"),
        ("{} That is all.", "trailing characters"),
        ("{'customer': 'Ana Ruiz'}", "key must be a string"),
    ],
)
def test_what_pydantic_says(text: str, words: str) -> None:
    """Pydantic says what is wrong with a text that is not JSON."""
    with pytest.raises(pydantic.ValidationError, match=f"Invalid JSON: {words}"):
        Order.model_validate_json(text)
