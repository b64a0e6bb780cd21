"""Is the site whole: its titles, its addresses, its links and the files that it publishes?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote

from docproof.core.files import below
from docproof.core.problem import Finding, Problem
from docproof.core.project import Project
from docproof.core.rules import rule
from docproof.pages import addresses
from docproof.pages.page import Page
from docproof.rules import Scope, Selection, check, rules

TITLE_MISSING = rule(
    "title-missing",
    family="site",
    refuses="a page without a title in its front matter",
    why="Search results and tabs would name it by its file.",
    example="a page that begins with # Streaming",
)
DESCRIPTION_MISSING = rule(
    "description-missing",
    family="site",
    refuses="a page without a description in its front matter",
    why="Search engines would show an arbitrary line of it.",
    example="a page with a title only",
)
TITLE_DUPLICATE = rule(
    "title-duplicate",
    family="site",
    refuses="a title or a description that another page has, too",
    why="Two entries of a search or a menu could not be told apart.",
    example="title: Overview, on two pages",
)
ADDRESS_SHARED = rule(
    "address-shared",
    family="site",
    refuses="two pages that would be built to one address",
    why="One would overwrite the other in silence.",
    example="litellm.md and litellm/index.md",
)
ADDRESS_GONE = rule(
    "address-gone",
    family="site",
    refuses="an address or an anchor that was published and leads nowhere any more",
    why="Readers' bookmarks, and links from other sites, would end at nothing.",
    example="a heading with other words, and no {#anchor} that keeps its old address",
)
ADDRESS_NEW = rule(
    "address-new",
    family="site",
    refuses="a page or a heading whose address is not remembered yet",
    why="It could get lost later, and nothing would notice.",
    example="a new heading, before `python -m docproof fix` was run",
)
MOVED_FROM = rule(
    "moved-from",
    family="site",
    refuses="an address in a page's moved-from that is none, that a page has, or that two pages"
    " claim",
    why="The redirect would stand in the place of a page, or lead to the wrong one.",
    example="moved-from: /get-started/, where a page has this address",
)
LINK_ABSOLUTE = rule(
    "link-absolute",
    family="site",
    refuses="a link from the root of the site that leads to no page and no file",
    why="The reader would get an error 404.",
    example="[the reference](/api-refrence/)",
)
FILE_UNUSED = rule(
    "file-unused",
    family="site",
    refuses=(
        "an image, or a data file (YAML, JSON, CSV, TOML), that no page, style sheet, template,"
        " README.md or mkdocs.yml names"
    ),
    why="It is published, and its page may have lost it by mistake.",
    example="docs/images/old.png, and no page has ![…](images/old.png)",
)

_LINK = re.compile(
    r"\]\(\s*<?(/(?!/)[^\s)>]*)|^ {0,3}\[[^\]]+\]:\s*<?(/(?!/)[^\s>]*)"
    r"|\b(?:href|src)\s*=\s*[\"'](/(?!/)[^\"']*)"
)
# What the build writes without a file in docs_dir.
_BUILT = {"404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json"}
_ADDRESS = re.compile(r"/[^\s#]*(#\S+)?")

_IMAGES = ("png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp")
_DATA = ("yml", "yaml", "json", "csv", "toml")
_ENDING = re.compile(rf"\.(?:{'|'.join(_IMAGES + _DATA)})(?![A-Za-z0-9])", re.IGNORECASE)
# Where a path begins; within quotes or brackets it may have blanks in it.
_BEFORE = (re.compile(r"[\s\"'`()<>\[\]{}|,=]"), re.compile("[\"'<>(){}\n]"))
_LONGEST = 300
_HOST = re.compile(r"\w+://[^/]*|//[^/]*")
# Files below docs_dir, or in the theme's own folder, that may name one.
_TEXTS = {".css", ".js", ".html", ".md", ".yml", ".yaml", ".json", ".csv", ".webmanifest"}
# Themes look for these by name.
_FOUND_BY_NAME = ("favicon", "apple-touch-icon")


@check(Scope.PAGE)
def metadata(project: Project, page: Page) -> Iterator[Finding]:
    """The title and the description of a page, which searches show."""
    if page.problem:
        return  # it may have them in what cannot be read
    for key, missing in (("title", TITLE_MISSING), ("description", DESCRIPTION_MISSING)):
        if project.configured and not str(page.meta.get(key) or "").strip():
            hint = f"write '{key}: …' between two lines of --- at its top"
            yield missing.at(1, f"the page has no {key}", hint)


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
                yield TITLE_DUPLICATE.problem(
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
            yield ADDRESS_SHARED.problem(
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
                yield MOVED_FROM.problem(page.name, 1, what, "mend its front matter")
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
            what = f"{entry} was published, and {at[address].name} has no such anchor"
            hint = f"give it back to its heading: {{#{anchor}}}"
        else:
            continue
        hint += ", or take the line out if it was never published"
        yield ADDRESS_GONE.problem(file, number, what, hint)
    for address, page in at.items():
        written = set(anchors[address])
        if any(block.language == "rules" for block in page.blocks):
            written -= set(names)  # `fix` remembers those of rules when it runs anyway
        new = set(addresses.together(address, written)) - set(remembered)
        if new:
            first = min(anchors[address].get(entry.partition("#")[2], 1) for entry in new)
            what = f"{min(new)} is not remembered in {file}"
            if len(new) > 1:
                what = f"{len(new)} addresses are not remembered in {file}"
            yield ADDRESS_NEW.problem(page.name, first, what, f"python -m docproof fix {page.name}")


@check(Scope.PAGE)
def links(project: Project, page: Page) -> Iterator[Finding]:
    """Links from the root of the site that lead nowhere."""
    for number, line in enumerate(page.plain, start=1):
        for link in _LINK.finditer(line) if "/" in line else ():
            target = link[1] or link[2] or link[3]
            if not _leads_somewhere(project, target):
                yield LINK_ABSOLUTE.at(
                    number,
                    f"{target} leads to no page and no file",
                    "mend it, or write the path from the page to the other page's .md",
                )


@check(Scope.PAGES)
def unused(project: Project, pages: Iterable[Page]) -> Iterator[Problem]:
    """Images and data files that nothing names; without settings of its own, only images."""
    pages = list(pages)
    kinds = _IMAGES + _DATA if project.configured else _IMAGES
    files = {
        path: project.relative(path)
        for path in below(project.docs, {f".{kind}" for kind in kinds})
        if not path.name.startswith(_FOUND_BY_NAME)
        and not any(part.startswith(".") for part in path.relative_to(project.docs).parts)
    }
    if not files:
        return
    named = {str(include.file) for page in pages for include in page.includes}
    for folders, text in _texts(project, pages):
        for mention in _mentions(text):
            for folder in folders:
                named |= {normpath(folder / mention), normpath(folder / mention.lstrip("/"))}
    for path, name in files.items():
        if str(path) not in named:
            yield FILE_UNUSED.problem(
                name,
                1,
                "no page, style sheet or setting names it",
                "show it where it belongs, or delete it",
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


def _mentions(text: str) -> Iterator[str]:
    """What `text` may hold of paths to images and data files."""
    for found in _ENDING.finditer(text):
        before = text[max(0, found.start() - _LONGEST) : found.start()]
        for delimiter in _BEFORE:
            yield _HOST.sub("", unquote(delimiter.split(before)[-1] + found[0]))


def _texts(project: Project, pages: list[Page]) -> Iterator[tuple[list[Path], str]]:
    """What may name such a file, and the folders from which its paths may be meant."""
    root, docs = project.root, project.docs
    for page in pages:
        here = page.path.resolve()
        included = (line for include in page.includes for line in include.shown)
        # HTML on a page is written from the page's address, a folder of its own.
        folders = [here.parent, here.with_suffix(""), docs]
        yield folders, "\n".join([*page.lines, *included])
    theme = project.mkdocs.get("theme")
    custom = theme.get("custom_dir") if isinstance(theme, dict) else None
    places = [docs, root / str(custom)] if custom else [docs]
    read = {page.path.resolve() for page in pages}
    for place in places:
        for path in below(place, _TEXTS):
            if path.resolve() not in read:
                yield [path.parent, docs], path.read_text("utf-8", errors="replace")
    for name in ("README.md", "mkdocs.yml"):
        if (root / name).is_file():
            yield [root, docs], (root / name).read_text("utf-8", errors="replace")
