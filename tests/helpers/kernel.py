"""A Jupyter kernel in the sandbox of a program: `python kernel.py SPEC FILE`.

FILE is the connection file of whoever runs the notebook.
"""

from __future__ import annotations

import sys

from ipykernel.kernelapp import IPKernelApp

from docproof.sandbox import process
from docproof.sandbox.spec import Report, RunSpec


def main() -> None:
    """Be the kernel until it is shut down; then the report of the run is written."""
    spec = RunSpec.from_json(sys.argv[1])
    with process.sandbox(spec, Report()):
        IPKernelApp.launch_instance(argv=["-f", sys.argv[2], "--HistoryManager.enabled=False"])


if __name__ == "__main__":
    main()
