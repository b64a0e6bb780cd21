"""Which forms do keys have? Notes them: `python -m tools.key_formats FILE VERSION DATE`.

FILE is `config/gitleaks.toml` of the release VERSION of https://github.com/gitleaks/gitleaks,
which somebody has downloaded; DATE is the day of that release. docproof/core/secrets.py
says how the file that is written is read.

A rule is taken if it knows a key by its own form. One that looks for the name of a service
near something assigned would find what docproof finds by its place, and much that is no key.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from docproof.core.secrets import FORMATS

SOURCE = "https://github.com/gitleaks/gitleaks, config/gitleaks.toml"
LICENSE = """\
MIT License. Copyright (c) 2019 Zachary Rice.
Permission is hereby granted, free of charge, to any person obtaining a copy of this software \
and associated documentation files (the "Software"), to deal in the Software without restriction, \
including without limitation the rights to use, copy, modify, merge, publish, distribute, \
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is \
furnished to do so, subject to the following conditions:
The above copyright notice and this permission notice shall be included in all copies or \
substantial portions of the Software.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT \
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND \
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, \
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, \
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

# How the rules begin that look for a name and an assignment.
NEAR_A_NAME = re.compile(r"(?:\(\?i\))?\[\\w\.-\]\{0,50\}\?")
LEFT_OUT = {
    "curl-auth-header": "a place, which docproof knows",
    "curl-auth-user": "a place, which docproof knows",
    "facebook-access-token": "a number and words fit it",
    "flutterwave-public-key": "it is public",
    "generic-api-key": "it knows no key, but randomness",
    "jwt": "docproof looks into it, for the documented samples",
    "private-key": "docproof refuses its first line already",
    "sidekiq-sensitive-url": "a place, which docproof knows",
    "sourcegraph-access-token": "every commit's id fits it",
}
# What stands around the form itself; docproof says by itself where a key begins and ends.
BEFORE = re.compile(r"^(?:\(\?i\))?(?:\\b|\(\?:\^\|\[[^\]]+\]\))?")
AFTER = re.compile(r"(?:\(\?:(?:\$\|)?\[(?:\\.|[^\]])+\](?:\|(?:\\.|[^()])+)?\)|\\b)$")


def text(rules: str, version: str, date: str) -> str:
    """The file for the rules of a release; raises `re.error` if Python cannot read one."""
    head = {"source": SOURCE, "version": version, "date": date, "license": LICENSE.split("\n")}
    lines = []
    for rule in sorted(tomllib.loads(rules)["rules"], key=lambda rule: str(rule["id"])):
        if _is_taken(rule):
            form = shape(rule["regex"])
            re.compile(form)
            lines.append(json.dumps([rule["id"], rule["keywords"], form, _samples(rule)]))
    return f'{json.dumps(head)[:-1]}, "formats": [\n' + ",\n".join(lines) + "\n]}\n"


def _is_taken(rule: dict[str, Any]) -> bool:
    form = rule.get("regex", "")
    return not (not form or "path" in rule or rule["id"] in LEFT_OUT or NEAR_A_NAME.match(form))


def shape(form: str) -> str:
    """What a rule of Go's says of the key itself, as Python says it."""
    folds = form.startswith("(?i)")
    form = AFTER.sub("", BEFORE.sub("", form))
    for go, python in (("[[:alnum:]]", "[0-9A-Za-z]"), (r"\z", r"\Z")):
        form = form.replace(go, python)
    form = _scoped(form)
    return f"(?i:{form})" if folds else form


def _scoped(form: str) -> str:
    """In Go, `(?i)` holds to the end of the group it stands in; Python has it say so."""
    made, opened = "", [0]  # at each depth, the groups to close along with the one there
    for token in re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?i\)|.", form):
        if token == "(?i)":
            made, opened[-1] = made + "(?i:", opened[-1] + 1
            continue
        if token == "(":
            opened.append(0)
        elif token == ")":
            made += ")" * opened.pop()
        made += token
    return made + ")" * opened.pop()


def _samples(rule: dict[str, Any]) -> list[str]:
    """What has the form and is known to be no secret."""
    found = [one for allowed in rule.get("allowlists", ()) for one in allowed.get("regexes", ())]
    for one in found:
        re.compile(one)
    return found


if __name__ == "__main__":
    given, release, day = sys.argv[1:]
    FORMATS.write_text(text(Path(given).read_text("utf-8"), release, day), "utf-8")
