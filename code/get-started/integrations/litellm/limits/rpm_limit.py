import litellm

limited = {
    "model": "openai/deepseek-ai/DeepSeek-V3-0324",
    "api_base": "https://api.kluster.ai/v1",
    "api_key": "INSERT_API_KEY",
    "mock_response": "Hello!",
    "rpm": 2,
}
ways = {
    "by default": {},
    "with enforce_model_rate_limits": {
        "optional_pre_call_checks": ["enforce_model_rate_limits"],
    },
    "with usage-based-routing-v2": {
        "routing_strategy": "usage-based-routing-v2",
    },
}

for way, options in ways.items():
    print(f"{way}:")
    router = litellm.Router(
        model_list=[
            {
                "model_name": "deepseek",
                "litellm_params": limited,
                "model_info": {"id": way},
            }
        ],
        num_retries=0,
        **options,
    )
    for _ in range(3):
        try:
            response = router.completion(
                model="deepseek",
                messages=[{"role": "user", "content": "Hello!"}],
            )
            print("   ", response.choices[0].message.content)
        except Exception as error:
            first_line = str(error).partition("\n")[0]
            reason = first_line.partition(" Passed")[0]
            print(f"    {type(error).__name__}: {reason}")
