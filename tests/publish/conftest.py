"""The site, published twice: with an address and a history, and with neither."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.test_site import copy_of_the_site

URL = "https://docs.example.org/some-project/"
EDIT = "https://git.example.org/some-project/edit/main/docs/"
FIRST, SECOND = "2026-11-01T10:00:00+01:00", "2026-11-02T23:30:00-05:00"
CHANGED = "code/get-started/integrations/litellm/hello_litellm.py"  # by the second commit
CHANGED_PAGES = {"", "get-started/integrations/litellm/"}  # which show that program


def git(folder: Path, *arguments: str, date: str = FIRST) -> str:
    who = ("-c", "user.name=N", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8",
        env=os.environ | {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date},
    )  # fmt: skip
    return done.stdout


def commit(folder: Path, subject: str, date: str = FIRST) -> None:
    if not (folder / ".git").is_dir():
        git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", subject, date=date)


def publish(folder: Path, **variables: str) -> Path:
    """The folder of the site, built by plain `mkdocs build --strict`."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=folder, capture_output=True, encoding="utf-8",
        env=os.environ | {"SITE_URL": "", "EDIT_URI": ""} | variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def page(uri: str, text: str, **meta: str) -> Any:
    """A page as MkDocs has it when all pages are read, as far as it is looked at."""
    url = f"{URL}{uri.removesuffix('.md')}/"
    return SimpleNamespace(
        file=SimpleNamespace(src_uri=uri, abs_src_path=uri), canonical_url=url,
        markdown=text, meta=meta, title="Title",
    )  # fmt: skip


def soup(site: Path, address: str) -> BeautifulSoup:
    return BeautifulSoup((site / address / "index.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site below the root of its host, with two commits."""
    folder = copy_of_the_site(tmp_path_factory.mktemp("published"))
    commit(folder, "All pages & <programs>")
    with (folder / CHANGED).open("a") as program:
        program.write("# The end.\n")
    commit(folder, "A program changes", SECOND)
    return publish(folder, SITE_URL=URL, EDIT_URI=EDIT)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that knows no address, built from a folder that git does not know."""
    return publish(copy_of_the_site(tmp_path_factory.mktemp("bare")))
