"""A page that shows a program has claims, and they quote what it says."""

from __future__ import annotations

import pytest

from docproof.check import check
from tests.helpers.sandbox import PAGE, Sandbox

CLAIMS = "tests/claims/test_page.py"
SAID = "The *prefix* tells\n`reply` [which way](x.md) to go. It is not sent."


def lines(sandbox: Sandbox) -> list[str]:
    return [str(problem) for problem in check(sandbox.project)]


@pytest.fixture
def claiming(sandbox: Sandbox) -> Sandbox:
    """A project whose page has a file of claims, with one test, which holds."""
    sandbox.write("docs/page.md", f"{PAGE}\n{SAID}\n")
    sandbox.write("docs/x.md", "---\ntitle: X\ndescription: Another.\n---\n\n# X\n")
    claim(sandbox, "It is not sent.")
    return sandbox


def claim(sandbox: Sandbox, quoted: str) -> None:
    sandbox.write(CLAIMS, f'def test_a() -> None:\n    """{quoted}"""\n    assert 1\n')


@pytest.mark.parametrize(
    "quoted",
    [
        "The prefix tells reply which way to go. It is not sent.",
        "the `prefix` tells reply which way to go",
        "The prefix [...] is not sent.",
        "[...] to go.\n\n    It is not said how.",
    ],
)
def test_a_claim_that_quotes_its_page_is_good(claiming: Sandbox, quoted: str) -> None:
    claim(claiming, quoted)
    assert lines(claiming) == []


@pytest.mark.parametrize(
    ("quoted", "what"),
    [
        ("It is sent.", "test_a quotes no sentence"),
        ("It is not sent. [...] The prefix tells", "test_a quotes no sentence"),
        ("", "test_a has no docstring"),
        ("[...]", "test_a quotes no sentence"),
        ("print", "test_a quotes no sentence"),  # the program is not what the page says
    ],
)
def test_a_claim_that_does_not_is_refused_at_its_line(
    claiming: Sandbox, quoted: str, what: str
) -> None:
    claim(claiming, quoted)
    (line,) = lines(claiming)
    assert line.startswith(f"{CLAIMS}:{2 if quoted else 1}: claims: {what}")


def test_a_page_with_a_program_and_without_claims_is_refused(claiming: Sandbox) -> None:
    (claiming.root / CLAIMS).unlink()
    (line,) = lines(claiming)
    assert line.startswith(f"docs/page.md:9: claims: it shows a program, and there is no {CLAIMS}")


def test_a_page_with_an_excerpt_alone_needs_no_claims(claiming: Sandbox) -> None:
    (claiming.root / CLAIMS).unlink()
    claiming.write("docs/page.md", PAGE.replace("x.py", "x.py:1:4"))
    assert not any("claims" in line for line in lines(claiming))
    walking = PAGE.replace("x.py", "x.py:1:4").replace(
        "---\n\n#", "walkthrough: [code/page/x.py]\n---\n\n#"
    )
    claiming.write("docs/page.md", walking)
    assert any("page.md:10: claims" in line for line in lines(claiming))


def test_claims_without_a_page_are_refused(claiming: Sandbox) -> None:
    claiming.write("tests/claims/deep/test_old_page.py", "")
    (line,) = lines(claiming)
    assert line.startswith("tests/claims/deep/test_old_page.py:1: orphan: ")
    claiming.write("docs/deep/old-page.md", "---\ntitle: O\ndescription: An old one.\n---\n\n# O\n")
    assert lines(claiming) == []


def test_a_project_without_a_folder_for_claims_needs_none(sandbox: Sandbox) -> None:
    assert lines(sandbox) == []
