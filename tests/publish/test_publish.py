"""The built site weighs little, waits for nothing, and runs only what is its own."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from mkdocs.exceptions import PluginError

from tools.publish import buttons, hook, policy, scripts, styles

HEAD = '<meta charset="utf-8">'


def used(style: str, *words: str) -> str:
    return styles.used(style, set(words))


def test_a_rule_for_a_class_of_no_page_is_left_out() -> None:
    assert used(".a{color:red} .b{color:red}", "a") == ".a{color:red}"


def test_of_a_rule_s_selectors_those_that_can_match_stay() -> None:
    assert used(".a,.b>.a,.a+.a{color:red}", "a") == ".a,.a+.a{color:red}"


@pytest.mark.parametrize(
    "selector", ["#a", "[a]", "[a=b]", ".a.b", "p.a", "p [b=a]", "p~.b::after"]
)
def test_all_that_a_selector_names_has_to_be_there(selector: str) -> None:
    style = f"{selector}{{color:red}}"
    assert used(style, "a", "b", "<p") == style
    for missing in {"a", "b", "<p"}:
        if re.search(rf"\b{missing.strip('<')}\b", selector):
            assert used(style, *({"a", "b", "<p"} - {missing})) == ""


def test_of_the_theme_s_rules_for_twenty_tabs_those_stay_that_a_page_has() -> None:
    style = "".join(f".tabbed-set>:nth-child({number}){{order:{number}}}" for number in (1, 2, 3))
    there = used(style, "tabbed-set", "__tabbed_1_1", "__tabbed_1_2")
    assert there == style.partition(".tabbed-set>:nth-child(3)")[0]


def test_what_a_selector_says_is_not_there_need_not_be() -> None:
    assert used(".a:not(.b):hover{color:red}", "a") == ".a:not(.b):hover{color:red}"


def test_rules_inside_a_media_query_are_sorted_too() -> None:
    style = "@media print{.a{color:red}.b{color:red}} @media screen{.b{color:red}}"
    assert used(style, "a") == "@media print{.a{color:red}}"


def test_a_value_that_nothing_names_is_left_out_with_those_it_names() -> None:
    style = ':root{--a:var(--b);--b:1;--c:url("x;y}z");--d:2}.a{margin:var(--d)}'
    assert used(style, "a") == ":root{--d:2}.a{margin:var(--d)}"


def test_a_comment_goes_and_a_mark_in_a_string_ends_nothing() -> None:
    style = '/* .a{ */.a{content:"/* } ; */";color:red;/* b */}@page{margin:0}.b,.a:is(.b,p){top:0}'
    kept = '.a{content:"/* } ; */";color:red}@page{margin:0}.a:is(.b,p){top:0}'
    assert used(style, "a") == kept


@pytest.mark.parametrize("style", [".a{color:red", ".b{}}.a{color:red}", ".a{content:'}"])
def test_styles_that_cannot_be_read_are_refused(style: str) -> None:
    with pytest.raises(ValueError, match="cannot be read from here: "):
        used(style, "a")


def test_a_value_that_a_script_names_stays_with_those_it_names() -> None:
    style = ":root{--a:var(--b);--b:1;--c:2}"
    assert used(style, "--a") == ":root{--a:var(--b);--b:1}"


def site(folder: Path, page: str) -> dict[Path, str]:
    """A site of one page, with a theme's two files and two of its own."""
    for name, text in {
        "assets/stylesheets/theme.css": ".a{color:red}.b{color:red}.js-made{color:red}",
        "own/guide.css": ".c{color:red}",
        "assets/javascripts/theme.js": 'add("js-made")',
        "own/guide.js": "mend();",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return {folder / "x/index.html": page}


PAGE = f"""<head>{HEAD}
<link rel="stylesheet" href="../assets/stylesheets/theme.css">
<link rel="stylesheet" href="../own/guide.css">
<script>begin()</script></head>
<body class="a c"><script src="../own/guide.js"></script>
<script src="../assets/javascripts/theme.js"></script></body>"""


def test_the_styles_of_a_page_become_one_file_without_what_is_not_used(tmp_path: Path) -> None:
    built = site(tmp_path, PAGE)
    styles.merge(tmp_path, built, absent=())
    (page,) = built.values()
    (name,) = re.findall(r'<link rel="stylesheet" href="\.\./(.+?)">', page)
    style = (tmp_path / name).read_text("utf-8")
    assert style == ".a{color:red}.js-made{color:red}.c{color:red}"


def test_a_name_that_only_a_script_knows_can_be_declared_absent(tmp_path: Path) -> None:
    built = site(tmp_path, PAGE)
    styles.merge(tmp_path, built, absent=("js-", "c"))
    (style,) = (tmp_path / "assets/stylesheets").glob("site.*.css")
    assert style.read_text("utf-8") == ".a{color:red}.c{color:red}"  # `c` is on the page


def test_the_site_s_scripts_become_one_file_that_starts_the_theme_s(tmp_path: Path) -> None:
    built = site(tmp_path, PAGE)
    scripts.merge(tmp_path, built)
    (page,) = built.values()
    (name,) = re.findall(r'<script src="\.\./(.+?)" defer></script>', page)
    assert "<script src" not in page.replace(f'<script src="../{name}"', "")
    text = (tmp_path / name).read_text("utf-8")
    assert text.startswith("mend();")
    assert '["assets/javascripts/theme.js"]' in text
    assert "guide.js" not in text


def test_pages_that_ask_for_different_files_are_refused(tmp_path: Path) -> None:
    built = site(tmp_path, PAGE)
    built[tmp_path / "y/index.html"] = PAGE.replace("guide.", "other.")
    for suffix in ("css", "js"):
        (tmp_path / f"own/other.{suffix}").write_text("", "utf-8")
    with pytest.raises(ValueError, match="different styles"):
        styles.merge(tmp_path, built, absent=())
    with pytest.raises(ValueError, match="different scripts"):
        scripts.merge(tmp_path, built)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    built = site(tmp_path, PAGE)
    (tmp_path / "own/guide.css").unlink()
    with pytest.raises(ValueError, match=r"asks for \.\./own/guide\.css, which is not in"):
        styles.merge(tmp_path, built, absent=())


def test_each_page_allows_its_own_inline_scripts_and_the_headers_all(tmp_path: Path) -> None:
    other = PAGE.replace("begin()", "other()")
    built = {tmp_path / "x/index.html": PAGE, tmp_path / "y/index.html": other}
    policy.add(tmp_path, built)
    hashes = [re.findall(r"'sha256-[^']+'", text) for text in built.values()]
    assert [len(one) for one in hashes] == [1, 1]
    assert hashes[0] != hashes[1]
    headers = (tmp_path / "_headers").read_text("utf-8")
    assert all(one[0] in headers for one in hashes)
    assert "unsafe" not in headers + "".join(built.values())


def test_a_page_without_a_place_for_its_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="where its policy would go"):
        policy.add(tmp_path, {tmp_path / "x.html": "<head></head>"})


def test_a_site_that_is_served_stays_as_its_engine_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "_command", "")
    config: Any = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"), site_dir="site")
    hook.on_startup(command="build", dirty=False)
    with pytest.raises(PluginError, match="there is none in"):
        hook.on_post_build(config=config)
    hook.on_startup(command="serve", dirty=False)
    hook.on_post_build(config=config)


def test_what_templates_are_compiled_to_is_kept_for_the_next_build(tmp_path: Path) -> None:
    config: Any = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"))
    env = Environment(loader=DictLoader({"page.html": "{{ 1 + 1 }}"}))
    hook.on_env(env, config=config)
    assert env.get_template("page.html").render() == "2"
    assert list((tmp_path / ".cache/templates").iterdir())


SETTINGS = '{"features": ["content.code.copy", "navigation.footer"]}'
BLOCK = (
    '<div class="language-python highlight" id="x"><span class="filename">a.py</span>'
    "<pre><span></span><code>print(1)</code></pre></div>"
)


def test_each_block_has_its_copy_button_and_the_theme_makes_none() -> None:
    first = BLOCK.replace("<span></span>", '<span id="first-block"></span>')
    output = BLOCK.replace("highlight", "no-copy highlight")
    page = buttons.add(SETTINGS + first + output + BLOCK)
    assert "content.code.copy" not in page
    blocks = [f"<pre>{part}" for part in page.split("<pre>")[1:]]
    pressed = [re.findall('clipboard-target="#(.*?)"', block) for block in blocks]
    names = [re.findall('<code id="(.*?)"', block) for block in blocks]
    assert pressed == names == [["__text_1"], [], ["__text_2"]]


def test_a_page_whose_theme_makes_no_buttons_gets_none() -> None:
    assert buttons.add(BLOCK) == BLOCK
