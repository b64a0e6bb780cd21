"""The forms of keys are those of the rules that somebody downloaded, as Python reads them."""

from __future__ import annotations

import json
import re

import pytest

from docproof.core import secrets
from tools import key_formats

LISTED = json.loads(secrets.FORMATS.read_text("utf-8"))
# In our own words, what such a file says.
RULES = r"""
[[rules]]
id = "one-key"
regex = '''\b(one-(?i)[a-z]{4}[[:alnum:]])(?:[\x60'"\s;]|\\[nr]|$)'''
keywords = ["one-"]
[[rules.allowlists]]
regexes = ['''^one-aaaa''']
[[rules]]
id = "near-a-name"
regex = '''(?i)[\w.-]{0,50}?(?:two)(?:[ \t\w.-]{0,20})=([a-z0-9]{32})'''
keywords = ["two"]
[[rules]]
id = "generic-api-key"
regex = '''[\w.-]{20}'''
keywords = ["key"]
[[rules]]
id = "of-one-file"
regex = '''x'''
path = '''a\.php$'''
keywords = ["x"]
"""


def test_the_rules_that_know_a_key_by_its_form_are_taken_and_no_others() -> None:
    made = json.loads(key_formats.text(RULES, "1.2", "2026-01-02"))
    assert (made["version"], made["date"]) == ("1.2", "2026-01-02")
    assert made["formats"] == [
        ["one-key", ["one-"], "(one-(?i:[a-z]{4}[0-9A-Za-z]))", ["^one-aaaa"]]
    ]


@pytest.mark.parametrize(
    ("go", "python"),
    [
        (r"\bA(?i)b(c(?i)d)e\b", r"A(?i:b(c(?i:d))e)"),
        (r"(?i)\b(ab[(?i)])(?:[\x60'\"\s;]|\\[nr]|$)", r"(?i:(ab[(?i)]))"),
        (r"(?:^|[\\'\"=:(,)])(a\dQ~)(?:$|[\\'\"<),])", r"(a\dQ~)"),
        (r"\b(x~[\w-]{4})(?:[^\w-]|\z)", r"(x~[\w-]{4})"),
        (r"a(?:b|c)", r"a(?:b|c)"),
    ],
)
def test_a_form_is_what_the_key_itself_is_like(go: str, python: str) -> None:
    assert key_formats.shape(go) == python


def test_the_list_says_where_it_is_from_and_python_reads_it() -> None:
    assert {"source", "version", "date", "license", "formats"} == set(LISTED)
    assert "Copyright" in LISTED["license"][0]
    assert len(LISTED["formats"]) > 100
    assert not {name for name, *_ in LISTED["formats"]} & set(key_formats.LEFT_OUT)
    for name, hints, form, samples in LISTED["formats"]:
        assert hints == [hint.lower() for hint in hints] != [], name
        for one in (form, *samples):
            re.compile(one)
