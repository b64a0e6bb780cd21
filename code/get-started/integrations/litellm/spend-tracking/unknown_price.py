import os
import sys

import litellm

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True
model = "openai/deepseek-ai/DeepSeek-V3-0324"
question = "Which gas do plants take from the air?"

try:
    response = litellm.completion(
        model=model,
        messages=[{"role": "user", "content": question}],
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

print(response.choices[0].message.content)
print("Tokens in:", response.usage.prompt_tokens)
print("Tokens out:", response.usage.completion_tokens)
print("Cost:", response._hidden_params["response_cost"])

try:
    print("Computed cost:", litellm.completion_cost(response))
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
