import asyncio
import os
import sys
import time

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

AT_ONCE = 3
countries = ["Brazil", "India", "Japan", "Kenya", "Peru", "Poland", "Turkey"]


async def ask(country, places):
    question = f"What is the currency of {country} called?"
    async with places:
        response = await litellm.acompletion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": question}],
            timeout=60,
        )
    return response.choices[0].message.content


async def main():
    places = asyncio.Semaphore(AT_ONCE)
    start = time.monotonic()
    answers = await asyncio.gather(*[ask(one, places) for one in countries])
    seconds = time.monotonic() - start
    print(f"{len(answers)} answers, {AT_ONCE} at once: {seconds:.0f} seconds.")


try:
    asyncio.run(main())
except Exception as error:
    sys.exit(f"A request failed: {error}")
