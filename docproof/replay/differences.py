"""How does a request differ from the recorded one that it was most likely meant to be?"""

from __future__ import annotations

from typing import Any


def difference(sent: dict[str, Any], recorded: dict[str, Any] | None) -> str:
    """One line on a request that was not recorded; both have a method, a uri and a body."""
    what = f"no recorded answer for {sent['method']} {sent['uri']}"
    if recorded is None:
        return f"{what}: nothing is recorded"
    before, now = _parts(recorded), _parts(sent)
    for path in [*before, *now]:
        was, is_now = before.get(path, "absent"), now.get(path, "absent")
        if was != is_now:
            return f"{what}: {path} was {_short(was)} when recorded and is {_short(is_now)}"
    return f"{what}: it was recorded fewer times than it is sent"


def _parts(data: Any, path: str = "") -> dict[str, str]:
    """What stands at each path of JSON, as Python writes it."""
    parts: dict[str, str] = {}
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        place = f"{path}[{key}]" if isinstance(data, list) else f"{path}.{key}".lstrip(".")
        inside = _parts(value, place) if isinstance(value, (dict, list)) else {}
        parts |= inside or {place: repr(value)}
    return parts


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
