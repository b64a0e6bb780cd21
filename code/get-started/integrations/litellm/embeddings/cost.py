import os
import sys

import litellm

litellm.suppress_debug_info = True

try:
    response = litellm.embedding(
        model="openai/BAAI/bge-m3",
        input=["The pool opens at seven.", "The last bus leaves at eleven."],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

price = {"input_cost_per_token": 0.01e-6, "output_cost_per_token": 0}
cost = litellm.completion_cost(response, custom_cost_per_token=price)
print(f"{response.usage.prompt_tokens} tokens, ${cost:.9f}")
