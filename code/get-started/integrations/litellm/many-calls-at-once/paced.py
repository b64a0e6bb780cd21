import asyncio
import os
import sys
import time

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

AT_ONCE = 20
PER_MINUTE = 30
countries = ["Brazil", "India", "Japan", "Kenya", "Peru", "Poland", "Turkey"]


class Pace:
    """Gives out moments to start at, with the same time between any two."""

    def __init__(self, per_minute):
        self.gap = 60 / per_minute
        self.next = time.monotonic()

    async def turn(self):
        moment = max(self.next, time.monotonic())
        self.next = moment + self.gap
        await asyncio.sleep(moment - time.monotonic())


async def ask(country, places, pace, start):
    question = f"What is the currency of {country} called?"
    async with places:
        await pace.turn()
        print(f"{country} after {time.monotonic() - start:.0f} seconds")
        response = await litellm.acompletion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": question}],
            timeout=60,
        )
    return response.choices[0].message.content


async def main():
    places, pace = asyncio.Semaphore(AT_ONCE), Pace(PER_MINUTE)
    start = time.monotonic()
    tasks = [ask(country, places, pace, start) for country in countries]
    answers = await asyncio.gather(*tasks)
    print(f"{len(answers)} answers in {time.monotonic() - start:.0f} seconds.")


try:
    asyncio.run(main())
except Exception as error:
    sys.exit(f"A request failed: {error}")
