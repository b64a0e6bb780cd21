import os
import sys

import httpx
import litellm

about_you = ("authorization", "user-agent", "openai-organization")


def show(request):
    for name, value in sorted(request.headers.items()):
        print(f"{name}: {value}" if name in about_you else name)
    print(f"\n{request.content.decode()}")


litellm.suppress_debug_info = True
litellm.client_session = httpx.Client(event_hooks={"request": [show]})

try:
    litellm.completion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": "What do you see of me?"}],
        metadata={"project": "secret"},
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")
