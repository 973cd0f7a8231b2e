"""What must stay true of the source as a whole; needs nothing but the standard library."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "oncorules"

#: Diseases, criteria and drugs. They live in YAML; the engine would serve a cardiology study.
#: Who tells synthetic patients must name what they have: these two packages are left out.
NAMING = (SOURCE / "generators", SOURCE / "calibration")
MEDICINE = re.compile(
    r"recist|ctcae|percist|lugano|tumou?r|lesion|neoplas|cancer|carcinom|sarcoma|lymphom|leuk[ae]|"
    r"melanom|metasta|malignan|chemother|radiother|immunother|nadir|progressive_disease|"
    r"partial_response|complete_response|stable_disease|salvage|dotatate|lutetium|prrt|cisplatin|"
    r"paclitaxel|everolimus|octreotide|an[ae]*mia|neutrop|thrombocytop|h[ae]*moglobin|platelet|"
    r"creatinin|bilirubin|infarct|stroke|diabet",
    re.IGNORECASE,
)
CEILING = 450


def python_files(*folders: str) -> list[Path]:
    """The Python files below folders of the repository."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def words_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name and every text of a module, with its line; docstrings and comments left out."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield line, text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.alias(name=text):
                yield line, text
            case ast.arg(arg=text) | ast.keyword(arg=str(text)):
                yield line, text
            case ast.FunctionDef(name=text) | ast.ClassDef(name=text):
                yield line, text


def medicine_in(source: str) -> list[str]:
    """The medical words of a module, as `line: word`."""
    found = ((line, MEDICINE.search(text)) for line, text in words_of(ast.parse(source)))
    return [f"{line}: {match[0]}" for line, match in found if match]


@pytest.mark.parametrize(
    "path",
    [path for path in python_files("src") if not any(map(path.is_relative_to, NAMING))],
    ids=lambda path: path.name,
)
def test_no_python_file_names_a_disease_a_criterion_or_a_drug(path: Path) -> None:
    assert medicine_in(path.read_text("utf-8")) == []
    assert not MEDICINE.search(path.stem)


def test_the_search_for_medical_words_sees_names_and_texts_but_not_docstrings() -> None:
    source = '"""Grades of CTCAE."""\nimport lesion_tools\ndef f(nadir, *, x="RECIST 1.1"): ...\n'
    assert sorted(medicine_in(source)) == ["2: lesion", "3: RECIST", "3: nadir"]


@pytest.mark.parametrize(
    "path", python_files("src", "tests", "benchmarks"), ids=lambda path: path.name
)
def test_no_python_file_is_longer_than_the_ceiling(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= CEILING


def test_only_the_standard_library_and_small_packages_are_imported_by_the_root_package() -> None:
    tree = ast.parse((SOURCE / "__init__.py").read_text("utf-8"))
    at_import = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [node.module for node in at_import if isinstance(node, ast.ImportFrom)] == [
        "__future__",
        "typing",
    ]
    assert not [node for node in at_import if isinstance(node, ast.Import)]
