import os
import sys

import litellm

os.environ.pop("OPENAI_API_KEY", None)
litellm.suppress_debug_info = True

try:
    response = litellm.completion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": "How high is Aconcagua?"}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY"),
    )
except Exception as error:
    sys.exit(str(error))

print(response.choices[0].message.content)
