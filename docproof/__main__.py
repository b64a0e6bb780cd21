"""`python -m docproof VERB`."""

import os
import signal
import sys

from docproof.cli import main

try:
    code = main()
    sys.stdout.flush()
except BrokenPipeError:  # whoever read has gone, as `head` does
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    code = 128 + signal.SIGPIPE
sys.exit(code)
