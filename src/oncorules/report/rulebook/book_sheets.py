"""The rule book as the rows of sheets; what a reviewer may write is marked as edited."""

from __future__ import annotations

from collections.abc import Iterator

from oncorules import __version__
from oncorules.report.workbook import Cell, Field
from oncorules.rules.catalogue.chapters import Chapter, Contents, example_rows
from oncorules.rules.catalogue.pages import parameter_text, source_text
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.parameters import ParameterValue

RULES, PARAMETERS = "Rules", "Parameters"
VERDICTS = ("agree", "change", "question")
SEVERITIES = ("error", "warning", "notice")

RULE_FIELDS = (
    Field("pack", 14),
    Field("rule", 26),
    Field("title", 36, wrap=True),
    Field("kind", 12),
    Field("severity", 9),
    Field("tables", 12, wrap=True),
    Field("looks at", 44, wrap=True),
    Field("asks that", 54, wrap=True),
    Field("where unknown", 36, wrap=True),
    Field("other parts", 54, wrap=True),
    Field("message", 36, wrap=True),
    Field("source", 30, wrap=True),
    Field("parameters", 24, wrap=True),
    Field("new severity", 10, edited=True, choices=SEVERITIES),
    Field("verdict", 10, edited=True, choices=VERDICTS),
    Field("comment", 44, wrap=True, edited=True),
    Field("reviewer", 16, edited=True),
    Field("formula", 44, wrap=True),
    Field("version", 9),
    Field("file", 34),
    Field("digest", 18),
)
PARAMETER_FIELDS = (
    Field("address", 44, wrap=True),
    Field("value", 16, wrap=True),
    Field("unit", 10),
    Field("new value", 16, wrap=True, edited=True),
    Field("comment", 44, wrap=True, edited=True),
    Field("reviewer", 16, edited=True),
    Field("choices", 30, wrap=True),
    Field("title", 40, wrap=True),
    Field("source", 40, wrap=True),
    Field("given by", 40, wrap=True),
    Field("read by", 40, wrap=True),
)
LINE_FIELDS = (
    Field("pack", 14),
    Field("rule", 26),
    Field("part", 30, wrap=True),
    Field("line", 6),
    Field("says", 80, wrap=True),
)
EXAMPLE_FIELDS = (
    Field("pack", 14),
    Field("rule", 26),
    Field("example", 40, wrap=True),
    Field("given", 70, wrap=True),
    Field("expected", 40, wrap=True),
)
CONFIGURATION_FIELDS = (Field("part", 12), Field("name", 30), Field("value", 60, wrap=True))


def rule_row(one: Chapter) -> list[Cell]:
    """Return a chapter as a row of `RULE_FIELDS`."""
    several = len(one.tables) > 1
    scopes, asked, formulas = [], [], []
    for on in one.tables:
        head = f"{on.table}: " if several else ""
        scope = "\n".join(on.scope.lines()) if on.scope is not None else "every row"
        scopes.append(head + scope)
        asked.append(head + "\n".join(on.condition.lines()))
        formulas.append(head + on.formula)
    return [
        one.pack,
        one.id,
        one.title,
        one.kind,
        one.severity,
        ", ".join(on.table for on in one.tables),
        "\n".join(scopes),
        "\n".join(asked),
        "\n".join(one.unknown),
        "\n".join(f"{step.name}: {step.text}" for step in one.steps),
        one.message,
        one.source,
        "\n".join(map(parameter_text, one.parameters)),
        None,
        None,
        None,
        None,
        "\n".join(formulas),
        one.version,
        one.place,
        one.digest,
    ]


def parameter_row(one: ParameterValue, read_by: str) -> list[Cell]:
    """Return a parameter as a row of `PARAMETER_FIELDS`."""
    declared = one.declared
    return [
        one.address,
        str(scalar_text(one.value)),
        one.unit,
        None,
        None,
        None,
        ", ".join(declared.choices or ()),
        declared.title,
        source_text(declared.source),
        one.origin,
        read_by,
    ]


def parameter_rows(contents: Contents) -> list[list[Cell]]:
    """Return all parameters, each with the rules that read it."""
    readers: dict[str, list[str]] = {}
    for chapter in contents.chapters:
        for one in chapter.parameters:
            readers.setdefault(one.address, []).append(chapter.id)
    return [
        parameter_row(one, ", ".join(readers.get(one.address, ()))) for one in contents.parameters
    ]


def line_rows(contents: Contents) -> Iterator[list[Cell]]:
    """Go through the lines of decisions and grades, in the order in which they are tried."""
    for chapter in contents.chapters:
        for step in chapter.steps:
            for number, row in enumerate(step.rows, 1):
                told = [
                    f"{name}: {cell}" for name, cell in zip(step.columns, row, strict=True) if cell
                ]
                yield [chapter.pack, chapter.id, step.name, number, "\n".join(told)]


def examples(contents: Contents) -> Iterator[list[Cell]]:
    """Go through all examples as rows of `EXAMPLE_FIELDS`."""
    for chapter in contents.chapters:
        for title, given, expected in example_rows(chapter.examples):
            yield [chapter.pack, chapter.id, title, given, expected]


def configuration_rows(contents: Contents) -> Iterator[list[Cell]]:
    """Go through what the book was made of."""
    yield ["program", "oncorules", __version__]
    for pack in contents.packs:
        yield ["pack", pack.id, pack.version]
        for name, version in pack.versions.items():
            if name != pack.id:
                yield ["pack", name, f"{version}, extended by {pack.id}"]
    for name, value in (("study", contents.study), ("preset", contents.preset)):
        if value:
            yield ["asked", name, value]
    for name, value in contents.settings.items():
        yield ["asked", f"--set {name}", str(value)]
