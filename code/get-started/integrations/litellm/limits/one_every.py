import os
import sys
import time

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

PER_MINUTE = 30
countries = ["Canada", "Nepal", "Spain"]

start = turn = time.monotonic()
for country in countries:
    time.sleep(max(0, turn - time.monotonic()))
    turn = time.monotonic() + 60 / PER_MINUTE
    print(f"{country} after {time.monotonic() - start:.0f} seconds")
    try:
        response = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": f"Which animal stands for {country}?"}],
            max_retries=0,
            timeout=60,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    print("   ", response.choices[0].message.content)
