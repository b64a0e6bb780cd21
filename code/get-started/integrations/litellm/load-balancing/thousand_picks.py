import random
from collections import Counter
from pathlib import Path

import litellm

random.seed(1)
names = ["api.kluster.ai", "api.example.com", "api.example.org"]


def deployment(name, weight):
    params = {
        "model": "openai/deepseek-ai/DeepSeek-V3-0324",
        "api_base": f"https://{name}/v1",
        "api_key": "INSERT_API_KEY",
        "weight": weight,
    }
    return {
        "model_name": "deepseek",
        "litellm_params": params,
        "model_info": {"id": name},
    }


def count_picks(*weights):
    deployments = list(map(deployment, names, weights))
    router = litellm.Router(model_list=deployments)
    picks = Counter()
    for _ in range(1000):
        picked = router.get_available_deployment(model="deepseek")
        picks[picked["model_info"]["id"]] += 1
    return picks


def draw_bars(title, picks, top):
    yield f'<text x="0" y="{top + 16}" font-weight="bold">{title}</text>'
    for row, name in enumerate(names):
        y = top + 28 + 28 * row
        width = round(picks[name] * 0.4)
        yield f'<text x="0" y="{y + 15}">{name}</text>'
        yield f'<rect x="120" y="{y}" width="{width}" height="20"'
        yield '  fill="var(--md-typeset-a-color, teal)"/>'
        yield f'<text x="{128 + width}" y="{y + 15}">{picks[name]}</text>'


charts = {
    "No weights": count_picks(None, None, None),
    "Weights 6, 3 and 1": count_picks(6, 3, 1),
}

svg = [
    '<svg xmlns="http://www.w3.org/2000/svg" role="img"',
    'aria-labelledby="picks-title" viewBox="0 0 400 254" width="400"',
    'fill="currentColor" font-size="14">',
    '<title id="picks-title">Where 1,000 requests go</title>',
]
for number, (title, picks) in enumerate(charts.items()):
    print(title, *(f"{name}: {picks[name]}" for name in names), sep="\n  ")
    svg += draw_bars(title, picks, top=140 * number)
svg += ["</svg>"]
Path("picks.svg").write_text("\n".join(svg), encoding="utf-8")
