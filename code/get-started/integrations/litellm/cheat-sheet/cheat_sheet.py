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
for result in litellm.batch_completion(model=model, messages=batch):
    if isinstance(result, Exception):
        print("Failed:", result)
    else:
        print("Batch:", result.choices[0].message.content)

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

try:
    response = litellm.completion(
        model=model,
        messages=messages,
        max_retries=0,
    )
except litellm.RateLimitError:
    print("Too many requests: wait, then ask again.")
except Exception as error:
    print("The request failed:", error)

logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
response = litellm.completion(
    model=model,
    messages=messages,
    fallbacks=["openai/google/gemma-3-27b-it"],
    max_retries=0,
)
print("Answered by:", response.model)

tokens = litellm.token_counter(model=model, messages=messages)
print("Estimated:", tokens, "tokens in")
response = litellm.completion(model=model, messages=messages)
usage = response.usage
print("Server:", usage.prompt_tokens, "in,", usage.completion_tokens, "out")

prices = {"input_cost_per_token": 0.7e-6, "output_cost_per_token": 0.7e-6}
cost = litellm.completion_cost(response, custom_cost_per_token=prices)
print(f"Cost: ${cost:.7f}")

response = litellm.completion(
    api_base="http://localhost:11434/v1",
    api_key="none",
    model="openai/gemma3:1b",
    messages=messages,
)
print("Another endpoint:", response.choices[0].message.content)
