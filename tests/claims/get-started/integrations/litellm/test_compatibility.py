"""What the page compatibility.md claims, one test each, read from the data that the runs wrote."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from tests.helpers.compatibility import DATA, RELEASES, between, failing, only_warns, reason, result
from tests.helpers.guide import GUIDE, ROOT
from tools.matrix.__main__ import PLAN, plan_of

PAGE = (GUIDE.docs / "get-started/integrations/litellm/compatibility.md").read_text("utf-8")
FIRST_PAGE = ("hello_litellm.py", "litellm_features.py")
PYDANTIC = "UserWarning: Pydantic serializer warnings"
ALL = [name.partition("/litellm/")[2] for name in DATA["programs"]]


def test_each_program_of_the_data_was_run_under_each_release() -> None:
    """Each program was run under each release in the table"""
    assert set(DATA["programs"]) <= {program.name for program in GUIDE.all_programs()}
    for fared in DATA["programs"].values():
        assert list(fared) == RELEASES
    for row in DATA["releases"]:
        counted = [fared[row["release"]] for fared in DATA["programs"].values()]
        for name in ("same", "warns", "differs", "fails"):
            assert counted.count(name) == row[name]


def test_every_difference_has_its_reason() -> None:
    """Programs with the same reason share a row."""
    for release in RELEASES:
        for program in ALL:
            assert bool(reason(program, release)) == (result(program, release) != "same")
    shown = [(row["reason"], row["result"], *row["releases"]) for row in DATA["reasons"]]
    assert len(shown) == len(set(shown))


def test_the_releases_of_the_data_are_those_of_the_plan() -> None:
    """each release in the table"""
    assert list(plan_of(PLAN).releases) == RELEASES
    assert len(RELEASES) >= 12


def test_under_the_pinned_release_everything_is_the_same() -> None:
    """Under it, every program prints exactly what its page shows."""
    assert version("litellm") == "1.110.2"
    assert {result(program, "1.110.2") for program in ALL} == {"same"}


@pytest.mark.parametrize("program", FIRST_PAGE)
def test_the_first_page_works_from_1_61_20_on(program: str) -> None:
    """Both programs of [the first page](../litellm.md) print what it shows."""
    assert RELEASES[-1] == "1.110.2"
    for release in between("1.61.20", "1.110.2"):
        assert only_warns(program, release), release
    warned = [one for one in between("1.61.20", "1.110.2") if result(program, one) != "same"]
    assert warned
    assert all(PYDANTIC in reason(program, release) for release in warned)


def test_other_programs_print_errors_in_other_words_and_a_few_fail() -> None:
    """Other programs word an error differently, and fewer than a quarter of them fail."""
    for release in between("1.61.20", "1.110.2"):
        row = DATA["releases"][RELEASES.index(release)]
        assert row["fails"] < len(ALL) / 4
    assert "Error" in reason("another-endpoint/mistakes.py", "1.106.2")


def test_before_that_the_first_program_works_and_the_second_asks_for_a_tokenizer() -> None:
    """The second does not work without a network."""
    assert RELEASES[0] == "1.53.1"
    for release in between("1.53.1", "1.58.4"):
        assert only_warns("hello_litellm.py", release)
        assert PYDANTIC in reason("hello_litellm.py", release)
        assert "huggingface.co" in reason("litellm_features.py", release)
        assert result("litellm_features.py", release) == "fails"


def test_the_malicious_releases_are_refused_and_were_not_run() -> None:
    """**1.82.7, 1.82.8 and 1.107.0** are malicious, and were not run."""
    assert list(plan_of(PLAN).never) == ["1.82.7", "1.82.8", "1.107.0"]
    assert not set(plan_of(PLAN).never) & set(RELEASES)


def test_the_client_is_the_newest_that_a_release_allows() -> None:
    """So old releases run with a client that is newer than they are."""
    clients = {row["release"]: row["openai"] for row in DATA["releases"]}
    assert clients["1.53.1"] == clients["1.110.2"]


def test_pydantic_s_warning_comes_up_to_1_70_4_and_in_1_80_16() -> None:
    """**A Pydantic warning** at almost every call, up to 1.70.4 and in 1.80.16."""
    expected = [*between("1.53.1", "1.70.4"), "1.80.16"]
    assert expected == [one for one in RELEASES if PYDANTIC in reason("hello_litellm.py", one)]
    for release in expected:
        assert sum(PYDANTIC in reason(program, release) for program in ALL) >= 8


def test_the_cache_needs_fastapi_from_1_102_4_on() -> None:
    """**The cache** needs the package fastapi from 1.102.4 on"""
    program = "troubleshooting/cache_hit.py"
    for release in between("1.102.4", "1.110.2"):
        assert result(program, release) == "same"
    for release in between("1.65.8", "1.100.5"):
        assert reason(program, release) == "it exits 0 instead of 1"


def test_num_retries_needs_tenacity_everywhere() -> None:
    """**`num_retries`** needs the package tenacity in every release that was run."""
    for release in RELEASES:
        assert only_warns("troubleshooting/without_tenacity.py", release), release


@pytest.mark.parametrize(
    "program", ["keys-and-supply-chain/stray_variable.py", "troubleshooting/base_url_variable.py"]
)
def test_openai_base_url_is_not_read_up_to_1_65_8(program: str) -> None:
    """**`OPENAI_BASE_URL`** is not read by the releases up to 1.65.8."""
    assert failing(program) == between("1.53.1", "1.65.8")
    for release in failing(program):
        assert re.search(r"to https://api\.kluster\.ai\S+ instead of https://api\.example\.com",
                         reason(program, release))  # fmt: skip


def test_the_tokenizer_cannot_be_turned_off_up_to_1_58_4() -> None:
    """**`disable_hf_tokenizer_download`** does nothing in the releases up to 1.58.4."""
    for program in ("litellm_features.py", "cheat-sheet/cheat_sheet.py"):
        asked = [one for one in RELEASES if "huggingface.co" in reason(program, one)]
        assert asked == between("1.53.1", "1.58.4")
        text = (GUIDE.programs / "get-started/integrations/litellm" / program).read_text("utf-8")
        assert "disable_hf_tokenizer_download = True" in text


def test_order_is_not_followed_up_to_1_82_6() -> None:
    """**`order`** of a [Router's endpoints](load-balancing.md) is ignored up to 1.82.6."""
    assert failing("load-balancing/prefer_one.py") == between("1.53.1", "1.82.6")
    sent = "it sends a request with body.order 1 instead of absent"
    assert any(reason("load-balancing/prefer_one.py", release) == sent for release in RELEASES)


def test_a_stream_that_breaks_ends_otherwise_up_to_1_80_16() -> None:
    """**A stream that breaks half-way** ends with a different error up to 1.80.16."""
    program = "fallbacks/stream_with_fallbacks.py"
    for release in between("1.58.4", "1.80.16"):
        assert reason(program, release).startswith("it prints: APIConnectionError: ")
        assert "the page shows: MidStreamFallbackError: " in reason(program, release)
    assert result(program, "1.82.6") == "same"


def test_1_108_14_sends_a_parameter_of_its_own() -> None:
    """**1.108.14** sends one of its own parameters to the endpoint that it falls back to."""
    program = "fallbacks/another_model.py"
    assert reason(program, "1.108.14").startswith("it sends a request with body.drops_unsupported")
    assert result(program, "1.110.2") == "same"


def test_the_command_that_made_it_is_in_the_readme_and_on_the_page() -> None:
    """One command runs it all and writes the data that the tables are built from"""
    assert "\nmake matrix\n" in PAGE
    assert "\nmake matrix\n" in (ROOT / "README.md").read_text("utf-8")
    assert "tools.matrix\n" in (ROOT / "Makefile").read_text("utf-8")


def test_each_program_leads_to_its_page() -> None:
    """A program's name links to the page that explains it."""
    assert "[`{key.name}`]({key.page})" in PAGE  # from its folder, whose page it is shown on
    for name in DATA["programs"]:
        folder = (ROOT / name).parent.relative_to(GUIDE.programs)
        assert f"/{Path(name).name}" in (GUIDE.docs / f"{folder}.md").read_text("utf-8")


def test_the_data_file_is_what_the_matrix_writes() -> None:
    """nothing in them is typed by hand"""
    path = GUIDE.docs / "get-started/integrations/litellm/compatibility.yml"
    assert "Written by `make matrix`, never by hand." in path.read_text("utf-8")
    assert set(yaml.safe_load(path.read_text("utf-8"))) == {
        *("releases", "programs", "states", "reasons")
    }


def test_tools_needed_mcp_and_sent_back_more_fields() -> None:
    """From 1.80.16 to 1.104.9, the model's message goes back to the server with fields"""
    for name in ("one_tool", "several_calls", "streamed_calls"):
        assert "No module named 'mcp'" in reason(f"tools/{name}.py", "1.106.2")
    more = [one for one in RELEASES if "provider_specific" in reason("tools/one_tool.py", one)]
    assert more == between("1.80.16", "1.104.9")


def test_a_stream_that_does_not_ask_for_its_usage_cost_nothing() -> None:
    """**A stream that does not ask for its usage** costs nothing from 1.104.9 to 1.108.14"""
    program = "spend-tracking/spend_log.py"
    free = [one for one in RELEASES if "stream, not asked 0 tokens" in reason(program, one)]
    assert free == between("1.104.9", "1.108.14")


def test_the_tokens_of_a_picture_were_estimated_differently() -> None:
    """**The tokens of a picture** are estimated differently up to 1.108.14."""
    program = "images/picture.py"
    other = [one for one in RELEASES if "prints: Estimated" in reason(program, one)]
    assert other == between(RELEASES[0], "1.108.14")


def test_embeddings_were_asked_for_with_a_format() -> None:
    """**Embeddings** are asked for with `encoding_format` up to 1.100.5."""
    for program in ("embeddings/search.py", "embeddings/cost.py"):
        assert failing(program) == between(RELEASES[0], "1.100.5")
        assert "encoding_format" in reason(program, "1.100.5")


def test_a_broken_stream_asked_the_first_model_again() -> None:
    """asks the first model again instead of the spare one from 1.82.6 to 1.95.1."""
    assert failing("fallbacks/broken_stream.py") == between("1.82.6", "1.95.1")
    assert "sends a request with body.model" in reason("fallbacks/broken_stream.py", "1.95.1")
