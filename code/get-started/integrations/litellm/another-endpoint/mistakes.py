import os

import litellm

os.environ.pop("OPENAI_API_KEY", None)
litellm.suppress_debug_info = True

call = {
    "api_base": "https://api.kluster.ai/v1",
    "api_key": os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
    "model": "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
    "messages": [{"role": "user", "content": "Is Chile a country?"}],
    "max_retries": 0,
    "timeout": 60,
}
mistakes = {
    "No prefix": {"model": "qwen3:8b"},
    "A misspelled model": {"model": "openai/klusterai/Meta-Lama-3.3-70B"},
    "Too long a base": {"api_base": call["api_base"] + "/chat/completions"},
    "No server at the address": {"api_base": "http://localhost:11434/v1"},
    "An empty key": {"api_key": ""},
}

for mistake, change in mistakes.items():
    try:
        litellm.completion(**(call | change))
    except Exception as error:
        print(f"{mistake}:\n  {str(error).splitlines()[0]}")
