import os
import sys

import litellm

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"
budget = 200  # tokens of a request, without the answer


def fit(messages):
    """Drop the oldest turns until the rest is within the budget."""
    system, turns = messages[:1], messages[1:]
    while count(system + turns) > budget:
        if len(turns) == 1:
            sys.exit("The question alone is over the budget.")
        turns = turns[2:]
    return system + turns


def count(messages):
    return litellm.token_counter(model=model, messages=messages)


questions = [
    "How far away is the Moon?",
    "How long does it take to go around the Earth?",
    "Why do we always see the same side of it?",
    "Where do its phases come from?",
    "Does it cause the tides?",
    "What are its dark areas?",
    "Is there water on it?",
    "Who walked on it first?",
]
messages = [{"role": "system", "content": "You answer in two sentences."}]
for question in questions:
    messages.append({"role": "user", "content": question})
    sent = fit(messages)
    try:
        response = litellm.completion(
            model=model,
            messages=sent,
            max_tokens=100,
            timeout=60,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    answer = response.choices[0].message.content
    messages.append({"role": "assistant", "content": answer})
    print(f"{len(sent):2} of {len(messages) - 1:2} messages sent, ", end="")
    print(f"{count(sent)} tokens: {question}")
print(answer)
