"""Does the formatting of this page say what its author meant?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from docproof.core.problem import Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages.page import Page
from docproof.rules import fences, steps

_BOX = re.compile(r"^( *)(?:\?\?\?\+?|!!!) +\S")
_OWNER = re.compile(r"^ *(?:\d+\.|[-*+]|\?\?\?\+?|!!!|===|>) ?")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_DEFINED = re.compile(r"^ {0,3}\[([^\]]+)\]:", re.M)
_REFERENCE = re.compile(r"(?<![\]\\!])\[([^\]\[\n]+)\]\[([^\]\n]*)\]")

BOX_EMPTY = rule(
    "box-empty",
    family="formatting",
    refuses="a box whose body is not indented, or an indented include that is in no step and no"
    " box",
    why="The box would be empty, or the include be shown as code.",
    example='??? note "Title"\n\nThe body.',
)
LINK_UNDEFINED = rule(
    "link-undefined",
    family="formatting",
    refuses="a link by reference that the page does not define",
    why="The page would show its brackets.",
    example="[the guide][guide]",
)
ENTITY_STRAY = rule(
    "entity-stray",
    family="formatting",
    refuses=(
        "an HTML entity in a block or span of code, where it is not resolved, or one that is"
        " escaped twice in prose"
    ),
    why="A reader would see (and copy) `&lt;` instead of `<`.",
    example="`List&lt;int&gt;`, or &amp;lt; in prose",
)
HEADING_MISSING = rule(
    "heading-missing",
    family="formatting",
    refuses="a page whose first heading is not of the first level, or that has two of those",
    why="The table of contents and the search would name the page wrongly.",
    example="## Prerequisites\n\n# Use LiteLLM",
)
TITLE_DUPLICATE = rule(
    "title-duplicate",
    family="site",
    refuses="a title or a description that another page has, too",
    why="Two entries of a search or a menu could not be told apart.",
    example="title: Overview, on two pages",
)
LINK_ABSOLUTE = rule(
    "link-absolute",
    family="site",
    refuses="a link from the root of the site that leads to no page and no file",
    why="The reader would get an error 404.",
    example="[the reference](/api-refrence/)",
)

_ENTITY = re.compile(r"&(?:[lg]t|amp|quot|apos|nbsp|#\d+|#[xX][0-9a-fA-F]+);")
_TWICE = re.compile(r"&amp;(?:[lg]t|amp|quot|apos|nbsp|#\d+|#[xX][0-9a-fA-F]+);")
# A span that is about an entity.
_ONE_ENTITY = re.compile(r"&[#\w;]+;")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
# Languages whose own syntax has entities.
_MARKUP = {"html", "xml", "svg", "md", "markdown", "jinja", "html+jinja", "vue", "jsx", "tsx"}
_HEADING = re.compile(r"(#{1,6})[^#]|<h([1-6])\b", re.IGNORECASE)
_UNDERLINE = re.compile("(=+|-+) *")
_LINK = re.compile(
    r"\]\(\s*<?(/(?!/)[^\s)>]*)|^ {0,3}\[[^\]]+\]:\s*<?(/(?!/)[^\s>]*)"
    r"|\b(?:href|src)\s*=\s*[\"'](/(?!/)[^\"']*)"
)
# What the build writes without a file in docs_dir.
_BUILT = {"404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json"}


def problems(project: Project, page: Page) -> Iterator[Problem]:
    """What of the formatting of a page changes its meaning."""
    found = list(fences.problems(project, page))
    yield from found
    if any(problem.rule == "fence-unclosed" for problem in found):
        return  # what follows from it would only hide it
    yield from steps.problems(project, page)
    yield from _bodies(page)
    yield from _undefined(page)
    yield from _entities(page)
    yield from _headings(page)
    yield from _links(project, page)


def _bodies(page: Page) -> Iterator[Problem]:
    """Boxes whose body is not indented, and outputs that are without being in anything."""
    for number, line in enumerate(page.lines, start=1):
        found = _BOX.match(line)
        if found:
            after = next((text for text in page.lines[number:] if text.strip()), "")
            if len(after) - len(after.lstrip(" ")) < len(found[1]) + 4:
                yield BOX_EMPTY.problem(
                    page.name,
                    number,
                    "nothing is inside this box",
                    "indent what belongs in it by 4 columns more",
                )
    fenced = {n for block in page.blocks for n in range(block.line, block.end + 1)}
    for include in page.includes:
        line = page.lines[include.line - 1] if include.line <= len(page.lines) else ""
        indent = len(line) - len(line.lstrip(" "))
        if indent < 4 or include.line in fenced or include.nested:
            continue
        above = page.lines[: include.line - 1]
        owner = next((t for t in reversed(above) if t.strip() and not t.startswith("    ")), "")
        if not _OWNER.match(owner):
            yield BOX_EMPTY.problem(
                page.name,
                include.line,
                "this include is indented and belongs to no step or box, so it is shown as code",
                "take the indentation away",
            )


def _undefined(page: Page) -> Iterator[Problem]:
    """References to links that the page does not define, which are shown as they are typed."""
    text = _CODE.sub(lambda code: " " * len(code[0]), "\n".join(page.prose))
    defined = {name.lower() for name in _DEFINED.findall(text)}
    for found in _REFERENCE.finditer(text):
        name = found[2] or found[1]
        if name.lower() not in defined:
            yield LINK_UNDEFINED.problem(
                page.name,
                text.count("\n", 0, found.start()) + 1,
                f"no link is defined as [{name}]",
                f"write [{name}]: and its address below",
            )


def across(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The titles and descriptions that two of the pages share; `pages` are all of them."""
    seen: dict[tuple[str, str], str] = {}
    for page in pages:
        for key in ("title", "description"):
            value = " ".join(str(page.meta.get(key) or "").split())
            first = seen.setdefault((key, value.casefold()), page.name)
            if value and first != page.name:
                line = next((n for n, s in enumerate(page.lines, 1) if s.startswith(f"{key}:")), 1)
                yield TITLE_DUPLICATE.problem(
                    page.name, line, f"{first} has the same {key}", "say what is on this page only"
                )


def _entities(page: Page) -> Iterator[Problem]:
    shown = {
        span.line: found[0]
        for span in page.spans
        for found in [_ENTITY.search(span.text)]
        if found and not _ONE_ENTITY.fullmatch(span.text)
    }
    for block in page.blocks:
        if block.language.lower() not in _MARKUP:
            for number, line in enumerate(block.body, start=block.line + 1):
                found = _ENTITY.search(line)
                if found:
                    shown[number] = found[0]
    for number, line in enumerate(page.prose, start=1):
        found = _TWICE.search(_CODE_SPAN.sub("", line))
        if found:
            shown.setdefault(number, found[0])
    for number, entity in shown.items():
        plain = html.unescape(entity)
        yield ENTITY_STRAY.problem(
            page.name,
            number,
            f"{entity} is shown as it is typed, not resolved",
            f"type {'a space' if plain.isspace() else plain} instead",
        )


def _headings(page: Page) -> Iterator[Problem]:
    if page.meta.get("template"):
        return  # a page with a template of its own may have its heading there
    headings = list(_outline(page))
    if headings and headings[0][1] != 1:
        line, level = headings[0]
        yield HEADING_MISSING.problem(
            page.name,
            line,
            f"its first heading is of level {level}",
            "begin it with one of level 1: # …",
        )
    for line, _ in [heading for heading in headings if heading[1] == 1][1:]:
        yield HEADING_MISSING.problem(
            page.name,
            line,
            "this is its second heading of level 1",
            "make it a ##, or put a backslash before a # that is no heading",
        )


def _outline(page: Page) -> Iterator[tuple[int, int]]:
    """The line and the level of each heading."""
    lines = ["", "", *page.prose]
    for number, line in enumerate(page.prose, start=1):
        heading = _HEADING.match(line)
        if heading:
            yield number, len(heading[1]) if heading[1] else int(heading[2])
        elif _UNDERLINE.fullmatch(line) and lines[number].strip() and not lines[number - 1].strip():
            yield number - 1, 1 if line[0] == "=" else 2


def _links(project: Project, page: Page) -> Iterator[Problem]:
    for number, line in enumerate(page.prose, start=1):
        if "/" not in line:
            continue
        for found in _LINK.finditer(_CODE_SPAN.sub("", line)):
            target = found[1] or found[2] or found[3]
            if not _leads_somewhere(project, target):
                yield LINK_ABSOLUTE.problem(
                    page.name,
                    number,
                    f"{target} leads to no page and no file",
                    "mend it, or write the path from the page to the other page's .md",
                )


def _leads_somewhere(project: Project, target: str) -> bool:
    inside = unquote(re.split("[?#]", target)[0]).strip("/")
    docs = project.docs.resolve()
    place = (docs / inside).resolve()
    if inside in _BUILT or docs not in [place, *place.parents]:
        return inside in _BUILT
    pages = [place / "index.md", place / "README.md", place / "index.html"]
    if place != docs:
        pages += [place, place.with_name(f"{place.name}.md")]
        pages += [place.with_suffix(".md")] if place.suffix == ".html" else []
    return any(path.is_file() for path in pages)
