import litellm

limited = {
    "model": "openai/deepseek-ai/DeepSeek-V3-0324",
    "api_base": "https://api.kluster.ai/v1",
    "api_key": "INSERT_API_KEY",
    "mock_response": "Hello!",
    "rpm": 2,
}

for strategy in ("simple-shuffle", "usage-based-routing-v2"):
    print(f"{strategy}:")
    router = litellm.Router(
        model_list=[
            {
                "model_name": "deepseek",
                "litellm_params": limited,
                "model_info": {"id": strategy},
            }
        ],
        routing_strategy=strategy,
        num_retries=0,
    )
    for _ in range(3):
        try:
            response = router.completion(
                model="deepseek",
                messages=[{"role": "user", "content": "Hello!"}],
            )
            print("   ", response.choices[0].message.content)
        except Exception as error:
            reason = str(error).partition(" Passed")[0]
            print(f"    {type(error).__name__}: {reason}")
