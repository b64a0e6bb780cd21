import os
import sys
import time

import litellm

model = "openai/deepseek-ai/DeepSeek-V3-0324"
kluster = {
    "model": model,
    "api_base": "https://api.kluster.ai/v1",
    "api_key": os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
    "order": 1,
}
example = {
    "model": model,
    "api_base": "https://api.example.com/v1",
    "api_key": os.environ.get("EXAMPLE_API_KEY", "INSERT_API_KEY"),
    "order": 2,
}

router = litellm.Router(
    model_list=[
        {"model_name": "deepseek", "litellm_params": kluster},
        {"model_name": "deepseek", "litellm_params": example},
    ],
    allowed_fails=0,
    cooldown_time=2,
    num_retries=0,
    timeout=60,
)


def ask(question):
    try:
        response = router.completion(
            model="deepseek",
            messages=[{"role": "user", "content": question}],
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    print(response._hidden_params["api_base"])
    print("   ", response.choices[0].message.content)


ask("What is the longest river of Europe?")
ask("What is the longest river of Africa?")
time.sleep(3)
ask("What is the longest river of Asia?")
