"""Which edits are in order, so that nothing may raise an alarm?"""

# ruff: noqa: E501 - a case is a line, as in a table

from __future__ import annotations

import string
from pathlib import Path

from rot_edits import (
    FEATURES,
    HELLO,
    HELLO_RECORDING,
    INDEX,
    KEY_PAGE,
    MODELS,
    PAGE,
    REFERENCE,
    Edit,
    append,
    docproof,
    drawn,
    of,
    replace,
    several,
    transform,
    write,
)

from docproof.core.yaml_files import parse
from docproof.recordings import recording

_FIX = docproof("fix")
_MOVE = docproof("fix", PAGE)
_ACCEPT = docproof("fix", "--accept", PAGE)
_STEP = f'    --8<-- "{FEATURES}'


def _said(text: str) -> Edit:
    return replace(PAGE, "## Prerequisites\n", f"{text}\n\n## Prerequisites\n")


def _recorded_on(day: str) -> Edit:
    def edit(copy: Path) -> None:
        path = copy / HELLO_RECORDING
        made = recording.of(parse(path.read_text("utf-8")).data)
        made.recorded["date"] = day
        path.write_text(recording.text(made, HELLO), "utf-8")

    return edit


def _hex(size: int) -> str:
    return drawn(size, string.hexdigits[:16])


_UUID = "-".join(_hex(size) for size in (8, 4, 4, 4, 12))
_NEW_PAGE = "---\ntitle: Questions\ndescription: Answers to what readers ask.\n---\n\n# Questions\n\nSee [the guide](index.md).\n"

_PAGES = of(
    "page reworded",
    ("a sentence", replace(PAGE, "In about ten minutes you have two programs", "In some twelve minutes you have two programs")),
    ("a step", replace(PAGE, "Set the key and the base URL as", "Set the base URL and the key as")),
    ("a heading", replace(PAGE, "### Putting it all together", "### The whole program")),
    ("a title", replace(PAGE, "title: Use kluster.ai", "title: Call kluster.ai")),
    ("a description", replace(KEY_PAGE, "description: Where", "description: From where")),
    ("the text of a link", replace(INDEX, "[Look something up]", "[Look it up]")),
    ("a note", _said('!!! note "Costs"\n\n    A request may cost money.')),
    ("a comment", _said("<!-- `old_name` and 999 tokens were here -->")),
    ("a remark in a shell block", replace(PAGE, "python hello_litellm.py\n```", "python hello_litellm.py  # prints an answer\n```")),
    ("with the line ends of Windows", transform(PAGE, lambda text: text.replace("\n", "\r\n"))),
    ("a shell block of a known command", _said("```bash\npython hello_litellm.py\n```")),
)  # fmt: skip

_WORDS = of(
    "words of prose",
    ("a commit", _said(f"Read at commit {_hex(40)}.")),
    ("a digest in a code span", append("README.md", f"\nIts SHA-256 is `{_hex(64)}`.\n")),
    ("an id", _said(f"Its request had the id {_UUID}.")),
    ("a completion's id", _said(f"The answer's id was chatcmpl-{drawn(29)}.")),
    ("a model of the table", _said("Another is `openai/mistralai/Mistral-Nemo-Instruct-2407`.")),
    ("a parameter of the library", _said("There is also `top_p`.")),
    ("a variable of the program", _said("The pieces are kept in `streamed_text`.")),
    ("an argument of the program", _said("Both have `timeout=60`.")),
    ("a word of Python", _said("It prints `None` if there is nothing, by `print`.")),
    ("a number that is only near", _said("It takes about 5 seconds.")),
    ("a file of the project", _said("They are pinned in `requirements.txt`.")),
    ("a make target", _said("Run `make check` first.")),
)

_STEPS = of(
    "pages rearranged",
    ("a highlight accepted", several(replace(PAGE, f'python\n{_STEP}:06:09"', f'python hl_lines="2"\n{_STEP}:06:09"'), _ACCEPT)),
    ("the right line numbers", replace(PAGE, f'python\n{_STEP}:06:09"', f'python linenums="6"\n{_STEP}:06:09"')),
    ("two steps made one", several(replace(PAGE, f'{_STEP}:10:11"', f'{_STEP}:10:16"'), replace(PAGE, f'4. Start the conversation with a system prompt and a question:\n\n    ```python\n{_STEP}:13:16"\n    ```\n', ""), _ACCEPT)),
    ("a step made two", several(replace(PAGE, f'{_STEP}:10:11"\n    ```\n', f'{_STEP}:10:10"\n    ```\n\n    Then:\n\n    ```python\n{_STEP}:11:11"\n    ```\n'), _ACCEPT)),
    ("an excerpt on another page", several(replace(REFERENCE, "## Limits", f'```python\n--8<-- "{FEATURES}:13:16"\n```\n\n## Limits'), docproof("fix", "--accept", REFERENCE))),
    ("a new page", several(write("docs/questions.md", _NEW_PAGE), replace("mkdocs.yml", "  - API reference: ", "  - Questions: questions.md\n  - API reference: "))),
    ("a model added", append(MODELS, "  - {id: mistralai/New-Model-1, context: 32k, answer: 32k}\n")),
    ("a colour", append("docs/stylesheets/guide.css", "\n.md-typeset h1 { color: inherit; }\n")),
)  # fmt: skip

_NAMED = replace(HELLO, "print(response", "answer = response")

_PROGRAMS = of(
    "programs edited",
    ("ranges moved and fixed", several(replace(FEATURES, "\nmessages = [", "\n\n\nmessages = ["), _MOVE)),
    ("a comment in a step, accepted", several(replace(FEATURES, "        text = chunk", "        # Some have none.\n        text = chunk"), _MOVE, _ACCEPT)),
    ("a variable renamed, accepted", several(replace(FEATURES, "streamed_text", "pieces", everywhere=True), _MOVE, _ACCEPT)),
    ("another heading printed, accepted", several(replace(FEATURES, '"First answer, streamed:"', '"The first answer:"'), _FIX, _ACCEPT)),
    ("another time-out, accepted", several(replace(FEATURES, "timeout=60", "timeout=90", everywhere=True), _MOVE, _ACCEPT)),
    ("a comment in a program shown whole", replace(HELLO, "\ntry:", "\n# One request.\ntry:")),
    ("a line printed by a program shown whole", several(append(HELLO, 'print("Done.")\n'), _FIX)),
    ("an answer given a name", several(_NAMED, replace(HELLO, "content)", "content"), append(HELLO, "print(answer)\n"), _FIX)),
    ("what is expected of a program, written down", write(HELLO_RECORDING.replace(".yaml", ".expected.yaml"), "why: it answers once\nrequests: 1\n")),
    ("recorded on another day", _recorded_on("2026-11-24")),
)  # fmt: skip

HARMLESS = [*_PAGES, *_WORDS, *_STEPS, *_PROGRAMS]
