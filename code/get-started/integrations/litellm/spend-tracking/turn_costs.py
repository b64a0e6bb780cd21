import os
import sys
from pathlib import Path

import litellm

key = os.environ.get("KLUSTER_API_KEY", "INSERT_API_KEY")
os.environ["OPENAI_API_KEY"] = key
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ.pop("OPENAI_BASE_URL", None)
litellm.suppress_debug_info = True

model = "openai/deepseek-ai/DeepSeek-V3-0324"
entry = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": 0.70 / 1_000_000,  # a sample price
    "output_cost_per_token": 1.40 / 1_000_000,  # a sample price
    "cache_read_input_token_cost": 0.70 / 1_000_000,  # the price in
}
litellm.register_model({model: entry})

questions = [
    "What does the chain of a bicycle do?",
    "What are its gears for?",
    "How do its rim brakes work?",
    "Why do its tyres hold air?",
    "What do its spokes do?",
    "What keeps it upright?",
]
messages = []
turns = []
for question in questions:
    messages.append({"role": "user", "content": question})
    try:
        response = litellm.completion(
            model=model,
            messages=messages,
            timeout=60,
        )
    except Exception as error:
        sys.exit(f"The request failed: {error}")
    answer = response.choices[0].message.content
    messages.append({"role": "assistant", "content": answer})
    cost_in, cost_out = litellm.cost_per_token(
        model=model,
        prompt_tokens=response.usage.prompt_tokens,
        completion_tokens=response.usage.completion_tokens,
    )
    turns.append((cost_in, cost_out))
    print(f"{cost_in:.7f} in + {cost_out:.7f} out  {question}")
print(f"{sum(map(sum, turns)):.7f} in all")

title = "Cost of each turn in millionths of a dollar"
svg = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 280"',
    '  width="480" role="img" fill="currentColor"',
    '  font-size="16" text-anchor="middle">',
    f"<title>{title}</title>",
    f'<text x="210" y="20">{title}</text>',
]
scale = 190 / max(map(sum, turns))
colour = "var(--md-typeset-a-color, teal)"
svg += [
    f'<rect x="132" y="30" width="12" height="12" fill="{colour}"/>',
    '<text x="162" y="42">in</text>',
    '<rect x="232" y="30" width="12" height="12" fill-opacity="0.3"/>',
    '<text x="266" y="42">out</text>',
]
for number, (cost_in, cost_out) in enumerate(turns, start=1):
    x, low, high = 68 * number - 28, cost_in * scale, cost_out * scale
    top = 250 - low - high
    svg += [
        f'<rect x="{x - 24}" y="{top:.1f}" width="48" height="{high:.1f}"',
        '  fill-opacity="0.3"/>',
        f'<rect x="{x - 24}" y="{250 - low:.1f}" width="48"',
        f'  height="{low:.1f}" fill="{colour}"/>',
        f'<text x="{x}" y="{top - 6:.1f}">{(cost_in + cost_out) * 1e6:.1f}</text>',
        f'<text x="{x}" y="270">turn {number}</text>',
    ]
svg.append("</svg>")
Path("turn_costs.svg").write_text("\n".join(svg), "utf-8")
