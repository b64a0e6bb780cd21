import os
import sys

import litellm

litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True
question = "How many corners has a cube?"


def show(model):
    """Print thoughts and answer as they come, each under its own heading."""
    print(f"== {model}")
    stream = litellm.completion(
        model=f"openai/{model}",
        messages=[{"role": "user", "content": question}],
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=300,
        stream=True,
    )
    heading = ""
    for chunk in stream:
        if not chunk.choices:
            continue
        delta = chunk.choices[0].delta
        thought = getattr(delta, "reasoning_content", None)
        text = thought or delta.content
        if not text:
            continue
        new = "Thoughts" if thought else "Answer"
        if new != heading:
            print(f"\n{new}: " if heading else f"{new}: ", end="")
            heading = new
        print(text, end="", flush=True)
    print()


try:
    show("Qwen/Qwen3-235B-A22B-FP8")
    show("mistralai/Magistral-Small-2506")
except Exception as error:
    sys.exit(f"The request failed: {error}")
