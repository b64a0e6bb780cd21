import litellm

strategies = (
    "simple-shuffle",
    "least-busy",
    "latency-based-routing",
    "usage-based-routing-v2",
    "cost-based-routing",
    "lar1",
)


def deployment(name):
    params = {
        "model": "openai/deepseek-ai/DeepSeek-V3-0324",
        "api_base": f"https://{name}/v1",
        "api_key": "INSERT_API_KEY",
        "mock_response": "Hello!",
    }
    return {"model_name": "deepseek", "litellm_params": params}


for strategy in strategies:
    router = litellm.Router(
        model_list=[
            deployment("api.kluster.ai"),
            deployment("api.example.com"),
        ],
        routing_strategy=strategy,
        num_retries=0,
    )
    try:
        for _ in range(5):
            router.completion(
                model="deepseek",
                messages=[{"role": "user", "content": "Hello!"}],
            )
        print(f"{strategy}: 5 of 5 answered")
    except Exception as error:
        print(f"{strategy}: {type(error).__name__}: {error}")
