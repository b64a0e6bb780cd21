"""Where are this project's pages, programs, recordings and outputs?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml

from docproof.core.files import conflict, text_of
from docproof.core.problem import BadInput, Problem, rule
from docproof.core.yaml_files import SAFE_LOADER, Document, yaml_problem

SETTING = rule(
    "setting",
    refuses=(
        "a setting below [tool.docproof] in pyproject.toml that does not exist or has a value that "
        "cannot be used, a mkdocs.yml that MkDocs itself would refuse, and a folder without one"
    ),
    why="A misspelled setting would do nothing, and everything would seem fine.",
    example='preloads = ["x"], where preload is meant',
)
PATH = rule(
    "path",
    refuses=(
        "a file, a folder, an include or a rule that the command line names and that does not exist"
    ),
    why="The command would do nothing, and say that everything is fine.",
    example="python -m docproof check docs/gone.md",
)


Made = TypeVar("Made")


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

    Its programs are below code/, their recordings below tests/cassettes/, in folders that
    mirror those of the pages.
    The settings are explained in pyproject.toml, where they are made;
    `configured` is false if none is, `kept` is what was read of it so far. Times are in seconds.
    """

    root: Path
    mkdocs: dict[str, Any]
    programs: Path
    recordings: Path
    base_urls: tuple[str, ...] = ()
    key_variable: str = ""
    versions: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    configured: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    compatibility: str = ""
    hints: dict[str, str] = field(default_factory=dict)
    kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def docs(self) -> Path:
        """The folder of the pages."""
        return self.root / str(self.mkdocs.get("docs_dir", "docs"))

    def relative(self, path: Path) -> str:
        """`path` as it is named in messages: from the project's root, with slashes."""
        return relative(path, self.root)

    @property
    def claims(self) -> Path:
        """The folder of the tests of what the pages say; without it, none is asked for."""
        return self.root / "tests/claims"

    def proof(self, name: str) -> File:
        """A file of what is remembered or declared for the proof."""
        return self._file(self.root / "proof" / name)

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
        """The program at `path`, below the folder of the programs."""
        return self.once(("program", path), lambda: self._program((self.root / path).resolve()))

    def hinted(self, program: Program, problem: Problem) -> Problem:
        """A problem with a program, with the project's own hint where that knows what is wrong."""
        for text, hint in self.hints.items():
            if text in problem.what:
                inside = program.path.relative_to(self.programs).with_suffix("").as_posix()
                _, *rest = problem.hint.split("; ")  # what else is said stays
                said = "; ".join([hint.replace("{program}", inside), *rest])
                return replace(problem, hint=said)
        return problem

    def program_of(self, output: Path) -> Program | None:
        """The program that prints into the file `output`; None if it is no program's output."""
        if output.suffix != ".md":
            return None
        output = output.resolve()
        path = output.parent.parent / f"{output.stem}.py"
        if path.is_file() and self.is_program(path) and self.program(path).output.path == output:
            return self.program(path)
        return None

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, or raises as `BadInput`: made once in a run for each key."""
        if key not in self.kept:
            try:
                self.kept[key] = make()
            except BadInput as bad:
                self.kept[key] = bad
        made: Made | BadInput = self.kept[key]
        if isinstance(made, BadInput):
            raise BadInput(made.problem)
        return made

    def _program(self, path: Path) -> Program:
        inside = path.relative_to(self.programs)
        recording = (self.recordings / inside).with_suffix(".yaml")
        return Program(
            path,
            self.relative(path),
            self.root,
            recording=self._file(recording),
            expectations=self._file(recording.with_suffix(".expected.yaml")),
            output=self._file(path.parent / "terminal" / f"{path.stem}.md"),
            pictures=self._file(self.docs / inside.parent / "images"),
        )

    def _file(self, path: Path) -> File:
        return File(path, self.relative(path))

    def line_of_option(self, extension: str, option: str) -> int:
        """The line of mkdocs.yml, from 1, on which a Markdown extension's option is set."""
        tree = yaml.compose((self.root / "mkdocs.yml").read_text("utf-8"), SAFE_LOADER)
        written = Document(None, tree)
        entries = self.mkdocs["markdown_extensions"]
        number = list(entries).index(extension)
        places = ((extension, option), (number, extension, option))
        return max(written.line_of("markdown_extensions", *place) for place in places)

    def extension(self, name: str) -> dict[str, Any] | None:
        """The options of a Markdown extension of mkdocs.yml; None if it is not in use."""
        extensions: dict[str, dict[str, Any]] = self.mkdocs.get("markdown_extensions", {})
        return extensions.get(name)


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
        SETTING.problem(
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
    mkdocs = _mkdocs(root / "mkdocs.yml")
    docs = (root / mkdocs["docs_dir"]).resolve()
    if not docs.is_dir() or docs in root.parents:
        wrong = "the project is below it" if docs.is_dir() else "there is no such folder"
        what = f"docs_dir is {mkdocs['docs_dir']}, and {wrong}"
        hint = "name the folder of the pages, or make it"
        raise _refused(root / "mkdocs.yml", "docs_dir", what, hint)
    return Project(
        root=root,
        mkdocs=mkdocs,
        programs=(root / "code").resolve(),
        recordings=(root / "tests/cassettes").resolve(),
        configured=bool(settings),
        **settings,
    )


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    for path in sorted(folder.rglob(f"*{suffix}")):
        parts = path.relative_to(folder).parts
        if not any(part.startswith((".", "__")) for part in parts) and path.is_file():
            yield path


def _settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    _refuse_conflict(path)
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            SETTING.problem(path.name, 1, f"cannot be read: {error}", "fix the file")
        ) from None
    for name in ("tool", "docproof"):
        table = table.get(name, {})
        if not isinstance(table, dict):
            what, hint = f"{name} is no table", "write [tool.docproof], and settings below it"
            raise BadInput(SETTING.problem(path.name, 1, what, hint))
    settings: dict[str, Any] = {}
    for name, value in table.items():
        field_name = name.replace("-", "_")
        kind = _KINDS.get(field_name)
        found = re.search(rf"^[ \t]*(?:\[tool\.docproof\.)?{re.escape(name)}\b", text, re.MULTILINE)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        if kind is None:
            what, hint = f"[tool.docproof] has no setting {name}", "remove it or fix its name"
            raise BadInput(SETTING.problem(path.name, line, what, hint))
        is_right, needed = kind
        if not is_right(value):
            what, hint = f"{name} is not {needed}", "fix it, or remove it"
            raise BadInput(SETTING.problem(path.name, line, what, hint))
        settings[field_name] = tuple(value) if isinstance(value, list) else value
    return settings


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


# What a setting has to be, by the type of the field that it becomes.
_NEEDED: dict[object, tuple[Callable[[object], bool], str]] = {
    "str": (_is_text, "a text in quotes"),
    "tuple[str, ...]": (
        lambda value: isinstance(value, list) and all(map(_is_text, value)),
        "a list of texts in quotes",
    ),
    "dict[str, str]": (
        lambda value: isinstance(value, dict) and all(isinstance(v, str) for v in value.values()),
        "a table of texts in quotes",
    ),
}
_KINDS = {
    name: _NEEDED[field.type]
    for name, field in Project.__dataclass_fields__.items()
    if field.type in _NEEDED
}


class _Loader(SAFE_LOADER):  # type: ignore[misc]
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
    """The settings of MkDocs; raises `BadInput`.

    `docs_dir` is a text, and `markdown_extensions` maps names to options.
    """
    settings = _written(path)
    if settings.get("docs_dir") is None:
        settings["docs_dir"] = "docs"
    if not isinstance(settings["docs_dir"], str):
        raise _refused(path, "docs_dir", "docs_dir is no text", "write the folder's name")
    settings["markdown_extensions"] = _extensions(path, settings.get("markdown_extensions"))
    return settings


def _written(path: Path, inheriting: tuple[Path, ...] = ()) -> dict[str, Any]:
    """What a mkdocs.yml says, and the file that it inherits from; raises `BadInput`."""
    _refuse_conflict(path)
    try:
        settings: Any = yaml.load(path.read_text("utf-8-sig"), _Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(yaml_problem(path.name, error)) from None
    if settings is not None and not isinstance(settings, dict):
        what, hint = "it is no mapping of settings", "begin with site_name: …"
        raise BadInput(SETTING.problem(path.name, 1, what, hint))
    own: dict[str, Any] = settings or {}
    parent = own.pop("INHERIT", None)
    if parent is None:
        return own
    file = (path.parent / str(parent)).resolve()
    if not file.is_file() or file in (path, *inheriting):
        state = "is no file" if not file.is_file() else "inherits from it"
        what = f"INHERIT is {parent}, which {state}"
        raise _refused(path, "INHERIT", what, "fix the path")
    return _merged(_written(file, (path, *inheriting)), own)


def _refuse_conflict(path: Path) -> None:
    """Raises `BadInput` for settings that git could not merge."""
    hint = "keep what is right of both sides, and take the marks out"
    if path.name == "mkdocs.yml":
        hint += ", or, if both only add pages to the menu: python -m docproof fix"
    if found := conflict(text_of(path), path.name, hint):
        raise BadInput(found)


def _merged(parent: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """As MkDocs merges them: mappings one by one, of all else what is the file's own."""
    both = [name for name, value in own.items() if isinstance(value, dict)]
    both = [name for name in both if isinstance(parent.get(name), dict)]
    return parent | own | {name: _merged(parent[name], own[name]) for name in both}


def _extensions(path: Path, written: Any) -> dict[str, dict[str, Any]]:
    """The options of each Markdown extension, which MkDocs takes from a list or a mapping."""
    if isinstance(written, dict):
        written = [{name: options} for name, options in written.items()]
    if not isinstance(written or [], list):
        what, hint = "markdown_extensions is no list", "write extensions one below the other"
        raise _refused(path, "markdown_extensions", what, hint)
    extensions: dict[str, dict[str, Any]] = {}
    for entry in written or []:
        pairs = entry if isinstance(entry, dict) else {str(entry): None}
        name, options = next(iter(pairs.items())) if len(pairs) == 1 else (None, None)
        if not isinstance(entry, (str, dict)) or not isinstance(options or {}, dict) or not name:
            what = f"markdown_extensions has {entry!r}, neither a name nor a name with options"
            hint = "write its options one below the other"
            raise _refused(path, "markdown_extensions", what, hint)
        extensions[name] = options or extensions.get(name, {})
    return extensions


def _refused(path: Path, setting: str, what: str, hint: str) -> BadInput:
    """What is wrong with a setting of MkDocs, at its line."""
    tree = yaml.compose(path.read_text("utf-8-sig"), SAFE_LOADER)
    line = Document(None, tree).line_of(setting)
    return BadInput(SETTING.problem(path.name, line, what, hint))
