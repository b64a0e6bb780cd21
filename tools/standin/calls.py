"""What does the stand-in know of tools?

Which answer of the assistant it is at, whether calls and results fit together, and how a
call is sent, whole or in fragments.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Message = dict[str, Any]


def turn(messages: list[Message]) -> int:
    """How many answers there are to the last message of the user."""
    roles = [message["role"] for message in reversed(messages)]
    return roles[: roles.index("user")].count("assistant")


def plain(message: Message) -> Message:
    """A message without its part in calls; what else it holds is for others to judge."""
    match message:
        case {"role": "tool", "tool_call_id": str(), **rest}:
            return {"role": "tool", **rest}
        case {"role": "tool"}:
            return {"role": "tool"}
        case {"role": "assistant", "tool_calls": [_, *_], **rest}:
            return {"role": "assistant", **rest, "content": rest.get("content") or ""}
    return message


def texts(body: dict[str, Any]) -> Iterator[str]:
    """What a request has of tools and calls, as text to be counted."""
    for part in [body.get("tools"), *(m.get("tool_calls") for m in body["messages"])]:
        if part:
            yield json.dumps(part)


def wrong(body: dict[str, Any], called: list[dict[str, str]] | None) -> str:
    """Why a request does not fit the calls in it, or those in its answer; "" if it does.

    The words on a missing result are OpenAI's (BerriAI/litellm issue 10083).
    """
    if called and not body.get("tools"):
        return "The answer calls a tool, and the request has none."
    waiting: list[str] = []
    for message in [*body["messages"], {"role": "end"}]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                return (
                    "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceding message with 'tool_calls'."
                )
            waiting.remove(message["tool_call_id"])
        elif waiting:
            return (
                "An assistant message with 'tool_calls' must be followed by tool messages "
                "responding to each 'tool_call_id'. The following tool_call_ids did not have "
                f"response messages: {', '.join(waiting)}"
            )
        waiting += [call["id"] for call in message.get("tool_calls") or []]
    return ""


def made(called: list[dict[str, str]], answer_id: str) -> list[dict[str, Any]]:
    """The calls of an answer, as they are sent whole."""
    return [
        {"id": f"call_{answer_id[-12:]}{number}", "type": "function", "function": call}
        for number, call in enumerate(called)
    ]


def deltas(
    calls: list[dict[str, Any]], pieces: Callable[[str], list[str]]
) -> Iterator[dict[str, Any]]:
    """The calls in fragments: of each its head, then the pieces of its arguments."""
    for index, call in enumerate(calls):
        head = call | {"function": call["function"] | {"arguments": ""}}
        yield {"tool_calls": [{"index": index} | head]}
        for piece in pieces(call["function"]["arguments"]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}
