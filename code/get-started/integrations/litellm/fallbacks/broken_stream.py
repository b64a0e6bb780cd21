import os
import sys

import litellm

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
base = "https://api.kluster.ai/v1"


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
question = "How does a mayfly spend its life?"
messages = [{"role": "user", "content": question}]

pieces = []
try:
    stream = router.completion(
        model="first",
        messages=messages,
        stream=True,
    )
    for chunk in stream:
        text = chunk.choices[0].delta.content if chunk.choices else None
        if text:
            pieces.append(text)
            print(text, end="", flush=True)
    if not pieces:
        sys.exit("The answer is empty.")
    print()
except Exception as error:
    if not pieces:
        sys.exit(f"No model answered: {error}")
    print(f"\n\nThe stream broke off: {type(error).__name__}")
    try:
        response = router.completion(model="spare", messages=messages)
    except Exception as second_error:
        sys.exit(f"The other model failed as well: {second_error}")
    print(f"The whole answer, by {response.model}:\n")
    print(response.choices[0].message.content)
