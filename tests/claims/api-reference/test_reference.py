"""What the page docs/api-reference/reference.md claims."""

from __future__ import annotations

import re

from docproof.replay.replay import Replayer
from tests.helpers.stage import Stage, lines


def test_two_lines_lead_the_first_program_to_another_service(claimant: Replayer) -> None:
    """Change two lines: the base URL and the model. Keep the prefix [...] you need not set it."""
    stage = Stage(claimant, "get-started/integrations")
    name = "litellm/hello_litellm"
    before = stage.source(name)
    after = before.replace("https://api.kluster.ai/v1", "https://api.example.com/v1")
    after = re.sub(r"openai/klusterai/[\w.-]+", "openai/another-model", after)
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    assert sum(one != other for one, other in pairs) == 2
    (recorded,) = stage.recorded(name).interactions
    request = recorded["request"] | {"uri": "https://api.example.com/v1/chat/completions"}
    request["json"] = request["json"] | {"model": "another-model"}
    outcome = stage.run(after, name, change=lambda _: [recorded | {"request": request}])
    assert lines(outcome) == ""
    assert outcome.stdout in stage.shown(name)
