"""What is imported under a release that may lack what the pinned one has: whatever is there.

LiteLLM itself has to be, and gets a generous time for it: an old release may
be slow, but none may hang for ever.
"""

import signal
from importlib import import_module

LIMIT = 300  # seconds


def _too_late(*ignored: object) -> None:
    raise TimeoutError(f"the import of LiteLLM takes longer than {LIMIT} s")


signal.signal(signal.SIGALRM, _too_late)
signal.alarm(LIMIT)
import_module("litellm")
signal.alarm(0)
signal.signal(signal.SIGALRM, signal.SIG_DFL)

# After LiteLLM, since it imports pydantic; any error is another release's lack.
import_module("tools.first_call").prepare(Exception)
