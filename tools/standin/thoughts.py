"""What does the stand-in know of thoughts?

In which field they stand, whether the model is asked for none, and what comes back of them
in the next turn.
"""

from __future__ import annotations

from typing import Any

FIELDS = ("reasoning_content", "reasoning")  # DeepSeek's, and vLLM's from 0.11.2 on


def field(body: dict[str, Any], outcome: dict[str, Any]) -> str:
    """Where the thoughts of an answer stand; "" if it has none, or the request wants none."""
    template = body.get("chat_template_kwargs") or {}
    if body.get("reasoning_effort") == "none" or template.get("enable_thinking") is False:
        return ""
    return next((one for one in FIELDS if one in outcome), "")


def plain(message: dict[str, Any]) -> dict[str, Any]:
    """A message without what LiteLLM sends back of thoughts; a server may pass over it."""
    back = {*FIELDS, "provider_specific_fields"} if message.get("role") == "assistant" else set()
    return {key: value for key, value in message.items() if key not in back}
