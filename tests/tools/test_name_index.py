"""The index of LiteLLM's and openai's names is that of the installed versions."""

from __future__ import annotations

from docproof.core.project import load_project
from docproof.inventory import inventory
from docproof.replay.replay import Replayer
from tests.helpers.guide import ROOT
from tests.helpers.stage import Stage
from tools import name_index


def test_the_index_is_that_of_the_installed_versions(claimant: Replayer) -> None:
    """It is made where LiteLLM has been imported already, as the claims' programs are."""
    stage = Stage(claimant, "get-started/integrations/litellm/keys-and-supply-chain")
    made = stage.tells("from tools import name_index\nprint(name_index.text(), end='')\n")
    same = made == name_index.FILE.read_text("utf-8")
    assert same, f"proof/names.txt is out of date; renew it: {name_index.COMMAND}"


def test_the_index_names_what_pages_need() -> None:
    here = load_project(ROOT)
    index = inventory.inventory(here).index
    assert {"litellm.completion", "litellm.Router", "openai.OpenAI"} <= index["names"]
    assert {"litellm.completion_cost", "litellm.utils.trim_messages"} <= index["names"]
    assert {"max_tokens", "api_base", "num_retries", "model_list", "rpm"} <= index["parameters"]
    assert {"choices", "delta", "finish_reason", "total_tokens"} <= index["fields"]
    assert {"OPENAI_API_BASE", "OPENAI_BASE_URL", "LITELLM_LOG"} <= index["variables"]
    assert "text" not in index["parameters"] | index["fields"]
