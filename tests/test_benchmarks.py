"""The faults that try the tests can be put in, and the tests that are to catch them are there."""

from __future__ import annotations

import re

import pytest

from benchmarks import suite_faults_site, suite_faults_tool
from benchmarks.faults import Fault
from tests.helpers.guide import ROOT

FAULTS = [*suite_faults_site.FAULTS, *suite_faults_tool.FAULTS]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_its_place_and_its_test(fault: Fault) -> None:
    assert fault.old in (ROOT / fault.file).read_text("utf-8")
    for test in fault.now.split("  "):
        file, _, name = test.partition("::")
        text = (ROOT / file).read_text("utf-8")
        assert not name or re.search(rf"^def {name.partition('[')[0]}\(", text, re.MULTILINE)
