"""Begins an interpreter of its own in the sandbox of a program, and does nothing at its end."""

from __future__ import annotations

import os
import sys

from docproof.sandbox import process
from docproof.sandbox.spec import Report, RunSpec

sys.path.remove(os.path.dirname(__file__))
del os.environ["PYTHONPATH"]
inside = process.sandbox(RunSpec.from_json(os.environ.pop("PLAIN_SPEC")), Report())
inside.__enter__()
