from pathlib import Path

import litellm

litellm.disable_hf_tokenizer_download = True
model = "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo"
budget = 200  # tokens of a request, without the answer
question = "Tell me one more thing about the Moon, please."
answer = "The Moon has no weather, so a footprint can stay for ages."


def fit(messages):
    """Drop the oldest turns until the rest is within the budget."""
    system, turns = messages[:1], messages[1:]
    while count(system + turns) > budget and len(turns) > 1:
        turns = turns[2:]
    return system + turns


def count(messages):
    return litellm.token_counter(model=model, messages=messages)


messages = [{"role": "system", "content": "You are brief."}]
whole, fitted = [], []
for _ in range(16):
    messages.append({"role": "user", "content": question})
    whole.append(count(messages))
    fitted.append(count(fit(messages)))
    messages.append({"role": "assistant", "content": answer})
print(f"16 turns, whole history: {sum(whole)} tokens sent")
print(f"16 turns, at most {budget} each: {sum(fitted)} tokens sent")

title = f"Tokens sent in each turn: all, and at most {budget}"
scale = 220 / max(whole)
line = 270 - budget * scale
svg = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 300"',
    '  width="480" role="img" fill="currentColor"',
    '  font-size="16" text-anchor="middle">',
    f"<title>{title}</title>",
    f'<text x="210" y="20">{title}</text>',
]
pairs = zip(whole, fitted, strict=True)
for number, (high, low) in enumerate(pairs, start=1):
    x, high, low = 25 * number - 9, high * scale, low * scale
    svg += [
        f'<rect x="{x}" y="{270 - high:.1f}" width="19"',
        f'  height="{high - low:.1f}" fill-opacity="0.2"/>',
        f'<rect x="{x}" y="{270 - low:.1f}" width="19"',
        f'  height="{low:.1f}" fill="var(--md-typeset-a-color, teal)"/>',
        f'<text x="{x + 9.5}" y="290">{number}</text>',
    ]
svg += [
    f'<line x1="8" x2="418" y1="{line:.1f}" y2="{line:.1f}"',
    '  stroke="currentColor" stroke-dasharray="4"/>',
    "</svg>",
]
Path("tokens_sent.svg").write_text("\n".join(svg), "utf-8")
