"""What the guide's makers run, by make and in the tests."""

import signal
import sys

if sys.argv[0] == "-m" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # A command begins: until it calls `begun`, Ctrl-C ends it without an import's traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begun() -> None:
    """What this command needs is imported: from here on, Ctrl-C is a KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
