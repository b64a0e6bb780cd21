"""What stands on the built pages that a reader may search for, and on which pages?"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from playwright.sync_api import Page as Tab

from tests.helpers.guide import PAGES

FEW = 5

# Parsing in the browser takes a tenth of the time that BeautifulSoup needs.
_READ = """
addresses => Promise.all(addresses.map(async address => {
  const html = await (await fetch(address)).text();
  const article = new DOMParser().parseFromString(html, "text/html").querySelector("article");
  article.querySelectorAll("pre").forEach(block => block.before("\\n"));  // after the file's name
  const texts = found => [...found].map(element => element.textContent);
  return [
    article.textContent,
    texts(article.querySelectorAll("pre code")),
    texts(article.querySelectorAll(":not(pre) > code")),
  ];
}))
"""
_PATTERNS = {
    "names, parameters, variables and error classes": r"(?<!\w)[^\W\d]\w*",
    "dotted names": r"(?<!\w)[^\W\d]\w*(?:\.[^\W\d]\w*)+",
    "keyword arguments": r"(?<!\w)[^\W\d]\w*=(?!=)",
    "model ids, paths and addresses": r"[\w.-]+(?:/[\w.-]*\w)+",
    "statuses with their names": r"(?<!\w)[1-5]\d\d [A-Z][a-z]+(?: [A-Z][a-z]+)*",
}
_SHORT = "inline code"
_LINES = "lines of code, outputs and error messages"
KINDS = [*_PATTERNS, _SHORT, _LINES]


@dataclass
class Article:
    """What a page says: all of it, and what of it is code."""

    text: str
    blocks: list[str]
    short: list[str]

    @functools.cached_property
    def words(self) -> set[str]:
        return set(re.findall(r"\w+", self.text))

    def terms(self, kind: str) -> set[str]:
        """All of one kind that the page has."""
        if kind == _SHORT:
            return {text.strip() for text in self.short}
        if kind == _LINES:
            lines = {line.strip() for block in self.blocks for line in block.split("\n")}
            return lines - {""}
        return set(re.findall(_PATTERNS[kind], self.text))

    def has(self, term: str) -> bool:
        """Whether the term stands on the page, and not only inside a longer word."""
        if re.fullmatch(r"\w+", term):
            return term in self.words
        if term not in self.text:
            return False
        start = r"(?<!\w)" if re.match(r"\w", term) else ""
        end = r"(?!\w)" if re.search(r"\w$", term) else ""
        return re.search(start + re.escape(term) + end, self.text) is not None


def articles(tab: Tab) -> dict[str, Article]:
    """What each page says, by its address."""
    found = tab.evaluate(_READ, list(PAGES))
    return {address: Article(*one) for address, one in zip(PAGES, found, strict=True)}


def rare(pages: dict[str, Article], kind: str) -> dict[str, set[str]]:
    """The terms of a kind that stand on few pages, each with the addresses of these pages."""
    everything = set().union(*(page.terms(kind) for page in pages.values()))
    where = {term: {key for key, page in pages.items() if page.has(term)} for term in everything}
    return {term: where[term] for term in sorted(where) if len(where[term]) <= FEW}
