import os
import sys

import litellm

litellm.suppress_debug_info = True
small = "openai/mistralai/Mistral-Small-24B-Instruct-2501"
large = "openai/deepseek-ai/DeepSeek-V3-0324"
question = (
    "Sum up in five words: The harbor froze on 9 January. No ship could "
    "leave for two weeks, and flour had to be brought over the hills on "
    "sledges."
)

try:
    response = litellm.completion(
        model=small,
        context_window_fallback_dict={small: large},
        messages=[{"role": "user", "content": question}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

print(f"Answered by {response.model}:")
print(response.choices[0].message.content)
