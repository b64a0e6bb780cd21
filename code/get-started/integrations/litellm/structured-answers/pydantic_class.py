import os
import sys

import litellm
from pydantic import BaseModel, ValidationError

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True


class Order(BaseModel):
    customer: str
    item: str
    pieces: int


mail = "Hello, I would like three tents, please. Ana Ruiz"
try:
    response = litellm.completion(
        model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
        messages=[{"role": "user", "content": f"Read this order: {mail}"}],
        response_format=Order,
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

text = response.choices[0].message.content
print("What arrives:", text)
try:
    order = Order.model_validate_json(text)
except ValidationError as error:
    sys.exit(f"This is no order: {error}")

print("What you get:", repr(order))
