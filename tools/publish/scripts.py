"""When does a page run its scripts?

After it is painted: nothing on it waits for a script. The site's own scripts are
small and become one file, which then asks for the theme's.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import rjsmin

from tools.publish import assets

# A frame is painted between a frame's callback and a timer that is set in it; a page in
# the background paints none. The theme begins with an event that is over by then: it gets
# it in a task of its own, after the one in which the script was read. It also says that
# scripts run, which restyles the page; here that is said before the page is painted.
_START = """
((base, theme) => {
  document.documentElement.classList.replace("no-js", "js");
  const add = () => {
    for (const name of theme) {
      const script = document.createElement("script");
      script.src = new URL(name, base);
      script.async = false;
      script.onload = () => setTimeout(() => document.dispatchEvent(new Event("DOMContentLoaded")));
      document.body.append(script);
    }
  };
  const soon = () => setTimeout(add);
  if (document.hidden) soon();
  else requestAnimationFrame(soon);
})(new URL(%r, document.currentScript.src), %r);
"""


def merge(site: Path, built: dict[Path, str]) -> None:
    """Put the site's own scripts into one file, which starts the theme's once a page is painted.

    `built` has the text of each page, and is changed. Raises `ValueError` if the pages run
    different scripts.
    """
    names, asked = assets.asked(site, built, "scripts")
    theme = [name for name in names if name.startswith("assets/")]
    own = [name for name in names if name not in theme]
    text = "\n".join((site / name).read_text("utf-8") for name in own)
    text = rjsmin.jsmin(text + _START % ("../../", theme))
    name = f"assets/javascripts/site.{hashlib.sha256(text.encode()).hexdigest()[:8]}.js"
    (site / name).write_text(text, "utf-8")
    for path, one in asked.items():
        element = f'<script src="{one.base}{name}" defer></script>'
        built[path] = assets.joined(built[path], one, element)
