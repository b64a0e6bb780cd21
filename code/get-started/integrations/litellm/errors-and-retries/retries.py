import logging
import os

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True


class Counter(logging.Handler):
    """Counts the retries that the openai package announces."""

    retries = 0

    def emit(self, record):
        if record.getMessage().startswith("Retrying request"):
            self.retries += 1


counter = Counter()
logging.getLogger("openai").addHandler(counter)
logging.getLogger("openai").setLevel(logging.INFO)

row = "{:<14} {:>8}  {}".format
print(row("setting", "requests", "LiteLLM raises"))
for setting in ({}, {"max_retries": 0}, {"max_retries": 5}, {"num_retries": 2}):
    counter.retries = 0
    name = " ".join(f"{name}={value}" for name, value in setting.items())
    try:
        litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": "Are you very busy today?"}],
            timeout=60,
            **setting,
        )
    except Exception as error:
        raised, message = type(error).__name__, str(error)
        print(row(name or "default", 1 + counter.retries, raised))

print(f"\nThe last error says: {message}")
