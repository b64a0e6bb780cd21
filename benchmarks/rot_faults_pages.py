"""Which faults can a page have? Each is one edit, and the place that a message should name."""

# ruff: noqa: E501 - a case is a line, as in a table

from __future__ import annotations

import importlib.metadata

from rot_edits import (
    FEATURES,
    HELLO,
    HELLO_OUTPUT,
    INDEX,
    KEY_PAGE,
    PAGE,
    REFERENCE,
    between,
    dedent,
    docproof,
    duplicate,
    of,
    replace,
    several,
    swap,
    write,
)

_PINNED = importlib.metadata.version("litellm")
_STEP_2 = f'--8<-- "{FEATURES}:06:09"'
_WHOLE = f'--8<-- "{HELLO}"'
_DOTS = f'    ```python\n    --8<-- "{FEATURES}'


def _range(old: str, new: str):
    return replace(PAGE, f'{old}"', f'{new}"'), (PAGE, f'{new}"')


def _after_intro(text: str):
    return replace(PAGE, "## Prerequisites\n", f"{text}\n\n## Prerequisites\n"), (PAGE, text)


RANGES = of(
    "ranges",
    ("shifted down by one line", *_range(":06:09", ":07:10")),
    ("shifted up by one line", *_range(":10:11", ":09:10")),
    ("ends one line too late, on a blank one", *_range(":13:16", ":13:17")),
    ("ends past the end of the file", *_range(":71:76", ":71:79")),
    ("reversed", *_range(":06:09", ":09:06")),
    ("from line zero", *_range("::04", ":0:4")),
    ("open-ended, without a colon", *_range(":71:76", ":71")),
    ("negative", *_range(":71:76", ":-6:-1")),
    ("a list with commas", *_range(":06:09", ":6:7,8:9")),
    ("cuts a call", *_range(":59:69", ":59:65")),
    ("cuts a string of several parts", *_range(":50:57", ":50:52")),
    ("cuts a header from its body", *_range(":34:42", ":34:35")),
    ("a section that is not there", *_range(HELLO, f"{HELLO}:setup")),
    ("a file that is not there", *_range(HELLO, HELLO.replace("hello_litellm", "hello_litelm"))),
    ("a range of a file that is not there", *_range("features.py:06:09", "feature.py:06:09")),
    ("a file outside the project", *_range(HELLO, "../../etc/hosts")),
    ("marker without quotes", replace(PAGE, _STEP_2, _STEP_2.replace('"', "")), (PAGE, ":06:09")),
    ("a space after the quote", replace(PAGE, _STEP_2, f"{_STEP_2} "), (PAGE, ":06:09")),
    ("curly quotes", replace(PAGE, _STEP_2, f"--8<-- “{FEATURES}:06:09”"), (PAGE, ":06:09")),
    ("a dash for the two hyphens", replace(PAGE, _WHOLE, f'—8<— "{HELLO}"'), (PAGE, "—8<—")),
    ("a block of includes never closed", replace(PAGE, _STEP_2, "--8<--"), (PAGE, "    --8<--")),
)  # fmt: skip

STEPS = of(
    "steps",
    ("two swapped", swap(PAGE, ":06:09", ":10:11"), (PAGE, ":06:09"), (PAGE, ":10:11")),
    ("one dropped", between(PAGE, "2. Set the key and", "3. Name the"), (PAGE, ":10:11")),
    ("the first dropped", between(PAGE, "1. Import LiteLLM", "2. Set the"), (PAGE, ":06:09")),
    ("the last dropped", between(PAGE, "5. Take the text", "### Putting"), (PAGE, ":59:69")),
    (
        "one doubled",
        replace(PAGE, "3. Name", f'3. Again:\n\n{_DOTS}:06:09"\n    ```\n\n4. Name'),
        (PAGE, ":06:09"),
    ),
    ("two overlap", *_range(":10:11", ":09:11")),
    ("a line left out at an end", *_range(":06:09", ":06:08"), (PAGE, ":10:11")),
    ("a line left out at a beginning", *_range(":06:09", ":07:09")),
    ("the last line left out", *_range(":71:76", ":71:75")),
    ("one of another program", *_range("litellm_features.py:06:09", "hello_litellm.py:06:09"),
     (PAGE, ":10:11")),
    ("declaration removed", between(PAGE, "walkthrough: ", "---\n"), (PAGE, None)),
    ("declaration misspelt", replace(PAGE, "walkthrough: ", "walktrough: "), (PAGE, None)),
    ("declared program misspelt", replace(PAGE, "litellm_features.py]", "features.py]"), PAGE),
)  # fmt: skip

HIGHLIGHTS = of(
    "highlights",
    *(
        (
            name,
            replace(
                PAGE, f"    ```python\n    {_STEP_2}", f"    ```python {option}\n    {_STEP_2}"
            ),
            (PAGE, option),
            (PAGE, ":06:09"),
        )
        for name, option in (
            ("past the end of the block", 'hl_lines="9"'),
            ("line zero", 'hl_lines="0"'),
            ("reversed", 'hl_lines="4-2"'),
            ("line numbers that begin elsewhere", 'linenums="1"'),
            ("a highlight that nobody has accepted", 'hl_lines="2"'),
        )
    ),
    (
        "a blank line",
        replace(PAGE, f'{_DOTS}::04"', f'{_DOTS}::04"'.replace("python", 'python hl_lines="3"', 1)),
        (PAGE, 'hl_lines="3"'),
    ),
    (
        "line numbers of a whole program from 5",
        replace(PAGE, 'title="hello_litellm.py"', 'title="hello_litellm.py" linenums="5"'),
        (PAGE, 'linenums="5"'),
    ),
)

_RENAME = replace(FEATURES, "streamed_text", "pieces", everywhere=True)

PROSE = of(
    "prose",
    (
        "a variable renamed in the program only",
        several(
            replace(PAGE, "Join the text of the chunks", "Join the texts in `streamed_text`"),
            _RENAME,
            docproof("fix", PAGE),
            docproof("fix", "--accept", PAGE),
        ),
        (PAGE, "`streamed_text`"),
    ),
    (
        "an option taken from the program only",
        several(
            replace(PAGE, "Send all the messages", "With `temperature=0.3`, send all the messages"),
            replace(FEATURES, "temperature=0.3", "temperature=0.2", everywhere=True),
            docproof("fix", PAGE),
            docproof("fix", "--accept", PAGE),
        ),
        (PAGE, "`temperature=0.3`"),
    ),
    *(
        (name, replace(page, old, new), (page, new))
        for name, page, old, new in (
            ("an identifier misspelt", PAGE, "`suppress_debug_info`", "`supress_debug_info`"),
            ("a parameter misspelt", PAGE, "`max_tokens` limits", "`max_token` limits"),
            ("a variable of the environment misspelt", PAGE, "from `KLUSTER_API_KEY` in", "from `KLUSTER_API_KYE` in"),
            ("a file that does not exist", PAGE, "Save this as `hello_litellm.py`", "Save this as `hello_litelm.py`"),
            ("300 tokens become 400", PAGE, "at 300 tokens", "at 400 tokens"),
            ("an argument with another value", PAGE, "with `stream=True`", "with `stream=Yes`"),
            ("an address that no program has", PAGE, "`https://api.kluster.ai/v1`", "`https://api.kluster.ai/v2`"),
            ("a version that was not run", PAGE, f"run with version {_PINNED}", "run with version 1.160.2"),
            ("a parameter misspelt on a page without programs", REFERENCE, "`frequency_penalty`", "`frequency_penality`"),
        )
    ),
    ("a model that is not listed", *_after_intro("Here `openai/klusterai/Meta-Llama-3.1-405B-Instruct-Turbo`.")),
    ("the title of a block misspelt", *_range('title="hello_litellm.py', 'title="hello_litelm.py')),
    ("a wrong make target", *_after_intro("Run `make chek` first.")),
    ("a class of the library misspelt", *_after_intro("It raises `litellm.RateLimitErorr`.")),
    ("a field misspelt", *_after_intro("The text is in `chunk.choices[0].delta.contents`.")),
    ("a wrong number of seconds", *_after_intro("It gives up after 90 seconds.")),
)  # fmt: skip

SHELL = of(
    "shell blocks",
    *(
        (name, replace(PAGE, old, new), (PAGE, new.splitlines()[-1]))
        for name, old, new in (
            ("a package misspelt", "pip install litellm==", "pip install litelm=="),
            ("a version that was not run", f"litellm=={_PINNED}", "litellm==1.106.3"),
            ("a package that nothing pins", f"litellm=={_PINNED}", f"litellm=={_PINNED} pytest-litellm"),
            ("a program misspelt", "\npython hello_litellm.py", "\npython hello_litelm.py"),
            ("an export misspelt", "export KLUSTER_API_KEY", "export KLUSTER_APIKEY"),
            ("a command misspelt", "python3 -m venv", "python3 -m vnev"),
            ("a command that nobody ran", "source guide", "curl https://example.org/install.sh\n    source guides"),
            ("a wrong make target", "\npython hello_litellm.py", "\nmake chek"),
            ("a wrong verb", "\npython hello_litellm.py", "\npython -m docproof chek"),
        )
    ),
)  # fmt: skip

FORMATTING = of(
    "formatting",
    ("a step's block lost its indentation, the next is 1. again", dedent(PAGE, ":06:09"),
     (PAGE, ":06:09"), (PAGE, "3. Name")),
    ("the last block fell out of its step", dedent(PAGE, ":71:76"), (PAGE, ":71:76"), (PAGE, "```python\n--8<--")),
    ("a block indented by three spaces",
     replace(PAGE, f"    ```python\n    {_STEP_2}\n    ```", f"   ```python\n   {_STEP_2}\n   ```"),
     (PAGE, ":06:09"), (PAGE, "   ```python"), (PAGE, "3. Name")),
    ("a fence never closed", replace(PAGE, f"{_WHOLE}\n```", _WHOLE), (PAGE, "```python title=")),
    ("a fence of a step never closed", replace(PAGE, f"{_STEP_2}\n    ```\n", f"{_STEP_2}\n"),
     (PAGE, ":06:09"), (PAGE, "```python")),
    ("Python in a block of JSON", replace(PAGE, '```python title="hello', '```json title="hello'),
     (PAGE, "```json"), (PAGE, _WHOLE)),
    ("a program in a block without a language", replace(PAGE, '```python title="hello_litellm.py"', "```"),
     (PAGE, _WHOLE), (PAGE, "```")),
    ("code typed into a page", replace(PAGE, _STEP_2, "litellm.suppress_debug_info = True"),
     (PAGE, "    litellm.sup"), (PAGE, "```python"), (PAGE, ":10:11")),
    ("a block of code typed into a page",
     replace(INDEX, "## Where to go", "```python\nprint('Hello')\n```\n\n## Where to go"),
     (INDEX, "print('Hello')"), (INDEX, "```python")),
    ("an output typed into a page",
     replace(PAGE, f'--8<-- "{HELLO_OUTPUT}"', "```text\n$ python hello_litellm.py\nBuenos Aires.\n```"),
     (PAGE, "```text"), (PAGE, "$ python"), (PAGE, "Buenos")),
    ("an output without its own block", replace(PAGE, f'--8<-- "{HELLO_OUTPUT}"', f'    --8<-- "{HELLO_OUTPUT}"'),
     (PAGE, HELLO_OUTPUT)),
    ("an entity in a shell block", replace(PAGE, "    source guide/bin/activate\n", "    source guide/bin/activate &amp;&amp; true\n"),
     (PAGE, "&amp;")),
    ("an entity in a code span", replace(PAGE, "`stream=True`", "`stream=&quot;True&quot;`"), (PAGE, "&quot;")),
    ("no blank line before a list", replace(PAGE, "features.py`.\n\n1. Import", "features.py`.\n1. Import"),
     (PAGE, "1. Import"), (PAGE, "The second program")),
    ("the body of a collapsed block fell out", dedent(PAGE, 'litellm_features.py"\n    ```\n\nRun'),
     (PAGE, '??? program'), (PAGE, '```python title="litellm_features'), (PAGE, f'{FEATURES}"')),
    ("no title", between(PAGE, "title: ", "description"), PAGE),
    ("no description", between(PAGE, "description: ", "walkthrough"), PAGE),
    ("the title of another page", replace(KEY_PAGE, "title: Get an API key", "title: API reference"), KEY_PAGE, REFERENCE),
    ("front matter that is no YAML", replace(PAGE, "title: ", "title: [: "), (PAGE, 2), (PAGE, 3)),
    ("front matter never closed", replace(PAGE, "features.py]\n---\n", "features.py]\n"), PAGE),
    ("two pages at one address", duplicate(PAGE, PAGE.replace(".md", "/index.md")), PAGE, PAGE.replace(".md", "/index.md")),
    ("a page that is not UTF-8", write(KEY_PAGE, "---\ntitle: Schlüssel\n".encode("latin-1")), (KEY_PAGE, 2)),
)  # fmt: skip

FAULTS = [*RANGES, *STEPS, *HIGHLIGHTS, *PROSE, *SHELL, *FORMATTING]
