import sys

import litellm

try:
    litellm.run_server(["--model", "openai/my-local-model"])
except Exception as error:
    sys.exit(str(error))
