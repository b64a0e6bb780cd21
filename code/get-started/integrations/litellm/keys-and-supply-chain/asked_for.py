import importlib
import logging

import httpx
import httpx2

asked = set()


def noting(library):
    def note(transport, request):
        if request.url not in asked:
            asked.add(request.url)
            print(f"  {request.method} {request.url}")
        raise library.UnsupportedProtocol("This program sends nothing.")

    return note


for library in (httpx, httpx2):
    library.HTTPTransport.handle_request = noting(library)
logging.disable()

print("Importing LiteLLM asks for:")
litellm = importlib.import_module("litellm")

print("Streaming an answer of a Llama 3 model asks for:")
stream = litellm.completion(
    model="openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
    messages=[{"role": "user", "content": "Hello!"}],
    stream=True,
    mock_response="Hello to you!",
)
list(stream)
