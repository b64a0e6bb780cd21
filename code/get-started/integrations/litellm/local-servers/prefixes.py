import logging
import os
import sys

import litellm

litellm.suppress_debug_info = True
logging.basicConfig(stream=sys.stdout, format="%(message)s")
logging.getLogger("httpx").setLevel(logging.INFO)

for prefix in ("openai", "hosted_vllm", "lm_studio", "llamafile"):
    try:
        response = litellm.completion(
            api_base="http://localhost:11434/v1",
            api_key=os.environ.get("ENDPOINT_API_KEY", "INSERT_API_KEY"),
            model=f"{prefix}/gemma3:1b",
            messages=[{"role": "user", "content": "How long is Chile?"}],
            timeout=60,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    print(f"{prefix}: {response.choices[0].message.content} ({response.model})")
