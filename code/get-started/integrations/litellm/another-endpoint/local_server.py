import os
import sys

import litellm

api_base = "http://localhost:11434/v1"
api_key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
model = "openai/gemma3:1b"
messages = [{"role": "user", "content": "What is the capital of Chile?"}]

litellm.suppress_debug_info = True

try:
    response = litellm.completion(
        api_base=api_base,
        api_key=api_key,
        model=model,
        messages=messages,
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

print(response.choices[0].message.content)
