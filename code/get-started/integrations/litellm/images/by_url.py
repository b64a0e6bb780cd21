import os
import sys

import litellm

litellm.suppress_debug_info = True
urls = [
    "https://example.com/harbor-1990.jpg",
    "https://example.com/harbor-2020.jpg",
]
content = [{"type": "text", "text": "What has changed between these pictures?"}]
for url in urls:
    content.append({"type": "image_url", "image_url": {"url": url}})

try:
    response = litellm.completion(
        model="openai/google/gemma-3-27b-it",
        messages=[{"role": "user", "content": content}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

print(response.choices[0].message.content)
