import os
import queue
import sys

import litellm
from litellm.integrations.custom_logger import CustomLogger

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


class SpendLog(CustomLogger):
    def __init__(self):
        super().__init__()
        self.costs = queue.Queue()

    def log_success_event(self, kwargs, response_obj, start_time, end_time):
        usage = response_obj.usage
        self.costs.put((usage.total_tokens, kwargs["response_cost"]))


spend_log = SpendLog()
litellm.callbacks = [spend_log]

messages = [{"role": "user", "content": "Why does bread dough rise?"}]
counted = {"stream": True, "stream_options": {"include_usage": True}}
ways = {
    "whole answer": {},
    "stream, usage asked": counted,
    "stream, not asked": {"stream": True},
}
for way, options in ways.items():
    try:
        answer = litellm.completion(
            model=model,
            messages=messages,
            timeout=60,
            **options,
        )
        pieces = list(answer) if options else []
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    tokens, cost = spend_log.costs.get(timeout=10)
    print(f"{way:20} {tokens:3} tokens  ${cost:.8f}")

deltas = [piece.choices[0].delta for piece in pieces if piece.choices]
text = "".join(delta.content or "" for delta in deltas)
cost = litellm.completion_cost(
    model=model,
    messages=messages,
    completion=text,
)
print(f"{'counted by LiteLLM':20} {'':10}  ${cost:.8f}")
