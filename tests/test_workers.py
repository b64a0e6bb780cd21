"""What belongs together is done by one worker."""

from __future__ import annotations

import pytest

from tests.workers import group

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
