import logging
import os

import litellm

litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"

messages = [
    {"role": "system", "content": "You answer in one sentence."},
    {"role": "user", "content": "What is a solstice?"},
]

response = litellm.completion(model=model, messages=messages)
answer = response.choices[0].message.content
print("Call:", answer)

messages.append({"role": "assistant", "content": answer})
messages.append({"role": "user", "content": "How many are there a year?"})
response = litellm.completion(model=model, messages=messages)
print("Turn:", response.choices[0].message.content)

print("Stream: ", end="")
question = [{"role": "user", "content": "What is an equinox?"}]
stream = litellm.completion(model=model, messages=question, stream=True)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()

questions = ["What is a light-year?", "What is a parsec?"]
batch = [[{"role": "user", "content": text}] for text in questions]
for response in litellm.batch_completion(model=model, messages=batch):
    print("Batch:", response.choices[0].message.content)

response = litellm.completion(
    model=model,
    messages=[{"role": "user", "content": "What is a comet made of?"}],
    temperature=0.2,
    max_tokens=12,
    timeout=30,
    max_retries=1,
)
print("Cut:", response.choices[0].message.content)
print("Why it ends:", response.choices[0].finish_reason)

question = [{"role": "user", "content": "What is a meteor?"}]
try:
    litellm.completion(model=model, messages=question, max_retries=0)
except litellm.RateLimitError:
    print("Too many requests: wait, then ask again.")
except Exception as error:
    print("The request failed:", error)

logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
response = litellm.completion(
    model=model,
    messages=question,
    fallbacks=["openai/google/gemma-3-27b-it"],
    max_retries=0,
)
print("Answered by:", response.model)

tokens = litellm.token_counter(model=model, messages=messages)
print("Counted here:", tokens, "tokens")
print("Reported:", response.usage.total_tokens, "tokens")

prices = {"input_cost_per_token": 0.35e-6, "output_cost_per_token": 0.35e-6}
cost = litellm.completion_cost(response, custom_cost_per_token=prices)
print(f"Cost: ${cost:.7f}")
