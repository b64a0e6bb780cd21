import os
import sys

import litellm

litellm.suppress_debug_info = True
messages = [{"role": "user", "content": "Is 91 a prime number?"}]


def ask():
    """The model's next message."""
    try:
        response = litellm.completion(
            model="openai/deepseek-ai/DeepSeek-R1-0528",
            messages=messages,
            api_base="https://api.kluster.ai/v1",
            api_key=os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY"),
            timeout=300,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    return response.choices[0].message


message = ask()
messages.append(message)
messages.append({"role": "user", "content": "And is 97 one?"})
print("Sent along:", message.model_dump(exclude_none=True))
print("Answer:", ask().content)
