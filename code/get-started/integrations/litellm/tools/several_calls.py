import json
import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

stock = {"tent": 4, "stove": 0}
functions = {"in_stock": lambda item: stock[item]}


def run(call):
    """The result of a call, or what is wrong with it, as text for the model."""
    try:
        function = functions[call.function.name]
        arguments = json.loads(call.function.arguments)
        return json.dumps(function(**arguments))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


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
question = "Can I buy two tents and a stove today?"
messages = [{"role": "user", "content": question}]

for turn in range(1, 6):
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
        print(message.content)
        break
    for call in message.tool_calls:
        result = run(call)
        print(f"{turn}. {call.function.arguments} gives {result}")
        messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
else:
    sys.exit("No answer after five turns.")
