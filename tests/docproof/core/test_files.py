"""Whenever the writing of files is killed, each of them is wholly old or wholly new."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docproof.core import files

OLD, NEW = {"a": "old\n" * 9, "b": "before\n" * 9}, {"a": "new\n" * 9999, "b": "after\n" * 9999}
# Before each step that Python takes with a file in there, one process after another is killed.
KILLED = """\
import os, pathlib, signal, sys
from docproof.core import files

root, old, new = pathlib.Path(sys.argv[1]), eval(sys.argv[2]), eval(sys.argv[3])


def kill_before(step):
    taken = 0

    def hook(event, arguments):
        nonlocal taken
        if event in ("open", "os.rename", "os.remove") and str(root) in str(arguments[0]):
            taken += 1
            if taken > step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


for step in range(100):
    folder = root / f"{step:02}"
    folder.mkdir()
    for name, text in old.items():
        (folder / name).write_text(text)
    child = os.fork()
    if child == 0:
        kill_before(step)
        files.replace({folder / name: text for name, text in new.items()})
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


def test_killed_before_any_step_each_file_is_whole(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, tmp_path, repr(OLD), repr(NEW)], check=True)
    found = []
    for folder in sorted(tmp_path.iterdir()):
        texts = {name: (folder / name).read_text() for name in OLD}
        assert all(text in (OLD[name], NEW[name]) for name, text in texts.items()), folder.name
        found.append([text == NEW[name] for name, text in texts.items()])
    assert found == sorted(found)  # what is new stays new
    assert found[0] == [False, False]
    assert found[-1] == [True, True]
    assert [True, False] in found  # or no step lay between the two


def test_where_a_mark_of_a_conflict_stands_alone_nothing_is_taken_for_a_side() -> None:
    whole = "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> other\n"
    assert files.hunks(f"0\n{whole}3\n") == [("one\n", "two\n")]
    assert files.hunks(f"0\n{whole}3\n>>>>>>> other\n") == []
