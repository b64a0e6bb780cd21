import json
import os
import sys

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

schema = {
    "type": "object",
    "properties": {
        "customer": {"type": "string"},
        "item": {"type": "string"},
        "pieces": {"type": "integer"},
    },
    "required": ["customer", "item", "pieces"],
    "additionalProperties": False,
}
json_schema = {
    "type": "json_schema",
    "json_schema": {"name": "order", "schema": schema, "strict": True},
}
json_mode = {"type": "json_object"}

order = "Two ropes, please. Bo Lind"
for response_format in (json_schema, json_mode):
    try:
        response = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": f"As JSON: {order}"}],
            response_format=response_format,
            timeout=60,
        )
        data = json.loads(response.choices[0].message.content)
    except Exception as error:
        sys.exit(f"There is no answer, or no JSON: {error}")
    print(f"{response_format['type']}: {data}")
