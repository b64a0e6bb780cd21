import logging
import os
import sys

import litellm

litellm.suppress_debug_info = True
logging.basicConfig(format="%(message)s", stream=sys.stderr)
logging.getLogger("httpx").setLevel(logging.INFO)

try:
    response = litellm.completion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": "Where is Ushuaia?"}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
    )
except Exception as error:
    sys.exit(str(error))

print(response.choices[0].message.content)
