"""Exchanges while a program is recorded: one line says what was asked and answered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import yaml

from docproof.core import yaml_files
from docproof.core.problem import BadInput
from docproof.core.project import SETTING, Project

Prices = dict[str, tuple[float, float]]  # by model: US dollars for a million tokens, in and out


def line(exchange: dict[str, Any], prices: Prices) -> str:
    """What docproof.sandbox.transport told of an exchange, for a person."""
    usage = exchange["usage"]
    parts = [f"{exchange['seconds']:.1f} s"]
    tokens = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if any(isinstance(count, int) for count in tokens):
        parts.append(f"{tokens[0] or 0} + {tokens[1] or 0} tokens")
    cost = _cost(exchange["model"], usage, prices)
    if cost is not None:
        parts.append(f"${cost:.6f}")
    wait = exchange["headers"].get("retry-after")
    if wait:
        parts.append(f"Retry-After {wait}")
    taken = ", ".join(f"{kind} x {n}" for kind, n in exchange["taken"].items() if n)
    if taken:
        parts.append(f"taken out: {taken}")
    what = f"{exchange['method']} {urlsplit(exchange['url']).path}"
    model = f" {exchange['model']}" if exchange["model"] else ""
    return f"  {what}{model}: {exchange['status']}, {', '.join(parts)}"


def prices(project: Project) -> Prices:
    """What the file that the project names says a model costs; raises `BadInput`."""
    if not project.prices:
        return {}
    try:
        data = yaml_files.parse((project.root / project.prices).read_text("utf-8")).data
        rows = [row for value in data.values() if isinstance(value, list) for row in value]
        return {
            row["id"]: (float(row["input"]), float(row["output"]))
            for row in rows
            if {"id", "input", "output"} <= set(row)
        }
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, ValueError):
        raise BadInput(
            SETTING.problem(
                "pyproject.toml",
                1,
                f"the setting prices names {project.prices}, which has no list of models",
                "give each an id, and input and output in dollars for a million tokens",
            )
        ) from None


def _cost(model: Any, usage: dict[str, Any], prices: Prices) -> float | None:
    """US dollars: as the service says, or by the price list; None if nobody knows."""
    if isinstance(usage.get("cost"), (int, float)):
        return float(usage["cost"])
    if model not in prices or not isinstance(usage.get("prompt_tokens"), int):
        return None
    into, out = prices[model]
    return float(usage["prompt_tokens"] * into + (usage.get("completion_tokens") or 0) * out) / 1e6
