import os
import sys

import litellm

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

# Sample prices: US dollars for a million tokens, in and out.
prices = {
    "openai/deepseek-ai/DeepSeek-V3-0324": (0.70, 1.40),
    "openai/Qwen/Qwen3-235B-A22B-FP8": (0.15, 2.00),
}
for model, (price_in, price_out) in prices.items():
    entry = {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": price_in / 1_000_000,
        "output_cost_per_token": price_out / 1_000_000,
        "cache_read_input_token_cost": price_in / 1_000_000,
    }
    litellm.register_model({model: entry})

question = "How many legs does a spider have?"
for model in prices:
    try:
        response = litellm.completion(
            model=model,
            messages=[{"role": "user", "content": question}],
            timeout=60,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    usage = response.usage
    cost = response._hidden_params["response_cost"]
    print(model)
    print(f"  {usage.prompt_tokens} tokens in, ", end="")
    print(f"{usage.completion_tokens} out: ${cost:.8f}")
