import asyncio
import logging
import os
import sys

import litellm

litellm.suppress_debug_info = True
logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
question = "What is a spare key for?"


async def main():
    stream = await litellm.acompletion(
        model="openai/deepseek-ai/DeepSeek-V3-0324",
        fallbacks=["openai/mistralai/Mistral-Small-24B-Instruct-2501"],
        messages=[{"role": "user", "content": question}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        max_retries=0,
        timeout=60,
        stream=True,
    )
    async for chunk in stream:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
    print(f"\n\nAnswered by {chunk.model}.")


try:
    asyncio.run(main())
except Exception as error:
    sys.exit(f"{type(error).__name__}: {str(error).splitlines()[0]}")
