import asyncio

import litellm

endpoint = {
    "model": "openai/deepseek-ai/DeepSeek-V3-0324",
    "api_base": "https://api.kluster.ai/v1",
    "api_key": "INSERT_API_KEY",
    "mock_response": "Hello!",
}
messages = [{"role": "user", "content": "Hello!"}]


async def call_at_once(limit):
    router = litellm.Router(
        model_list=[
            {
                "model_name": "deepseek",
                "litellm_params": endpoint | limit,
                "model_info": {"id": "api.kluster.ai"},
            }
        ],
        num_retries=0,
    )
    calls = [router.acompletion(model="deepseek", messages=messages) for _ in range(5)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    refused = [result for result in results if isinstance(result, Exception)]
    print(f"{limit or 'no limit'}: {5 - len(refused)} of 5 answered")
    for error in refused[:1]:
        first_line = str(error).partition("\n")[0]
        print(f"    {type(error).__name__}: {first_line}")


async def main():
    await call_at_once({"max_parallel_requests": 2})
    await call_at_once({"rpm": 2})
    await call_at_once({})


asyncio.run(main())
