import os

import litellm

litellm.suppress_debug_info = True
off = {"chat_template_kwargs": {"enable_thinking": False}}
settings = {
    "nothing": {},
    'reasoning_effort="low"': {"reasoning_effort": "low"},
    "enable_thinking=False": {"extra_body": off},
    "max_tokens=12": {"max_tokens": 12},
    "thinking=...": {"thinking": {"type": "disabled"}},
}

for name, setting in settings.items():
    try:
        response = litellm.completion(
            model="openai/Qwen/Qwen3-235B-A22B-FP8",
            messages=[{"role": "user", "content": "What is 3 times 17?"}],
            api_base="https://api.kluster.ai/v1",
            api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
            timeout=300,
            **setting,
        )
    except Exception as error:
        print(f"{name}: {error}")
        continue
    choice = response.choices[0]
    tokens = response.usage.completion_tokens
    print(f"{name}: {choice.message.content!r}, {tokens} tokens, {choice.finish_reason}")
