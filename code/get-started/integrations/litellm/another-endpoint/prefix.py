import litellm

litellm.suppress_debug_info = True

for name in (
    "openai/qwen3:8b",
    "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
    "openai/gpt-oss-20b",
    "openai/openai/gpt-oss-20b",
    "klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
):
    try:
        model, _, _, _ = litellm.get_llm_provider(name)
        print(f"{name}\n  is sent as {model}")
    except litellm.BadRequestError:
        print(f"{name}\n  is not sent: its prefix is none of LiteLLM's")
