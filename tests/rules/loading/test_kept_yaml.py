"""The content of the shipped packs that a wheel carries."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from oncorules.rules.loading import kept_yaml, loader
from oncorules.rules.loading.kept_yaml import kept_document, parsed_packs, without_examples
from oncorules.rules.loading.pack_files import list_pack_files
from oncorules.rules.loading.yaml_text import read_yaml_text

PACKS = loader.shipped_packs()
FILES = [
    path
    for name, folder in PACKS.items()
    for path, _ in list_pack_files(folder, name, trusted=True)
]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(parsed_packs(Path(str(files("oncorules.rules")))))
    monkeypatch.setattr(kept_yaml, "_kept", lambda: found)


@pytest.mark.usefixtures("kept")
def test_every_file_is_kept_as_it_is_read_with_the_place_of_every_value() -> None:
    for path in FILES:
        data = path.read_bytes()
        document, read = kept_document(data, "x"), read_yaml_text(without_examples(data), "x")
        assert document is not None
        assert repr(document.data) == repr(read.data)
        for place in read.marks:
            assert document.place(place) == read.place(place)
            assert document.place_key(place) == read.place_key(place)


@pytest.mark.usefixtures("kept")
def test_a_file_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    changed = PACKS["sdtm"].joinpath("pack.yaml").read_bytes() + b"\n"
    assert kept_document(changed, "x") is None


def test_a_file_whose_anchor_stands_in_an_example_is_not_kept(tmp_path: Path) -> None:
    text = "rules: []\nexamples:\n  - &one [1]\ncodes: *one\n"
    tmp_path.joinpath("a.yaml").write_text(text, encoding="utf-8")
    tmp_path.joinpath("b.yaml").write_text("limit: -.50\n", encoding="utf-8")
    assert list(json.loads(parsed_packs(tmp_path)).values()) == ['{"limit":-0.50}']
