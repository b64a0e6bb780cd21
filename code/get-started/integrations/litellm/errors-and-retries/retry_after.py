import logging
import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

logging.basicConfig(stream=sys.stdout, format="log: %(message)s")
logging.getLogger("openai").setLevel(logging.INFO)

for question in ("How many minutes has a day?", "How many hours has a week?"):
    print(question)
    try:
        response = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": question}],
            timeout=60,
        )
        print(response.choices[0].message.content)
    except litellm.RateLimitError as error:
        wait = (error.litellm_response_headers or {}).get("retry-after")
        print(f"Refused. The service asks for {wait} seconds.")
