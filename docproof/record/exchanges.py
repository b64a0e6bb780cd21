"""Exchanges while a program is recorded: one line says what was asked and answered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit


def line(exchange: dict[str, Any]) -> str:
    """What docproof.sandbox.transport told of an exchange, for a person."""
    usage = exchange["usage"]
    parts = [f"{exchange['seconds']:.1f} s"]
    tokens = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if any(isinstance(count, int) for count in tokens):
        parts.append(f"{tokens[0] or 0} + {tokens[1] or 0} tokens")
    if isinstance(usage.get("cost"), (int, float)):  # in US dollars, as some services say
        parts.append(f"${usage['cost']:.6f}")
    wait = exchange["headers"].get("retry-after")
    if wait:
        parts.append(f"Retry-After {wait}")
    taken = ", ".join(f"{kind} x {n}" for kind, n in exchange["taken"].items() if n)
    if taken:
        parts.append(f"taken out: {taken}")
    what = f"{exchange['method']} {urlsplit(exchange['url']).path}"
    model = f" {exchange['model']}" if exchange["model"] else ""
    return f"  {what}{model}: {exchange['status']}, {', '.join(parts)}"
