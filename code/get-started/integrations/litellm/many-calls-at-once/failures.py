import asyncio
import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

countries = ["Norway", "Ghana", "Thailand", "Mongolia"]


async def ask(country):
    question = f"What is the currency of {country} called?"
    response = await litellm.acompletion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": question}],
        timeout=60,
    )
    return response.choices[0].message.content


async def main():
    tasks = [ask(country) for country in countries]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    failed = []
    for country, result in zip(countries, results, strict=True):
        if isinstance(result, Exception):
            failed.append(country)
            print(f"{country}: {type(result).__name__}")
        else:
            print(f"{country}: {result}")
    if failed:
        sys.exit(f"Ask again later about: {', '.join(failed)}")


asyncio.run(main())
