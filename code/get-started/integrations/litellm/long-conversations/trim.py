import litellm
from litellm.utils import trim_messages

litellm.disable_hf_tokenizer_download = True
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"

messages = [
    {"role": "system", "content": "You are brief."},
    {"role": "user", "content": "What is the capital of Peru?"},
    {"role": "assistant", "content": "The capital is Lima."},
    {"role": "user", "content": "And what is that of Chile?"},
]
for budget in (60, 36, 24):
    kept = trim_messages(messages, model=model, max_tokens=budget)
    tokens = litellm.token_counter(model=model, messages=kept)
    print(f"At most {budget} tokens, kept {tokens}:")
    for message in kept:
        print(f"  {message['role']}: {message['content']}")
