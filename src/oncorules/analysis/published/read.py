"""Reads what a paper prints: the folder `published` of a study, with its figures by id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from oncorules.analysis.published.figure import Figure, Published
from oncorules.analysis.published.model import Paper, PrintedTable, Section
from oncorules.analysis.published.sentences import read_sentence
from oncorules.analysis.published.tables import read_table
from oncorules.errors import CallError, Problem, RuleError, did_you_mean
from oncorules.rules.loading.model_problems import find_problems
from oncorules.rules.loading.yaml_places import Document
from oncorules.rules.loading.yaml_text import in_file_order, read_yaml

FOLDER, PAPER, PLAN = "published", "paper", "analyses"


def studies() -> dict[str, Path]:
    """Return the shipped studies that bring the figures of a paper, by id."""
    root = Path(str(files("oncorules.rules"))) / "studies"
    folders = sorted(root.iterdir()) if root.is_dir() else []
    return {one.name: one for one in folders if (one / FOLDER / f"{PAPER}.yaml").is_file()}


def read_published(study: str | Path) -> Published:
    """Return the figures that the paper of a study prints.

    Args:
        study: the id of a shipped study, or the folder of one.

    Raises:
        CallError: there is no such study, or it brings no figures.
        RuleError: every problem of its files, each as `file:line:column: sentence`.
    """
    root = find_study(study)
    return _Reader(root).read()


def find_study(study: str | Path) -> Path:
    """Return the folder of a study.

    Raises:
        CallError: there is no such study, or it brings no figures.
    """
    shipped = studies()
    root = shipped.get(str(study), Path(study))
    if (root / FOLDER / f"{PAPER}.yaml").is_file():
        return root
    if root.is_dir():
        raise CallError(f"{root} has no {FOLDER}/{PAPER}.yaml, so it prints no figures")
    near = did_you_mean(str(study), shipped)
    known = "" if near else f"; there are {', '.join(sorted(shipped))}"
    raise CallError(f'there is no study "{study}"{near}{known}')


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def read(self) -> Published:
        documents = self._documents()
        paper: Paper = self._checked(Paper, documents.pop(PAPER))
        self._stop_at_problems()
        self.published = Published(self.root.name, paper.title, paper.doi, dict(paper.groups))
        self.paper = paper
        parts: dict[str, list[Figure]] = {}
        tables = {name: one for name, one in documents.items() if "table" in one.data}
        same: list[tuple[Document, int, tuple[str, str]]] = []
        for name, document in tables.items():  # first, since sentences repeat what tables print
            table = self._checked(PrintedTable, document)
            if table is not None:
                self.published.tables[f"table-{table.table}"] = table
                figures = read_table(table, paper, self.published, _placed(document))
                parts[name] = self._collect(figures, document.place())
                same += [(document, number, pair) for number, pair in enumerate(table.same)]
        self._stop_at_problems()
        for name, document in documents.items():
            section = self._checked(Section, document) if name not in tables else None
            if section is None:
                continue
            parts[name] = []
            for key, sentence in section.sentences.items():
                place = _placed(document, "sentences", key)
                found = read_sentence(
                    f"{name}.{key}", section.section, key, sentence, paper,
                    self.published, place,
                )  # fmt: skip
                parts[name] += self._collect(found, place("text"))
        self._stop_at_problems()
        self._order(parts)
        self._join(same)
        self._check(documents)
        self._stop_at_problems()
        self._say_sizes()
        return self.published

    def _documents(self) -> dict[str, Document]:
        found = {}
        for path in sorted((self.root / FOLDER).glob("*.yaml")):
            if path.stem == PLAN:
                continue
            shown = f"{self.root.name}/{FOLDER}/{path.name}"
            try:
                document = read_yaml(path, shown)
                if not isinstance(document.data, dict):
                    raise RuleError([Problem(shown, "expected keys with values")])
                found[path.stem] = document
            except RuleError as error:
                self.problems += error.problems
        self._stop_at_problems()
        return found

    def _checked(self, model: Any, document: Document) -> Any:
        def place(path: tuple[object, ...], key: bool) -> str:
            return document.place_key(path) if key else document.place(path)

        found, problems = find_problems(model, document.data, place)
        self.problems += problems
        return found

    def _collect(self, figures: Iterator[Figure], place: str) -> list[Figure]:
        """Take figures up, each id once; what cannot be read is a problem at the place."""
        taken: list[Figure] = []
        try:
            for figure in figures:
                if figure.id in self.published.figures:
                    message = (
                        f'a second figure has the id "{figure.id}"; rename its row or sentence'
                    )
                    self.problems.append(Problem(figure.place.line, message))
                self.published.figures[figure.id] = figure
                taken.append(figure)
        except RuleError as error:
            self.problems += error.problems
        except ValueError as error:
            self.problems.append(Problem(place, str(error)))
        return taken

    def _stop_at_problems(self) -> None:
        if self.problems:
            raise RuleError(in_file_order(self.problems))

    def _order(self, parts: dict[str, list[Figure]]) -> None:
        """Bring the figures into the order of the paper."""
        left = [name for name in parts if name not in self.paper.parts]
        known = [name for name in self.paper.parts if name in parts]
        figures = [one for name in (*known, *left) for one in parts[name]]
        self.published.figures = {one.id: one for one in figures}

    def _join(self, same: Sequence[tuple[Document, int, tuple[str, str]]]) -> None:
        figures = self.published.figures
        for document, number, (later, first) in same:
            if later not in figures:
                place = document.place(("same", number))
                self.problems.append(Problem(place, f'there is no figure "{later}"'))
                continue
            one = figures[later]
            figures[later] = replace(one, same_as=(*one.same_as, first), kind="recomputable")

    def _check(self, documents: Mapping[str, Document]) -> None:
        """Refuse ids and groups that do not exist."""
        figures, groups = self.published.figures, self.published.groups
        sized = {one.size_of for one in self.published}
        for one in self.published:
            follows = one.follows
            named = [*one.same_as, *([one.at_most] if one.at_most else [])]
            for operand in (*follows.operands, *follows.unknown) if follows is not None else ():
                named += operand
            named += [f"group:{one.share_of}"] if one.share_of else []
            for id in named:
                group = id.removeprefix("group:")
                if id.startswith("group:") and group not in sized:
                    message = f'no figure prints the size of the group "{group}"'
                    self.problems.append(Problem(one.place.line, message))
                elif not id.startswith("group:") and id not in figures:
                    near = did_you_mean(id, figures)
                    message = f'there is no figure "{id}"{near}'
                    self.problems.append(Problem(one.place.line, message))
            if one.group is not None and one.group not in groups:
                message = f'the paper has no group "{one.group}"{did_you_mean(one.group, groups)}'
                self.problems.append(Problem(one.place.line, message))

    def _say_sizes(self) -> None:
        """Of the figures that print the size of a group, all but the first repeat it."""
        figures = self.published.figures
        for group in self.published.groups:
            for one in self.published.sizes(group)[1:]:
                if one.kind == "cohort":
                    figures[one.id] = replace(one, kind="recomputable")


def _placed(document: Document, *above: object) -> Callable[..., str]:
    return lambda *path: document.place((*above, *path))
