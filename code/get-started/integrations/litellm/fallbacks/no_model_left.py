import logging
import os
import sys

import litellm

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
base = "https://api.kluster.ai/v1"
logging.getLogger("LiteLLM Router").setLevel(logging.CRITICAL)


def deployment(name, model):
    params = {"model": f"openai/{model}", "api_base": base, "api_key": key}
    return {"model_name": name, "litellm_params": params}


router = litellm.Router(
    model_list=[
        deployment("first", "deepseek-ai/DeepSeek-V3-0324"),
        deployment("spare", "mistralai/Mistral-Small-24B-Instruct-2501"),
    ],
    fallbacks=[{"first": ["spare"]}],
    num_retries=0,
    timeout=60,
)

try:
    router.completion(
        model="first",
        messages=[{"role": "user", "content": "Is anybody there?"}],
    )
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
