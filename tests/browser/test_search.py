"""Who searches the site finds what they see, in a terminal or in code; nobody else waits."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request, Route, expect
from playwright.sync_api import Page as Tab

from docproof.pages.page import read_page
from tests.helpers import terms
from tests.helpers.browser import opened, reading, until
from tests.helpers.guide import GUIDE
from tests.helpers.terms import Article

TROUBLES = GUIDE.programs / "get-started/integrations/litellm/troubleshooting/terminal"
TROUBLESHOOTING = "get-started/integrations/litellm/troubleshooting/"
FIELD = "[data-md-component=search-query]"
RESULT = ".md-search-result__link"
DRAWN = 150

# Asks as the theme's script does: a worker of its name, the index, the queries one by one.
ASK = """
async queries => {
  const { base, search } = JSON.parse(document.querySelector("#__config").textContent);
  const worker = new Worker(new URL(search, new URL(base, location)));
  let answer;
  worker.addEventListener("message", ({ data }) => answer(data));
  const ask = (type, data) => new Promise((resolve, reject) => {
    answer = resolve;
    worker.postMessage({ type, data });
    setTimeout(reject, 60000, "no answer");
  });
  const index = await fetch(new URL("search/search_index.json", new URL(base, location)));
  await ask(0, { ...(await index.json()), options: { suggest: false } });
  const found = [];
  for (const query of queries) {
    const { items } = (await ask(2, query)).data;
    found.push(items.slice(0, 3).map(([best]) => best.location.replace(/#.*/, "")));
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def reader(browser: Browser, site_url: str) -> Iterator[Tab]:
    """A tab for many searches, all on the home page."""
    with reading(browser, site_url) as context:
        page = context.new_page()
        opened(page, "")
        page.locator(FIELD).focus()
        yield page


@pytest.fixture(scope="module")
def articles(reader: Tab) -> dict[str, Article]:
    return terms.articles(reader)


def found(tab: Tab, words: str) -> list[str]:
    """The addresses of the first three pages that a search for `words` gives."""
    tab.locator(FIELD).fill("")
    expect(tab.locator(RESULT)).to_have_count(0)
    tab.keyboard.insert_text(words)  # as from a menu, by no key
    tab.locator(RESULT).first.wait_for()
    links = tab.locator(RESULT).evaluate_all("links => links.map(link => link.href)")
    addresses = [re.sub(r"[?#].*", "", str(link)).split("/", 3)[3] for link in links]
    return list(dict.fromkeys(addresses))[:3]


@pytest.mark.parametrize("kind", terms.KINDS)
def test_what_stands_on_few_pages_finds_one_of_them(
    reader: Tab, articles: dict[str, Article], kind: str, at_night: bool, seed: int
) -> None:
    """By day so many of each kind, drawn by chance; at night all."""
    rare = terms.rare(articles, kind)
    assert len(rare) >= 3
    if not at_night and len(rare) > DRAWN:
        rare = {term: rare[term] for term in random.Random(seed).sample(list(rare), DRAWN)}
    answers = reader.evaluate(ASK, list(rare))
    lost = {
        term: answer
        for (term, where), answer in zip(rare.items(), answers, strict=True)
        if not where.intersection(answer)
    }
    assert lost == {}


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("suppress_debug_info", "get-started/integrations/litellm/another-endpoint/"),
        ("stream=True", "get-started/integrations/litellm/"),
        ("klusterai/Meta-Llama-3.1-8B-Instruct-Turbo", "api-reference/reference/"),
        ("num_ret", "get-started/integrations/litellm/errors-and-retries/"),
        ('print("', "get-started/integrations/litellm/"),
        ("-2", TROUBLESHOOTING),
        ("[Errno -2]", TROUBLESHOOTING),
        ("error.status_code", "get-started/integrations/litellm/errors-and-retries/"),
        ("(response.choices[0].finish_reason)", "get-started/integrations/litellm/cheat-sheet/"),
        ("--require-hashes", "get-started/integrations/litellm/keys-and-supply-chain/"),
        ("text:", "get-started/integrations/litellm/"),
        ("**kwargs", "get-started/integrations/litellm/spend-tracking/"),
        ("|", "get-started/integrations/litellm/another-endpoint/"),
    ],
)
def test_what_stands_in_code_or_in_a_table_is_found(reader: Tab, words: str, page: str) -> None:
    assert page in found(reader, words)


def messages() -> list[str]:
    """What the headings of the troubleshooting page quote, and the lines that have these words."""
    page = read_page(GUIDE, GUIDE.docs / f"{TROUBLESHOOTING[:-1]}.md")
    headings = [line[4:] for line in page.lines if line.startswith("### ")]
    printed = [
        line
        for include in page.includes
        if include.file and include.file.parent == TROUBLES
        for line in include.shown
    ]
    assert len(headings) > 10
    return [*headings, *(line for line in printed if any(words in line for words in headings))]


@pytest.mark.parametrize("message", messages())
def test_each_message_of_the_troubleshooting_page_is_found(reader: Tab, message: str) -> None:
    assert TROUBLESHOOTING in found(reader, message)


TRACE = """\
Traceback (most recent call last):
  File "/home/ann/.venv/lib/python3.12/site-packages/litellm/main.py", line 1234, in completion
    response = openai_chat_completions.completion(model=model, messages=messages)
  File "/home/ann/chat/run.py", line 12, in <module>
    raise error
"""
# How a message is pasted: with what stands around it where it was seen.
PASTED = [
    f"{TRACE}{{}}", '"{}"', "`{}`.", "({})", "[{}]:", "- {}", "+{}", "{}...", "{}*", "{}^2", "{}~1",
    "litellm.{}", "{}\nand then my program stopped, for no reason at all", "“{}”",
]  # fmt: skip


CASES = [str, str.upper, str.lower]


def test_a_message_is_found_whatever_it_is_pasted_with(reader: Tab, at_night: bool) -> None:
    """By day each message in one form and each form twice; at night all in all."""
    forms = list(itertools.product(PASTED, CASES))
    queries = []
    for number, message in enumerate(messages()):
        some = forms if at_night else [(PASTED[number % len(PASTED)], CASES[number % len(CASES)])]
        queries += [case(form.format(message)) for form, case in some]
    answers = reader.evaluate(ASK, queries)
    found = zip(queries, answers, strict=True)
    assert [query for query, answer in found if TROUBLESHOOTING not in answer] == []


def test_no_section_fills_the_list_of_results(reader: Tab) -> None:
    found(reader, "stream")
    heights = "links => links.map(link => link.getBoundingClientRect().height)"
    assert 100 < max(reader.locator(RESULT).evaluate_all(heights)) < 200


def test_enter_opens_the_first_result(tab: Tab) -> None:
    first = found(tab, "LITELLM_OFFLINE_MODE")[0]
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile(f"/{first}#"))


@pytest.fixture
def fetched(tab: Tab) -> Iterator[list[str]]:
    """What a tab and its workers ask for, from now on."""
    urls: list[str] = []

    def note(request: Request) -> None:
        urls.append(request.url)

    tab.context.on("request", note)
    yield urls
    tab.context.remove_listener("request", note)


def of_the_search(urls: list[str]) -> list[str]:
    return sorted(re.findall(r"search_index(?=[.]json)|workers/search", " ".join(urls)))


def test_a_reader_who_does_not_search_fetches_nothing_of_it(tab: Tab, fetched: list[str]) -> None:
    tab.goto("", wait_until="networkidle")
    tab.mouse.move(600, 600)
    tab.locator("article").click()
    tab.keyboard.press("PageDown")
    assert any("bundle" in url for url in fetched)
    assert of_the_search(fetched) == []


@pytest.mark.parametrize("way", ["/", "s", "f", "Tab", "click", "point", "touch"])
def test_a_reader_who_goes_for_the_search_has_it(tab: Tab, fetched: list[str], way: str) -> None:
    if way == "click":
        tab.locator(FIELD).click()
    elif way == "point":
        tab.locator(FIELD).hover()
    elif way == "touch":
        tab.set_viewport_size({"width": 360, "height": 800})
        tab.locator("label[for=__search].md-header__button").click()
    elif way == "Tab":
        for _ in range(10):
            tab.keyboard.press("Tab")
    else:
        tab.keyboard.press(way)
    expect(tab.locator(".md-search-result__meta")).to_have_text("Type to start searching")
    until(tab, lambda: of_the_search(fetched) == ["search_index", "workers/search"])


def test_a_query_in_the_address_is_answered(tab: Tab) -> None:
    tab.goto("?q=RateLimitError")
    expect(tab.locator(RESULT).first).to_be_visible()


def test_a_query_typed_before_the_index_is_there_is_answered_when_it_comes(tab: Tab) -> None:
    held: list[Route] = []
    tab.route("**/search_index.json", lambda route: held.append(route))
    tab.keyboard.press("/")
    tab.keyboard.type("tokens")
    until(tab, lambda: held)
    (route,) = held
    expect(tab.locator(RESULT)).to_have_count(0)
    route.continue_()
    tab.locator(RESULT).first.wait_for()


def test_the_first_key_is_answered(tab: Tab) -> None:
    tab.keyboard.press("/")
    tab.keyboard.press("m")
    expect(tab.locator(".md-search-result mark").first).to_have_text(re.compile("^m", re.I))


def test_the_search_works_offline_and_asks_nobody_else(
    tab: Tab, fetched: list[str], site_url: str
) -> None:
    found(tab, "tokens")
    tab.context.set_offline(True)
    try:
        assert TROUBLESHOOTING in found(tab, "Errno -2")
    finally:
        tab.context.set_offline(False)
    assert [url for url in fetched if not url.startswith(site_url)] == []


def test_the_theme_s_search_is_left_to_a_page_without_the_script(tab: Tab) -> None:
    tab.route("**/search.js", lambda route: route.abort())
    tab.reload()
    assert found(tab, "RateLimitError")


def test_messages_of_another_form_are_handed_on_as_they_are(tab: Tab) -> None:
    tab.locator(FIELD).hover()
    echo = "onmessage = ({ data }) => postMessage(data)"
    tab.route(
        "**/workers/search.*",
        lambda route: route.fulfill(body=echo, content_type="text/javascript"),
    )
    back = tab.evaluate(
        """messages => Promise.all(messages.map(message => new Promise((resolve, reject) => {
          const { base, search } = JSON.parse(document.querySelector("#__config").textContent);
          const worker = new Worker(new URL(search, new URL(base, location)));
          worker.addEventListener("message", ({ data }) => resolve(data));
          worker.postMessage(message);
          setTimeout(reject, 60000, "no answer");
        })))""",
        messages := [
            {"type": 0, "data": "new"},
            {"type": 3, "data": "new"},
            {"type": 4, "data": "new"},
        ],
    )
    assert back == messages


@pytest.mark.parametrize("message", ["litellm.RateLimitError", "429 Too Many Requests"])
def test_a_message_on_several_pages_is_looked_up_in_troubleshooting(tab: Tab, message: str) -> None:
    first = found(tab, message)[0]
    assert TROUBLESHOOTING in first, first
