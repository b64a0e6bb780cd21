import os

import litellm

os.environ["OPENAI_API_KEY"] = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True


def explain(error):
    """What happened and what to do about it, in one line."""
    status = getattr(error, "status_code", None)
    headers = getattr(error, "litellm_response_headers", None)
    if isinstance(error, litellm.ContextWindowExceededError):
        return "Too long for the model. Send fewer or shorter messages."
    if isinstance(error, litellm.Timeout):
        return "No answer in time. Try later, or raise the timeout."
    if not headers and isinstance(error, litellm.ServiceUnavailableError):
        return "The stream broke off. Ask again."
    if not headers and "Connection error" in str(error):
        return "No connection. Check the base URL and your network."
    if status in (401, 403):
        return "The key was refused. Check it, and what it may use."
    if status == 404:
        return "No such model or address. Check both."
    if status == 429:
        wait = (headers or {}).get("retry-after", "")
        when = f"in {wait} s" if wait.isdecimal() else "later"
        return f"Too many requests. Try again {when}."
    if headers and status >= 500:
        return "The service has a problem. Try again later."
    first_line = str(error).partition("\n")[0]
    return f"The request failed: {first_line}"


failures = [
    "a bad parameter",
    "a long conversation",
    "a wrong key",
    "a deleted key",
    "an unknown model",
    "too many requests",
    "a broken server",
    "a closed door",
    "a long silence",
]
for failure in failures:
    try:
        litellm.completion(
            model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
            messages=[{"role": "user", "content": f"Show me {failure}."}],
            timeout=30,
            max_retries=1,
        )
    except Exception as error:
        print(f"{failure}: {explain(error)}")
