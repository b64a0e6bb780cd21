"""Which faults can the site have as a whole: its links, tables, settings, claims, lock, what is left over?"""

# ruff: noqa: E501 - a case is a line, as in a table

from __future__ import annotations

from rot_edits import (
    FOLDER,
    HELLO,
    HELLO_OUTPUT,
    HELLO_RECORDING,
    INDEX,
    KEY_PAGE,
    MODELS,
    PAGE,
    REFERENCE,
    append,
    between,
    delete,
    duplicate,
    of,
    prepend,
    replace,
    several,
    transform,
    write,
)

_GOAL = "(integrations/litellm.md)"

LINKS = of(
    "links",
    ("a relative link to nothing", replace(KEY_PAGE, _GOAL, "(integrations/litelm.md)"), KEY_PAGE),
    ("an anchor of another page", replace(PAGE, "#what-is-not-known", "#what-is-unknown"), PAGE),
    ("an anchor of the page itself", replace(PAGE, "(https://github.com/BerriAI/litellm)", "(#lite)"), PAGE),
    ("an absolute link to nothing", replace(KEY_PAGE, _GOAL, "(/get-started/litellm.md)"), KEY_PAGE),
    ("a reference that is not defined", replace(KEY_PAGE, _GOAL, "[litellm-page]"), KEY_PAGE),
    ("a picture that is not there", replace(INDEX, "## Where", "![A page](images/gide.png)\n\n## Where"), INDEX),
    ("a page that no menu has", write("docs/extra.md", "---\ntitle: E\ndescription: An extra page.\n---\n\n# E\n"), "docs/extra.md"),
    ("a heading reworded that others link to", replace(REFERENCE, "## What is not known", "## What is unknown"), PAGE, INDEX, KEY_PAGE),
    ("a page renamed", several(duplicate(KEY_PAGE, "docs/get-started/key.md"), delete(KEY_PAGE)), "docs/get-started/key.md", KEY_PAGE, PAGE, "mkdocs.yml"),
)  # fmt: skip

DATA = of(
    "tables",
    ("the rows' key misspelt", replace(MODELS, "\nmodels:\n", "\nmodles:\n"), (REFERENCE, "```table"), MODELS),
    ("a column that no row has", replace(REFERENCE, '"{context}"', '"{contxt}"'), (REFERENCE, "```table"), (REFERENCE, "contxt")),
    ("a file that is not there", replace(REFERENCE, "file: api-reference/models.yml", "file: models.yml"), (REFERENCE, "```table"), (REFERENCE, "file: models.yml")),
    ("data that is no YAML", prepend(MODELS, "a: [\n"), (REFERENCE, "```table"), MODELS),
    ("a block that is no YAML", replace(REFERENCE, "rows: models", "rows: [models"), (REFERENCE, "```table"), (REFERENCE, "[models")),
    ("a key of one row misspelt", replace(MODELS, "context: 64k", "contxt: 64k"), (REFERENCE, "```table"), (MODELS, "contxt")),
    ("a price that is no number", replace(MODELS, "input: 0.35", "input: '0,35'"), (REFERENCE, "```table"), (MODELS, "0,35")),
)  # fmt: skip

_OLD = f"code/{FOLDER}/old.py"

ORPHANS = of(
    "orphans",
    ("a program that no page shows", several(duplicate(HELLO, _OLD), duplicate(HELLO_RECORDING, f"tests/cassettes/{FOLDER}/old.yaml"), duplicate(HELLO_OUTPUT, f"code/{FOLDER}/terminal/old.md"), replace(f"code/{FOLDER}/terminal/old.md", "hello_litellm.py", "old.py")), _OLD),
    ("an output of no program", duplicate(HELLO_OUTPUT, f"code/{FOLDER}/terminal/old.md"), f"code/{FOLDER}/terminal/old.md"),
    ("an output that no page shows", replace(PAGE, f'--8<-- "{HELLO_OUTPUT}"\n', ""), HELLO_OUTPUT, HELLO),
    ("an image that no page shows", duplicate("docs/images/guide.png", "docs/images/old.png"), "docs/images/old.png"),
    ("a data file that no page shows", duplicate(MODELS, "docs/api-reference/old.yml"), "docs/api-reference/old.yml"),
    ("a declared name that no page has", append("proof/names.yml", "old_name: It was on a page once.\n"), ("proof/names.yml", "old_name")),
)  # fmt: skip

_CLAIMS = "tests/claims/get-started/integrations/test_litellm.py"

CLAIMS = of(
    "claims",
    ("missing", delete("tests/claims/test_index.py"), INDEX),
    ("a sentence turned round", replace(PAGE, "It is not sent to the server.", "It is sent as well."), (_CLAIMS, "It is not sent")),
    ("a number of the prose changed", replace(PAGE, "LiteLLM makes up to three", "LiteLLM makes up to five"), (_CLAIMS, "up to three")),
    ("a test without its sentence", replace(_CLAIMS, '    """Some carry no text, such as the last one."""\n', ""), (_CLAIMS, "def test_some_chunks")),
    ("of a page that is gone", duplicate(_CLAIMS, "tests/claims/test_old.py"), "tests/claims/test_old.py"),
)  # fmt: skip

_LOCK = "docproof.lock"
CHEAT_SHEET = "docs/get-started/integrations/litellm/cheat-sheet.md"  # whose entries are cut

LOCK = of(
    "lock",
    ("missing", delete(_LOCK), _LOCK),
    ("cut short", transform(_LOCK, lambda text: text[: len(text) // 2]), _LOCK, PAGE, CHEAT_SHEET),
    ("with the marks of a conflict", replace(_LOCK, "| import os\n", "<<<<<<< HEAD\n| import os\n=======\n>>>>>>> other\n"), (_LOCK, "<<<<<<<")),
    ("of a newer docproof", replace(_LOCK, "docproof lock 2", "docproof lock 99"), (_LOCK, 1)),
    ("a line edited by hand", replace(_LOCK, "| import sys", "| import re"), (PAGE, "::04")),
    ("of a page that is gone", append(_LOCK, "\ndocs/old.md <- code/old.py +0\n| import os\n"), _LOCK),
)  # fmt: skip

_BASE = '      base_path: ["."]'

SETTINGS = of(
    "settings",
    ("mkdocs.yml is no YAML", replace("mkdocs.yml", "site_name: ", "site_name: ["), "mkdocs.yml"),
    ("a plugin that is not there", replace("mkdocs.yml", "  - search:", "  - serach:"), "mkdocs.yml"),
    ("an option that is not there", append("mkdocs.yml", "\nsite_titel: LiteLLM\n"), ("mkdocs.yml", "site_titel")),
    ("no snippets", between("mkdocs.yml", "  - pymdownx.snippets:", "# `mkdocs build"), "mkdocs.yml", PAGE, INDEX, HELLO),
    ("snippets looked for elsewhere", replace("mkdocs.yml", _BASE, '      base_path: ["docs"]'), "mkdocs.yml", PAGE),
    ("a menu that names a missing page", replace("mkdocs.yml", "get-started/get-api-key.md", "get-started/key.md"), "mkdocs.yml", KEY_PAGE, "docs/get-started/key.md"),
    ("no pages where mkdocs.yml says", replace("mkdocs.yml", "docs_dir: docs", "docs_dir: pages"), "mkdocs.yml"),
    ("a setting of docproof misspelt", replace("pyproject.toml", "preload = ", "preloads = "), "pyproject.toml"),
)  # fmt: skip

FAULTS = [*LINKS, *DATA, *ORPHANS, *CLAIMS, *LOCK, *SETTINGS]
