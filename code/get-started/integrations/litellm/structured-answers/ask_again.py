import json
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


schema = json.dumps(Order.model_json_schema())
mail = "Six stoves, please. Flo Dahl"
messages = [
    {"role": "system", "content": f"Answer with JSON of this schema: {schema}"},
    {"role": "user", "content": f"Read this order: {mail}"},
]
dropped = []

for _ in range(4):
    try:
        response = litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=messages,
            response_format=Order,
            additional_drop_params=dropped,
            timeout=60,
        )
    except litellm.BadRequestError as error:
        if dropped:
            sys.exit(f"The request failed: {error}")
        print("Refused:", error)
        dropped = ["response_format"]
        continue
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    text = response.choices[0].message.content or ""
    bare = text.strip().strip("`").removeprefix("json")
    try:
        order = Order.model_validate_json(bare)
        break
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "all of it"
        wrong = f"{where}: {first['msg']}"
        print("Wrong:", wrong)
        messages.append({"role": "assistant", "content": text})
        messages.append({"role": "user", "content": f"Correct this: {wrong}"})
else:
    sys.exit("No order after four attempts.")

print(repr(order))
