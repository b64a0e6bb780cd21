import os

import litellm

litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)

image = {"url": "https://example.com/moon.jpg"}
parts = [
    {"type": "text", "text": "What is in this picture?"},
    {"type": "image_url", "image_url": image},
]
response = litellm.completion(
    model="openai/google/gemma-3-27b-it",
    messages=[{"role": "user", "content": parts}],
)
print("Image:", response.choices[0].message.content)

vectors = litellm.embedding(
    model="openai/BAAI/bge-m3",
    input=["A solstice is a moment.", "A comet is made of ice."],
)
for entry in vectors.data:
    print("Vector of", len(entry["embedding"]), "numbers")
