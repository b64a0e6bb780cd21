import os

import litellm
import pydantic

litellm.suppress_debug_info = True
litellm.disable_hf_tokenizer_download = True

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"

argument = {"city": {"type": "string"}}
schema = {"type": "object", "properties": argument}
tool = {"name": "local_time", "parameters": schema}
response = litellm.completion(
    model=model,
    messages=[{"role": "user", "content": "What time is it in Quito?"}],
    tools=[{"type": "function", "function": tool}],
)
for call in response.choices[0].message.tool_calls or []:
    print("Tool:", call.function.name, call.function.arguments)


class Planet(pydantic.BaseModel):
    name: str
    moons: int


response = litellm.completion(
    model=model,
    messages=[{"role": "user", "content": "Mars, as JSON"}],
    response_format=Planet,
)
answer = response.choices[0].message.content
print("JSON:", Planet.model_validate_json(answer))
