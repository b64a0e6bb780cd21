"""Where are this project's pages, programs, recordings and outputs?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from docproof.core.problem import BadInput
from docproof.core.rules import rule
from docproof.core.yaml_files import SAFE_LOADER, Document, yaml_problem

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


class File(NamedTuple):
    """A file or a folder: where it is, and what messages call it."""

    path: Path
    name: str


@dataclass(frozen=True)
class Program:
    """A program and what belongs to it, as far as it is there; a project makes it once.

    `path` is absolute, `name` is from the folder `root` of the project. `pictures` is the
    folder of the pictures that are drawn by it and by the programs beside it.
    """

    path: Path
    name: str
    root: Path
    recording: File
    expectations: File
    output: File
    pictures: File

    def recorded_in(self, folder: Path) -> Program:
        """The same program with the recording, and the expectations, that are in `folder`."""
        return replace(
            self,
            recording=File(folder / "recording.yaml", self.recording.name),
            expectations=File(folder / "expected.yaml", self.expectations.name),
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
        return relative(path, self.root)

    def pages(self) -> Iterator[Path]:
        """Every page, in the order of its path."""
        return _files(self.docs, ".md")

    def all_programs(self) -> Iterator[Program]:
        """Every program, in the order of its path."""
        return map(self.program, filter(self.is_program, _files(self.programs, ".py")))

    def is_program(self, path: Path) -> bool:
        """Whether `path` is one of the programs."""
        return path.suffix == ".py" and self.programs in path.resolve().parents

    def program(self, path: Path | str) -> Program:
        """The program at `path`, below the folder of the programs: the same one each time."""
        made: dict[Path | str, Program] = self.kept.setdefault("programs", {})
        if path not in made:
            whole = (self.root / path).resolve()
            if whole not in made:
                made[whole] = self._program(whole)
            made[path] = made[whole]
        return made[path]

    def program_of(self, output: Path) -> Program | None:
        """The program that prints into the file `output`; None if it is no program's output."""
        output = output.resolve()
        named = [self.programs / inside for inside in self.outputs]
        beside = output.parent.parent / f"{output.stem}.py"
        for path in (*named, beside):
            if path.is_file() and self.is_program(path):
                program = self.program(path)
                if program.output.path == output:
                    return program
        return None

    def _program(self, path: Path) -> Program:
        inside = path.relative_to(self.programs)
        recording = (self.recordings / inside).with_suffix(".yaml")
        printed = self.outputs.get(inside.as_posix(), path.stem)
        return Program(
            path,
            self.relative(path),
            self.root,
            recording=self._file(recording),
            expectations=self._file(recording.with_suffix(".expected.yaml")),
            output=self._file(path.parent / "terminal" / f"{printed}.md"),
            pictures=self._file(self.docs / inside.parent / "images"),
        )

    def _file(self, path: Path) -> File:
        return File(path, self.relative(path))

    def line_of_option(self, extension: str, option: str) -> int:
        """The line of mkdocs.yml, from 1, on which a Markdown extension's option is set."""
        entries = self.mkdocs.get("markdown_extensions") or []
        names = [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries]
        number = names.index(extension)
        tree = yaml.compose((self.root / "mkdocs.yml").read_text("utf-8"), SAFE_LOADER)
        return Document(None, tree).line_of("markdown_extensions", number, extension, option)

    def extension(self, name: str) -> dict[str, Any] | None:
        """The options of a Markdown extension of mkdocs.yml; None if it is not in use."""
        for entry in self.mkdocs.get("markdown_extensions") or []:
            if entry == name:
                return {}
            if isinstance(entry, dict) and name in entry:
                return dict(entry[name] or {})
        return None


def relative(path: Path, root: Path) -> str:
    """`path` as it is named in messages of the project in the folder `root`."""
    try:
        return path.resolve().relative_to(root).as_posix()
    except ValueError:
        return str(path)


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
