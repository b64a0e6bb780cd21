import litellm

limited = {
    "model": "openai/deepseek-ai/DeepSeek-V3-0324",
    "api_key": "INSERT_API_KEY",
    "mock_response": "litellm.RateLimitError",
}
bases = ("https://api.kluster.ai/v1", "https://api.example.com/v1")
router = litellm.Router(
    model_list=[
        {
            "model_name": "deepseek",
            "litellm_params": {**limited, "api_base": base, "order": order},
            "model_info": {"id": base},
        }
        for order, base in enumerate(bases, start=1)
    ],
    num_retries=0,
)

for _ in range(2):
    try:
        router.completion(
            model="deepseek",
            messages=[{"role": "user", "content": "Is anybody free?"}],
        )
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
