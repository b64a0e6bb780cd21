"""What must be there before anything of this project runs? (Called by make.)

Makes .venv and installs the pinned requirements, saying each step; on trouble,
says it in one line. Written so that an old Python can still read it and tell
its user that it is too old.
"""

import os
import re
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the repository
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOG = os.path.join(VENV, "install.log")
STAMP = os.path.join(VENV, ".installed")
OLDEST = (3, 11)
NEWEST = (3, 14)  # LiteLLM's own bound
NO_NETWORK = re.compile(
    "NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError"
    "|Temporary failure in name resolution|Network is unreachable|Connection refused"
)


def install():
    """Make .venv with all that is pinned; returns an exit code."""
    if sys.version_info < OLDEST:
        return trouble(
            "Python %d.%d is too old, %d.%d or newer is needed" % (sys.version_info[:2] + OLDEST),
            "name a newer one: make PYTHON=python3.12",
        )
    if sys.version_info[:2] > NEWEST:
        return trouble(
            "Python %d.%d is too new for LiteLLM, %d.%d is the newest"
            % (sys.version_info[:2] + NEWEST),
            "name an older one: make PYTHON=python3.14",
        )
    if not has_module("venv") or not has_module("ensurepip"):
        return trouble(
            "this Python cannot make virtual environments",
            "install its venv module (Debian, Ubuntu: sudo apt install python3-venv)",
        )
    if subprocess.call([PYTHON, "-m", "pip", "--version"], **quiet()) if is_there() else True:
        step("1/3 Making .venv with Python %d.%d.%d" % sys.version_info[:3])
        if subprocess.call([sys.executable, "-m", "venv", "--clear", VENV], **quiet()):
            return trouble(
                ".venv could not be made", "look why: %s -m venv --clear .venv" % sys.executable
            )
    else:
        step("1/3 Keeping .venv")
    with open(LOG, "w"):
        pass
    step("2/3 Installing the pinned requirements (a minute or two the first time)")
    failed = pip("--require-hashes", "-r", "requirements.txt")
    if not failed:
        step("3/3 Installing docproof, this project's own checks")
        failed = pip("--no-deps", "--no-build-isolation", "-e", ".")
    if failed:
        return why_pip_failed()
    with open(STAMP, "w"):
        return 0


def free_port(port):
    """0 if the site can be served on `port`; says so and returns 1 if not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError) as error:
            return trouble(
                "port %s cannot be used: %s" % (port, getattr(error, "strerror", None) or error),
                "name another: make serve PORT=8001",
            )
    return 0


def has_module(name):
    return subprocess.call([sys.executable, "-c", "import " + name], **quiet()) == 0


def is_there():
    return os.path.exists(PYTHON)


def quiet():
    return {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def pip(*arguments):
    """Run pip into the log; a dead network is given up on after seconds, not minutes."""
    command = [PYTHON, "-m", "pip", "install", "--retries", "1", "--disable-pip-version-check"]
    with open(LOG, "a") as log:
        return subprocess.call(command + list(arguments), cwd=HERE, stdout=log, stderr=log)


def why_pip_failed():
    with open(LOG, errors="replace") as log:
        text = log.read()
    if NO_NETWORK.search(text):
        return trouble(
            "the package index cannot be reached", "check the network and run make again"
        )
    errors = [line for line in text.splitlines() if line.startswith("ERROR:")]
    what = errors[-1][len("ERROR: ") :] if errors else "pip failed"
    return trouble(what, "look at .venv/install.log and run make again")


def step(text):
    print(text + " ...")
    sys.stdout.flush()


def trouble(what, mend):
    sys.stderr.write("tools/bootstrap.py: %s; %s\n" % (what, mend))
    return 1


if __name__ == "__main__":
    sys.exit(free_port(sys.argv[2]) if sys.argv[1] == "port" else install())
