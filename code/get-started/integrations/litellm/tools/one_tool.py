import json
import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True


def in_stock(item):
    return {"tent": 4, "stove": 0}.get(item, 0)


tools = [
    {
        "type": "function",
        "function": {
            "name": "in_stock",
            "description": "How many of an item our shop has today",
            "parameters": {
                "type": "object",
                "properties": {"item": {"type": "string"}},
                "required": ["item"],
            },
        },
    }
]
messages = [{"role": "user", "content": "Can I buy three tents today?"}]

while True:
    try:
        response = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=messages,
            tools=tools,
            timeout=60,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    message = response.choices[0].message
    messages.append(message)
    if not message.tool_calls:
        break
    for call in message.tool_calls:
        arguments = json.loads(call.function.arguments)
        result = in_stock(arguments["item"])
        print(f"{call.function.name}({arguments}) gives {result}")
        messages.append({"role": "tool", "tool_call_id": call.id, "content": str(result)})

print(message.content)
