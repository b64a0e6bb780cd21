import json
import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True

stock = {"tent": 4, "stove": 0}
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
question = "Do you have tents and stoves today?"
messages = [{"role": "user", "content": question}]

while True:
    chunks = []
    try:
        stream = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=messages,
            tools=tools,
            timeout=60,
            stream=True,
        )
        for chunk in stream:
            chunks.append(chunk)
            if not chunk.choices:
                continue
            delta = chunk.choices[0].delta
            for part in delta.tool_calls or []:
                function = part.function
                print(part.index, part.id, function.name, repr(function.arguments))
            print(delta.content or "", end="", flush=True)
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    message = litellm.stream_chunk_builder(chunks).choices[0].message
    messages.append(message)
    if not message.tool_calls:
        break
    for call in message.tool_calls:
        item = json.loads(call.function.arguments)["item"]
        print(f"in_stock({item!r}) gives {stock[item]}")
        messages.append({"role": "tool", "tool_call_id": call.id, "content": str(stock[item])})

print()
