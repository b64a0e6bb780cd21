"""When does a page run its scripts?

After it is read, since nothing on it waits for a script. The site's own are small and
become one file. The theme's is large, and a page is only read without it: it is fetched
and run at the reader's first move.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import rjsmin

from tools.publish import assets

_START = Path(__file__).with_name("start.js")


def merge(site: Path, built: dict[Path, str]) -> None:
    """Put the site's own scripts into one file, which starts the theme's at the first move.

    `built` has the text of each page, and is changed. Raises `ValueError` if the pages run
    different scripts.
    """
    names, asked = assets.asked(site, built, "scripts")
    theme = [name for name in names if name.startswith("assets/")]
    own = [name for name in names if name not in theme]
    start = _START.read_text("utf-8").replace("BASE", "../../").replace("THEME", json.dumps(theme))
    text = rjsmin.jsmin("\n".join([*((site / name).read_text("utf-8") for name in own), start]))
    name = f"assets/javascripts/site.{hashlib.sha256(text.encode()).hexdigest()[:8]}.js"
    (site / name).write_text(text, "utf-8")
    for path, one in asked.items():
        element = f'<script src="{one.base}{name}" defer></script>'
        built[path] = assets.joined(built[path], one, element)
