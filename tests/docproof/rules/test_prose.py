"""What a page names exists, and the numbers it repeats are those of the code it shows."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from docproof.core.project import load_project
from docproof.pages.page import read_page
from docproof.rules import Selection, prose, rules, shell
from tests.helpers.guide import ROOT
from tests.helpers.sandbox import PAGE, Sandbox

PROGRAM = """\
import os
import sys

import litellm  # a remark on remarked_name

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
messages = [{"role": "user", "content": "Hello?"}]
streamed_text = []
stream = litellm.completion(
    model="openai/klusterai/Small-1",
    messages=messages,
    max_tokens=300,
    temperature=0.3,
    timeout=60,
    stream=True,
)
for chunk in stream:
    piece = chunk.choices[0].delta.content
    streamed_text.append(piece)
if not piece:
    sys.exit(f"The stream broke off: {last_error}")
answer = "".join(streamed_text)
"""

INDEX = """\
# a few names
[names]
litellm
litellm.acompletion
litellm.completion
litellm.RateLimitError
[parameters]
max_tokens
num_retries
temperature
[fields]
choices
finish_reason
usage
[variables]
OPENAI_BASE_URL
"""


@pytest.fixture(autouse=True)
def small(sandbox: Sandbox) -> None:
    """The small project has a program, an index and models, and declares nothing."""
    sandbox.write("proof/names.txt", INDEX)
    sandbox.write("docs/data/models.yml", "models:\n  - {id: klusterai/Small-1}\n  - {id: a/B}\n")
    sandbox.write("requirements.txt", "litellm==1.106.2 \\\n    --hash=sha256:0\n")
    sandbox.write("Makefile", "check: x\n\tpython -m docproof check\n")
    sandbox.program(PROGRAM)


def found(sandbox: Sandbox, text: str, page: str = PAGE) -> list[str]:
    """The problems of the page with `text` at its end, without the page's name."""
    sandbox.write("docs/page.md", f"{page}\n{text}\n")
    here = sandbox.project
    read = read_page(here, sandbox.root / "docs/page.md")
    return [str(finding.on(read.name)) for finding in prose.spans_and_numbers(here, read)]


def only(sandbox: Sandbox, text: str, page: str = PAGE) -> str:
    problems = found(sandbox, text, page)
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"docs/page.md:{page.count(chr(10)) + 2}: ")
    assert "\n" not in problems[0]
    return problems[0]


def declared(sandbox: Sandbox, text: str) -> list[str]:
    sandbox.write("proof/names.yml", text)
    here = sandbox.project
    read = [read_page(here, path) for path in here.pages()]
    return [
        str(p)
        for p in [*prose.declarations(Selection(here)), *prose.unused_declarations(here, read)]
    ]


@pytest.mark.parametrize(
    "span",
    [
        "streamed_text",  # a variable
        "delta",  # an attribute
        "max_tokens",  # an argument
        "KLUSTER_API_KEY",  # a string
        "$KLUSTER_API_KEY",
        "The stream broke off:",  # some words of a string
        "last_error",  # a name in an f-string
        "stream=True",
        "stream = True",  # an expression is compared by its tokens
        "chunk.choices[0].delta",
        "messages",
        '"".join(streamed_text)',
        '""',
        "'role'",  # a string in other quotes
        "streamed_text.append()",
        "litellm.completion(...)",
        "300",
        "0.3",
        "for",
        "openai/",
    ],
)
def test_what_stands_in_the_page_s_program_is_known(sandbox: Sandbox, span: str) -> None:
    assert found(sandbox, f"See `{span}` for this.") == []


@pytest.mark.parametrize(
    "span",
    [
        "litellm.acompletion",
        "acompletion()",
        "RateLimitError",
        "num_retries",
        "num_retries=2",  # a parameter that the program leaves alone
        "litellm.acompletion = None",  # a library's setting
        "chunk.usage=None",  # that of an object of the program
        "OPENAI_BASE_URL",
        "OPENAI_BASE_URL=x",
        "finish_reason",
        "chunk.usage",  # a field of an object of the program
        "choices[0]",
        "usage.choices",
        "None",
        "print()",
        "a/B",
        "openai/a/B",
        "klusterai/",
        "x.py",
        "code/page/x.py",
        "code/",
        "data/models.yml",  # from the folder of the pages
        "Makefile",
        "requirements.txt",
        "python x.py",
        "pip install litellm==1.106.2",
        "litellm==1.106.2",
        "make check",
        "make",
        "python -m docproof check",
        "export KLUSTER_API_KEY=x",
    ],
)
def test_what_the_libraries_and_the_project_have_is_known(sandbox: Sandbox, span: str) -> None:
    assert found(sandbox, f"See `{span}`.") == []


@pytest.mark.parametrize(
    ("span", "line"),
    [
        ("litellm.acompletion = None", "litellm.acompletion = print\n"),
        ("litellm.drop_param = True", ""),
        ("chunks.usage = 1", ""),
    ],
)
def test_a_setting_that_nobody_knows_or_that_the_program_sets_otherwise_is_refused(
    sandbox: Sandbox, span: str, line: str
) -> None:
    sandbox.program(PROGRAM + line)
    assert ": span-unknown: " in only(sandbox, f"See `{span}`.")


def test_a_variable_that_is_renamed_in_the_code_alone_is_refused(sandbox: Sandbox) -> None:
    text = "Keep the text in `streamed_text`."
    assert found(sandbox, text) == []
    sandbox.program(PROGRAM.replace("streamed_text", "streamed_parts"))
    line = only(sandbox, text)
    assert ": span-unknown: `streamed_text` is not in the page's programs" in line
    assert "proof/names.yml" in line


@pytest.mark.parametrize(
    ("span", "meant"),
    [
        ("max_token", "max_tokens"),  # a parameter
        ("num_retires", "num_retries"),  # a parameter of the index
        ("OPENAI_BASE_URI", "OPENAI_BASE_URL"),  # a variable of the environment
        ("litellm.completions", "litellm.completion"),
        ("klusterai/Small-2", "klusterai/Small-1"),  # a model
        ("y.py", ""),  # a file
    ],
)
def test_a_misspelt_name_is_refused_with_the_one_that_is_meant(
    sandbox: Sandbox, span: str, meant: str
) -> None:
    line = only(sandbox, f"See `{span}`.")
    assert f": span-unknown: `{span}` is not in the page's programs" in line
    assert not meant or f"write `{meant}` if that is meant" in line


@pytest.mark.parametrize(
    "span",
    [
        "stream=False",
        "max_tokens=400",
        "choices[1].delta",
        "litellm.streamed_text",
        "chunk.piece",
        "remarked_name",  # in a remark, which the interpreter does not read
        "completion_cost()",
        "other/a/B",  # a prefix that no program has
        "openai/a/C",
        "docs/none.md",
        "docs",  # a folder is named with a slash
        "litellm==1.106.3",
    ],
)
def test_what_is_nearly_right_is_refused(sandbox: Sandbox, span: str) -> None:
    assert f": span-unknown: `{span}` " in only(sandbox, f"See `{span}`.")


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("python y.py", "there is no y.py"),
        ("make chek", "the Makefile has no target chek"),
        ("pip install litellm==1.0.0", "requirements.txt pins litellm==1.106.2, not 1.0.0"),
        ("pip install openai", "requirements.txt does not pin openai"),
        ("python -m docproof chek", "docproof has no verb chek"),
        ("export KLUSTER_API_KYE=x", "reads KLUSTER_API_KYE"),
        ("python --version", "no proof runs"),
    ],
)
def test_a_command_in_the_prose_is_held_like_one_in_a_block(
    sandbox: Sandbox, command: str, what: str
) -> None:
    line = only(sandbox, f"Run `{command}`.")
    assert ": span-unknown: `" in line
    assert what in line


def test_a_name_of_another_program_is_refused_on_a_page_with_programs(sandbox: Sandbox) -> None:
    sandbox.write("code/other/z.py", "other_name = 1\n")
    assert "`other_name`" in only(sandbox, "See `other_name`.")


def test_a_page_without_programs_may_name_what_is_in_any_of_them(sandbox: Sandbox) -> None:
    sandbox.write("code/other/z.py", "other_name = 1\n")
    page = "---\ntitle: A\n---\n"
    assert found(sandbox, "See `other_name`, `streamed_text` and `z.py`. 5 tokens.", page) == []
    assert "`other_nam` is not in any program" in only(sandbox, "See `other_nam`.", page)


def test_what_an_included_output_prints_is_known(sandbox: Sandbox) -> None:
    output = "```text\n$ python x.py\nThe text is here.\nfinish: length\nlimit_rpm 7 (X-Y)\n```\n"
    sandbox.write("code/page/terminal/x.md", output)
    assert found(sandbox, "It says `length`, `limit_rpm 7`, `X-Y` and `The text`.") == []
    # A word of a sentence is no proof that the code has a name.
    assert "`text`" in only(sandbox, "See `text`.")


def test_a_declared_name_is_known(sandbox: Sandbox) -> None:
    text = "See `other_name`, sent within 9 seconds. Run `python --version`."
    reasons = "other_name: for a test\n9 seconds: for a test\npython --version: for a test\n"
    assert len(found(sandbox, text)) == 3
    assert declared(sandbox, reasons) == []
    assert found(sandbox, text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("It cuts the answer at 400 tokens.", "no 400 is in the code"),
        ("It cuts the answer\nat 400 tokens.", "no 400 is in the code"),
        ("It waits 90 seconds.", "no 90 "),
        ("a 90-second limit", "no 90 "),
        ("It makes 7 attempts.", "no 7 "),
        ("It sends 1,000 requests.", "no 1,000 "),
        ("It cuts at `400` tokens.", "`400` is not in the code"),
        ("With a `temperature` of 0.7 it varies.", "`temperature` is not 0.7"),
        ("`timeout` is 90.", "`timeout` is not 90"),
    ],
)
def test_a_number_that_is_not_in_the_code_is_refused(
    sandbox: Sandbox, text: str, what: str
) -> None:
    problems = found(sandbox, text)
    assert len(problems) == 1, problems
    line = PAGE.count("\n") + 2 + text.count("\n")
    assert problems[0].startswith(f"docs/page.md:{line}: number-unknown: ")
    assert what in problems[0]


@pytest.mark.parametrize(
    "text",
    [
        "It cuts the answer at 300 tokens, within 60 seconds.",
        "`300` tokens, a 60-second limit, 300.0 tokens",
        "It costs $400, on 3 of 7 days, in version 1.106.2.",
        "Of 400 people, 2 requested it.",
        "It takes about 10 seconds, ~10 seconds, or 10 minutes.",
        "It makes 61 attempts.",  # 60 retries
        "With a `temperature` of 0.3, and `timeout` at 60.",
        "`streamed_text` holds 5 pieces.",
        "You need ten seconds.",
        "<!-- 400 tokens -->",
    ],
)
def test_a_number_that_is_in_the_code_or_means_something_else_is_none(
    sandbox: Sandbox, text: str
) -> None:
    assert found(sandbox, text) == []


def test_a_number_must_be_in_the_lines_that_the_page_shows(sandbox: Sandbox) -> None:
    part = PAGE.replace("x.py", "x.py:1:8")
    assert "no 300 is in the code" in only(sandbox, "It cuts at 300 tokens.", part)


def test_a_number_may_be_printed_with_its_unit(sandbox: Sandbox) -> None:
    sandbox.write("code/page/terminal/x.md", "```text\n57 tokens\n91\n```\n")
    assert found(sandbox, "It used 57 tokens.") == []
    assert "no 91 is" in only(sandbox, "It used 91 tokens.")


def test_without_settings_and_declarations_nothing_is_asked_of_a_page(sandbox: Sandbox) -> None:
    sandbox.write("pyproject.toml", "")
    (sandbox.root / "proof/names.txt").unlink()
    assert found(sandbox, "See `nothing_at_all`.") == []
    sandbox.write("proof/names.yml", "a name: with a reason\n")
    assert len(found(sandbox, "See `nothing_at_all`.")) == 1


def test_a_declaration_that_no_page_uses_is_refused_at_its_line(sandbox: Sandbox) -> None:
    lines = declared(sandbox, "# why\nold_name: it was there once\n")
    assert lines == ["proof/names.yml:2: declaration: no page names `old_name`; remove the entry"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: [\n", 2, "cannot be read"),
        ("- a\n", 1, "does not map"),
        ("a: it is so\nb:\n", 2, "`b` is declared without a reason"),
        ("a: it is so\nb: x\n", 2, "`b` is declared without a reason"),
        ("a: it is so\nb: {c: d}\n", 2, "`b` is declared without a reason"),
        ("a: it is so\na: it is not\n", 2, "`a` is declared twice"),
        ("[a]: it is so\n", 1, "unreadable: cannot be read: found unhashable key"),
    ],
)
def test_declarations_that_cannot_be_read_are_refused_once(
    sandbox: Sandbox, text: str, line: int, what: str
) -> None:
    problems = declared(sandbox, text)
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"proof/names.yml:{line}: ")
    assert what in problems[0]
    assert found(sandbox, "See `unknown`.") == []


@pytest.mark.parametrize("text", ["`" + "x" * 5000 + "/`", "`[`", "`'`", "`\\`", "`()`", "`a b`"])
def test_no_span_is_too_odd_to_be_refused(sandbox: Sandbox, text: str) -> None:
    assert len(found(sandbox, f"See {text}.")) <= 1


def test_each_rule_refuses_its_own_example(sandbox: Sandbox) -> None:
    examples = {rule.name: rule.example for rule in rules()}
    for name in ("span-unknown", "number-unknown"):
        assert f": {name}: " in only(sandbox, examples[name])
    for name in ("declaration", "declaration"):
        assert f": {name}: " in declared(sandbox, examples[name] + "\n")[0]


def test_twice_the_pages_take_about_twice_the_time(sandbox: Sandbox) -> None:
    def seconds(count: int) -> float:
        for number in range(count):
            program = PROGRAM.replace("streamed_text", f"text_{number}")
            sandbox.write(f"code/many/x{number}.py", program)
            text = PAGE.replace("page/x.py", f"many/x{number}.py")
            sandbox.write(f"docs/many/{number}.md", f"{text}\n`text_{number}` `KLUSTER_API_KEY`\n")
            sandbox.write(f"docs/some/{number}.md", f"`text_{number}` `stream = True` `x.py`\n")
        here = sandbox.project
        read = [read_page(here, path) for path in here.pages()]
        start = time.process_time()  # not the clock's, which a busy machine stretches
        assert [p for page in read for p in prose.spans_and_numbers(here, page)] == []
        return time.process_time() - start

    assert seconds(160) < 12 * seconds(40) + 0.1


def test_this_project_s_pages_name_nothing_unknown() -> None:
    here = load_project(ROOT)
    read = [read_page(here, path) for path in here.pages()]
    problems = [
        finding.on(page.name)
        for page in read
        for finding in (*prose.spans_and_numbers(here, page), *shell.commands(here, page))
    ]
    problems += [*prose.declarations(Selection(here)), *prose.unused_declarations(here, read)]
    assert [str(problem) for problem in problems] == []


def test_nothing_that_takes_long_is_imported() -> None:
    code = (
        "import sys; from docproof.rules import prose, shell; "
        "print([m for m in ('litellm', 'openai', 'vcr', 'httpx', 'mkdocs') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("`suppress_debug_info`", "`supress_debug_info`"),
        ("`max_tokens`", "`max_token`"),
        ("`stream=True`", "`streaming=True`"),
        ("`OPENAI_BASE_URL`", "`OPENAI_BASE_URI`"),
        ("`hello_litellm.py`", "`hello_lite.py`"),
        ("`python litellm_features.py`", "`python litellm_feature.py`"),
        ("at 300 tokens", "at 400 tokens"),
        ("pip install litellm==1.110.2", "pip install litellm==1.110.1"),
        ("\npython hello_litellm.py", "\npython hello.py"),
        ("export KLUSTER_API_KEY", "export KLUSTER_KEY"),
    ],
)
def test_each_slip_on_the_guide_s_own_page_is_seen(tmp_path: Path, old: str, new: str) -> None:
    here = load_project(ROOT)
    text = (ROOT / "docs/get-started/integrations/litellm.md").read_text("utf-8")
    assert old in text
    page = tmp_path / "page.md"
    page.write_text(text.replace(old, new, 1), "utf-8")
    read = read_page(here, page)
    assert len([*prose.spans_and_numbers(here, read), *shell.commands(here, read)]) == 1
