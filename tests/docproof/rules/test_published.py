"""What was published stays reachable: no address and no anchor is lost without a redirect."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from docproof.check import check
from docproof.pages import addresses
from docproof.pages.page import read_page
from docproof.rules import rules
from tests.helpers import builds
from tests.helpers.guide import GUIDE
from tests.helpers.sandbox import PAGE, Sandbox
from tests.helpers.shared import Once

ALL = ["/page/", "/page/#a-page", "/page/#part"]


@pytest.fixture
def remembering(sandbox: Sandbox) -> Sandbox:
    """A small project that remembers its addresses."""
    sandbox.write("docs/page.md", PAGE + "\n## Part\n")
    sandbox.write("proof/addresses.txt", "\n".join(ALL) + "\n")
    return sandbox


def lines(sandbox: Sandbox) -> list[str]:
    return [str(problem) for problem in check(sandbox.project)]


def test_all_is_right_while_what_is_remembered_is_there(remembering: Sandbox) -> None:
    assert lines(remembering) == []
    assert remembering.docproof("fix").stdout == ""


def test_a_renamed_heading_is_refused_until_it_has_its_anchor_back(remembering: Sandbox) -> None:
    remembering.write("docs/page.md", PAGE + "\n## Piece\n")
    (gone,) = lines(remembering)
    assert gone.startswith("proof/addresses.txt:3: address-gone: /page/#part was published, ")
    number = PAGE.count("\n") + 2
    assert f"give it back to its heading: {{#part}} behind the one on line {number}, or" in gone
    settings = remembering.read("mkdocs.yml").replace("[", "[attr_list, ")
    remembering.write("mkdocs.yml", settings)
    remembering.write("docs/page.md", PAGE + "\n## Piece {#part}\n")
    assert lines(remembering) == []


def test_fix_remembers_what_is_new_and_forgets_nothing(remembering: Sandbox) -> None:
    remembering.write("docs/page.md", PAGE + "\n## Part\n\n## Piece\n")
    (new,) = lines(remembering)
    assert "address-new: /page/#piece is not remembered" in new
    done = remembering.docproof("fix")
    assert "+/page/#piece" in done.stdout
    assert remembering.read("proof/addresses.txt").split() == sorted([*ALL, "/page/#piece"])
    # What took its place may be either; nothing new is remembered before that is said.
    remembering.write("docs/page.md", PAGE + "\n## Piece\n\n## Last\n\n## More\n")
    remembering.docproof("fix")
    assert remembering.read("proof/addresses.txt").split() == sorted([*ALL, "/page/#piece"])
    (gone,) = lines(remembering)
    assert "address-gone: /page/#part was published" in gone


@pytest.mark.parametrize(
    ("published", "before", "after"),
    [
        (["part"], "## Piece", "## Piece {#part}"),
        (["part"], "## Piece ##", "## Piece ## {#part}"),
        (["part"], "## Piece {.wide}", "## Piece {#part .wide}"),
        (["part"], "Piece\n-----", None),  # of which no line is known
        (["part"], "## Piece {#mine}", None),  # a person has named it
        (["part"], "1. A step\n\n    ## Piece", None),  # no heading that is remembered
        (["part"], "## Piece\n\n## More", None),  # which one?
        (["part"], "## Part one\n\n## More", "## Part one {#part}\n\n## More"),
        (
            ["first-step", "second-step"],
            "## The second step\n\n## A first one",
            "## The second step {#second-step}\n\n## A first one {#first-step}",
        ),
        (
            ["send-a-request", "read-the-answer"],
            "## Send the request\n\n## Read answers",
            "## Send the request {#send-a-request}\n\n## Read answers {#read-the-answer}",
        ),
        (["part", "part_1"], "## Piece\n\n## Part", "## Piece {#part}\n\n## Part"),
        (["part", "part_1"], "## Part\n\n## Piece", "## Part\n\n## Piece {#part_1}"),
        (
            ["part", "part_1", "part_2"],
            "## Part\n\n## Piece\n\n## Part",
            "## Part\n\n## Piece {#part_1}\n\n## Part",
        ),
    ],
)
def test_fix_gives_a_reworded_heading_its_anchor_back_if_it_is_sure(
    remembering: Sandbox, published: list[str], before: str, after: str | None
) -> None:
    settings = remembering.read("mkdocs.yml").replace("[", "[attr_list, ")
    remembering.write("mkdocs.yml", settings)
    known = sorted([*ALL[:2], *(f"/page/#{anchor}" for anchor in published)])
    remembering.write("proof/addresses.txt", "\n".join(known) + "\n")
    remembering.write("docs/page.md", f"{PAGE}\n{before}\n")
    gone = [line for line in lines(remembering) if "address-gone" in line]
    assert gone
    assert all(("docs/page.md, or take" in line) == (after is not None) for line in gone)
    done = remembering.docproof("fix")
    assert remembering.read("docs/page.md") == f"{PAGE}\n{after or before}\n"
    assert ("+++ docs/page.md" in done.stdout) == (after is not None)
    if after is None:
        assert remembering.read("proof/addresses.txt").split() == known
    else:
        assert lines(remembering) == []
        assert set(known) <= set(remembering.read("proof/addresses.txt").split())
        assert remembering.docproof("fix").stdout == ""


def test_a_rule_on_the_page_of_rules_needs_no_hand_until_it_is_gone(remembering: Sandbox) -> None:
    text = PAGE + "\n## Part\n\n```rules\n```\n"
    remembering.write("docs/page.md", text)
    assert lines(remembering) == []
    assert "+/page/#range-cut" in remembering.docproof("fix").stdout
    known = remembering.read("proof/addresses.txt").split()
    assert known == sorted([*ALL, *(f"/page/#{rule.name}" for rule in rules())])
    remembering.write("proof/addresses.txt", "\n".join([*known, "/page/#range-slip"]))
    (gone,) = lines(remembering)
    assert gone.startswith(f"proof/addresses.txt:{len(known) + 1}: address-gone: /page/#range-sl")
    remembering.write("docs/page.md", text.replace("```rules\n", "```text\n"))
    assert len(lines(remembering)) == len(rules()) + 1


def test_a_renamed_page_is_refused_until_it_says_where_it_was(remembering: Sandbox) -> None:
    text = remembering.read("docs/page.md")
    (remembering.root / "docs/page.md").unlink()
    remembering.write("docs/other.md", text)
    remembering.docproof("fix")
    found = [line for line in lines(remembering) if "address-gone" in line]
    assert len(found) == 3
    assert "write 'moved-from: /page/' into the front matter of what took its place" in found[0]
    remembering.write("docs/other.md", text.replace("---\n", "---\nmoved-from: page/\n", 1))
    assert [line for line in lines(remembering) if "address" in line] == []


@pytest.mark.parametrize("old", ["/page/", "elsewhere", "/old/#part", "https://a.test/ b"])
def test_a_page_cannot_have_moved_from_where_none_was(remembering: Sandbox, old: str) -> None:
    text = remembering.read("docs/page.md")
    remembering.write("docs/page.md", text.replace("---\n", f"---\nmoved-from: '{old}'\n", 1))
    found = lines(remembering)
    if old == "elsewhere":  # a file's address, as good as a folder's
        assert found == []
    else:
        assert [line.split(": ")[:2] for line in found] == [["docs/page.md:1", "address"]]


def test_two_pages_cannot_have_moved_from_one_address(remembering: Sandbox) -> None:
    text = remembering.read("docs/page.md").replace("---\n", "---\nmoved-from: /old/\n", 1)
    remembering.write("docs/page.md", text)
    remembering.write("docs/second.md", text)
    remembering.docproof("fix")
    found = [line for line in lines(remembering) if ": address: " in line]
    assert len(found) == 1
    assert "and so has docs/page.md" in found[0]


def test_a_project_that_remembers_nothing_has_nothing_to_lose(sandbox: Sandbox) -> None:
    sandbox.write("docs/page.md", PAGE + "\n## Piece\n")
    assert lines(sandbox) == []


@pytest.fixture(scope="module")
def moved(once: Once) -> Path:
    """The site, with a page that was renamed, built strictly."""
    return once("site-mkdocs", builds.bare)


@pytest.mark.parametrize("old", ["key/index.html", "a/b/old.html"])
def test_an_old_address_leads_to_the_new_one_by_a_relative_link(moved: Path, old: str) -> None:
    soup = BeautifulSoup((moved / old).read_text("utf-8"), "html.parser")
    ways = [str(link["href"]) for link in soup.select("a, link[rel=canonical]")]
    refresh = soup.select_one("noscript > meta[http-equiv=refresh]")
    assert refresh is not None
    script = soup.select_one("script")
    assert script is not None
    ways += [str(refresh["content"]).removeprefix("0; url="), str(script["data-to"])]
    target = moved / "get-started/get-api-key"
    assert [((moved / old).parent / way).resolve() for way in ways] == [target] * 4
    assert all(way.endswith("/") for way in ways)
    assert ((moved / old).parent / str(script["src"])).is_file()
    assert not script.get_text()


@pytest.mark.parametrize("path", list(GUIDE.pages()), ids=lambda path: path.stem)
def test_the_anchors_are_those_of_the_built_page(moved: Path, path: Path) -> None:
    address = addresses.of(GUIDE, path)
    text = (moved / address.strip("/") / "index.html").read_text("utf-8")
    article = BeautifulSoup(text, "html.parser").select_one("article")
    assert article is not None
    names = [rule.name for rule in rules()]
    found = list(addresses.anchors(GUIDE, read_page(GUIDE, path), names))
    headings = [str(heading["id"]) for heading in article.select(":is(h1, h2, h3, h4, h5, h6)[id]")]
    assert [anchor for anchor in found if anchor in headings] == headings
    assert set(found) <= {str(one["id"]) for one in article.select("[id]")}


def test_the_guide_remembers_its_addresses() -> None:
    assert len(GUIDE.proof("addresses.txt").path.read_text("utf-8").splitlines()) > 200
