"""`python -m docproof VERB`."""

import os
import signal
import sys

try:
    from docproof.cli import main

    code = main()
    sys.stdout.flush()
except BrokenPipeError:  # whoever read has gone, as `head` does
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    code = 128 + signal.SIGPIPE
except KeyboardInterrupt:  # while it began
    print("stopped", file=sys.stderr)
    code = 128 + signal.SIGINT
sys.exit(code)
