import asyncio
import os
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


class AsyncSpendLog(CustomLogger):
    def __init__(self):
        super().__init__()
        self.costs = asyncio.Queue()

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        await self.costs.put(kwargs["response_cost"])


spend_log = AsyncSpendLog()
litellm.callbacks = [spend_log]


async def ask(question):
    return await litellm.acompletion(
        model=model,
        messages=[{"role": "user", "content": question}],
        timeout=60,
    )


async def main():
    foods = ("butter", "cheese", "yoghurt")
    questions = [f"How is {food} made, in a sentence?" for food in foods]
    try:
        answers = await asyncio.gather(*[ask(one) for one in questions])
    except Exception as error:
        sys.exit(f"A request failed: {error}")
    total = 0
    for _ in answers:
        total += await asyncio.wait_for(spend_log.costs.get(), timeout=10)
    print(f"{len(answers)} calls cost ${total:.8f}.")


asyncio.run(main())
