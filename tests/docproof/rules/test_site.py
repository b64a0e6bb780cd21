"""What a site as a whole needs of each page is named at its line."""

from __future__ import annotations

from tests.helpers.sandbox import Sandbox


def test_a_page_needs_a_title_and_a_description(sandbox: Sandbox) -> None:
    assert sandbox.problems_of("---\ntitle: A\ndescription: B\n---\n\n# A\n") == []
    assert sandbox.problems_of("---\ntitle: A\n---\n\n# A\n") == ["1 front-matter"]
    assert sandbox.problems_of("# A\n") == ["1 front-matter", "1 front-matter"]
    for value in ("[A]", "7", "{a: b}"):
        text = f"---\ntitle: {value}\ndescription: About a.\n---\n\n# A\n"
        assert sandbox.problems_of(text) == ["1 front-matter"]
