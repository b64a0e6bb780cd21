"""What may a page of the site load and run?

Its own files, and what the theme needs inline, each by its hash: a few scripts, and the
styles that its script puts in (Zensical's search has such).
The policy stands in each page, for hosts that send no headers, and in `_headers`,
which Netlify and Cloudflare Pages send.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"(['\"])(\.(?:(?!\1)[^\\\n])*\{(?:(?!\1)[^\\\n])*\})\1")  # in a script
_HEAD = '<meta charset="utf-8">'
_RULES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
_REFERRER = "same-origin"
# One policy for the whole site, and what a meta element cannot say.
_HEADERS = """/*
  Content-Security-Policy: {policy}; frame-ancestors 'none'
  Referrer-Policy: {referrer}
  X-Content-Type-Options: nosniff
  Permissions-Policy: camera=(), geolocation=(), microphone=()
/assets/stylesheets/*
  Cache-Control: public, max-age=31536000, immutable
/assets/javascripts/*
  Cache-Control: public, max-age=31536000, immutable
"""


def add(site: Path, built: dict[Path, str]) -> None:
    """Put its policy into each page of `built`, and that of all pages into `_headers`.

    Raises `ValueError` for a page without a head that says its character set.
    """
    every: set[str] = set()
    theme = (path.read_text("utf-8") for path in site.glob("assets/javascripts/bundle.*.js"))
    styles = {_hash(found[2]) for text in theme for found in _STYLE.finditer(text)}
    for path, text in built.items():
        if _HEAD not in text:
            raise ValueError(f"{path.relative_to(site)} has no {_HEAD}, where its policy would go")
        hashes = {_hash(found[1]) for found in _SCRIPT.finditer(text)}
        every |= hashes
        meta = (
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(hashes, styles)}">'
            f'<meta name="referrer" content="{_REFERRER}">'
        )
        built[path] = text.replace(_HEAD, _HEAD + meta, 1)
    headers = _HEADERS.format(policy=_policy(every, styles), referrer=_REFERRER)
    (site / "_headers").write_text(headers, "utf-8")


def _hash(inline: str) -> str:
    """The source of a policy that allows one inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def _policy(scripts: set[str], styles: set[str]) -> str:
    allowed = {"script-src": scripts, "style-src": styles}
    rules = {
        name: " ".join([rule, *sorted(allowed.get(name, ()))]) for name, rule in _RULES.items()
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
