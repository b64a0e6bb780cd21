import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"
known = litellm.supports_function_calling(model)
print("supports_function_calling:", known)

tool = {
    "name": "in_stock",
    "description": "How many of an item our shop has today",
    "parameters": {
        "type": "object",
        "properties": {"item": {"type": "string"}},
        "required": ["item"],
    },
}
try:
    response = litellm.completion(
        model=model,
        messages=[{"role": "user", "content": "Is there a rope today?"}],
        tools=[{"type": "function", "function": tool}],
        tool_choice="required",
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

message = response.choices[0].message
if message.tool_calls:
    print("The server takes tools.")
else:
    print("The server ignores tools. It answers:")
    print(message.content)
