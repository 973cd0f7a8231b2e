"""Zip archives: what is inside is an export; nothing gets out of the private folder."""

from __future__ import annotations

import gc
import stat
import zipfile
from pathlib import Path

import pytest

from oncorules.data.archive import unpack
from oncorules.data.export import CsvFile, read_export
from oncorules.errors import DataError


def pack(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_export(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(str(path), path.name)


def test_an_archive_is_an_export_and_a_lone_folder_is_entered(tmp_path: Path) -> None:
    files = {"trial/sdtm/lb.csv": "A;B\n1;2\n", "trial/sdtm/define.xml": "", "__MACOSX/x.csv": ""}
    path = pack(tmp_path / "trial.zip", files)
    export = read_export(path)
    assert list(export.tables) == ["LB"]
    assert export.tables["LB"].parts[0].file == "lb.csv"
    assert [str(note) for note in export.notes] == [
        f"{path}: not unpacked: trial/sdtm/define.xml, __MACOSX/x.csv",
        'lb.csv: delimiter ";"',
    ]


def test_the_private_folder_lives_as_long_as_a_source_and_no_longer(tmp_path: Path) -> None:
    export = read_export(pack(tmp_path / "t.zip", {"lb.csv": "A\n1\n"}))
    part = export.tables["LB"].parts[0]
    assert isinstance(part.source, CsvFile)
    place = part.source.path
    del export
    gc.collect()
    assert place.exists()
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    del part
    gc.collect()
    assert not place.parent.exists()


@pytest.mark.parametrize(
    "name", ["../lb.csv", "/tmp/lb.csv", "a/../../lb.csv", "..\\lb.csv", "C:\\lb.csv"]
)
def test_a_path_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    message = refused(pack(tmp_path / "t.zip", {name: "A\n1\n"}))
    assert message.startswith("t.zip holds ")
    assert message.endswith(
        "a path that leads out of the archive; do not trust this file, ask for the export again"
    )
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["t.zip"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("lb.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert refused(tmp_path / "t.zip") == (
        't.zip holds "lb.csv", a link to another file; pack the file itself'
    )


def test_a_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(
        "lb.csv", "w"
    ) as packed:  # fmt: skip
        for _ in range(110):
            packed.write(b"0" * (1 << 20))
    message = refused(path)
    assert message.startswith("t.zip would unpack to 115,343,360 bytes, 1,0")
    assert message.endswith("times its size, which no real export does; ask for the export again")


def test_more_than_the_bound_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "t.zip", {"lb.csv": "A\n" * 1000})
    with pytest.raises(DataError, match=r"t.zip would unpack to 2,000 bytes, more than the 1,999"):
        unpack(path, "t.zip", most_bytes=1999)


def test_one_name_twice_is_refused(tmp_path: Path) -> None:
    message = refused(pack(tmp_path / "t.zip", {"lb.csv": "A\n1\n", "LB.csv": "A\n1\n"}))
    assert message == 't.zip holds "LB.csv" twice; pack it once'


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "t.zip", {"lb.csv": "A,B\n" + "1,2\n" * 1000})
    whole = path.read_bytes()
    path.write_bytes(whole[:60])
    assert refused(path).startswith("t.zip is cut off or damaged: its table of contents")
    path.write_bytes(whole[:45] + b"\xff\xff\xff" + whole[48:])
    assert refused(path).startswith("t.zip is a zip archive that is damaged or cut off (")


def test_an_archive_without_a_table_is_refused(tmp_path: Path) -> None:
    assert "holds no table" in refused(pack(tmp_path / "t.zip", {"define.xml": "x"}))


def test_an_archive_that_asks_for_a_password_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "t.zip", {"lb.csv": "A\n1\n"})
    data = bytearray(path.read_bytes())
    # The flag "encrypted" in the local and in the central header.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refused(path) == "t.zip is protected by a password; unpack it and name the folder"
    with pytest.raises(DataError, match=r"t.zip does not open with this password; unpack it"):
        read_export(path, password="guess")
