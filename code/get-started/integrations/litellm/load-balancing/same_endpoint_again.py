import os
import random
import sys

import litellm

random.seed(2)


def deployment(base, variable):
    params = {
        "model": "openai/deepseek-ai/DeepSeek-V3-0324",
        "api_base": base,
        "api_key": os.environ.get(variable, "INSERT_API_KEY"),
    }
    return {"model_name": "deepseek", "litellm_params": params}


router = litellm.Router(
    model_list=[
        deployment("https://api.kluster.ai/v1", "KLUSTER_API_KEY"),
        deployment("https://api.example.com/v1", "EXAMPLE_API_KEY"),
    ],
    num_retries=2,
    timeout=60,
)

try:
    response = router.completion(
        model="deepseek",
        messages=[{"role": "user", "content": "Is one of you awake?"}],
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

print(response.choices[0].message.content)
