"""How heavy, quick and open is a page of the guide, beside the same page on other engines?

    python benchmarks/site.py [--runs 5] [--all] [--tools FOLDER]

Builds the guide by plain `mkdocs build`, and the text of one tutorial page with
mkdocs-material and with Astro Starlight, both as they come. One host serves all
three, compressed, to one chromium. Weight and requests are those of a page before
its reader does anything; the rest is what Lighthouse (median of the runs) and axe
say. `--all` measures every page of the guide instead, without the others.

Needs chromium, Node and npm. Lighthouse, Astro and the Node that Astro wants are
installed into FOLDER (build/benchmark-tools) once. Measure on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Response

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.helpers.browser import chromium  # noqa: E402
from tests.helpers.host import hosting  # noqa: E402

PAGE = "get-started/integrations/litellm"
NPM = ["lighthouse@13.5.0", "astro@7.3.5", "@astrojs/starlight@0.42.4", "sharp@0.35.5", "node@22"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STARLIGHT = {
    "astro.config.mjs": """
import { defineConfig } from "astro/config";
import starlight from "@astrojs/starlight";
export default defineConfig({ integrations: [starlight({ title: "Guide" })] });
""",
    "src/content.config.ts": """
import { defineCollection } from "astro:content";
import { docsLoader } from "@astrojs/starlight/loaders";
import { docsSchema } from "@astrojs/starlight/schema";
export const collections = {
  docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }),
};
""",
    "src/content/docs/index.md": "---\ntitle: Home\n---\nA guide.\n",
}


@dataclass
class Row:
    """One page, measured."""

    name: str
    kilobytes: float
    requests: int
    elsewhere: int
    axe: int
    policy: bool
    mobile: list[dict[str, float]]
    desktop: list[dict[str, float]]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**os.environ, **environment},
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(
            f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return done.stdout


def guide(folder: Path) -> Path:
    """The guide, built as it is."""
    run(sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder / "guide", cwd=ROOT)
    return folder / "guide"


def material(folder: Path, text: str) -> Path:
    """The page on mkdocs-material as it comes."""
    project = folder / "material"
    (project / "docs").mkdir(parents=True)
    (project / "mkdocs.yml").write_text("site_name: Guide\ntheme: material\n", "utf-8")
    (project / "docs/index.md").write_text("# Home\n\nA guide.\n", "utf-8")
    (project / "docs/page.md").write_text(text, "utf-8")
    run(sys.executable, "-m", "mkdocs", "build", cwd=project)
    return project / "site"


def starlight(folder: Path, text: str, tools: Path) -> Path:
    """The page on Astro Starlight as it comes."""
    project = folder / "starlight"
    title, _, body = text.partition("\n")
    page = f"---\ntitle: {title.removeprefix('# ')}\n---\n{body}"
    for name, content in {**STARLIGHT, "src/content/docs/page.md": page}.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(content.lstrip(), "utf-8")
    shutil.copy(tools / "package.json", project)
    (project / "node_modules").symlink_to(tools / "node_modules")
    node, astro = tools / "node_modules/.bin/node", tools / "node_modules/astro/bin/astro.mjs"
    run(node, astro, "build", cwd=project, ASTRO_TELEMETRY_DISABLED="1")
    return project / "dist"


def load(browser: Browser, address: str) -> tuple[float, int, int, int, bool]:
    """Kilobytes, requests, requests to other hosts, findings of axe, and whether a policy holds."""
    sizes: dict[str, int] = {}

    def count(response: Response) -> None:
        if not response.url.startswith("data:"):
            sizes[response.url] = int(response.headers.get("content-length", 0))

    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("response", count)
    answer = page.goto(address, wait_until="networkidle")
    assert answer is not None
    meta = 'meta[http-equiv="Content-Security-Policy"]'
    policy = bool(page.locator(meta).count()) or "content-security-policy" in answer.headers
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    nodes = sum(len(one["nodes"]) for one in found.response["violations"])
    page.close()
    home = urlsplit(address).netloc
    elsewhere = sum(urlsplit(url).netloc != home for url in sizes)
    return sum(sizes.values()) / 1000, len(sizes), elsewhere, nodes, policy


def lighthouse(tools: Path, address: str, form: str) -> dict[str, float]:
    """The four scores (of 100) and four figures of one run of Lighthouse."""
    preset = ["--preset=desktop"] if form == "desktop" else []
    chromium = shutil.which("chromium") or ""
    printed = run(
        tools / "node_modules/.bin/lighthouse", address, "--quiet", "--output=json",
        "--only-categories=performance,accessibility,best-practices,seo",
        "--chrome-flags=--headless=new --no-sandbox", *preset, cwd=tools, CHROME_PATH=chromium,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(printed)
    figures = {name: one["score"] * 100 for name, one in told["categories"].items()}
    for short, audit in {
        "FCP": "first-contentful-paint", "LCP": "largest-contentful-paint",
        "TBT": "total-blocking-time", "CLS": "cumulative-layout-shift",
    }.items():  # fmt: skip
        figures[short] = told["audits"][audit]["numericValue"]
    return figures


def measured(name: str, address: str, browser: Browser, tools: Path, runs: int) -> Row:
    loaded = load(browser, address)
    both = [
        [lighthouse(tools, address, form) for _ in range(runs)] for form in ("mobile", "desktop")
    ]
    return Row(name, *loaded, *both)


def median(runs: list[dict[str, float]], key: str) -> float:
    return statistics.median(run[key] for run in runs)


HEAD = """\
| page | KB gzip | requests | other hosts | axe | policy \
| mobile: perf, a11y, best, SEO | LCP s | TBT ms | CLS | desktop: perf, a11y, best, SEO |
|---|---|---|---|---|---|---|---|---|---|---|"""


def line(row: Row) -> str:
    names = ["performance", "accessibility", "best-practices", "seo"]
    scores = [
        ", ".join(f"{median(form, name):.0f}" for name in names)
        for form in (row.mobile, row.desktop)
    ]
    cells = [
        row.name, f"{row.kilobytes:.1f}", row.requests, row.elsewhere, row.axe,
        "yes" if row.policy else "no", scores[0], f"{median(row.mobile, 'LCP') / 1000:.2f}",
        f"{median(row.mobile, 'TBT'):.0f}", f"{median(row.mobile, 'CLS'):.3f}", scores[1],
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--tools", type=Path, default=ROOT / "build/benchmark-tools")
    given = parser.parse_args()
    tools = given.tools.resolve()
    for command in ("chromium", "npm"):
        if shutil.which(command) is None:
            raise SystemExit(f"benchmarks/site.py: there is no {command} here; install it")
    if not (tools / "node_modules/.bin/lighthouse").exists():
        tools.mkdir(parents=True, exist_ok=True)
        (tools / "package.json").write_text('{"private": true, "type": "module"}', "utf-8")
        run("npm", "install", "--silent", "--no-audit", "--no-fund", *NPM, cwd=tools)
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        site = guide(folder)
        text = (site / f"{PAGE}.md").read_text("utf-8")
        if given.all:
            pages = sorted(path.parent.relative_to(site) for path in site.rglob("index.html"))
            places = [(str(page), site, f"{page}/".removeprefix("./")) for page in pages]
        else:
            places = [
                ("this guide", site, f"{PAGE}/"),
                ("mkdocs-material, default", material(folder, text), "page/"),
                ("Astro Starlight, default", starlight(folder, text, tools), "page/"),
            ]
        print(HEAD, flush=True)
        for label, built, address in places:
            with hosting(built) as base:
                row = measured(label, base + address, browser, tools, given.runs)
            print(line(row), flush=True)


if __name__ == "__main__":
    main()
