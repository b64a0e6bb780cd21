import asyncio
import os

import litellm

litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"


async def ask(text):
    question = [{"role": "user", "content": text}]
    response = await litellm.acompletion(model=model, messages=question)
    return response.choices[0].message.content


print(asyncio.run(ask("What is a leap year?")))
