import json
import logging
import os
import sys
import textwrap
from urllib.parse import urlsplit

import litellm

kluster = "https://api.kluster.ai/v1"
api_base = os.environ.get("ENDPOINT_BASE_URL", kluster).rstrip("/")
variable = "KLUSTER_API_KEY" if api_base == kluster else "ENDPOINT_API_KEY"
api_key = os.environ.get(variable) or "INSERT_API_KEY"
model = os.environ.get("ENDPOINT_MODEL", "klusterai/Meta-Llama-3.3-70B-Instruct-Turbo")
embedding_model = os.environ.get("ENDPOINT_EMBEDDING_MODEL", model)
budget = int(os.environ.get("ENDPOINT_REQUESTS", "10"))

litellm.suppress_debug_info = True
logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
litellm.disable_hf_tokenizer_download = True

server = {"api_base": api_base, "api_key": api_key, "timeout": 120, "max_retries": 0}
capital = "What is the capital of Peru?"
city = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
red_square = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAAA1BMVEX/AAAZ4gk3"
    "AAAAD0lEQVR42mNgGAWjgHwAAAJAAAHgTR1EAAAAAElFTkSuQmCC"
)


def ask(content, **options):
    call = server | {"model": f"openai/{model}", "max_tokens": 1000} | options
    return litellm.completion(messages=[{"role": "user", "content": content}], **call)


def text_of(response):
    return response.choices[0].message.content or ""


def keys_of(text):
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return set(value) if isinstance(value, dict) else None


def plain_call():
    return ("yes", "") if text_of(ask(capital)) else ("differs", "the answer is empty")


def stream():
    chunks = [chunk for chunk in ask("Count from 1 to 20.", stream=True) if chunk.choices]
    pieces = [chunk for chunk in chunks if chunk.choices[0].delta.content]
    if not pieces:
        return "no", "no text arrives"
    return ("yes", "") if len(pieces) > 1 else ("differs", "all of it arrives at once")


def usage_in_a_stream():
    options = {"stream": True, "stream_options": {"include_usage": True}}
    sent_by_the_server = list(ask("Count from 1 to 20.", **options).completion_stream)
    found = any(chunk.usage for chunk in sent_by_the_server)
    return ("yes", "") if found else ("no", "LiteLLM would make up a count")


def tools():
    function = {"name": "get_temperature", "parameters": city}
    tool = {"type": "function", "function": function}
    response = ask("How warm is it in Lima now? Call the tool.", tools=[tool])
    calls = response.choices[0].message.tool_calls
    if not calls:
        return "differs", "the model calls no tool"
    fits = keys_of(calls[0].function.arguments) == {"city"}
    return ("yes", "") if fits else ("differs", "the arguments do not fit the tool")


def json_mode():
    response = ask("What does JSON stand for?", response_format={"type": "json_object"})
    fits = keys_of(text_of(response)) is not None
    return ("yes", "") if fits else ("differs", "the answer is no JSON object")


def json_schema():
    strict = {"name": "answer", "strict": True, "schema": city | {"additionalProperties": False}}
    form = {"type": "json_schema", "json_schema": strict}
    response = ask("What is the largest city in Peru?", response_format=form)
    fits = keys_of(text_of(response)) == {"city"}
    return ("yes", "") if fits else ("differs", "the answer does not fit the schema")


def embedding():
    call = server | {"model": f"openai/{embedding_model}", "input": ["rain", "a bicycle"]}
    vectors = [entry["embedding"] for entry in litellm.embedding(**call).data]
    fits = len(vectors) == 2 and vectors[0] != vectors[1]
    return ("yes", "") if fits else ("differs", "two texts do not get a vector each")


def image():
    words = {"type": "text", "text": "Which color is this square? Answer with one word."}
    picture = {"type": "image_url", "image_url": {"url": red_square}}
    sees = "red" in text_of(ask([words, picture])).lower()
    return ("yes", "") if sees else ("differs", "the model does not say that it is red")


def refused(error_class, **options):
    try:
        ask(capital, **options)
    except error_class:
        return "yes", ""
    except Exception as error:
        return "differs", explain(error)
    return "differs", "it is answered all the same"


def wrong_key_refused():
    return refused(litellm.AuthenticationError, api_key="a-wrong-key")


def wrong_model_refused():
    return refused(litellm.NotFoundError, model="openai/no-such-model")


def explain(error, width=90):
    cause = error
    while "Connection error" in str(error) and cause.__context__:
        cause = cause.__context__
    words = str(cause).rpartition("Exception - ")[2] or "no message"
    line = f"{type(error).__name__}: {words}".replace(api_key, "(your key)")
    return textwrap.shorten(line, width, placeholder=" …")


print(model, "at", urlsplit(api_base).hostname)
checks = [plain_call, stream, usage_in_a_stream, tools, json_mode, json_schema]
checks += [embedding, image, wrong_key_refused, wrong_model_refused]
for number, check in enumerate(checks):
    try:
        verdict, reason = check() if number < budget else ("not tried", "")
    except Exception as error:
        verdict, reason = "no", explain(error)
        if check is plain_call:
            reason = explain(error, 200)
            sys.exit(f"The first call fails, so no other is made.\n{reason}")
    print(f"{check.__name__.replace('_', ' '):<21}{verdict:<10}{reason}".rstrip())
print("Requests:", min(budget, len(checks)))
