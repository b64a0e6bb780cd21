"""A command in a shell block is vouched for, or declared as not run with the reason."""

from __future__ import annotations

import pytest

from docproof.core.problem import Rule
from docproof.pages.page import read_page
from docproof.rules import prose, shell
from tests.helpers.sandbox import PAGE, Sandbox

RULES = [rule for rule in vars(shell).values() if isinstance(rule, Rule)]
FIRST = PAGE.count("\n") + 3  # the line of the first command


@pytest.fixture(autouse=True)
def small(sandbox: Sandbox) -> None:
    """The small project has pins, a Makefile and a program that reads a variable."""
    sandbox.program('import os\nkey = os.environ["KLUSTER_API_KEY"]\n')
    sandbox.write("code/other/z.py", 'import os\nos.getenv("OTHER_KEY")\n')
    sandbox.write(
        "requirements.txt",
        "litellm[proxy]==1.106.2 \\\n    --hash=sha256:0\ntyping-extensions==4.1 ; x < '3'\n",
    )
    sandbox.write("Makefile", "PORT ?= 8000\nNAME := x\ncheck: x  ## check\n\tx\nrun:\n\tx\n")


def found(sandbox: Sandbox, body: str, language: str = "bash") -> list[str]:
    sandbox.write("docs/page.md", f"{PAGE}\n```{language}\n{body}\n```\n")
    here = sandbox.project
    read = read_page(here, sandbox.root / "docs/page.md")
    return [str(finding.on(read.name)) for finding in shell.commands(here, read)]


def only(sandbox: Sandbox, body: str, language: str = "bash") -> str:
    problems = found(sandbox, body, language)
    assert len(problems) == 1, problems
    assert "\n" not in problems[0]
    return problems[0]


@pytest.mark.parametrize(
    "command",
    [
        "pip install litellm",
        "pip install litellm==1.106.2",
        "pip install 'litellm[proxy]==1.106.2' typing_extensions",
        "pip install -U 'litellm>=1'",
        "pip3 install litellm",
        "python -m pip install litellm",
        "python3 -m pip install --quiet litellm  # the library",
        ".venv/bin/pip install --require-hashes -r requirements.txt",
        "pip install -e .",
        "pip install --index-url https://example.test/simple litellm",
        "python x.py",
        "python3 x.py --fast > out.txt",
        "python code/other/z.py",
        "KLUSTER_API_KEY=abc python x.py",
        "export KLUSTER_API_KEY=INSERT_API_KEY",
        "export KLUSTER_API_KEY='a b' OTHER_KEY=c",
        "make check",
        "make -j2 check PORT=8001",
        "make run PROGRAM=code/page/x.py",
        "python -m docproof check docs",
        "make check && python x.py; make run | make check",
        "$ make check",
        "# make nothing",
        "",
        "pip install \\\n  litellm",
        '--8<-- "code/page/terminal/x.md"',
    ],
)
def test_a_command_that_is_vouched_for_is_no_problem(sandbox: Sandbox, command: str) -> None:
    assert found(sandbox, command) == []


@pytest.mark.parametrize(
    ("command", "rule", "what"),
    [
        ("pip install openai", "command", "does not pin openai; pin it there"),
        ("pip install lite-llm", "command", "does not pin lite-llm"),
        ("pip install litellm==1.0", "command", "pins litellm==1.106.2, not 1.0; write"),
        ("pip install 'litellm[proxy] == 1.0'", "command", "pins litellm==1.106.2, not 1.0"),
        ("python3 -m pip install openai", "command", "does not pin openai"),
        ("pip install -r none.txt", "command", "there is no none.txt"),
        ("python y.py", "command", "there is no y.py"),
        ("python z.py", "command", "there is no z.py"),  # not on this page
        ("make chek", "command", "the Makefile has no target chek"),
        ("make PORT", "command", "no target PORT"),
        ("make NAME", "command", "no target NAME"),
        ("make run PROGRAM=code/y.py", "command", "there is no code/y.py"),
        ("python -m docproof chek", "command", "docproof has no verb chek"),
        ("export KLUSTER_API_KYE=a", "command", "reads KLUSTER_API_KYE"),
        ("KLUSTER_API_KYE=a python x.py", "command", "reads KLUSTER_API_KYE"),
        ("python --version", "command", "no proof runs `python --version`; declare"),
        (
            "curl https://example.test/ -d 'a\nb'",
            "command",
            "curl https://example.test/",
        ),
        ("make check && rm -rf /", "command", "no proof runs `rm -rf /`"),
        ("echo 'no end", "command", "echo"),
        ("make", "command", "`make`"),
        ("python -m docproof", "command", "docproof`"),
    ],
)
def test_a_command_that_nothing_vouches_for_is_refused_at_its_line(
    sandbox: Sandbox, command: str, rule: str, what: str
) -> None:
    line = only(sandbox, f"make check\n{command}")
    assert line.startswith(f"docs/page.md:{FIRST + 1}: {rule}: ")
    assert what in line


@pytest.mark.parametrize("language", ["bash", "sh", "shell", "zsh", "console"])
def test_each_shell_s_blocks_are_read(sandbox: Sandbox, language: str) -> None:
    assert ": command: " in only(sandbox, "make chek", language)


@pytest.mark.parametrize("language", ["text", "python", "", "yaml"])
def test_other_blocks_are_not(sandbox: Sandbox, language: str) -> None:
    assert found(sandbox, "make chek", language) == []


def test_where_lines_have_a_prompt_the_others_are_output(sandbox: Sandbox) -> None:
    line = only(sandbox, "$ make check\nmake: nothing to be done\n$ make chek", "console")
    assert line.startswith(f"docs/page.md:{FIRST + 2}: command: ")


def test_a_block_inside_a_step_is_read(sandbox: Sandbox) -> None:
    sandbox.write("docs/page.md", f"{PAGE}\n1. Do:\n\n    ```bash\n    make chek\n    ```\n")
    here = sandbox.project
    (problem,) = shell.commands(here, read_page(here, sandbox.root / "docs/page.md"))
    assert (problem.line, problem.rule) == (FIRST + 2, "command")


@pytest.mark.parametrize(
    ("command", "declaration"),
    [
        ("python --version", "python --version"),
        ("$ python   --version  # yours", "python --version"),
        ("make check && source x/bin/activate", "source x/bin/activate"),
        ("curl -H 'a: b' \\\n  x", "\"curl -H 'a: b' x\""),
        ("make chek", "make chek"),
    ],
)
def test_a_declared_command_is_no_problem_and_its_declaration_in_use(
    sandbox: Sandbox, command: str, declaration: str
) -> None:
    assert len(found(sandbox, command)) == 1
    sandbox.write("proof/names.yml", f"{declaration}: not run, for a test\n")
    assert found(sandbox, command) == []
    here = sandbox.project
    assert (
        list(prose.unused_declarations(here, [read_page(here, path) for path in here.pages()]))
        == []
    )


def test_a_variable_that_a_library_of_the_index_reads_may_be_set(sandbox: Sandbox) -> None:
    command = "export OPENAI_BASE_URL=x"
    assert ": command: " in only(sandbox, command)
    sandbox.write("proof/names.txt", "[variables]\nOPENAI_BASE_URL\n")
    assert found(sandbox, command) == []


def test_without_settings_and_declarations_nothing_is_asked_of_a_block(sandbox: Sandbox) -> None:
    sandbox.write("pyproject.toml", "")
    assert found(sandbox, "make chek") == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_refuses_its_own_example(sandbox: Sandbox, rule: Rule) -> None:
    assert f": {rule.name}: " in only(sandbox, rule.example)
