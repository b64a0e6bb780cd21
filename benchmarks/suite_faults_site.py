"""Do the tests of the site that were merged, cut or moved to the night still catch what they caught?

    python -m benchmarks.suite_faults_site [--old FOLDER] [--only WORD]

Each fault is put into a copy of what is committed, and the test that is to catch it is
run there; what it does not catch is an escape, and the exit code is 1. `--old` names a
clone of the commit "README: how long the proofs take", in which the former test is run
with the same fault. Needs chromium and some minutes.
"""

# ruff: noqa: E501 - a fault is a row of a table

from __future__ import annotations

import sys

from benchmarks.faults import Fault, former, main

CSS, STEPS, SCRIPT = (
    "docs/stylesheets/guide.css",
    "docs/stylesheets/steps.css",
    "docs/javascripts/guide.js",
)
KEY, KEY_PAGE = "get-started/get-api-key/", "docs/get-started/get-api-key.md"
SPEND, SPEND_PAGE = (
    "get-started/integrations/litellm/spend-tracking/",
    "docs/get-started/integrations/litellm/spend-tracking.md",
)
AXE = (
    "tests/browser/test_accessibility.py::test_axe_finds_nothing_on_a_page_with_all_its_boxes_open"
)
COPY = "tests/browser/test_copy.py::test_each_copy_button_gives_the_block_s_text"
TABS = "tests/browser/test_keyboard.py::test_a_block_is_copied_within_twelve_tabs_or_three_with_the_skip_link"
RING = "tests/browser/test_keyboard.py::test_everything_that_can_have_the_focus_has_a_ring_then"
SEEN = "tests/browser/test_keyboard.py::test_the_ring_can_be_seen_on_the_screen"
POLICY = "tests/browser/test_policy.py::test_the_policy_of_each_page_allows_what_is_on_it"
FILES = "tests/browser/test_styles.py::test_a_page_takes_few_and_small_files"
LOOKS = "tests/browser/test_styles.py::test_a_page_looks_as_with_all_styles"
FEW = "tests/browser/test_search.py::test_what_stands_on_few_pages_finds_one_of_them"
STRICT = "tests/test_site.py::test_a_link_or_an_include_that_leads_nowhere_fails_the_build"
LINK = "tests/test_site.py::test_a_link_that_leads_nowhere_fails_the_build"
MENU = "tests/test_site.py::test_a_page_that_is_not_in_the_menu_fails_the_build"
MOVED = "tests/docproof/rules/test_published.py::test_an_old_address_leads_to_the_new_one_by_a_relative_link"
OWN = "tests/publish/test_heads.py::test_a_file_of_the_author_s_own_is_kept"
ORIGIN = (
    "tests/docproof/markdown/test_origins.py::test_the_link_leads_to_the_page_with_either_engine"
)
KEYLESS = "tests/test_keyless.py"
KEYLESS_BOX = "tools/publish/keyless.py"
LINES = f"{KEYLESS}::test_the_line_of_each_page_prints_what_the_page_shows"


def styled(name: str, rule: str, former: str, now: str, file: str = CSS) -> Fault:
    """A fault of a style sheet, by a rule at its end."""
    return Fault(name, file, "", f"\n{rule}\n", former, now)


FAULTS = [
    styled("code too faint in the dark", "[data-md-color-scheme=slate] article code { color: #555 !important }", f"{AXE}[1280-{KEY}]", f"{AXE}[page {KEY}]"),
    styled("strings too faint in the light", "[data-md-color-scheme=default] .highlight .s2 { color: #bbb !important }", f"{AXE}[1280-{SPEND}]", f"{AXE}[page {SPEND}]"),
    styled("a page wider than a phone", "article h1 { min-width: 500px }", f"{AXE}[360-{KEY}]", f"{AXE}[page {KEY}]"),
    Fault("a role without a name", KEY_PAGE, "", '\n<div role="checkbox" tabindex="0"></div>\n', f"{AXE}[360-{KEY}]", f"{AXE}[page {KEY}]"),
    styled("in the dark, beside the steps", "[data-md-color-scheme=slate] .walkthrough .filename { color: #444 !important }", "tests/browser/test_steps.py::test_axe_finds_nothing_beside_the_steps", "tests/browser/test_steps.py::test_axe_finds_nothing_beside_the_steps"),
    styled("a copy button under something", "article .highlight { position: relative } article .highlight::after { content: ''; position: absolute; inset: 0; z-index: 9 }", f"{COPY}[spend-tracking]", f"{COPY}[page {SPEND}]"),
    styled("a copy button that nothing can hit", "article pre button { pointer-events: none !important }", f"{COPY}[spend-tracking]", f"{COPY}[page {SPEND}]"),
    Fault("an output with a copy button", "docproof/markdown/blocks.py", " .no-copy title", " title", f"{COPY}[spend-tracking]", f"{COPY}[page {SPEND}]"),
    Fault("no link that skips to the code", "overrides/main.html", "page and page.content and", "false and", f"{TABS}[{SPEND}]", f"{TABS}[page {SPEND}]"),
    Fault("twelve stops before the code", KEY_PAGE, "\n## ", "\n" + "[key](#create-the-key) " * 12 + "\n\n## ", f"{TABS}[{KEY}]", f"{TABS}[page {KEY}]"),
    styled("links without a ring", "article a:focus-visible { outline: none !important }", f"{RING}[{SPEND}]", f"{RING}[page {SPEND}]"),
    styled("a ring behind its block", "article pre button:focus-visible { clip-path: inset(50%) }", f"{SEEN}[a copy button]", f"{SEEN}[get-started/integrations/litellm/fallbacks/]"),
    Fault("a style that the policy forbids", KEY_PAGE, "", '\n<p style="color: red">Red.</p>\n', f"{POLICY}[{KEY}]", f"{POLICY}[page {KEY}]"),
    Fault("more files than a page may take", "overrides/main.html", "{% block header %}", "{% block header %}" + "".join(f"<img src=\"{{{{ 'images/favicon.svg' | url }}}}?{n}\" alt=\"\">" for n in range(3)), f"{FILES}[{KEY}]", f"{FILES}[page {KEY}]"),
    Fault("a page of too many bytes", SPEND_PAGE, "", "\n" + " ".join(f"{n * 7919 * 104729 % 99999989:x}" for n in range(9000)) + "\n", f"{FILES}[{SPEND}]", f"{FILES}[page {SPEND}]"),
    Fault("a style of the search's results is left out", "tools/publish/styles.py", "if _names(one) <= words]", "if _names(one) <= words - {'md-search-result__more'}]", f"{LOOKS}[dark-360]", LOOKS),
    Fault("the styles of tables are left out", "tools/publish/styles.py", "if _names(one) <= words]", "if _names(one) <= words - {'<th'}]", f"{LOOKS}[light-1280]", LOOKS),
    Fault("a style of the narrow menu is left out", "tools/publish/styles.py", "if _names(one) <= words]", "if _names(one) <= words - {'md-nav__title'}]", LOOKS, LOOKS),
    Fault("the search knows no part of a word", "mkdocs.yml", r"(?:&(?:lt|gt|amp);|[\W_])+", r"\s+", FEW, FEW),
    Fault("a lost anchor is no warning", "mkdocs.yml", "    anchors: warn", "    anchors: info", f"{STRICT}[[gone](#gone)-'#gone']", f"{LINK}[#gone]"),
    Fault("a lost page is no warning", "mkdocs.yml", "  links:\n    not_found: warn", "  links:\n    not_found: info", f"{STRICT}[[gone](gone.md)-gone.md]", f"{LINK}[gone.md]"),
    Fault("a link to a folder is no warning", "mkdocs.yml", "unrecognized_links: warn", "unrecognized_links: info", f"{STRICT}[[gone](../get-api-key/)-../get-api-key/]", f"{LINK}[../get-api-key/]"),
    Fault("absolute links are not looked at", "mkdocs.yml", "absolute_links: relative_to_docs", "absolute_links: ignore", f"{STRICT}[[gone](/get-started/gone.md)-/get-started/gone.md]", f"{LINK}[/get-started/gone.md]"),
    Fault("absolute links are all refused", "mkdocs.yml", "absolute_links: relative_to_docs", "absolute_links: warn", "tests/test_site.py::test_an_absolute_link_to_a_page_is_good", "tests/test_site.py::test_an_absolute_link_to_a_page_is_good"),
    Fault("a page in no menu is no warning", "mkdocs.yml", "omitted_files: warn", "omitted_files: info", MENU, MENU),
    Fault("a lost include is left out", "mkdocs.yml", "check_paths: true", "check_paths: false", f'{STRICT}[--8<-- "code/gone.py"-code/gone.py]', "tests/test_site.py::test_an_include_that_leads_nowhere_fails_the_build"),
    Fault("a page that moved leaves nothing behind", "tools/publish/__init__.py", "        **redirects.files(site),\n", "", former(MOVED), MOVED, "redirects.files(self.moved, config.site_url or \"\")", "docproof/publish/plugin.py"),
    Fault("an old address leads to the root of the host", "tools/publish/redirects.py", "to = relpath(new, folder) +", "to = new.rstrip('/') +", "tests/browser/test_hosting.py::test_an_old_address_leads_to_the_page_and_with_scripts_to_its_part", "tests/browser/test_hosting.py::test_an_old_address_leads_to_the_page_and_with_scripts_to_its_part"),
    Fault("a page names a picture that is not there", "overrides/main.html", "{% block header %}", '{% block header %}<link rel="preload" href="gone.png">', "tests/browser/test_hosting.py::test_everything_that_a_page_names_is_there[at_root]", "tests/browser/test_hosting.py::test_everything_that_a_page_names_is_there"),
    Fault("the author's own file is overwritten", "tools/publish/__init__.py", "if not path.exists():", "if True:", OWN, OWN, "if content and name not in self.taken:", "docproof/publish/plugin.py"),
    Fault("a link below an output begins at the root", "docproof/markdown/extension.py", "    if not path:\n        return text", "    return text", former(ORIGIN), ORIGIN),
    Fault("a box whose line is none", KEYLESS_BOX, "make run PROGRAM", "make runs PROGRAM", LINES, KEYLESS),
    Fault("a box that names no program", KEYLESS_BOX, "{chosen.name}", "{chosen.output.name}", LINES, KEYLESS),
    Fault("the line in the text names no program", "docs/get-started/integrations/litellm/choose-your-task.md", "litellm_features.py`", "litellm_feature.py`", LINES, "docs/get-started/integrations/litellm/choose-your-task.md"),
    Fault("`make run` hands no program on", "Makefile", "docproof run $(PROGRAM) $(ARGS)", "docproof run $(ARGS)", LINES, KEYLESS),
    Fault("a program that asks the network", "code/get-started/integrations/litellm/spend-tracking/call_cost.py", "", "\nimport socket\n\nsocket.create_connection(('192.0.2.1', 80), 1)\n", LINES, "code/get-started/integrations/litellm/spend-tracking/call_cost.py"),
    Fault("an output that its program does not print", "code/get-started/integrations/litellm/spend-tracking/terminal/call_cost.md", "\n```", "\nMore.\n```", LINES, "code/get-started/integrations/litellm/spend-tracking/call_cost.py"),
]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(FAULTS))
