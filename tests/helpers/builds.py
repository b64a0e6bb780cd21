"""The guide, built strictly: once a run for each set of options, for all that only read it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup

from docproof.core.project import load_project
from docproof.pages.page import read_page
from tests.helpers.guide import ROOT
from tools.publish.site import Page, Site, files_of

# A host below whose root the site is published, and where its source can be edited.
URL = "https://docs.example.org/some-project/"
EDIT = "https://git.example.org/some-project/edit/main/docs/"
FIRST, SECOND = "2026-11-01T10:00:00+01:00", "2026-11-02T23:30:00-05:00"
CHANGED = "code/get-started/integrations/litellm/hello_litellm.py"  # by the second commit
CHANGED_PAGES = {"get-started/integrations/litellm/"}  # which show the program that changed

# Where one page of each build once was.
MOVED_PAGE = "get-started/get-api-key"
MOVED = ["a/former/address/", "key/", "a/b/old.html"]


def copy_of_the_site(folder: Path) -> Path:
    """What a build reads, in a folder where it can be broken; one of its pages has moved."""
    for name in ("docs", "code", "overrides", "tests/cassettes", "tools/publish", "tools/live"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True)
    for name in ("CONTRIBUTING.md", "mkdocs.yml", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    page = folder / f"docs/{MOVED_PAGE}.md"
    moved = f"---\nmoved-from: [/{', /'.join(MOVED)}]\n"
    page.write_text(page.read_text("utf-8").replace("---\n", moved, 1), "utf-8")
    return folder


def build(folder: Path, *engine: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Build what is in a folder by `python -m ENGINE …`, with these variables."""
    others = {
        key: value for key, value in os.environ.items() if key not in ("SITE_URL", "EDIT_URI")
    }
    return subprocess.run(
        [sys.executable, "-m", *engine], cwd=folder, capture_output=True, encoding="utf-8",
        env=others | variables,
    )  # fmt: skip


def built(folder: Path, *engine: str, **variables: str) -> Path:
    """The folder of the site that was built without a complaint."""
    done = build(folder, *engine, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def bare(folder: Path) -> Path:
    """The site without an address, built from a folder that git does not know."""
    return built(copy_of_the_site(folder), "mkdocs", "build", "--strict")


def zensical(folder: Path, **variables: str) -> Path:
    """The site as the other engine builds it, and as it is finished."""
    return built(copy_of_the_site(folder), "tools.publish", **variables)


def published(folder: Path) -> Path:
    """The site with an address below the root of its host, and two commits."""
    copy_of_the_site(folder)
    commit(folder, "All pages & <programs>")
    with (folder / CHANGED).open("a") as program:
        program.write("# The end.\n")
    commit(folder, "A program changes", SECOND)
    return built(folder, "mkdocs", "build", "--strict", SITE_URL=URL, EDIT_URI=EDIT)


def git(folder: Path, *arguments: str, date: str = FIRST) -> str:
    """What git says of a repository, whose commits are of this day."""
    who = ("-c", "user.name=N", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8",
        env=os.environ | {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date},
    )  # fmt: skip
    return done.stdout


def commit(folder: Path, subject: str, date: str = FIRST) -> None:
    """Commit all that is in a folder."""
    if not (folder / ".git").is_dir():
        git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", subject, date=date)


def unbuilt(root: Path) -> Site:
    """The project in a folder as its site, as far as nothing has to be built for it."""
    project = load_project(root)
    pages = []
    for path in project.pages():
        written = read_page(project, path)
        uri = path.relative_to(project.docs).as_posix()
        shows = files_of(project, path, {one.file for one in written.includes if one.file})
        pages.append(Page(written.meta, shows, "Pages", uri, f"{uri[:-3]}/", Path()))
    return Site(Path(), project, "", "", "", pages)


@functools.cache
def page_of(site: Path, address: str) -> BeautifulSoup:
    """The page of a built site at an address."""
    return BeautifulSoup((site / address / "index.html").read_text("utf-8"), "html.parser")
