"""What does the stand-in know of images? It sees none: it counts and refuses them."""

from __future__ import annotations

from typing import Any

from tools.answers import text_of

TOKENS = 256  # what Gemma 3 makes of one (ai.google.dev, prompt-with-visual-data)


def count(body: dict[str, Any]) -> int:
    """How many images the messages of a request have."""
    said = [message.get("content") for message in body["messages"]]
    parts = [part for content in said if isinstance(content, list) for part in content]
    return sum(part["type"] == "image_url" for part in parts)


def plain(message: dict[str, Any]) -> dict[str, Any]:
    """A message with its text alone; one with other parts is left for others to judge."""
    parts = message.get("content")
    if isinstance(parts, list) and all(_is_part(part) for part in parts):
        return message | {"content": text_of(message)}
    return message


def _is_part(part: dict[str, Any]) -> bool:
    match part:
        case {"type": "text", "text": str()}:
            return True
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return url.startswith(("https://", "http://", "data:image/"))
    return False
