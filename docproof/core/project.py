"""Where are this project's pages, programs, recordings and outputs?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from docproof.core.problem import BadInput, Problem
from docproof.core.rules import rule

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SETTING = rule(
    "setting",
    family="input",
    refuses="a setting of [tool.docproof] that does not exist or cannot be read",
    why="A misspelt setting would do nothing.",
    example="time-limits = 20",
)
YAML = rule(
    "yaml",
    family="input",
    refuses="a YAML file that is not YAML",
    why="Nothing in it could be held true.",
    example="nav: [",
)
PATH = rule(
    "path",
    family="input",
    refuses="a file, a folder or a rule that the command line names and that does not exist",
    why="The command would do nothing, and say that all is well.",
    example="python -m docproof check docs/gone.md",
)
PROJECT = rule(
    "project",
    family="input",
    refuses="a folder that belongs to no MkDocs project",
    why="There would be nothing to check.",
    example="a folder without mkdocs.yml",
)


@dataclass(frozen=True)
class Project:
    """A MkDocs project and its `[tool.docproof]` settings.

    The settings are explained in pyproject.toml, where they are made;
    `configured` is false if none is, `kept` is what was read of it so far. Times are in seconds.
    """

    root: Path
    mkdocs: dict[str, Any]
    programs: Path
    recordings: Path
    base_url: str = ""
    other_addresses: tuple[str, ...] = ()
    key_variable: str = ""
    versions: tuple[str, ...] = ()
    time_limit: float = 20
    preload: tuple[str, ...] = ()
    outputs: dict[str, str] = field(default_factory=dict)
    configured: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    names: str = "docs-names.yml"
    index: str = ""
    addresses: str = ""
    prices: str = ""
    wire_types: str = ""
    compatibility: str = ""
    written: dict[str, str] = field(default_factory=dict)
    claims: Path | None = None
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def docs(self) -> Path:
        """The folder of the pages."""
        return self.root / str(self.mkdocs.get("docs_dir", "docs"))

    def relative(self, path: Path) -> str:
        """`path` as it is named in messages: from the project's root, with slashes."""
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return str(path)

    def pages(self) -> Iterator[Path]:
        """Every page, in the order of its path."""
        return _files(self.docs, ".md")

    def all_programs(self) -> Iterator[Path]:
        """Every program, in the order of its path."""
        return _files(self.programs, ".py")

    def is_program(self, path: Path) -> bool:
        """Whether `path` is one of the programs."""
        return path.suffix == ".py" and self.programs in path.resolve().parents

    def recording_of(self, program: Path) -> Path:
        """Where the recorded responses of `program` are."""
        inside = program.resolve().relative_to(self.programs)
        return (self.recordings / inside).with_suffix(".yaml")

    def expectations_of(self, program: Path) -> Path:
        """Where it is said what `program` is expected to do, if it is said."""
        return self.recording_of(program).with_suffix(".expected.yaml")

    def output_of(self, program: Path) -> Path:
        """The file that shows what `program` prints."""
        inside = program.resolve().relative_to(self.programs).as_posix()
        name = self.outputs.get(inside, program.stem)
        return program.resolve().parent / "terminal" / f"{name}.md"

    def program_of(self, output: Path) -> Path | None:
        """The program that prints into the file `output`; None if it is no program's output."""
        output = output.resolve()
        named = [self.programs / inside for inside in self.outputs]
        beside = [output.parent.parent / f"{output.stem}.py"]
        made = (one for one in named + beside if one.is_file() and self.is_program(one))
        return next((one for one in made if self.output_of(one) == output), None)

    def line_in_settings(self, name: str) -> int:
        """The line of mkdocs.yml, from 1, on which the option `name` is set first."""
        lines = (self.root / "mkdocs.yml").read_text("utf-8").split("\n")
        found = (n for n, line in enumerate(lines, start=1) if f"{name}:" in line)
        return next(found, 1)

    def extension(self, name: str) -> dict[str, Any] | None:
        """The options of a Markdown extension of mkdocs.yml; None if it is not in use."""
        for entry in self.mkdocs.get("markdown_extensions") or []:
            if entry == name:
                return {}
            if isinstance(entry, dict) and name in entry:
                return dict(entry[name] or {})
        return None


def find_project(start: Path) -> Path:
    """The nearest folder from `start` upwards that has a mkdocs.yml; raises `BadInput`."""
    for folder in [start.resolve(), *start.resolve().parents]:
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise BadInput(
        PROJECT.problem(
            "mkdocs.yml",
            1,
            f"there is none in {start} or above it",
            "change to the project's folder",
        )
    )


def load_project(root: Path) -> Project:
    """The project in the folder `root`; raises `BadInput`."""
    root = root.resolve()
    settings = _settings(root / "pyproject.toml")
    configured = bool(settings)
    paths = {
        "programs": (root / settings.pop("programs", "code")).resolve(),
        "recordings": (root / settings.pop("recordings", "tests/cassettes")).resolve(),
    }
    if "claims" in settings:
        paths["claims"] = (root / settings.pop("claims")).resolve()
    if configured and not paths["programs"].is_dir():
        raise BadInput(
            SETTING.problem(
                "pyproject.toml",
                1,
                f"there is no folder {paths['programs'].name} for programs",
                "mend [tool.docproof] programs, or make the folder",
            )
        )
    for name in ("versions", "preload", "other_addresses"):
        settings[name] = tuple(settings.get(name, ()))
    try:
        return Project(
            root=root,
            mkdocs=_mkdocs(root / "mkdocs.yml"),
            configured=configured,
            **paths,
            **settings,
        )
    except TypeError:
        known = set(Project.__dataclass_fields__) - {"root", "mkdocs", "configured", "kept"}
        unknown = sorted(name.replace("_", "-") for name in set(settings) - known)
        raise BadInput(
            SETTING.problem(
                "pyproject.toml",
                1,
                f"[tool.docproof] has no setting {', '.join(unknown)}",
                "remove it or mend its name",
            )
        ) from None


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    for path in sorted(folder.rglob(f"*{suffix}")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith((".", "__")) for part in parts) and path.is_file():
            yield path


def _settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            SETTING.problem(path.name, 1, f"cannot be read: {error}", "mend the file")
        ) from None
    settings: dict[str, Any] = table.get("tool", {}).get("docproof", {})
    return {name.replace("-", "_"): value for name, value in settings.items()}


# The same reader, written in C where that is installed.
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without running what its `!tags` name."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    """MkDocs' own tags: a path that is relative to something, a variable and its default."""
    if suffix == "relative" and isinstance(node, yaml.ScalarNode):
        return str(node.value).replace("$config_dir", ".") or "."
    if suffix == "ENV" and isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)[-1]
    return None


_Loader.add_multi_constructor("!", _tagged)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)


def _mkdocs(path: Path) -> dict[str, Any]:
    try:
        settings = yaml.load(path.read_text("utf-8"), _Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(yaml_problem(path.name, error)) from None
    return settings if isinstance(settings, dict) else {}


def yaml_problem(path: str, error: Exception) -> Problem:
    """What a YAML file's reader had to say, with the line it said it of."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return YAML.problem(path, line, f"cannot be read: {what}", "mend the file")
