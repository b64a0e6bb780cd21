"""What is made once a run is made once, also if it fails or its maker dies."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from tests.helpers.shared import Once

WORKERS = 4
_FORK = multiprocessing.get_context("spawn")  # workers have threads, so no fork


def ask(root: Path, told: Path) -> None:
    """As a worker does; each call of the maker adds a letter."""

    def make(folder: Path) -> Path:
        with told.open("a") as file:
            file.write("x")
        (folder / "whole").write_text("made")
        return folder / "whole"

    assert Once(root)("it", make).read_text() == "made"


def die(root: Path) -> None:
    def make(folder: Path) -> Path:
        (folder / "half").write_text("")
        os._exit(3)

    Once(root)("it", make)


def run(target: object, *arguments: object, times: int = 1) -> list[int | None]:
    workers = [_FORK.Process(target=target, args=arguments) for _ in range(times)]  # type: ignore[arg-type]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    return [worker.exitcode for worker in workers]


def test_several_workers_make_it_once(tmp_path: Path) -> None:
    told = tmp_path / "told"
    assert run(ask, tmp_path / "once", told, times=WORKERS) == [0] * WORKERS
    assert told.read_text() == "x"


def test_whoever_comes_after_one_that_died_makes_it_anew(tmp_path: Path) -> None:
    assert run(die, tmp_path / "once") == [3]
    ask(tmp_path / "once", tmp_path / "told")
    assert not (tmp_path / "once/it/half").exists()


def test_what_cannot_be_made_is_tried_once(tmp_path: Path) -> None:
    tried = []

    def make(folder: Path) -> Path:
        tried.append(folder)
        raise ValueError("the build fails")

    for once in (Once(tmp_path), Once(tmp_path)):  # two workers
        for _ in range(2):
            with pytest.raises(ValueError, match="the build fails"):
                once("it", make)
    assert len(tried) == 1
