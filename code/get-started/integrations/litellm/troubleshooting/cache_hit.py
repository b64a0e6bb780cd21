import os
import sys

import litellm

litellm.suppress_debug_info = True
litellm.cache = litellm.Cache()

try:
    for _ in range(2):
        response = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": "What is a guanaco?"}],
            api_base="https://api.kluster.ai/v1",
            api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        )
        print(response.choices[0].message.content)
except Exception as error:
    sys.exit(str(error))
