import asyncio
import os
import sys
import time

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

countries = ["Brazil", "India", "Japan", "Kenya", "Peru", "Poland", "Turkey"]


async def ask(country):
    question = f"What is the currency of {country} called?"
    response = await litellm.acompletion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": question}],
        timeout=60,
    )
    return response.choices[0].message.content


async def main():
    start = time.monotonic()
    for country in countries:
        await ask(country)
    one_by_one = time.monotonic() - start

    start = time.monotonic()
    answers = await asyncio.gather(*[ask(country) for country in countries])
    at_once = time.monotonic() - start

    for answer in answers:
        print(answer)
    print(f"One by one: {one_by_one:.0f} seconds, at once: {at_once:.0f} seconds.")


try:
    asyncio.run(main())
except Exception as error:
    sys.exit(f"A request failed: {error}")
