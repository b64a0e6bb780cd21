import os

import litellm

litellm.suppress_debug_info = True
allowed = ["dimensions"]
options = {
    "nothing": {},
    "dimensions": {"dimensions": 32},
    "dimensions, dropped": {"dimensions": 32, "drop_params": True},
    "dimensions, sent": {"dimensions": 32, "allowed_openai_params": allowed},
}

for name, option in options.items():
    try:
        response = litellm.embedding(
            model="openai/BAAI/bge-m3",
            input="The last bus leaves at half past eleven.",
            api_base="https://api.kluster.ai/v1",
            api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
            timeout=60,
            **option,
        )
    except Exception as error:
        print(f"{name}: {error}")
        continue
    vector = response.data[0]["embedding"]
    print(f"{name}: {type(vector).__name__} of length {len(vector)}")
