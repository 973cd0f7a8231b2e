"""The table model: which tables and columns an export may have, and what they mean.

The model is data: one YAML file per table under `models/sdtm` and `models/adam`, the code lists
in `models/codes.yaml`. A file is read when its table is first asked for, so an export of five
tables costs five small files. A study adds or changes tables with the same keys, through
`Model.with_tables`.

```text
Model ── tables ── TableModel ── columns ── Column
  └───── codes ─── CodeList
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from oncorules.data.model_files import read_yaml, yaml_names
from oncorules.errors import CallError, did_you_mean

ColumnType = Literal["text", "integer", "number", "date", "boolean"]
Core = Literal["required", "expected", "permissible"]
Standard = Literal["sdtm", "adam"]

GENERIC_SUPP = "SUPP--"
_VERSIONS: Mapping[str, str] = {"sdtm": "SDTMIG 3.3", "adam": "ADaMIG 1.1"}


class CodeList(BaseModel):
    """A list of allowed values; an extensible one helps with spelling and is never an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = ""
    extensible: bool = False
    values: tuple[str, ...]


class Column(BaseModel):
    """One column: its type and what else is known of its values.

    Attributes:
        type: text, integer, number, date (ISO 8601, possibly partial) or boolean.
        label: what the column holds, in CDISC's words.
        core: `required`: there and filled; `expected`: there; `permissible`: as the study likes.
        unit: the unit of all values of the column, such as `mm`.
        unit_from: the column of the same row that holds the unit.
        codes: the allowed values themselves, or the name of a code list of the model.
        references: `TABLE.COLUMN` in which every value must occur.
        length: the longest text allowed, in characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ColumnType
    label: str = ""
    core: Core = "permissible"
    unit: str | None = None
    unit_from: str | None = None
    codes: str | tuple[str, ...] | None = None
    references: str | None = None
    length: int | None = None


class TableModel(BaseModel):
    """One table: its columns in the standard's order and the key that names a row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: str = ""
    source: str = ""
    key: tuple[str, ...]
    columns: dict[str, Column]

    def column_name(self, name: str) -> str | None:
        """Return the model's spelling of a column name written in any case, or nothing."""
        return name if name in self.columns else self._by_folded_name.get(name.upper())

    def column(self, name: str) -> Column | None:
        """Return a column by its name in any case, or nothing.

        >>> load_model("sdtm").tables["LB"].column("lbstresn").unit_from
        'LBSTRESU'
        """
        spelled = self.column_name(name)
        return None if spelled is None else self.columns[spelled]

    def columns_of_core(self, *cores: Core) -> tuple[str, ...]:
        """Return the names of the columns of the given cores, in the table's order.

        >>> load_model("sdtm").tables["SV"].columns_of_core("required")
        ('STUDYID', 'DOMAIN', 'USUBJID', 'VISITNUM')
        """
        return tuple(name for name, column in self.columns.items() if column.core in cores)

    @cached_property
    def _by_folded_name(self) -> dict[str, str]:
        return {name.upper(): name for name in self.columns}


class Model:
    """All tables that an export may have, with the code lists that their columns name.

    Attributes:
        standard: name and version, to show: `SDTMIG 3.3`.
        tables: the tables by upper-case name; `SUPP--` stands for every supplemental table.
    """

    def __init__(
        self,
        standard: str,
        tables: Mapping[str, TableModel],
        codes: Mapping[str, CodeList] | None = None,
    ) -> None:
        """Take tables, and code lists beside the shipped ones; see `load_model`."""
        self.standard = standard
        self.tables = tables
        self._own_codes = codes or {}

    def __repr__(self) -> str:
        """Return the standard and the names of the tables."""
        return f"Model({self.standard}: {' '.join(self.tables)})"

    def table(self, name: str) -> TableModel | None:
        """Return the table of a name written in any case, or nothing.

        A name such as SUPPAE gets the generic supplemental table under its own name.

        >>> standard_model().table("suppae").key
        ('USUBJID', 'RDOMAIN', 'IDVAR', 'IDVARVAL', 'QNAM')
        """
        folded = name.upper()
        if folded in self.tables:
            return self.tables[folded]
        supplemental = len(folded) == len(GENERIC_SUPP) and folded.startswith("SUPP")
        if supplemental and GENERIC_SUPP in self.tables:
            return self.tables[GENERIC_SUPP].model_copy(update={"name": folded})
        return None

    @cached_property
    def codes(self) -> Mapping[str, CodeList]:
        """The code lists by name: the shipped ones, and a study's own in front of them."""
        return {**_shipped_codes(), **self._own_codes}

    def code_list(self, column: Column) -> CodeList | None:
        """Return the allowed values of a column, whether named or listed in place, or nothing."""
        if column.codes is None:
            return None
        if isinstance(column.codes, str):
            return self.codes[column.codes]
        return CodeList(source="listed with the column", values=column.codes)

    def with_tables(
        self,
        tables: Mapping[str, Any],
        codes: Mapping[str, Any] | None = None,
        *,
        place: str = "export_tables",
    ) -> Model:
        """Return this model with a study's own tables and code lists.

        A table whose name the model knows keeps the model's columns, label and key except
        those that are given; any other name is a new table and needs `key` and `columns`.

        Args:
            tables: table name to `{label, key, columns}`, as plain data.
            codes: code list name to a list of values, or to `{source, extensible, values}`.
            place: where the tables stand, for the messages.

        Raises:
            RuleError: `export_tables.PET.columns.SUV.typ: unknown key "typ"; did you mean
                "type"?` and alike, all faults together.

        >>> own = {"PET": {"key": ["USUBJID"], "columns": {"USUBJID": "text", "SUV": "number"}}}
        >>> standard_model().with_tables(own).table("pet").column("suv").type
        'number'
        """
        from oncorules.data.model_own import read_own_tables
        from oncorules.errors import Problem, RuleError

        own = read_own_tables(self, tables, codes or {})
        if own.faults:
            raise RuleError(
                [Problem(".".join((place, *fault.path)), fault.message) for fault in own.faults]
            )
        return self._with(own.tables, own.codes)

    def _with(self, tables: Mapping[str, TableModel], codes: Mapping[str, CodeList]) -> Model:
        joined = _Tables(
            {name: partial(self.tables.__getitem__, name) for name in self.tables}
            | {name: partial(tables.__getitem__, name) for name in tables}
        )
        return Model(self.standard, joined, {**self._own_codes, **codes})


class _Tables(Mapping[str, TableModel]):
    """Tables by name; each is read from its file when it is first asked for."""

    def __init__(self, readers: Mapping[str, Callable[[], TableModel]]) -> None:
        self._readers = readers

    def __getitem__(self, name: str) -> TableModel:
        return self._readers[name]()

    def __contains__(self, name: object) -> bool:
        return name in self._readers

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


@cache
def load_model(standard: Standard) -> Model:
    """Return the tables of one standard, `sdtm` or `adam`.

    Raises:
        CallError: `there is no table model "sdmt"; did you mean "sdtm"?`

    >>> load_model("adam")
    Model(ADaMIG 1.1: ADLB ADRS ADSL ADTR ADTTE)
    """
    if standard not in _VERSIONS:
        near = did_you_mean(standard, _VERSIONS) or "; there are sdtm and adam"
        raise CallError(f'there is no table model "{standard}"{near}')
    return Model(_VERSIONS[standard], _Tables(_readers(standard)))


@cache
def standard_model() -> Model:
    """Return the tables of SDTM and ADaM in one model."""
    readers = {name: reader for each in _VERSIONS for name, reader in _readers(each).items()}
    return Model(", ".join(_VERSIONS.values()), _Tables(readers))


def _readers(standard: str) -> dict[str, Callable[[], TableModel]]:
    """Return each table's name, which is its file's name, with the call that reads it."""
    names = yaml_names("models", standard)
    return {name: partial(_read_table, standard, name) for name in names}


@cache
def _read_table(standard: str, name: str) -> TableModel:
    return TableModel(name=name, **read_yaml("models", standard, f"{name}.yaml"))


@cache
def _shipped_codes() -> Mapping[str, CodeList]:
    content = read_yaml("models", "codes.yaml")
    return {name: CodeList(**each) for name, each in content.items()}
