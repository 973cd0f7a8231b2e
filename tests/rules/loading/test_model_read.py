"""How a study reads a site's own files: short forms, and faults with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.data.mapping import ColumnFrom, TableFrom
from oncorules.errors import CallError, RuleError
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.loading.model_read import sources_of
from oncorules.rules.session import open_session

HEADER = 'id: {}\ntitle: Ours\nversion: "1"\nlanguage: 1\nsource: ours\nread:\n'


@pytest.fixture
def pack(tmp_path: Path):
    """Write a pack whose `read` is the given text, and return its path."""

    def pack(read: str, name: str = "ours") -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(HEADER.format(name) + read, "utf-8")
        return path

    return pack


def test_a_bare_name_is_a_column_and_one_file_needs_no_list(pack) -> None:
    text = "  dm: {from: people.csv, when_filled: sex, columns: {SEX: sex}}\n"
    loaded = load_pack(pack(text))
    way = TableFrom("people.csv", {}, ("sex",), {"SEX": ColumnFrom("sex")})
    assert sources_of(loaded.read) == {"DM": (way,)}


def test_where_takes_one_value_several_or_none(pack) -> None:
    text = "  AE: {from: all, where: {form: ae, n: [1, 2], event: null}}\n"
    [way] = sources_of(load_pack(pack(text)).read)["AE"]
    assert way.where == {"form": ("ae",), "n": ("1", "2"), "event": ("",)}


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("{from: a, value: b}", 'a column has either "from" or "value"'),
        ("{value: b, codes: {1: M}}", '"codes" and "date" need a column of the file'),
        ("{from: a, date: DD-MM-YY}", '"DD-MM-YY" says no form of dates; write it as DD-MM-YYYY'),
        ("{from: a, dates: DD-MM-YYYY}", 'unknown key "dates"; did you mean "date"?'),
        ('"#rows"', '"#rows" is no column; #row is the number of the row'),
    ],
)
def test_a_fault_is_told_with_its_place(pack, column, message) -> None:
    with pytest.raises(RuleError) as refused:
        load_pack(pack(f"  DM: {{from: people, columns: {{SEX: {column}}}}}\n"))
    assert message in str(refused.value)
    assert "ours.yaml:7:" in str(refused.value)


def test_two_packs_that_read_one_table_are_refused(pack, tmp_path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "people.csv").write_text("a\n1\n", "utf-8")
    packs = [pack("  DM: {from: people}\n", name) for name in ("one", "two")]
    with pytest.raises(CallError, match="one and two both say how DM is read; name one"):
        open_session(tmp_path / "export", packs)
