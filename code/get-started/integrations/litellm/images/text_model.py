import os
import sys

import litellm

litellm.suppress_debug_info = True
image = {"url": "https://example.com/harbor-2020.jpg"}

try:
    response = litellm.completion(
        model="openai/deepseek-ai/DeepSeek-V3-0324",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is in this picture?"},
                    {"type": "image_url", "image_url": image},
                ],
            }
        ],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
    )
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")

print(response.choices[0].message.content)
