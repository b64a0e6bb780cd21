import logging
import sys

import litellm

# LiteLLM's own lines, without the time of day.
plain = logging.Formatter("%(name)s:%(levelname)s: %(message)s")
logging.getLogger("LiteLLM").handlers[0].setFormatter(plain)

tokens = litellm.token_counter(
    model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
    text="How deep is Lake Baikal?",
)
print(f"{tokens} tokens", file=sys.stderr)
