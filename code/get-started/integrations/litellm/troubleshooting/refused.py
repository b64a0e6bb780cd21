import sys

import litellm

litellm.suppress_debug_info = True

try:
    response = litellm.completion(
        model="openai/my-local-model",
        messages=[{"role": "user", "content": "How dry is the Atacama?"}],
        api_base="http://localhost:11434/v1",
        api_key="not-needed",
        max_retries=0,
    )
except Exception as error:
    print(error, file=sys.stderr)
    cause = error
    while cause.__context__:
        cause = cause.__context__
    sys.exit(f"The cause: {cause}")

print(response.choices[0].message.content)
