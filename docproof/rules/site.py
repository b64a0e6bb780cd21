"""Is the site whole: its titles, its addresses and its links?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from docproof.core.problem import Problem, rule
from docproof.core.project import Project
from docproof.pages import addresses
from docproof.pages.page import FRONT_MATTER, Page
from docproof.rules import Scope, Selection, check, rules
from docproof.rules.formatting import LINK

ADDRESS = rule(
    "address",
    refuses=(
        "two pages that are built to the same address. It also refuses a former address, as a "
        "page's front matter gives it in `moved-from`, that is not written like /old/address/, is "
        "still a page's address, or is claimed by two pages"
    ),
    why="One page would silently overwrite the other, or a redirect would lead to the wrong page.",
    example="litellm.md and litellm/index.md",
)
ADDRESS_GONE = rule(
    "address-gone",
    refuses="a published address or anchor that no longer leads anywhere",
    why="Readers' bookmarks, and links from other sites, would end at nothing.",
    example="a reworded heading without an {#anchor} that keeps its old address",
)
ADDRESS_NEW = rule(
    "address-new",
    refuses="a page or a heading whose address is not noted yet",
    why="Its address could be lost later without anyone noticing.",
    example="a new heading, before `python -m docproof fix` was run",
)

_LINK = re.compile(
    r"\]\(\s*<?(/(?!/)[^\s)>]*)|^ {0,3}\[[^\]]+\]:\s*<?(/(?!/)[^\s>]*)"
    r"|\b(?:href|src)\s*=\s*[\"'](/(?!/)[^\"']*)"
)
# What the build writes without a file in docs_dir.
_BUILT = {"404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json"}
_ADDRESS = re.compile(r"/[^\s#]*(#\S+)?")


@check(Scope.PAGE)
def metadata(project: Project, page: Page) -> Iterator[Problem]:
    """The title and the description of a page, which searches show."""
    if page.problem:
        return  # it may have them in what cannot be read
    for key in ("title", "description"):
        value = page.meta.get(key) or ""
        if project.configured and not (isinstance(value, str) and value.strip()):
            hint = f"write '{key}: …' between two lines of --- at its top, as a text"
            yield FRONT_MATTER.at(1, f"the page has no {key}", hint)


@check(Scope.PAGES)
def shared_titles(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """The titles and descriptions that two of the pages share."""
    seen: dict[tuple[str, str], str] = {}
    for page in pages:
        for key in ("title", "description"):
            value = " ".join(str(page.meta.get(key) or "").split())
            first = seen.setdefault((key, value.casefold()), page.name)
            if value and first != page.name:
                line = next((n for n, s in enumerate(page.lines, 1) if s.startswith(f"{key}:")), 1)
                yield FRONT_MATTER.problem(
                    page.name, line, f"{first} has the same {key}", "say what is on this page only"
                )


@check(Scope.PROJECT)
def shared_addresses(selection: Selection) -> Iterator[Problem]:
    """Pages that would be built to one address, where the last would win in silence."""
    project = selection.project
    pages: dict[str, list[Path]] = defaultdict(list)
    for page in project.pages():
        pages[addresses.of(project, page)].append(page)
    for address, (first, *others) in pages.items():
        for page in filter(selection.has, others):
            yield ADDRESS.problem(
                project.relative(page),
                1,
                f"it has the address {address}, as {project.relative(first)} does",
                "rename one of the two",
            )


@check(Scope.PAGES)
def moves(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """What pages say of the addresses that they had before."""
    at = {addresses.of(project, page.path): page for page in pages}
    claimed: dict[str, Page] = {}
    for page in at.values():
        for old in addresses.moved_from(page.meta):
            what = ""
            if not _ADDRESS.fullmatch(old) or "#" in old:
                what = f"it has moved from {old}, which is no address such as /old/address/"
            elif old in at:
                what = f"it has moved from {old}, where {at[old].name} is"
            elif old in claimed:
                what = f"it has moved from {old}, and so has {claimed[old].name}"
            if what:
                yield ADDRESS.problem(page.name, 1, what, "fix its front matter")
            claimed[old] = page


@check(Scope.PAGES)
def published(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """What was published and is no more, and what is not remembered yet."""
    path, file = project.proof(addresses.NAME)
    if not path.is_file():
        return
    at = {addresses.of(project, page.path): page for page in pages}
    moved = {old: new for new, page in at.items() for old in addresses.moved_from(page.meta)}
    names = [known.name for known in rules()]
    anchors = {new: addresses.anchors(project, page, names) for new, page in at.items()}
    remembered = addresses.remembered(project)
    for number, entry in enumerate(remembered, start=1):
        old, _, anchor = entry.partition("#")
        address = moved.get(old, old)
        if address not in at:
            what = f"{entry} was published and leads nowhere"
            hint = f"write 'moved-from: {old}' into the front matter of what took its place"
        elif anchor and anchor not in anchors[address]:
            page = at[address]
            what = f"{entry} was published, and {page.name} has no such anchor"
            new = addresses.added(project, page, remembered, anchors[address])
            lines = sorted({new[name] for name in new if name not in names})
            where = f" behind the one on line {' or '.join(map(str, lines))}" if lines else ""
            hint = f"give it back to its heading: {{#{anchor}}}{where}"
            if addresses.restored(project, page, names):
                hint = f"python -m docproof fix {page.name}"
        else:
            continue
        hint += ", or take the line out if it was never published"
        yield ADDRESS_GONE.problem(file, number, what, hint)
    for address, page in at.items():
        written = anchors[address]
        if addresses.lost(project, page, remembered, written):
            continue  # what a heading was called before is settled first
        if any(block.language == "rules" for block in page.blocks):
            # `fix` remembers those of rules when it runs anyway
            written = {name: line for name, line in written.items() if name not in names}
        unknown = set(addresses.together(address, written)) - set(remembered)
        if unknown:
            first = min(written.get(entry.partition("#")[2], 1) for entry in unknown)
            what = ", ".join(sorted(unknown)) + (" are" if len(unknown) > 1 else " is")
            what += " not remembered"
            hint = f"python -m docproof fix {page.name}"
            yield ADDRESS_NEW.problem(page.name, first, f"{what} in {file}", hint)


@check(Scope.PAGE)
def links(project: Project, page: Page) -> Iterator[Problem]:
    """Links from the root of the site that lead nowhere."""
    for number, line in enumerate(page.plain, start=1):
        for link in _LINK.finditer(line) if "/" in line else ():
            target = link[1] or link[2] or link[3]
            if not _leads_somewhere(project, target):
                yield LINK.at(
                    number,
                    f"{target} leads to no page and no file",
                    "fix it, or write the path from the page to the other page's .md",
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
