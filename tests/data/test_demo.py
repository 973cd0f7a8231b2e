import pytest

from oncorules.data import demo
from oncorules.data.export import read_export
from oncorules.errors import DataError


def test_the_demo_export_is_read() -> None:
    export = read_export(demo.demo_export())
    assert {"AE", "DM", "LB", "RS", "TR", "TU"} <= set(export.tables)


def test_an_installation_without_it_is_told_so(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(demo, "files", lambda _: tmp_path)
    with pytest.raises(DataError, match=r"the demo export is not in .*; install oncorules again"):
        demo.demo_export()
