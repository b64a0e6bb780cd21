"""What a fresh machine lacks is said in one line."""

from __future__ import annotations

import ast
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from tests.helpers.guide import ROOT

SOURCE = (ROOT / "tools/bootstrap.py").read_text("utf-8")


def bootstrap(
    *arguments: str, folder: Path = ROOT, python: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run bootstrap.py; `python` is code that runs before it, in the same process."""
    code = f"import runpy, sys; sys.argv = ['bootstrap.py', *{arguments!r}]\n{python}\n"
    code += f"runpy.run_path({str(folder / 'tools/bootstrap.py')!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | environment,
        timeout=300,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stderr.startswith("tools/bootstrap.py: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = one_line(bootstrap("port", str(port)))
    assert f"port {port} cannot be used: Address already in use; name another: make serve" in line
    assert bootstrap("port", "0").returncode == 0  # any port that is free


def test_a_port_that_is_none_is_refused() -> None:
    for port in ("eighty", "99999", "-1"):
        assert f"port {port} cannot be used" in one_line(bootstrap("port", port))


def test_a_python_that_is_too_old_is_told_so() -> None:
    line = one_line(bootstrap("install", python="sys.version_info = (3, 10, 13)"))
    assert "Python 3.10 is too old, 3.11 or newer is needed; name a newer one: make PYTHON=" in line


def test_a_python_that_is_too_new_is_told_so() -> None:
    line = one_line(bootstrap("install", python="sys.version_info = (3, 15, 0)"))
    assert "Python 3.15 is too new for LiteLLM" in line


def test_a_python_that_is_too_old_can_read_the_file_at_all() -> None:
    ast.parse(SOURCE, feature_version=(3, 5))
    assert "f'" not in SOURCE
    assert 'f"' not in SOURCE


def test_a_debian_python_without_venv_is_told_the_package(tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")
    line = one_line(bootstrap("install", PYTHONPATH=str(tmp_path)))
    assert "sudo apt install python3-venv" in line


def test_a_dead_network_is_told_from_other_trouble(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/bootstrap.py", tmp_path / "tools")
    pin = "no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n"
    (tmp_path / "requirements.txt").write_text(pin)
    index = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "0", "PIP_FIND_LINKS": ""}
    done = bootstrap("install", folder=tmp_path, PIP_INDEX_URL="http://127.0.0.1:9/", **index)
    assert "the package index cannot be reached; check the network" in one_line(done)
    assert done.stdout.startswith("1/3 Making .venv with Python ")
    assert not (tmp_path / ".venv/.installed").exists()
    line = one_line(
        bootstrap("install", folder=tmp_path, PIP_CONFIG_FILE=os.devnull, PIP_NO_INDEX="1")
    )
    assert "No matching distribution found for no-such-package==1.0" in line
    assert "look at .venv/install.log and run make again" in line
