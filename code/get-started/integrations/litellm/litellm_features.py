import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"
litellm.disable_hf_tokenizer_download = True

messages = [
    {"role": "system", "content": "You explain things with everyday examples."},
    {"role": "user", "content": "Why is the sky blue?"},
]

try:
    stream = litellm.completion(
        model=model,
        messages=messages,
        max_tokens=300,
        temperature=0.3,
        timeout=60,
        stream=True,
    )
except Exception as error:
    sys.exit(f"The first request failed: {error}")

print("First answer, streamed:")

streamed_text = []

try:
    for chunk in stream:
        text = chunk.choices[0].delta.content if chunk.choices else None
        if text:
            streamed_text.append(text)
            print(text, end="", flush=True)
except Exception as error:
    sys.exit(f"\nThe stream broke off: {error}")
print()

# The next request sends this answer back, so it has to be one string.
complete_first_answer = "".join(streamed_text)

first_turn = {"role": "assistant", "content": complete_first_answer}
messages.append(first_turn)

second_question = (
    "Now explain it to a seven-year-old, "
    "and suggest one experiment with things "
    "that every kitchen has."
)
messages.append(
    {"role": "user", "content": second_question},
)

try:
    response_2 = litellm.completion(
        model=model,
        messages=messages,
        max_tokens=300,
        temperature=0.3,
        timeout=60,
        stream=False,
    )
except Exception as error:
    sys.exit(f"The second request failed: {error}")

second_answer_text = response_2.choices[0].message.content
if not second_answer_text:
    sys.exit("The second answer is empty.")

print("\nSecond answer, in one piece:")
print(second_answer_text)
