"""What does axe find on a page as it is now, in light and in dark colours?"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page as Tab

# WCAG 2.2 AA and what goes before it, and axe's best practices.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS = ["color-contrast", "link-in-text-block"]
Rules = dict[str, Any]
ALL: Rules = {"runOnly": {"type": "tag", "values": _TAGS}}
COLOURS: Rules = {"runOnly": {"type": "rule", "values": _COLOURS}}
BUT_COLOURS: Rules = {**ALL, "rules": {rule: {"enabled": False} for rule in _COLOURS}}
# What a narrow screen can change of a page.
WIDTH: Rules = {
    "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
}
SCHEME = "scheme => document.body.setAttribute('data-md-color-scheme', scheme)"

# Most of axe's time goes into the contrast of each word of code and each cell of a table. Of
# those that have the same colours and stand in the same elements, one is looked at.
_ALIKE = """() => {
  const seen = new Set(), alike = [];
  for (const one of document.querySelectorAll("body *")) {
    if (one.children.length || !one.textContent.trim()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
    const key = [color, fontSize, fontWeight, textShadow];
    for (let up = one; up !== document.body; up = up.parentElement) {
      const { backgroundColor, backgroundImage, opacity, visibility } = getComputedStyle(up);
      key.push(up.localName, up.getAttribute("class"));
      key.push(backgroundColor, backgroundImage, opacity, visibility);
    }
    const look = key.join();
    if (seen.has(look)) alike.push(one);
    seen.add(look);
  }
  return alike;
}"""
_RUN = f"""async ([rules, each]) => {{
  const context = {{ include: [document], exclude: each ? [] : ({_ALIKE})() }};
  const {{ violations }} = await axe.run(context, {{ ...rules, resultTypes: ["violations"] }});
  return violations.map(({{ id, nodes }}) => [id, nodes.length, nodes[0].html.slice(0, 120)]);
}}"""


@functools.cache
def _script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def found(tab: Tab, rules: Rules, *, each: bool = True) -> list[str]:
    """What axe finds by these rules, with the first element that each finding is about.

    Without `each`, only one is looked at of the words that look alike.
    """
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(_script())
    violations = tab.evaluate(_RUN, [rules, each])
    return [f"{rule}: {count}, as {html}" for rule, count, html in violations]


def findings(tab: Tab) -> list[str]:
    """What axe finds in light colours, and what is wrong with the dark ones."""
    tab.evaluate(SCHEME, "default")
    light = found(tab, BUT_COLOURS) + found(tab, COLOURS, each=False)
    tab.evaluate(SCHEME, "slate")
    return light + [f"in the dark, {one}" for one in found(tab, COLOURS, each=False)]
