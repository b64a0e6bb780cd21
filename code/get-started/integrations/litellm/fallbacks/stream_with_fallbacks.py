import logging
import os
import sys

import litellm

litellm.suppress_debug_info = True
logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
question = "What is a spare tire for?"

try:
    stream = litellm.completion(
        model="openai/deepseek-ai/DeepSeek-V3-0324",
        fallbacks=["openai/mistralai/Mistral-Small-24B-Instruct-2501"],
        messages=[{"role": "user", "content": question}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
        stream=True,
    )
    for chunk in stream:
        print(chunk.choices[0].delta.content or "", end="")
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
