"""Which faults can a program, its output and its recording have? And where may a key stand?"""

# ruff: noqa: E501 - a case is a line, as in a table

from __future__ import annotations

import re
import string

from rot_edits import (
    FEATURES,
    FEATURES_OUTPUT,
    FEATURES_RECORDING,
    FOLDER,
    HELLO,
    HELLO_OUTPUT,
    HELLO_RECORDING,
    KEY_PAGE,
    MODELS,
    PAGE,
    append,
    between,
    delete,
    drawn,
    duplicate,
    of,
    prepend,
    replace,
    several,
    swap,
    transform,
    write,
)

_TEXT = "        text = chunk"

EDITS = of(
    "program edits",
    ("a line inserted above a step", prepend(FEATURES, "import json\n"), (PAGE, "::04")),
    ("a line inserted in a step", replace(FEATURES, "        timeout=60", "        seed=1,\n        timeout=60"), (PAGE, ":18:32")),
    ("a line edited in a step", replace(FEATURES, "temperature=0.3", "temperature=0.7"), (PAGE, ":18:32")),
    ("a comment in a step", replace(FEATURES, _TEXT, f"        # A piece.\n{_TEXT}"), (PAGE, ":34:42")),
    ("a blank line in a step", replace(FEATURES, _TEXT, f"\n{_TEXT}"), (PAGE, ":34:42")),
    ("a blank line between two steps", replace(FEATURES, "\nmessages = [", "\n\nmessages = ["), (PAGE, ":13:16")),
    ("a space at the end of a line", replace(FEATURES, "messages = [", "messages = [ "), (PAGE, ":13:16")),
    ("a variable renamed", replace(FEATURES, "streamed_text", "pieces", everywhere=True), (PAGE, ":18:32")),
    ("two lines swapped", swap(FEATURES, "temperature=0.3", "timeout=60"), (PAGE, ":18:32")),
    ("a line at the end of the program", append(FEATURES, 'print("Bye.")\n'), (PAGE, ":71:76")),
    ("a line moved to another step", several(replace(FEATURES, "litellm.suppress_debug_info = True\n", ""), replace(FEATURES, "\nmessages = [", "litellm.suppress_debug_info = True\n\nmessages = [")), (PAGE, ":06:09"), (PAGE, ":10:11")),
)  # fmt: skip

_FIRST = "The capital of Argentina"

OUTPUTS = of(
    "outputs",
    ("a word changed", replace(HELLO_OUTPUT, "Buenos Aires", "Rosario"), (HELLO_OUTPUT, 3)),
    ("a word changed far below", replace(FEATURES_OUTPUT, "pinball", "gumball"), (FEATURES_OUTPUT, "gumball")),
    ("cut short", between(FEATURES_OUTPUT, "\nSecond answer", "```"), (FEATURES_OUTPUT, "```"), (FEATURES_OUTPUT, "A glass")),
    ("another command", replace(HELLO_OUTPUT, "$ python hello_litellm.py", "$ python hello.py"), (HELLO_OUTPUT, 2)),
    ("missing", delete(HELLO_OUTPUT), HELLO_OUTPUT, PAGE),
    ("in a block of Python", replace(HELLO_OUTPUT, "```text", "```python"), (HELLO_OUTPUT, 1)),
)  # fmt: skip

_MORE = "- request:\n    method: POST\n    uri: https://api.kluster.ai/v1/models\n    headers: {}\n    json: {a: 1}\n  response:\n    status: 200\n    headers: {content-type: application/json}\n    json: {data: []}\n"


_CREATED = "created: 1795305600\n      model: "
_EVENT = 'chat-74d67c709f7bc3add452851ff56c290e", "object": "chat.completion.chunk", "created": 1795305600, "model": "klusterai/Meta-Llama-3.3-70B-Instruct-Turbo", "choices": [{"index": 0, "delta": {"content": " way to your eyes'
_VCR = "interactions:\n- request: {method: GET, uri: 'https://api.kluster.ai/v1/models', body: null, headers: {}}\n  response: {status: {code: 200, message: OK}, headers: {}, body: {string: '{}'}}\nversion: 1\n"


def _one_interaction(text: str) -> str:
    return "- request:".join(text.split("- request:")[:2])


RECORDINGS = of(
    "recordings",
    ("missing", delete(HELLO_RECORDING), HELLO, HELLO_RECORDING),
    ("another question", replace(HELLO_RECORDING, "Argentina?", "Brazil?"), (HELLO, "litellm.completion"), (HELLO_RECORDING, "Brazil?")),
    ("an interaction left over", replace(HELLO_RECORDING, "digests:\n", f"{_MORE}digests:\n"), HELLO, HELLO_RECORDING),
    ("an interaction missing", transform(FEATURES_RECORDING, _one_interaction), (FEATURES, "response_2 = litellm"), FEATURES_RECORDING),
    *((f"status {status}", replace(HELLO_RECORDING, "status: 200", f"status: {status}"), HELLO_RECORDING) for status in (401, 429, 500)),
    ("cut short in the middle of a line", transform(FEATURES_RECORDING, lambda text: text[: text.index("temperature: 0.3") + 30]), FEATURES_RECORDING),
    ("another host", replace(HELLO_RECORDING, "api.kluster.ai", "api.kluster.test"), (HELLO, "litellm.completion"), HELLO_RECORDING),
    ("an answer retouched", replace(HELLO_RECORDING, "content: The capital", "content: The lovely capital"), (HELLO_OUTPUT, 3), (HELLO_RECORDING, "lovely")),
    ("a piece of a stream lost", replace(FEATURES_RECORDING, " way to your eyes", " way"), (FEATURES_OUTPUT, "Sunlight looks white"), (FEATURES, "response_2 = litellm"), (FEATURES_RECORDING, '"content": " way it has')),
    ("a stream without its end", replace(FEATURES_RECORDING, "      [DONE]\n", ""), (FEATURES_RECORDING, '"finish_reason": "length"')),
    ("a stream of two ids", replace(FEATURES_RECORDING, _EVENT, _EVENT.replace("chat-", "chit-")), (FEATURES_RECORDING, "chit-")),
    ("an event that is cut short", replace(FEATURES_RECORDING, '"finish_reason": "length"}]}', '"finish_reason": "len'), (FEATURES_RECORDING, '"len')),
    ("a field of an answer misspelt", replace(HELLO_RECORDING, "finish_reason: stop", "finish_reasons: stop"), (HELLO_RECORDING, "finish_reasons")),
    ("text where a number was", transform(HELLO_RECORDING, lambda text: re.sub("total_tokens: .*", "total_tokens: many", text)), (HELLO_RECORDING, "total_tokens")),
    ("tokens that do not add up", replace(HELLO_RECORDING, "total_tokens: ", "total_tokens: 9"), (HELLO_RECORDING, "total_tokens")),
    ("another model answers", replace(HELLO_RECORDING, f"{_CREATED}klusterai/", f"{_CREATED}other/"), (HELLO_RECORDING, "other/")),
    ("a cookie kept", replace(HELLO_RECORDING, "    status: 200\n    headers:\n", "    status: 200\n    headers:\n      set-cookie: a=b\n"), (HELLO_RECORDING, "set-cookie")),
    ("in vcrpy's own format", write(HELLO_RECORDING, _VCR), (HELLO_RECORDING, "version")),
    ("a stand-in's passed off as live", replace(HELLO_RECORDING, "origin: stand-in", "origin: live"), (HELLO_RECORDING, "origin: live")),
    ("its last lines cut off", transform(HELLO_RECORDING, lambda text: text[: text.index("      usage:")]), (HELLO_RECORDING, "stop_reason")),
    ("no origin", replace(HELLO_RECORDING, "  origin: stand-in\n", ""), HELLO_RECORDING),
    ("an origin nobody knows", replace(HELLO_RECORDING, "origin: stand-in", "origin: real"), (HELLO_RECORDING, "origin"), HELLO_RECORDING),
    ("of no program", duplicate(HELLO_RECORDING, f"tests/cassettes/{FOLDER}/old.yaml"), f"tests/cassettes/{FOLDER}/old.yaml"),
    ("expectations without a reason", write(HELLO_RECORDING.replace(".yaml", ".expected.yaml"), "exit: 0\n"), HELLO_RECORDING.replace(".yaml", ".expected.yaml")),
    ("expectations of no program", write(f"tests/cassettes/{FOLDER}/old.expected.yaml", "why: an old one\nexit: 3\n"), f"tests/cassettes/{FOLDER}/old.expected.yaml"),
)  # fmt: skip

_END = "print(response.choices[0].message.content)\n"
_CALL = "litellm.completion("
_ASK = 'import urllib.request\ntry:\n    urllib.request.urlopen("http://127.0.0.1:9/")\nexcept Exception:\n    pass\n'
_AGAIN = (
    'try:\n    litellm.completion(model="openai/a", messages=[])\nexcept Exception:\n    pass\n'
)

PROGRAMS = of(
    "programs",
    *(
        (name, append(HELLO, code), *((file, mark) for file, mark in places))
        for name, code, places in (
            ("raises", 'raise RuntimeError("no")\n', [(HELLO, "RuntimeError")]),
            ("exits 3", "sys.exit(3)\n", [(HELLO, None)]),
            ("writes to standard error", 'print("hm", file=sys.stderr)\n', [(HELLO, None)]),
            ("loops forever", "import time\nwhile True:\n    time.sleep(1)\n", [(HELLO, None)]),
            ("reads standard input", "input()\n", [(HELLO, "input()")]),
            ("swallows a request that was not recorded", _AGAIN, [(HELLO, 'model="openai/a"')]),
            ("connects to the network", _ASK, [(HELLO, "urlopen")]),
            ("prints another number each time", "import time\nprint(time.time_ns())\n", [(HELLO_OUTPUT, 4)]),
            ("is no Python", "print(\n", [(HELLO, "print(\n")]),
            ("needs a module of this project", "import docproof\n", [(HELLO, "import docproof")]),
        )
    ),
    ("makes no request", between(HELLO, "try:", "print(", 'class response: pass\n\n'), HELLO),
    ("prints nothing", replace(HELLO, "print(response", "str(response"), HELLO),
    ("swallows its only error", several(between(HELLO, "    sys.exit(f", "\nprint", "    pass\n"), replace(HELLO, "timeout=60", 'seed=1')), (HELLO, _CALL)),
    ("sends another max_tokens", replace(HELLO, "timeout=60", "timeout=60, max_tokens=50"), (HELLO, _CALL)),
    ("misspells a field", replace(HELLO, ".message.content", ".mesage.content"), (HELLO, ".mesage")),
    ("asks twice", replace(HELLO, f"\n{_END}", f'\nlitellm.completion(model=response.model and "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo", messages=[{{"role": "user", "content": "What is the capital of Argentina?"}}])\n{_END}'), (HELLO, "model=response.model")),
)  # fmt: skip

_UUID = "-".join(drawn(size, string.hexdigits[:16]) for size in (8, 4, 4, 4, 12))
_JWT = ".".join(("ey" + "J" + drawn(20), "ey" + "J" + drawn(40), drawn(43)))
_BEGIN = "-----" + "BEGIN RSA PRIVATE" + " KEY-----"

SECRETS = of(
    "secrets",
    ("an OpenAI key on a page", replace(KEY_PAGE, "=INSERT_API_KEY", "=" + "sk" + "-proj-" + drawn(48)), (KEY_PAGE, "export")),
    ("a kluster.ai key on a page", replace(KEY_PAGE, "=INSERT_API_KEY", "=" + _UUID), (KEY_PAGE, "export")),
    ("a GitHub token in a program", append(HELLO, "# " + "gh" + "p_" + drawn(36) + "\n"), (HELLO, "gh" + "p_")),
    ("an AWS key in a recording", replace(HELLO_RECORDING, "stop_reason: null", "stop_reason: AK" + "IA" + drawn(16, string.ascii_uppercase)), (HELLO_RECORDING, "AK" + "IA")),
    ("a key in a header of a recording", replace(HELLO_RECORDING, "      content-type: application/json\n", "      content-type: application/json\n      authorization: Bearer " + drawn(40) + "\n"), (HELLO_RECORDING, "Bearer")),
    ("a signed token in an output", replace(HELLO_OUTPUT, _FIRST, f"{_JWT}\n{_FIRST}"), (HELLO_OUTPUT, _JWT)),
    ("a Hugging Face token in a data file", append(MODELS, "# " + "h" + "f_" + drawn(34) + "\n"), (MODELS, "h" + "f_")),
    ("a Slack token in the README", append("README.md", "\nxo" + "xb-" + drawn(30) + "\n"), ("README.md", "xo" + "xb-")),
    ("a private key in a data file", write("docs/api-reference/key.yml", f"key: |\n  {_BEGIN}\n"), ("docs/api-reference/key.yml", 2)),
)  # fmt: skip

FAULTS = [*EDITS, *OUTPUTS, *RECORDINGS, *PROGRAMS, *SECRETS]
