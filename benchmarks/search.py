"""How long does a reader wait for the site's search? Prints times of this machine.

In chromium, on the built site, served on loopback: from a reader's going for the search until
it is ready, and from each input into its field until the first result is on the page. Run it on
an idle machine, as `python benchmarks/search.py`.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # for the tests, which know how to serve the site and what it says

from tests.helpers import terms  # noqa: E402
from tests.helpers.browser import chromium, opened, served, until  # noqa: E402

FIELD = "[data-md-component=search-query]"
TYPED = 60
PASTED = 60
LOADS = 5

# Milliseconds from the next `event` until `done()` holds, in window.waited.
WATCH = """
window.results = () => document.querySelector(".md-search-result__item") !== null;
window.ready = () => /^Type/.test(document.querySelector(".md-search-result__meta").textContent);
window.watch = (event, done) => {
  window.waited = new Promise(resolve => {
    addEventListener(event, ({ timeStamp }) => {
      const result = document.querySelector(".md-search-result");
      const seen = new MutationObserver(() => {
        if (!done()) return;
        seen.disconnect();
        resolve(performance.now() - timeStamp);
      });
      seen.observe(result, { childList: true, subtree: true, characterData: true });
    }, { capture: true, once: true });
  });
};
"""


def until_ready(browser: Browser, url: str) -> float:
    """Milliseconds from the key that opens the search until it is ready to answer."""
    page = browser.new_page()
    opened(page, url)
    page.evaluate(WATCH)
    page.evaluate("() => { watch('focusin', ready) }")
    page.keyboard.press("/")
    taken = float(page.evaluate("waited"))
    page.close()
    return taken


def searching(browser: Browser, url: str) -> Page:
    """A page whose search is open and ready."""
    page = browser.new_page()
    opened(page, url)
    page.evaluate(WATCH)
    page.keyboard.press("/")
    until(page, "ready()")
    return page


def until_found(page: Page, words: str) -> float:
    """Milliseconds from the input of `words` until the first result is on the page."""
    page.locator(FIELD).fill("")
    until(page, "!results() && ready()")
    page.evaluate("() => { watch('input', results) }")
    page.keyboard.insert_text(words)
    return float(page.evaluate("waited"))


def queries(page: Page) -> tuple[list[str], list[str]]:
    """Names to type, and lines of code, outputs and messages to paste."""
    articles = terms.articles(page)
    names = list(terms.rare(articles, terms.KINDS[0]))
    lines = list(terms.rare(articles, terms.KINDS[-1]))
    return names[:: len(names) // TYPED][:TYPED], lines[:: len(lines) // PASTED][:PASTED]


def row(label: str, taken: list[float]) -> None:
    """Print the median and the worst of some milliseconds."""
    print(f"{label:44} {statistics.median(taken):6.0f} ms {max(taken):6.0f} ms")


def main() -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as url,
        chromium() as browser,
    ):
        index = (Path(folder) / "search/search_index.json").read_bytes()
        print(f"index {len(index):,} bytes, {len(gzip.compress(index)):,} compressed")
        print(f"{'':44} median      worst")
        loads = [until_ready(browser, url) for _ in range(LOADS)]
        row("from going for the search until it is ready", loads)
        page = searching(browser, url)
        names, lines = queries(page)
        letters = [name[:end] for name in names for end in range(1, len(name) + 1)]
        each = [until_found(page, one) for one in letters]
        row(f"each of {len(letters)} letters of {len(names)} names", each)
        pasted = [until_found(page, one) for one in lines]
        row(f"{len(lines)} lines of code and messages, pasted", pasted)


if __name__ == "__main__":
    main()
