import os
import sys

import litellm
from pydantic import BaseModel

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True


class Order(BaseModel):
    customer: str
    item: str
    pieces: int


mails = [
    "One stove, please. Cy Moss",
    "Five tents, please. Di Berg",
    "Two ropes, please. Eva Holm",
]
for mail in mails:
    for check in (False, True):
        try:
            response = litellm.completion(
                model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
                messages=[{"role": "user", "content": mail}],
                response_format=Order,
                enable_json_schema_validation=check,
                timeout=60,
            )
            print(f"check={check}:", repr(response.choices[0].message.content))
        except litellm.JSONSchemaValidationError as error:
            print(f"check={check}:", type(error).__name__)
        except Exception as error:
            sys.exit(f"The request failed: {error}")
