import litellm

litellm.disable_hf_tokenizer_download = True
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"

messages = [
    {"role": "system", "content": "You answer in two sentences."},
    {"role": "user", "content": "How far away is the Moon?"},
]
for message in messages:
    text = message["content"]
    tokens = litellm.token_counter(model=model, text=text)
    print(f"{tokens:3} tokens: {text}")

tokens = litellm.token_counter(model=model, messages=messages)
print(f"{tokens:3} tokens: both messages, with what frames them")
