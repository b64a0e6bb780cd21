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

# Most of axe's time goes into the contrast of each word of code and each cell of a table. Only
# what has no colours, or stands in no elements, of something that axe has seen is looked at.
_RUN = """async ([rules, known]) => {
  const seen = new Set(known), include = [];
  const short = text => {
    let [one, other] = [0, 0];
    for (let at = 0; at < text.length; at++) {
      one = Math.imul(one ^ text.charCodeAt(at), 2654435761);
      other = Math.imul(other ^ text.charCodeAt(at), 1597334677);
    }
    return `${one} ${other}`;
  };
  const says = element =>
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const find = (element, above, isInside) => {
    const style = getComputedStyle(element);
    const { backgroundColor, backgroundImage, color, opacity, visibility, textShadow } = style;
    const look = [above, element.localName, element.getAttribute("class"), backgroundColor,
      backgroundImage, color, opacity, visibility, textShadow, style.fontSize, style.fontWeight,
    ].join();
    const key = short(look), isNew = says(element) && !seen.has(key);
    if (isNew) seen.add(key);
    if (isNew && !isInside) include.push(element);
    for (const child of element.children) find(child, key, isInside || isNew);
  };
  if (known) find(document.body, "", false);
  else include.push(document);
  if (!include.length) return [[], []];
  const options = { ...rules, resultTypes: ["violations"] };
  const { violations } = await axe.run({ include }, options);
  const said = violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 120)]);
  return [said, [...seen]];
}"""


@functools.cache
def _script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def found(tab: Tab, rules: Rules, known: set[str] | None = None) -> list[str]:
    """What axe finds by these rules, with the first element that each finding is about.

    What looks as something `known` is left out; what was found to be good is known then.
    """
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(_script())
    violations, seen = tab.evaluate(_RUN, [rules, known if known is None else list(known)])
    if known is not None and not violations:
        known.update(seen)
    return [f"{rule}: {count}, as {html}" for rule, count, html in violations]


def findings(tab: Tab, known: set[str]) -> list[str]:
    """What axe finds in light colours, and what is wrong with the dark ones."""
    tab.evaluate(SCHEME, "default")
    light = found(tab, BUT_COLOURS) + found(tab, COLOURS, known)
    tab.evaluate(SCHEME, "slate")
    return light + [f"in the dark, {one}" for one in found(tab, COLOURS, known)]
