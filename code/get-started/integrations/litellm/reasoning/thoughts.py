import os
import sys

import litellm

litellm.suppress_debug_info = True
question = "Which is larger, 9.11 or 9.9?"

try:
    response = litellm.completion(
        model="openai/deepseek-ai/DeepSeek-R1-0528",
        messages=[{"role": "user", "content": question}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=300,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

message = response.choices[0].message
print("Thoughts:", getattr(message, "reasoning_content", None))
print("Answer:", message.content)

usage = response.usage
details = usage.completion_tokens_details
thinking = details.reasoning_tokens if details else "unknown"
print(f"Tokens out: {usage.completion_tokens}, of them thoughts: {thinking}")
