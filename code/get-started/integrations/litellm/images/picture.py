import base64
import mimetypes
import os
import sys
from pathlib import Path

import litellm

litellm.suppress_debug_info = True
flag = (
    "iVBORw0KGgoAAAANSUhEUgAAAGAAAABAAgMAAACYWpqdAAAACVBMVEUAT57////UHi/J"
    "nME7AAAAH0lEQVR42mNggIJQKFgFBQyjEqMSoxKjEqMSoxK4JQCDAf4Qysa9IQAAAABJ"
    "RU5ErkJggg=="
)
picture = Path("flag.png")
if not picture.exists():
    picture.write_bytes(base64.b64decode(flag))


def data_url(path):
    """A picture's file as a URL that holds all of it."""
    kind, _ = mimetypes.guess_type(path.name)
    data = base64.b64encode(path.read_bytes()).decode()
    return f"data:{kind};base64,{data}"


model = "openai/google/gemma-3-27b-it"
image = {"url": data_url(picture)}
messages = [
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "Which country has this flag?"},
            {"type": "image_url", "image_url": image},
        ],
    }
]

try:
    response = litellm.completion(
        model=model,
        messages=messages,
        api_base="https://api.kluster.ai/v1",
        api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
        timeout=60,
    )
except Exception as error:
    sys.exit(f"The request failed: {error}")

print(response.choices[0].message.content)
print("Estimated:", litellm.token_counter(model=model, messages=messages))
print("Counted by the server:", response.usage.prompt_tokens)
