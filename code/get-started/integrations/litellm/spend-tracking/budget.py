import os
import sys

import litellm

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

model = "openai/deepseek-ai/DeepSeek-V3-0324"
entry = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": 0.70 / 1_000_000,  # a sample price
    "output_cost_per_token": 1.40 / 1_000_000,  # a sample price
    "cache_read_input_token_cost": 0.70 / 1_000_000,  # the price in
}
litellm.register_model({model: entry})

budget = 0.00018  # US dollars
longest_answer = 60  # tokens
questions = [
    "Name the largest ocean.",
    "Name the longest river of Europe.",
    "Name the highest mountain of Africa.",
    "Name the smallest planet.",
    "Name the hardest natural mineral.",
]

spent = 0.0
for question in questions:
    messages = [{"role": "user", "content": question}]
    costs = litellm.cost_per_token(
        model=model,
        prompt_tokens=litellm.token_counter(model=model, messages=messages),
        completion_tokens=longest_answer,
    )
    if spent + sum(costs) > budget:
        sys.exit(f"Not sent, ${budget} might not be enough: {question}")
    try:
        response = litellm.completion(
            model=model,
            messages=messages,
            max_tokens=longest_answer,
            timeout=60,
            max_retries=0,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    spent += response._hidden_params["response_cost"]
    print(response.choices[0].message.content)
    print(f"  spent so far: ${spent:.8f}")
