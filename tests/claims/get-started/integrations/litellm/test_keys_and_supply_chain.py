"""What the page docs/get-started/integrations/litellm/keys-and-supply-chain.md claims."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.guide import ROOT
from tests.helpers.imported import Import
from tests.helpers.stage import Stage, lines
from tools.matrix.__main__ import PLAN, plan_of

PAGE = ROOT / "docs/get-started/integrations/litellm/keys-and-supply-chain.md"
TEXT = PAGE.read_text("utf-8")
KLUSTER = "https://api.kluster.ai/v1"
SWITCH = "LITELLM_LOCAL_MODEL_COST_MAP"
ELSEWHERE = (
    "environment: {OPENAI_BASE_URL: https://api.example.com/v1, KLUSTER_API_KEY: fake-key}\n"
)

# Stops the import of LiteLLM once the file is read, and tells what came of it.
AFTER_THE_FILE = """\
import os
import sys


class Stop:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("litellm.") and name != "litellm._process_defaults":
            print(os.environ.get("FROM_THE_FILE"), flush=True)
            os._exit(0)


sys.meta_path.insert(0, Stop())
import litellm
"""


def run(
    *command: str, folder: Path, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with these variables and without what could change its result."""
    left_out = (SWITCH, "LITELLM_MODE", "FROM_THE_FILE", "KLUSTER_API_KEY")
    plain = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.run(
        command, cwd=folder, env=plain | variables, capture_output=True, encoding="utf-8",
        timeout=300, input=stdin,
    )  # fmt: skip


def block(language: str, word: str) -> str:
    """The one block of the page that has a word in it."""
    blocks = re.findall(rf"^ *```{language}\n(.*?)\n *```$", TEXT, re.DOTALL | re.MULTILINE)
    (found,) = (textwrap.dedent(one) for one in blocks if word in one)
    return str(found)


def test_git_leaves_the_file_alone(tmp_path: Path) -> None:
    """Before you create it, tell git to ignore it"""
    assert run("git", "init", "--quiet", ".", folder=tmp_path).returncode == 0
    assert run("bash", "-c", block("bash", ".gitignore"), folder=tmp_path).returncode == 0
    (tmp_path / ".env").write_text(block("text", "KLUSTER_API_KEY"), "utf-8")
    run("git", "add", ".", folder=tmp_path)
    assert run("git", "ls-files", folder=tmp_path).stdout == ".gitignore\n"


def test_the_file_brings_its_key(tmp_path: Path) -> None:
    """In each new terminal, load the file into the environment"""
    (tmp_path / ".env").write_text(block("text", "KLUSTER_API_KEY") + "\n", "utf-8")
    tell = f"{sys.executable} -c 'import os; print(os.environ[\"KLUSTER_API_KEY\"])'"
    done = run("bash", "-c", f"{block('bash', 'source')}; {tell}", folder=tmp_path)
    assert done.stderr == ""
    assert done.stdout == "INSERT_API_KEY\n"


@pytest.mark.parametrize("key", ["api_key=None,", 'api_key="",', ""])
def test_without_a_key_litellm_takes_openai_s(stage: Stage, key: str) -> None:
    """if api_key is missing, empty or None, LiteLLM takes the key from OPENAI_API_KEY."""
    text = re.sub(r"^        api_key=.*,$", f"        {key}", stage.source("headers"), flags=re.M)
    assert text != stage.source("headers")
    expect = "environment: {OPENAI_API_KEY: fake-openai-key, KLUSTER_API_KEY: fake-kluster-key}\n"
    outcome = stage.run(text, "headers", expect)
    assert lines(outcome) == ""
    assert "authorization: Bearer fake-openai-key\n" in outcome.stdout
    assert "POST" not in lines(outcome)
    (request,) = stage.recorded("headers").interactions
    assert request["request"]["uri"].startswith("https://api.kluster.ai/")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A project with a file of its own, and LiteLLM in a folder below it."""
    found = importlib.util.find_spec("litellm")
    assert found is not None
    assert found.origin is not None
    (tmp_path / "project/library").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    package = Path(found.origin).parent
    (tmp_path / "project/library/litellm").symlink_to(package, target_is_directory=True)
    for folder in ("project", "elsewhere"):
        (tmp_path / folder / ".env").write_text(f"FROM_THE_FILE={folder}\n", "utf-8")
        (tmp_path / folder / "program.py").write_text(AFTER_THE_FILE, "utf-8")
    return tmp_path


def after_the_import(installed: Path, folder: str, **variables: str) -> str:
    path = str(installed / "project/library")
    done = run(
        sys.executable, "program.py", folder=installed / folder, PYTHONPATH=path, **variables
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_litellm_reads_a_file_when_it_is_imported(installed: Path) -> None:
    """On import, LiteLLM looks for a file .env and adds its lines to the environment."""
    assert after_the_import(installed, "project") == "project"


def test_it_begins_where_it_is_installed(installed: Path) -> None:
    """So it finds the one next to your virtual environment, but perhaps not the one"""
    assert after_the_import(installed, "elsewhere") == "project"


@pytest.mark.parametrize("given", [("-c", AFTER_THE_FILE), ("-i",)])
def test_without_a_file_it_begins_in_the_current_folder(
    installed: Path, given: tuple[str, ...]
) -> None:
    """With python -c, in an interactive session [...], it starts in the current folder."""
    path = str(installed / "project/library")
    stdin = AFTER_THE_FILE if given == ("-i",) else ""
    done = run(
        *(sys.executable, *given), folder=installed / "elsewhere", PYTHONPATH=path, stdin=stdin
    )
    assert done.stdout.strip() == "elsewhere"


def test_what_is_there_already_stays(installed: Path) -> None:
    """Variables that are already set stay as they are."""
    assert after_the_import(installed, "project", FROM_THE_FILE="mine") == "mine"


def test_production_turns_it_off(installed: Path) -> None:
    """LITELLM_MODE=PRODUCTION in the environment turns it off."""
    assert after_the_import(installed, "project", LITELLM_MODE="PRODUCTION") == "None"


def test_the_key_goes_to_the_other_address_without_a_word(stage: Stage) -> None:
    """There was no warning: the key went to the other address, and the answer came from there."""
    outcome = stage.run(stage.source("stray_variable"), "stray_variable", ELSEWHERE)
    assert lines(outcome) == ""
    assert outcome.stdout.count("\n") == 5
    first, second = stage.recorded("stray_variable").interactions
    assert first["request"]["uri"] == "https://api.example.com/v1/chat/completions"
    assert second["request"]["uri"] == "https://api.kluster.ai/v1/chat/completions"
    assert "fake-kluster-key to api.example.com" in stage.shown("stray_variable")


def test_the_command_sets_what_the_run_had(stage: Stage) -> None:
    """This line sets both for this one run"""
    import yaml

    expected = stage.program("stray_variable").expectations.path
    had = yaml.safe_load(expected.read_text("utf-8"))["environment"]
    *settings, python, name = block("bash", "stray_variable.py").split()
    assert dict(one.split("=") for one in settings) == had
    assert (python, name) == ("python", "stray_variable.py")
    told = re.search(r"`OPENAI_ORG_ID=(\S+)`", TEXT)
    assert told is not None
    assert f"openai-organization: {told[1]}\n" in stage.shown("headers")


def test_without_a_server_it_shows_where_the_key_would_go(stage: Stage) -> None:
    """nothing answers at the first one, so the program shows three times where the key"""
    expect = (
        f"{ELSEWHERE}exit: 1\nstderr: 'The request failed: '\nrequests: 0\nwaits: skipped\n"
        "unreachable: [api.example.com]\n"
    )
    text = stage.source("stray_variable")
    outcome = stage.run(text, "stray_variable", expect, lambda interactions: [])
    assert lines(outcome) == ""
    assert outcome.stdout.count("  Bearer fake-key to api.example.com\n") == 3
    assert "With api_base" not in outcome.stdout


def test_the_hook_is_called_before_each_request(stage: Stage) -> None:
    """which calls show before each request."""
    expect = (
        f"{ELSEWHERE}exit: 1\nstderr: 'The request failed: '\nrequests: 3\nstatuses: []\n"
        f"waits: skipped\nfaults: {[{'request': n, 'kind': 'refused'} for n in (1, 2, 3)]}\n"
    )
    outcome = stage.run(stage.source("stray_variable"), "stray_variable", expect, lambda made: [])
    assert lines(outcome) == ""
    assert outcome.stdout.count("  Bearer fake-key to api.example.com\n") == 3  # with its retries


def test_api_base_wins_over_both(stage: Stage) -> None:
    """Pass api_base in each call. It overrides both variables."""
    text = stage.source("stray_variable").replace(
        '"https://api.kluster.ai/v1"\nkey', '"https://api.example.com/v1"\nkey'
    )
    text = text.replace('["OPENAI_API_BASE"] = kluster', '["OPENAI_API_BASE"] = "https://x.test"')
    text = text.replace('("With OPENAI_API_BASE:", {}),', "")
    expect = "environment: {OPENAI_BASE_URL: https://y.test, KLUSTER_API_KEY: fake-key}\n"
    outcome = stage.run(text, "stray_variable", expect, lambda interactions: interactions[:1])
    assert lines(outcome) == ""
    assert "Bearer fake-key to api.example.com\n" in outcome.stdout


def test_removing_the_variable_helps(stage: Stage) -> None:
    """Remove the variable, as the first program does."""
    remove = 'os.environ.pop("OPENAI_BASE_URL", None)\n'
    first = ROOT / "code/get-started/integrations/litellm/hello_litellm.py"
    assert remove in first.read_text("utf-8")
    text = stage.source("stray_variable").replace("\nprint(", f"\n{remove}\nprint(", 1)
    outcome = stage.run(
        text, "stray_variable", ELSEWHERE, lambda interactions: interactions[1:] * 2
    )
    assert lines(outcome) == ""
    assert outcome.stdout.count("Bearer fake-key to api.kluster.ai\n") == 2


def test_what_is_for_litellm_alone_is_not_sent(stage: Stage) -> None:
    """Those that are only for LiteLLM, such as metadata, are not sent."""
    assert "metadata=" in stage.source("headers")
    (body,) = stage.sent("headers")
    assert set(body) == {"model", "messages"}


@pytest.mark.parametrize(
    ("passed", "sent"),
    [
        ("user='a'", {}),
        ("user='a', allowed_openai_params=['user']", {"user": "a"}),
        ("temperature=0.5, seed=1, top_k=3", {"temperature": 0.5, "seed": 1, "top_k": 3}),
    ],
    ids=["user", "allowed", "others"],
)
def test_user_is_not_sent_unless_it_is_allowed(
    stage: Stage, passed: str, sent: dict[str, object]
) -> None:
    """Nor is user, without a warning. To send it, add allowed_openai_params=["user"]."""
    text = stage.source("headers").replace('metadata={"project": "secret"}', passed)
    expect = "environment: {KLUSTER_API_KEY: fake-key}\n"

    def asked(interactions: Any) -> Any:
        request = interactions[0]["request"]
        return [interactions[0] | {"request": request | {"json": request["json"] | sent}}]

    outcome = stage.run(text, "headers", expect, asked)
    assert lines(outcome) == ""
    body = json.loads(outcome.stdout.splitlines()[-1])
    assert {name: body[name] for name in body if name not in ("model", "messages")} == sent


def test_the_headers_describe_the_machine(stage: Stage) -> None:
    """tell the server your operating system, the kind of processor, and the versions of Python"""
    every = stage.source("headers").replace(" if name in about_you else name", "")
    outcome = stage.run(every, "headers", "environment: {KLUSTER_API_KEY: fake-key}\n")
    assert lines(outcome) == ""
    told = dict(re.findall(r"^x-stainless-(\S+): (.+)$", outcome.stdout, re.MULTILINE))
    assert told["runtime-version"] == platform.python_version()
    assert told["package-version"] == version("openai")
    assert {"os", "arch"} <= set(told)
    assert set(told) == set(re.findall(r"^x-stainless-(\S+)$", stage.shown("headers"), re.M))


@pytest.mark.parametrize(
    ("variable", "value", "header"),
    [
        ("OPENAI_ORG_ID", "org-1", "openai-organization: org-1"),
        ("OPENAI_PROJECT_ID", "project-1", "openai-project: project-1"),
        ("OPENAI_CUSTOM_HEADERS", "'x-mine: 1'", "x-mine: 1"),
    ],
)
def test_three_variables_add_headers(stage: Stage, variable: str, value: str, header: str) -> None:
    """OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS also add headers"""
    every = stage.source("headers").replace(" if name in about_you else name", "")
    expect = f"environment: {{{variable}: {value}}}\n"
    assert f"\n{header}\n" in stage.run(every, "headers", expect).stdout
    removed = f"import os\nos.environ.pop('{variable}', None)\n"
    assert f"\n{header}\n" not in stage.run(removed + every, "headers", expect).stdout


NOTED = re.compile(r"^  (?:GET|HEAD|POST) (https://\S+)$", re.MULTILINE)


def noted(stage: Stage, text: str, fresh: str = "", **variables: str) -> list[str]:
    """What the program notes that sends nothing; the import is only seen in a fresh interpreter."""
    values = {SWITCH: "null", **variables}
    expect = f"requests: 0\nstatuses: []\n{fresh}environment:\n"
    expect += "".join(f"  {name}: {value}\n" for name, value in values.items())
    outcome = stage.run(text, "headers", expect, lambda interactions: [])
    assert lines(outcome) == ""
    return NOTED.findall(outcome.stdout)


OFF = "litellm.disable_hf_tokenizer_download = True\nstream = litellm"


def test_the_environment_turns_the_price_list_off(
    stage: Stage, imported: Callable[[bool], Import]
) -> None:
    """Set LITELLM_LOCAL_MODEL_COST_MAP=True in the environment."""
    every = NOTED.findall(stage.shown("asked_for"))
    assert every[0].startswith("https://raw.githubusercontent.com/")
    assert NOTED.findall(imported(False).importing) == every[:1]
    assert NOTED.findall(imported(True).importing) == []
    assert NOTED.findall(imported(True).streaming) == every[1:]


def test_the_list_of_agents_goes_away_with_the_tokenizer(stage: Stage) -> None:
    """belongs to the Hugging Face library, and goes away with the tokenizer."""
    text = stage.source("asked_for")
    assert noted(stage, text) == NOTED.findall(stage.shown("asked_for"))[1:]
    assert noted(stage, text.replace("stream = litellm", OFF)) == []


def test_some_names_ask_for_the_tokenizer(stage: Stage) -> None:
    """if the model has `llama-3`, `llama-2` or `replicate` in its name."""
    for model, count in (
        ("openai/my-llama-3-copy", 2),
        ("openai/llama-2-7b", 2),
        ("openai/replicate/x", 2),
        ("openai/meta-llama/Llama-4-Scout-17B-16E-Instruct", 0),
        ("openai/qwen3:8b", 0),
    ):
        text = re.sub(r'model="openai/.*"', f'model="{model}"', stage.source("asked_for"))
        assert model in text
        assert len(noted(stage, text)) == count


@pytest.mark.parametrize("detail", ["high", "low", "auto"])
@pytest.mark.parametrize("counted", [False, True])
def test_an_image_is_fetched_to_be_counted(stage: Stage, detail: str, counted: bool) -> None:
    """To count the tokens of an image whose `detail` is `high`, LiteLLM fetches it"""
    image = f'{{"url": "https://example.test/x.png", "detail": "{detail}"}}'
    content = f'"content": [{{"type": "image_url", "image_url": {image}}}]'
    text = re.sub(r'"content": "[^"]*"', content, stage.source("asked_for"))
    assert image in text
    text = text.replace("stream = litellm", OFF)
    if counted:
        call = f'litellm.token_counter("openai/m", messages=[{{"role": "user", {content}}}])\n'
        text = text[: text.index("stream = litellm")] + call
    outcome = stage.run(text, "headers", "requests: 0\nstatuses: []\n", lambda made: [])
    assert ("the program looks up example.test" in lines(outcome)) == (detail == "high")


def test_with_both_set_nothing_is_noted(stage: Stage, imported: Callable[[bool], Import]) -> None:
    """With both set, the program notes nothing."""
    text = stage.source("asked_for").replace("stream = litellm", OFF)
    assert NOTED.findall(imported(True).importing) == []
    assert noted(stage, text, **{SWITCH: "'True'"}) == []  # it has imported LiteLLM like that


def test_the_offline_mode_turns_all_of_it_off(stage: Stage) -> None:
    """`LITELLM_OFFLINE_MODE=true` in the environment turns off all three at once."""
    text = stage.source("asked_for")
    # An import that takes 4 s took more than 20 s beside ten other processes.
    fresh = "fresh: true\ntime-limit: 180\n"
    assert noted(stage, text, fresh, LITELLM_OFFLINE_MODE="'true'") == []


def test_no_other_host_is_looked_up(stage: Stage, imported: Callable[[bool], Import]) -> None:
    """A second test watched every host name that the process looked up, and found no others."""
    said = imported(False)
    looked_up = set(re.findall(r"^looked up (\S+)$", said.importing + said.streaming, re.MULTILINE))
    hosts = {url.split("/")[2] for url in NOTED.findall(stage.shown("asked_for"))}
    assert looked_up == hosts == {"raw.githubusercontent.com", "huggingface.co"}


def test_the_library_names_the_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    """If so, it names the agent to Hugging Face in the header user-agent"""
    from huggingface_hub import constants
    from huggingface_hub.utils import _detect_agent, build_hf_headers

    assert f"huggingface_hub {version('huggingface_hub')}," in TEXT
    assert "/api/agent-harnesses" in str(_detect_agent.__doc__)
    listed = {"standardEnvVars": ["AI_AGENT"], "harnesses": {"an-agent": {}}}
    monkeypatch.setattr(_detect_agent, "_get_registry", lambda: listed)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", False)
    monkeypatch.setenv("AI_AGENT", "an-agent")
    assert "agent/an-agent" in build_hf_headers()["user-agent"]
    monkeypatch.delenv("AI_AGENT")
    assert "agent/" not in build_hf_headers()["user-agent"]


def test_it_has_to_be_in_place_before_the_import(stage: Stage) -> None:
    """because its own function has to be in place first."""
    text = f"import litellm\n{stage.source('asked_for')}"
    every = NOTED.findall(stage.shown("asked_for"))
    # Its replay sees all of them; where LiteLLM has been imported before, the first is missed.
    assert noted(stage, text) == every[1:]


def test_logging_is_silenced(stage: Stage, imported: Callable[[bool], Import]) -> None:
    """logging.disable() silences LiteLLM's warnings that it reached nothing"""
    assert "logging.disable()\n" in stage.source("asked_for")
    assert "Failed to fetch remote model cost map" in imported(False).importing  # without the line
    assert "Failed to fetch" not in stage.shown("asked_for")  # nor in what its replay prints


@pytest.mark.parametrize(
    ("passed", "key"), [("", "fake-of-openai"), (", api_key='fake-passed'", "fake-passed")]
)
def test_the_other_function_asks_openai(stage: Stage, passed: str, key: str) -> None:
    """It sends the key that you pass, or else the one in OPENAI_API_KEY."""
    text = (
        "import httpx\n"
        "send = httpx.Client.send\n"
        "def watched(self, request, **options):\n"
        "    print(request.headers['authorization'])\n"
        "    return send(self, request, **options)\n"
        "httpx.Client.send = watched\n"
        "import litellm\n"
        f"litellm.get_valid_models({{}}custom_llm_provider='openai'{passed})\n"
        "print('done')\n"
    )
    expect = f"environment: {{OPENAI_API_BASE: '{KLUSTER}', OPENAI_API_KEY: fake-of-openai}}\n"
    outcome = stage.run(text.format("check_provider_endpoint=True, "), "headers", expect)
    assert "GET https://api.openai.com/v1/models" in lines(outcome)
    assert f"Bearer {key}\n" in outcome.stdout
    expect += "requests: 0\n"
    assert lines(stage.run(text.format(""), "headers", expect, lambda interactions: [])) == ""


NEVER = list(plan_of(PLAN).never)
TABLE = re.findall(r"^\| (1\.\d+\.\d+) \|.*\|(.*?)\|$", TEXT, re.MULTILINE)


def left_behind(release: str) -> list[str]:
    """The files that the page's table names for a release."""
    return re.findall(r"`(\S+)`", dict(TABLE).get(release, ""))


def test_all_places_name_the_same_malicious_releases(stage: Stage) -> None:
    """Three releases of LiteLLM are malicious:"""
    page = (PAGE.parent / "compatibility.md").read_text("utf-8")
    bold = re.search(r"^- \*\*(.*)\*\* are malicious, and were not run", page, re.MULTILINE)
    named = re.findall(r'"(\S+)",  # (\S+)', stage.source("installed"))
    beside = [(f, r) for r in NEVER for f in left_behind(r) if not f.endswith(".lock")]
    for where, found, meant in (
        ("keys-and-supply-chain.md, the table", [release for release, _ in TABLE], NEVER),
        ("compatibility.md, the list", re.split(", | and ", bold[1]) if bold else [], NEVER),
        (
            "compatibility.md, the table",
            re.findall(r"^\| (1\.\S+) \| mal", page, re.MULTILINE),
            NEVER,
        ),
        ("installed.py, left_behind", named, beside),
    ):
        assert found == meant, f"{where} names {found}, tools/matrix/releases.yml {meant}"


def test_the_traces_are_found_without_python(tmp_path: Path) -> None:
    """this looks for their traces without Python"""
    site = tmp_path / "lib/python3/site-packages"
    harmless = ("litellm-1.82.6", "litellm-1.107.1", "litellm-1.106.2", "litellm_extra-1.82.8")
    expected = [f"litellm-{release}.dist-info" for release in NEVER]
    for name in (*expected, *(f"{name}.dist-info" for name in harmless)):
        (site / name).mkdir(parents=True)
    for release in NEVER:
        for name in left_behind(release):
            folder = tmp_path / "tmp" if name.endswith(".lock") else site
            folder.mkdir(exist_ok=True)
            (folder / name).touch()
            if Path(name).suffix in (".pth", ".lock"):
                expected.append(name)
    command = block("bash", "find /").replace("find / ", f"find {tmp_path} ")
    done = run("bash", "-c", command, folder=tmp_path)
    assert sorted(Path(line).name for line in done.stdout.splitlines()) == sorted(expected)


def test_the_program_sees_each_file(stage: Stage, tmp_path: Path) -> None:
    """This program also looks for the files that 1.82.8 and 1.107.0 leave beside LiteLLM:"""
    info = tmp_path / "litellm-9.9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: litellm\nVersion: 9.9.9\n")
    (tmp_path / "program.py").write_text(stage.source("installed"), "utf-8")
    names = re.findall(r"^(\S+) is there: False$", stage.shown("installed"), re.MULTILINE)
    assert len(names) == 4
    for name in names:
        (tmp_path / name).touch()
        done = run(sys.executable, "program.py", folder=tmp_path, PYTHONPATH=str(tmp_path))
        assert [line for line in done.stdout.splitlines() if line.endswith("True")] == [
            f"{name} is there: True"
        ]
        (tmp_path / name).unlink()


def test_python_runs_a_sitecustomize_at_its_start(tmp_path: Path) -> None:
    """Python runs a file of that name at each start"""
    (tmp_path / "sitecustomize.py").write_text("print('ran')\n", "utf-8")
    done = run(sys.executable, "-c", "", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.stdout == "ran\n"


def test_the_warning_comes_before_the_program() -> None:
    """If you may have had one of them, do not start Python there, not even to look"""
    assert TEXT.index("do not start Python there") < TEXT.index('title="installed.py"')


def test_litellm_does_not_tell_its_version(stage: Stage) -> None:
    """LiteLLM has no litellm.__version__."""
    assert stage.tells("import litellm\nprint(hasattr(litellm, '__version__'))\n") == "False\n"


def test_the_program_does_not_import_litellm(stage: Stage, tmp_path: Path) -> None:
    """so look up what is installed, without importing it."""
    (tmp_path / "program.py").write_text(
        stage.source("installed") + "import sys\nprint('litellm' in sys.modules)\n", "utf-8"
    )
    done = run(sys.executable, "program.py", folder=tmp_path)
    assert done.stdout.splitlines()[-1] == "False"


def test_the_page_names_the_version_that_it_was_tried_with() -> None:
    """The programs here were run with LiteLLM 1.110.2."""
    assert f"run with LiteLLM {version('litellm')}." in TEXT


def test_each_hash_is_one_of_the_release_s_files() -> None:
    """There is a hash for each file of the release, since each platform has its own."""
    found = re.search(r'^--8<-- "requirements\.txt:(\d+):(\d+)"$', TEXT, re.MULTILINE)
    assert found is not None
    every = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    shown = every[int(found[1]) - 1 : int(found[2])]
    assert shown[0].startswith("litellm==")
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", one) for one in shown[1:])
    assert not shown[-1].endswith("\\")
    assert len(shown) > 2


@pytest.fixture
def package(tmp_path: Path) -> tuple[Path, str]:
    """A folder with a small package, and the package's hash."""
    info = "tiny_example-1.0.dist-info"
    wheel = tmp_path / "tiny_example-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-example\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return tmp_path, hashlib.sha256(wheel.read_bytes()).hexdigest()


def fetch(folder: Path, requirement: str) -> Any:
    """Have pip take the package from its folder, and install it nowhere."""
    (folder / "requirements.txt").write_text(f"{requirement}\n", "utf-8")
    return run(
        *(sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check"),
        *("download", "--no-cache-dir", "--no-index", "--find-links", "."),
        *("--require-hashes", "-r", "requirements.txt", "-d", "taken"),
        folder=folder,
    )


def test_pip_takes_the_file_that_was_named(package: tuple[Path, str]) -> None:
    """A tool such as uv writes them, and pip checks them"""
    folder, digest = package
    assert fetch(folder, f"tiny-example==1.0 --hash=sha256:{digest}").returncode == 0
    assert len(list((folder / "taken").iterdir())) == 1


def test_pip_stops_at_another_file(package: tuple[Path, str]) -> None:
    """it found a file that your hashes do not list. Nothing is installed."""
    done = fetch(package[0], f"tiny-example==1.0 --hash=sha256:{'0' * 64}")
    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE" in done.stderr
    assert not (package[0] / "taken").exists() or not list((package[0] / "taken").iterdir())


def test_pip_stops_at_a_package_without_a_hash(package: tuple[Path, str]) -> None:
    """a package has none. All of them need one, LiteLLM's own dependencies included."""
    done = fetch(package[0], "tiny-example==1.0")
    assert done.returncode != 0
    assert "Hashes are required in --require-hashes mode" in done.stderr


def test_without_a_price_list_litellm_warns(imported: Callable[[bool], Import]) -> None:
    """LiteLLM could not reach its price list, and uses the one that it comes with."""
    said = imported(False).importing
    assert re.search("Failed to fetch remote model cost map .* Falling back to local backup", said)
    known = re.search(r"^LiteLLM knows (\d+) models", said, re.MULTILINE)
    assert known is not None
    assert int(known[1]) > 1000
    assert "Failed to fetch" not in imported(True).importing  # turned off, it goes away


def test_a_stream_waits_for_its_tokenizer(stage: Stage) -> None:
    """LiteLLM keeps trying [...] that would take more than 20 seconds."""
    text = "import time\nstart = time.monotonic()\n" + stage.source("asked_for")
    text = text.replace("library.UnsupportedProtocol", "library.ConnectError")
    text += "print('waited', time.monotonic() - start)\n"
    expect = "requests: 0\nstatuses: []\nwaits: skipped\n"
    outcome = stage.run(text, "headers", expect, lambda interactions: [])
    assert lines(outcome) == ""
    waited = float(outcome.stdout.split("waited ")[1])
    assert 20 < waited < 30
