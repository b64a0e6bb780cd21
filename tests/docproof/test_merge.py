"""What two branches have changed is merged by git, and what git leaves by `fix`, or one line says.

Real git, on a small project. A test takes about a second where a program is replayed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest

from docproof.check import check
from docproof.lines import lock
from docproof.pages.page import read_page
from tests.helpers.sandbox import PAGE, RECORDING, Sandbox

PROGRAM = [
    "import os",
    "",
    "first = 1",
    "second = 2",
    "",
    "third = 3",
    "fourth = 4",
    "",
    "for n in range(3):",
    "    print(n)",
    "    print(first)",
    "",
    "print(third)",
    "print(fourth)",
]
STEPS = ["01:01", "03:04", "06:07", "09:11", "13:14"]
ATTRIBUTES = "proof/addresses.txt merge=union\n"


class Repository:
    """The small project in a git repository, with a page that shows a program in steps."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        blocks = [f'```python\n--8<-- "code/page/p.py:{step}"\n```\n' for step in STEPS]
        head = "---\ntitle: Steps\ndescription: Steps of a program.\n---\n\n# Steps\n\n"
        texts = [f"{block}\nThe step {number}.\n" for number, block in enumerate(blocks)]
        sandbox.write("docs/steps.md", head + "\n".join(texts))
        self.program(PROGRAM)
        sandbox.write(
            "mkdocs.yml",
            sandbox.read("mkdocs.yml") + "nav:\n  - A page: page.md\n  - Steps: steps.md\n",
        )
        sandbox.write("proof/addresses.txt", "/page/\n")
        sandbox.write(".gitattributes", ATTRIBUTES)
        sandbox.write(".gitignore", ".cache/\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.done()
        self.commit()

    def git(self, *arguments: str, fails: bool = False) -> str:
        names = ("-c", "user.name=A", "-c", "user.email=a@example.test", "-c", "core.hooksPath=")
        done = subprocess.run(
            ["git", *names, *arguments],
            cwd=self.sandbox.root, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout

    def program(self, lines: list[str]) -> None:
        self.sandbox.write("code/page/p.py", "\n".join(lines) + "\n")

    def insert(self, below: str, *lines: str) -> None:
        """Put lines into the program, below one that it has."""
        old = self.sandbox.read("code/page/p.py")
        assert f"{below}\n" in old
        self.sandbox.write(
            "code/page/p.py", old.replace(f"{below}\n", "\n".join([below, *lines, ""]))
        )

    def done(self) -> None:
        """What whoever edits does at the end: `fix`, and accept what the page shows."""
        self.sandbox.docproof("fix", "docs")
        done = self.sandbox.docproof("fix", "--accept", "docs")
        assert done.returncode == 0, done.stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=change")

    def merge(self, one: Callable[[], None], other: Callable[[], None]) -> list[str]:
        """The files that git cannot merge of what two branches did; the second is here."""
        for branch, change in (("one", one), ("other", other)):
            self.git("checkout", "--quiet", "-b", branch, "main")
            change()
            self.commit()
        self.git(
            "-c",
            "merge.conflictStyle=diff3",
            "merge",
            "--quiet",
            "one",
            fails=bool(self.would_fail()),
        )
        return self.git("diff", "--name-only", "--diff-filter=U").split()

    def would_fail(self) -> bool:
        names = ("-c", "user.name=A", "-c", "user.email=a@example.test")
        done = subprocess.run(
            ["git", *names, "merge-tree", "--write-tree", "other", "one"],
            cwd=self.sandbox.root, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode != 0

    def shown(self) -> list[str]:
        """The program's lines that the page shows, in its order, a blank one between steps."""
        page = read_page(self.sandbox.project, self.sandbox.root / "docs/steps.md")
        return [line for i in page.includes for line in (*i.shown, "")][:-1]

    def problems(self) -> list[str]:
        """What is wrong, but for programs that nobody has recorded."""
        said = [str(problem) for problem in check(self.sandbox.project)]
        return [line for line in said if not line.startswith(("code/", "tests/"))]


@pytest.fixture
def repository(sandbox: Sandbox) -> Repository:
    return Repository(sandbox)


def marks(text: str) -> bool:
    return bool(re.search("^(<<<<<<<|>>>>>>>) ", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("top", "middle"),
    [
        (["import re"], ["    print(second)"]),  # as many on both sides
        (["import re", "import sys"], ["    print(second)"]),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_lines_put_into_the_top_and_the_middle_of_one_program(
    repository: Repository, top: list[str], middle: list[str], turned: bool
) -> None:
    def one() -> None:
        repository.insert("import os", *top)
        text = repository.sandbox.read("docs/steps.md")
        repository.sandbox.write("docs/steps.md", text.replace(":01:01", f":01:0{1 + len(top)}"))
        repository.done()

    def other() -> None:
        repository.insert("    print(n)", *middle)
        repository.done()

    ways = (other, one) if turned else (one, other)
    assert set(repository.merge(*ways)) <= {"docs/steps.md"}
    done = repository.sandbox.docproof("fix")
    assert "steps.md" not in done.stdout.replace("+++ docs/steps.md", "").replace(
        "--- docs/steps.md", ""
    )
    wanted = repository.sandbox.read("code/page/p.py").rstrip("\n").split("\n")
    assert repository.shown() == wanted
    assert wanted == ["import os", *top, *PROGRAM[1:10], *middle, *PROGRAM[10:]]
    assert repository.problems() == []


def test_headings_that_two_branches_add_and_reword(repository: Repository) -> None:
    def heading(old: str, new: str) -> Callable[[], None]:
        def change() -> None:
            text = repository.sandbox.read("docs/steps.md")
            assert old in text
            repository.sandbox.write("docs/steps.md", text.replace(old, new))
            repository.done()

        return change

    one = heading("The step 0.", "## Begin\n\nThe step 0.")
    assert repository.merge(one, heading("The step 3.", "## End\n\nThe step 3.")) == []
    repository.sandbox.docproof("fix", "docs")
    assert {"/steps/#begin", "/steps/#end"} <= set(
        repository.sandbox.read("proof/addresses.txt").split()
    )
    assert repository.problems() == []


def test_two_new_pages_with_their_lines_in_the_menu(repository: Repository) -> None:
    sandbox = repository.sandbox

    def page(name: str) -> Callable[[], None]:
        def change() -> None:
            text = PAGE.replace("page/x.py", f"page/{name}.py").replace(
                "title: A page", f"title: {name}"
            )
            text = text.replace("A page that shows", f"{name} shows").split("```python")[0]
            block = f'```python\n--8<-- "code/page/{name}.py:1:1"\n```\n'
            sandbox.write(f"docs/{name}.md", text + block)
            sandbox.write(f"code/page/{name}.py", f"x = '{name}'\n")
            menu = sandbox.read("mkdocs.yml") + f"  - {name.title()}: {name}.md\n"
            sandbox.write("mkdocs.yml", menu)
            repository.done()

        return change

    assert repository.merge(page("apple"), page("banana")) == [lock.NAME, "mkdocs.yml"]
    said = sandbox.docproof("check")
    assert said.stderr.startswith("mkdocs.yml:6: merge-conflict: ")
    sandbox.docproof("fix")
    menu = sandbox.read("mkdocs.yml")
    assert menu.endswith("  - Banana: banana.md\n  - Apple: apple.md\n")
    pages = [entry.page for entry in lock.load(sandbox.root) or []]
    assert pages == ["docs/apple.md", "docs/banana.md", *["docs/steps.md"] * len(STEPS)]
    addresses = sandbox.read("proof/addresses.txt").splitlines()
    assert addresses == sorted(set(addresses))
    assert {"/apple/", "/banana/"} <= set(addresses)
    left = [line for line in repository.problems() if "recording-missing" not in line]
    assert [line for line in left if "apple.py" not in line and "banana.py" not in line] == []


def test_a_program_that_both_have_recorded_again(repository: Repository) -> None:
    sandbox, name = repository.sandbox, "tests/cassettes/page/x.yaml"

    def record(answer: str) -> Callable[[], None]:
        def change() -> None:
            text = RECORDING.replace("STATUS", "200").replace("Hello!", answer)
            sandbox.write(name, text)
            output = "code/page/terminal/x.md"
            sandbox.write(output, f"```text\n$ python x.py\n{answer}\n```\n")

        return change

    assert repository.merge(record("Hi!"), record("Good day!")) == ["code/page/terminal/x.md", name]
    before = sandbox.read("code/page/terminal/x.md")
    for verb in ("check", "fix"):
        output, recording = sandbox.docproof(verb).stdout.splitlines()
        assert output.startswith("code/page/terminal/x.md:3: merge-conflict: ")
        assert output.endswith("python -m docproof fix")
        assert recording.startswith(f"{name}:11: merge-conflict: git has left the marks")
        hint = recording.replace(".venv/bin/", "").partition("; ")[2]
        assert hint == (
            "make it again: python -m docproof record code/page/x.py, or take one side whole: "
            f"git checkout --ours {name} (or --theirs), then: python -m docproof fix"
        )
    assert sandbox.read("code/page/terminal/x.md") == before
    repository.git("checkout", "--theirs", name)
    done = sandbox.docproof("fix")
    assert "+Hi!" in done.stdout
    assert sandbox.read("code/page/terminal/x.md") == "```text\n$ python x.py\nHi!\n```\n"
    assert repository.problems() == []


@pytest.mark.parametrize(
    ("path", "fixed"),
    [
        ("docs/page.md", False),
        ("docs/data.yml", False),
        ("code/page/x.py", False),
        ("tests/cassettes/page/x.expected.yaml", False),
        ("tests/cassettes/page/x.yaml", False),
        ("proof/names.yml", False),
        ("pyproject.toml", False),
        ("mkdocs.yml", False),
        ("proof/addresses.txt", True),
        ("code/page/terminal/x.md", True),
    ],
)
def test_one_message_for_a_conflict_in_any_file_and_nothing_is_written(
    sandbox: Sandbox, path: str, fixed: bool
) -> None:
    file = sandbox.root / path
    old = file.read_text("utf-8") if file.is_file() else ""
    text = f"{old}<<<<<<< HEAD\none: 1\n=======\ntwo: 2\n>>>>>>> other\n"
    sandbox.edit(path, text) if file.parent.is_dir() else sandbox.write(path, text)
    line = old.count("\n") + 1
    said = sandbox.docproof("check")
    (problem,) = (said.stdout + said.stderr).splitlines()
    what = f"git has left the marks of a conflict on lines {line}, {line + 4}"
    assert problem.startswith(f"{path}:{line}: merge-conflict: {what}; ")
    assert (re.search("; [^ ]*python -m docproof fix$", problem) is not None) == fixed
    if not fixed:
        assert sandbox.docproof("fix").returncode in (1, 2)
        assert file.read_text("utf-8") == text


def test_an_edit_of_words_on_both_sides_is_left_to_a_person(repository: Repository) -> None:
    def edit(word: str) -> Callable[[], None]:
        def change() -> None:
            text = repository.sandbox.read("docs/steps.md")
            repository.sandbox.write("docs/steps.md", text.replace("The step 2.", f"The {word}."))

        return change

    assert repository.merge(edit("one"), edit("other")) == ["docs/steps.md"]
    before = repository.sandbox.read("docs/steps.md")
    done = repository.sandbox.docproof("fix")
    assert (done.returncode, repository.sandbox.read("docs/steps.md")) == (1, before)
    assert "keep what is right of both sides" in done.stdout


def test_two_lines_put_into_one_step(repository: Repository) -> None:
    def put(below: str, line: str) -> Callable[[], None]:
        def change() -> None:
            repository.insert(below, line)
            repository.done()

        return change

    one = put("for n in range(3):", "    print(third)")
    other = put("    print(first)", "    print(second)")

    def wider() -> None:  # `fix` does not say that the last line belongs to the step
        text = repository.sandbox.read("docs/steps.md").replace(":09:11", ":09:12")
        repository.sandbox.write("docs/steps.md", text)
        other()

    # Both say 09:12, which git takes for one change; it may be that an author has narrowed it.
    assert repository.merge(one, wider) == []
    repository.sandbox.docproof("fix")
    changed = repository.problems()[0]
    assert "lines-changed: code/page/p.py:09:12 shows other lines" in changed
    assert changed.endswith("or write code/page/p.py:09:13, which shows those")
    text = repository.sandbox.read("docs/steps.md").replace(":09:12", ":09:13")
    repository.sandbox.write("docs/steps.md", text)
    repository.sandbox.docproof("fix")
    assert repository.shown() == repository.sandbox.read("code/page/p.py").rstrip("\n").split("\n")
    assert repository.problems() == []


def test_a_step_that_both_sides_edit_waits_for_a_person(repository: Repository) -> None:
    sandbox = repository.sandbox

    def edit(old: str, new: str) -> Callable[[], None]:
        def change() -> None:
            repository.program([line.replace(old, new) for line in PROGRAM])
            repository.done()

        return change

    ways = edit("first = 1", "first = 10"), edit("second = 2", "second = 20")
    assert repository.merge(*ways) == ["code/page/p.py", lock.NAME]
    program, remembered = sandbox.docproof("fix").stdout.splitlines()
    assert program.startswith("code/page/p.py:3: merge-conflict: ")
    assert program.endswith("; keep what is right of both sides, and take the marks out")
    assert remembered.startswith(f"{lock.NAME}:")
    assert remembered.endswith("python -m docproof fix")
    repository.program([*PROGRAM[:2], "first = 10", "second = 20", *PROGRAM[4:]])
    sandbox.docproof("fix")
    assert not marks(sandbox.read(lock.NAME))
    (left,) = repository.problems()
    assert "lines-changed: code/page/p.py:03:04 shows other lines than those last acc" in left
    said = sandbox.docproof("fix", "--accept", "docs/steps.md").stdout
    assert {"- first = 1", "+ first = 10"} <= set(said.splitlines())
    assert repository.problems() == []


def test_a_title_that_both_sides_reword_is_left_to_a_person(repository: Repository) -> None:
    def edit(title: str) -> Callable[[], None]:
        def change() -> None:
            menu = repository.sandbox.read("mkdocs.yml")
            repository.sandbox.write("mkdocs.yml", menu.replace("- Steps:", f"- {title}:"))

        return change

    assert repository.merge(edit("First steps"), edit("Next steps")) == ["mkdocs.yml"]
    before = repository.sandbox.read("mkdocs.yml")
    done = repository.sandbox.docproof("fix")
    assert (done.returncode, repository.sandbox.read("mkdocs.yml")) == (2, before)
