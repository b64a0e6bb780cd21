import litellm

model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"

try:
    print(litellm.get_max_tokens(model))
except Exception as error:
    print(error)

entry = {
    "litellm_provider": "openai",
    "mode": "chat",
    "max_input_tokens": 32_000,
    "max_output_tokens": 4_000,
    "max_tokens": 4_000,
}
litellm.register_model({model: entry})

print("Longest answer:", litellm.get_max_tokens(model))
info = litellm.get_model_info(model)
print("Context:", info["max_input_tokens"])
