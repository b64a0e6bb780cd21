import logging
import os
import sys

import litellm

litellm.suppress_debug_info = True
logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
question = "Why do climbers use two anchors?"

try:
    response = litellm.completion(
        model="openai/deepseek-ai/DeepSeek-V3-0324",
        fallbacks=["openai/mistralai/Mistral-Small-24B-Instruct-2501"],
        messages=[{"role": "user", "content": question}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        max_retries=0,
        timeout=60,
    )
except Exception as error:
    sys.exit(f"No model answered: {str(error).splitlines()[0]}")

print(f"Answered by {response.model}:")
print(response.choices[0].message.content)
