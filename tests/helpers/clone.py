"""A clone of what is committed, with the packages that are installed already."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest


def clone_of(source: Path, folder: Path) -> Path:
    """A clone in `folder`, whose interpreter finds the clone's own docproof first."""
    command = ["git", "clone", "--quiet", str(source), str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        pytest.skip(f"there is nothing to clone: {done.stderr.strip()}")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    inside = Path(sysconfig.get_path("purelib", vars={"base": str(folder / ".venv")}))
    inside.joinpath("clone.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n")
    (folder / ".venv/.installed").touch()
    return folder
