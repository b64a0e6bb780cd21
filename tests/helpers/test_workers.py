"""What belongs together is done by one worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from docproof.replay.servers import Servers
from tests.helpers.guide import ROOT
from tests.helpers.workers import _LONG, cores, group, memory, number, turn

PAGE = "get-started/integrations/litellm"


@pytest.mark.parametrize(
    ("nodeid", "together"),
    [
        (f"docs/{PAGE}/many-calls-at-once.md::page", f"{PAGE}/many-calls-at-once"),
        (f"code/{PAGE}/many-calls-at-once/paced.py::replay", f"{PAGE}/many-calls-at-once"),
        (f"tests/claims/{PAGE}/test_many_calls_at_once.py::test_a", f"{PAGE}/many-calls-at-once"),
        (f"docs/{PAGE}.md::page", PAGE),
        (f"code/{PAGE}/hello_litellm.py::replay", PAGE),
        ("tests/claims/get-started/integrations/test_litellm.py::test_a", PAGE),
        ("docs/index.md::page", "index"),
        ("tests/claims/test_index.py::test_a[docs/x.md::page]", "index"),
        ("tests/test_check.py::test_a[code/x.py]", "tests/test_check.py"),
        ("tests/origin/test_record.py::test_a", "tests/origin/test_record.py"),
    ],
)
def test_a_page_its_programs_and_its_claims_are_one_group(nodeid: str, together: str) -> None:
    assert group(nodeid) == together


def test_what_takes_long_is_begun_first_and_the_others_as_they_were_collected() -> None:
    assert [file for file in _LONG if not (ROOT / file).is_file()] == []
    collected = ["tests/browser/test_a.py::test_b", *(f"{file}::test_a" for file in _LONG), "a::b"]
    long = collected[1:-1]
    assert sorted(collected, key=turn) == [*long, collected[0], collected[-1]]


GB = 2**30


@pytest.mark.parametrize(
    ("arguments", "cores", "memory", "workers"),
    [
        ([], 2, 8 * GB, 3),
        (["tests", "code"], 8, 16 * GB, 12),
        ([], 1, 8 * GB, 1),
        ([], 8, 2 * GB, 2),
        ([], 2, GB // 2, 1),
        (["tests/x.py::test_a", "code/x.py::replay"], 8, 16 * GB, 0),
        (["tests/x.py::test_a", "tests"], 8, 16 * GB, 12),
    ],
)
def test_there_are_half_as_many_again_as_cores_and_no_more_than_the_memory_is_for(
    arguments: list[str], cores: int, memory: int, workers: int
) -> None:
    assert number(arguments, cores, memory) == workers


def test_the_machine_says_what_it_has() -> None:
    assert cores() >= 1
    assert memory() > GB // 2


@pytest.mark.parametrize(
    ("group", "file", "limit", "bytes_"),
    [
        ("0::/", "memory.max", f"{GB // 4}\n", GB // 4),
        ("0::/a.slice/b:c.scope", "a.slice/b:c.scope/memory.max", f"{GB // 4}\n", GB // 4),
        ("0::/", "memory.max", "max\n", memory()),
        ("4:memory:/docker/a", "memory/memory.limit_in_bytes", f"{GB // 4}\n", GB // 4),
        ("4:memory:/a", "memory/a/memory.limit_in_bytes", f"{GB // 4}\n", GB // 4),
        ("4:memory:/", "memory/memory.limit_in_bytes", "9223372036854771712\n", memory()),
        ("", "other", "", memory()),
    ],
)
def test_a_container_has_no_more_than_its_limit(
    tmp_path: Path, group: str, file: str, limit: str, bytes_: int
) -> None:
    for path, text in (("proc/self/cgroup", group), (f"sys/fs/cgroup/{file}", limit)):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, "utf-8")
    assert memory(tmp_path) == bytes_


def test_what_a_worker_that_is_killed_leaves_is_where_pytest_sweeps(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert servers.folder.parent == tmp_path_factory.getbasetemp()
