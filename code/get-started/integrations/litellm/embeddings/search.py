import math
import os
import sys

import litellm

litellm.suppress_debug_info = True
texts = [
    "The last bus leaves the station at half past eleven.",
    "The swimming pool opens at seven in the morning.",
    "Dogs have to be kept on a leash in the park.",
    "Empty bottles go into the green containers.",
]
questions = [
    "When does the last bus leave?",
    "Do dogs need a leash?",
    "Where can I throw away glass?",
]


def embed(texts):
    """A vector for each text, in their order."""
    response = litellm.embedding(
        model="openai/BAAI/bge-m3",
        input=texts,
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
    )
    print(f"{len(texts)} texts, {response.usage.prompt_tokens} tokens")
    entries = sorted(response.data, key=lambda entry: entry["index"])
    return [entry["embedding"] for entry in entries]


def cosine(one, other):
    """1 for vectors that point the same way, 0 for unrelated ones."""
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    return dot / (math.hypot(*one) * math.hypot(*other))


try:
    known = embed(texts)
    asked = embed(questions)
except Exception as error:
    sys.exit(f"The request failed: {error}")

for question, vector in zip(questions, asked, strict=True):
    scores = [cosine(vector, other) for other in known]
    best = max(scores)
    print(f"{question}\n  {best:.2f}  {texts[scores.index(best)]}")
