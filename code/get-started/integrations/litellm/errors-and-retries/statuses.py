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

cases = [
    "400 bad request",
    "400 too long",
    "401 wrong key",
    "401 other words",
    "403 not allowed",
    "404 no such model",
    "408 timed out",
    "422 wrong type",
    "429 too many",
    "500 server error",
    "502 bad gateway",
    "503 overloaded",
    "504 gateway",
    "connection refused",
    "no answer in time",
]

row = "{:<20} {:<27} {:>11}  {:>8}".format
print(row("the service", "LiteLLM raises", "status_code", "requests"))
for case in cases:
    counter.retries = 0
    raised, status = "no error", ""
    try:
        litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": f"Fail with: {case}"}],
            timeout=60,
        )
    except Exception as error:
        raised = type(error).__name__
        status = getattr(error, "status_code", "none")
    print(row(case, raised, status, 1 + counter.retries))
