import os

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True

for question in ("Why is the sea loud?", "Why is the sky quiet?"):
    pieces = []
    try:
        stream = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": question}],
            stream=True,
            timeout=30,
            max_retries=0,
        )
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                pieces.append(chunk.choices[0].delta.content)
    except Exception as error:
        print(f"After {len(pieces)} pieces: {type(error).__name__}")
        print(error)
