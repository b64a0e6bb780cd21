"""What does a notebook do when it runs here, its answers recorded and the network shut?

A Jupyter kernel on the same stage as a program: `python -m docproof.sandbox.kernel JOB FILE`,
where FILE is the connection file of whoever runs the notebook.
"""

from __future__ import annotations

import sys

from docproof.sandbox import process
from docproof.sandbox.job import Job, Report


def main() -> None:
    """Be the kernel until it is shut down; then the job's report is written."""
    from ipykernel.kernelapp import IPKernelApp  # needed by nothing else of docproof

    job = Job.from_json(sys.argv[1])
    with process.set_for(job, Report()):
        IPKernelApp.launch_instance(argv=["-f", sys.argv[2], "--HistoryManager.enabled=False"])


if __name__ == "__main__":
    main()
