import os
import sys

import litellm

litellm.suppress_debug_info = True

try:
    response = litellm.completion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": "What is a vicuña?"}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        verbosity="low",
    )
    print(response.choices[0].message.content)
except Exception as error:
    sys.exit(str(error))
