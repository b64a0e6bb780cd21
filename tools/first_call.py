"""What would LiteLLM import and build anew in each program, at its first call?

LiteLLM, openai and pydantic put off much of their work until it is needed.
Done once, before the programs are forked, it costs each of them nothing.
Leaving something out makes a replay slower, never different: no call is made.
`benchmarks/speed.py` shows what it is worth.
"""

import contextlib
import linecache
from importlib import import_module

from pydantic import BaseModel

MODULES = (
    "anyio._backends._asyncio",
    "anyio.streams.tls",
    "h2.connection",
    "jiter",
    "openai.resources",
    "litellm",
    "litellm._service_logger",
    "litellm.integrations.SlackAlerting.slack_alerting",
    "litellm.integrations.generic_api.generic_api_callback",
    "litellm.integrations.prometheus_services",
    "litellm.litellm_core_utils.default_encoding",
    "litellm.litellm_core_utils.logging_callback_manager",
    "litellm.llms.bedrock.chat.invoke_transformations.amazon_ai21_transformation",
    "litellm.llms.github_copilot.per_user_auth",
    "litellm.llms.litellm_proxy.chat.transformation",
    "litellm.llms.openai.chat.gpt_audio_transformation",
    "litellm.llms.openai_like.dynamic_config",
    "litellm.llms.vertex_ai.vertex_ai_partner_models.anthropic.transformation",
    "litellm.proxy._types",
    "litellm.proxy.guardrails.exception_utils",
    "litellm.proxy.openai_files_endpoints.common_utils",
    "litellm.proxy.spend_tracking.savings",
    "litellm.router_rust.core",
    "litellm.router_utils.pre_call_checks.continuation_prefill_check",
    "litellm.router_utils.request_priority",
    "litellm.rust_bridge.host.settings",
    "litellm.rust_bridge.logger",
    "litellm.types.litellm_core_utils.streaming_chunk_builder_utils",
)

# Data models whose validators pydantic builds at first use.
MODELS = {
    "openai.types.chat.chat_completion": ("Choice", "ChatCompletion"),
    "openai.types.chat.chat_completion_chunk": ("ChoiceDelta", "Choice", "ChatCompletionChunk"),
    "openai.types.chat.chat_completion_message": ("ChatCompletionMessage",),
    "litellm.types.router": ("GenericLiteLLMParams", "LiteLLM_Params"),
    "litellm.types.services": ("ServiceLoggerPayload",),
    "litellm.types.utils": (
        "Message", "Choices", "Usage", "ModelResponse", "Delta", "StreamingChoices",
        "ModelResponseStream", "CompletionTokensDetailsWrapper",
    ),
}  # fmt: skip

# Whose lines are looked up for the log, since the price of a model is not known.
TRACED = (
    "litellm.cost_calculator",
    "litellm.litellm_core_utils.litellm_logging",
    "litellm.litellm_core_utils.llm_cost_calc.utils",
    "litellm.llms.openai.cost_calculation",
    "litellm.utils",
)


def prepare(*skipped: type[Exception]) -> None:
    """Import the modules and build the models, without those that raise one of `skipped`."""
    for name in MODULES:
        with contextlib.suppress(*skipped):
            import_module(name)
    for name, models in MODELS.items():
        for model in models:
            with contextlib.suppress(*skipped):
                found = getattr(import_module(name), model)
                assert issubclass(found, BaseModel)
                found.model_rebuild()
    for name in TRACED:
        with contextlib.suppress(*skipped):
            linecache.getlines(import_module(name).__file__ or "")
