"""What a fresh interpreter says while it imports LiteLLM, for the claims that need to know."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

from docproof.replay.servers import environment
from tests.helpers.guide import GUIDE

# Tells each name that the process looks up, and lets it find none.
WATCH = """\
import sys
import time

time.sleep = lambda seconds: None


def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        print("looked up", arguments[0])
        raise OSError("no network")


sys.addaudithook(refuse)
"""

# LiteLLM asks again for its price list in the background, and all of it belongs to the import.
END = """\
import threading
[one.join() for one in threading.enumerate() if one.daemon]
"""


@dataclasses.dataclass(frozen=True)
class Import:
    """What a fresh interpreter says while it imports LiteLLM, and while it streams afterwards."""

    importing: str
    streaming: str


def imported(folder: Path, switched: bool) -> Import:
    """What asked_for.py tells, run in `folder`; is LITELLM_LOCAL_MODEL_COST_MAP set?"""
    switch = "LITELLM_LOCAL_MODEL_COST_MAP"
    keys = "get-started/integrations/litellm/keys-and-supply-chain"
    text = (GUIDE.programs / keys / "asked_for.py").read_text("utf-8")
    count = 'print(f"LiteLLM knows {len(litellm.model_cost)} models all the same.")\n'
    for old, new in (
        ("logging.disable()\n", ""),
        (
            "def noting(library):\n",
            "def noting(library):\n    send = library.HTTPTransport.handle_request\n",
        ),
        (
            'raise library.UnsupportedProtocol("This program sends nothing.")',
            "return send(transport, request)",
        ),
        ('print("Streaming', f'{END}{count}print("Streaming'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "program.py").write_text(WATCH + text, "utf-8")
    variables = environment(GUIDE.environment, str(folder))
    assert variables.pop(switch) == "True"
    done = subprocess.run(
        [sys.executable, "-u", "program.py"],
        cwd=folder, env=variables | ({switch: "True"} if switched else {}),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    importing, title, streaming = done.stdout.partition("Streaming an answer")
    assert title, done.stdout
    return Import(importing, title + streaming)
