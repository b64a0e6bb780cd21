"""How does a request differ from the recorded one that it was most likely meant to be?"""

from __future__ import annotations

from typing import Any


def difference(sent: dict[str, Any], recorded: dict[str, Any] | None) -> str:
    """One line on a request that was not recorded; both have a method, a uri and a body."""
    what = f"no recorded answer for {sent['method']} {sent['uri']}"
    if recorded is None:
        return f"{what}: nothing is recorded"
    where = _first_difference(recorded, sent)
    if where is None:
        return f"{what}: it was recorded fewer times than it is sent"
    path, before, now = where
    return f"{what}: {path} was {_short(before)} when recorded and is {_short(now)}"


def _first_difference(old: Any, new: Any, path: str = "") -> tuple[str, Any, Any] | None:
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [
            (f"{path}.{key}" if path else key, old.get(key, _ABSENT), new.get(key, _ABSENT))
            for key in [*old, *(key for key in new if key not in old)]
        ]
    elif isinstance(old, list) and isinstance(new, list):
        pairs = [
            (
                f"{path}[{n}]",
                old[n] if n < len(old) else _ABSENT,
                new[n] if n < len(new) else _ABSENT,
            )
            for n in range(max(len(old), len(new)))
        ]
    else:
        return None if old == new and type(old) is type(new) else (path, old, new)
    for name, before, now in pairs:
        found = _first_difference(before, now, name)
        if found:
            return found
    return None


class _Absent:
    def __repr__(self) -> str:
        return "absent"


_ABSENT = _Absent()


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
