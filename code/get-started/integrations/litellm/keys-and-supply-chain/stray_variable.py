import os
import sys

import httpx
import litellm

kluster = "https://api.kluster.ai/v1"
key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")


def show(request):
    print(f"  {request.headers['authorization']} to {request.url.host}")


litellm.suppress_debug_info = True
litellm.client_session = httpx.Client(event_hooks={"request": [show]})
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = kluster

print("OPENAI_BASE_URL is", os.environ.get("OPENAI_BASE_URL"))
for name, options in (
    ("With OPENAI_API_BASE:", {}),
    ("With api_base:", {"api_base": kluster}),
):
    print(name)
    try:
        litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": "Where did this go?"}],
            timeout=60,
            **options,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
