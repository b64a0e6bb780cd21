import os
import sys

import litellm

kluster = {
    "model": "openai/deepseek-ai/DeepSeek-V3-0324",
    "api_base": "https://api.kluster.ai/v1",
    "api_key": os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
}
local = {
    "model": "openai/llama3.2",
    "api_base": "http://localhost:11434/v1",
    "api_key": "none",
}

router = litellm.Router(
    model_list=[
        {"model_name": "first", "litellm_params": kluster},
        {"model_name": "spare", "litellm_params": local},
    ],
    fallbacks=[{"first": ["spare"]}],
    num_retries=0,
    timeout=60,
)

question = "Why do airliners have two engines?"
try:
    response = router.completion(
        model="first",
        messages=[{"role": "user", "content": question}],
    )
except Exception as error:
    sys.exit(f"No endpoint answered: {error}")

print(f"Answered by {response.model}:")
print(response.choices[0].message.content)
