import os
import sys

from openai import OpenAI

api_base = "https://api.kluster.ai/v1"
api_key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
model = "klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"
messages = [{"role": "user", "content": "What is the capital of Chile?"}]

client = OpenAI(base_url=api_base, api_key=api_key)

try:
    response = client.chat.completions.create(
        model=model,
        messages=messages,
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

print(response.choices[0].message.content)
