import os
import sys

from openai import OpenAI

api_base = "https://api.kluster.ai/v1"
api_key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")

try:
    for model in OpenAI(base_url=api_base, api_key=api_key).models.list():
        print(f"openai/{model.id}")
except Exception as error:
    sys.exit(f"The request failed: {error}")
