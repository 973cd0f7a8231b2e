"""What a user gets when the wheel is installed."""

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import oncorules

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "oncorules"
HEAVY = {
    "duckdb",
    "great_expectations",
    "lifelines",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "polars",
    "pyarrow",
    "pydantic",
    "ruamel",
    "scipy",
    "sqlglot",
}


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys; print('\\n'.join({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(  # a fixed command
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines())


def installed_files() -> set[str]:
    """The files of the installed distribution, as paths with slashes."""
    files = metadata.files("oncorules") or []
    if not any(str(file).endswith("oncorules/errors.py") for file in files):
        pytest.skip("oncorules is installed in editable mode; tox installs the wheel")
    return {file.as_posix() for file in files}


def data_files() -> set[str]:
    """Every file of the source tree that is not Python code."""
    return {
        path.relative_to(SOURCE.parent).as_posix()
        for path in SOURCE.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and path.name[0] != "."
    }


def test_the_source_tree_holds_the_rules_the_models_the_schema_and_the_demo_export() -> None:
    held = data_files()
    for pattern in (
        r"oncorules/rules/packs/sdtm/.*\.yaml",
        r"oncorules/data/models/.*\.yaml",
        r"oncorules/rules/schema\.json",
        r"oncorules/rules/answers\.yaml",
        r"oncorules/data/units\.yaml",
        r"oncorules/examples/demo-export/.*\.csv",
        r"oncorules/report/findings\.js",
        r"oncorules/report/findings\.css",
        r"oncorules/py\.typed",
    ):
        assert any(re.fullmatch(pattern, file) for file in held), pattern


def test_the_wheel_holds_every_data_file_of_the_source_tree() -> None:
    assert data_files() - installed_files() == set()


def test_the_wheel_holds_the_licence() -> None:
    assert any(file.endswith("licenses/LICENSE") for file in installed_files())


def test_tox_tests_the_wheel_and_not_the_source_tree() -> None:
    if "TOX_ENV_NAME" not in os.environ:
        pytest.skip("outside tox the source tree may well be what is tested")
    assert not Path(oncorules.__file__).is_relative_to(ROOT / "src")


def test_the_version_is_the_same_everywhere() -> None:
    assert metadata.version("oncorules") == oncorules.__version__
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {oncorules.__version__}\n" in citation
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[{re.escape(oncorules.__version__)}\]", changelog, re.MULTILINE)


def test_the_citation_has_what_the_format_asks_for() -> None:
    from ruamel.yaml import YAML

    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert (citation["type"], citation["license"]) == ("software", "Apache-2.0")
    assert all(author["name"] for author in citation["authors"])


def test_the_licence_is_declared_as_an_expression() -> None:
    assert metadata.metadata("oncorules")["License-Expression"] == "Apache-2.0"


def test_the_console_script_is_the_command_line() -> None:
    (script,) = metadata.entry_points(group="console_scripts", name="oncorules")
    assert script.value == "oncorules.cli.main:run"


def test_every_public_name_resolves() -> None:
    for name in oncorules.__all__:
        assert getattr(oncorules, name) is not None, name


def test_public_names_are_listed_before_they_are_imported() -> None:
    assert set(oncorules.__all__) <= set(dir(oncorules))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'validat'"):
        oncorules.validat  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert modules_after("import oncorules") & (HEAVY | {"rich", "typer"}) == set()


def test_asking_for_help_imports_nothing_heavy() -> None:
    code = "from oncorules.cli.main import main; main(['--help'])"
    assert modules_after(code) & HEAVY == set()


def test_the_extras_are_those_that_the_readme_may_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(project["optional-dependencies"]) == {"calibrate", "dev", "gx", "lint", "postgres"}
