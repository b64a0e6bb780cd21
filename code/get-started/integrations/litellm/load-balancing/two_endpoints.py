import os
import random
import sys

import litellm

random.seed(8)
model = "openai/deepseek-ai/DeepSeek-V3-0324"
kluster = {
    "model": model,
    "api_base": "https://api.kluster.ai/v1",
    "api_key": os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
    "weight": 3,
}
example = {
    "model": model,
    "api_base": "https://api.example.com/v1",
    "api_key": os.environ.get("EXAMPLE_API_KEY", "INSERT_API_KEY"),
    "weight": 1,
}

router = litellm.Router(
    model_list=[
        {"model_name": "deepseek", "litellm_params": kluster},
        {"model_name": "deepseek", "litellm_params": example},
    ],
    timeout=60,
)

for word in ("largest", "smallest", "hottest", "windiest"):
    question = f"Which planet of the Sun is the {word}?"
    try:
        response = router.completion(
            model="deepseek",
            messages=[{"role": "user", "content": question}],
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    print(response._hidden_params["api_base"])
    print("   ", response.choices[0].message.content)
