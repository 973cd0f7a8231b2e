from pathlib import Path

import pytest

from oncorules.errors import CallError
from oncorules.report.each.names import listed, name_exports, shown


def test_a_name_is_the_last_part_of_a_path_without_its_ending() -> None:
    assert name_exports(["sites/01", "sites/02.zip", "lb.xpt"]) == ["01", "02", "lb"]


def test_a_folder_keeps_what_follows_a_point(tmp_path: Path) -> None:
    (tmp_path / "week 1.5").mkdir()
    assert name_exports([tmp_path / "week 1.5"]) == ["week_1.5"]


def test_exports_with_one_name_get_what_tells_them_apart() -> None:
    paths = ["a/x/trial", "b/x/trial", "c/other", "d/site.zip", "d/site.xpt"]
    assert name_exports(paths) == ["a-x-trial", "b-x-trial", "other", "site.zip", "site.xpt"]


def test_a_name_does_not_depend_on_the_order_of_the_call() -> None:
    paths = ["week1/trial", "week2/trial", "week1-trial/x", "old/TRIAL"]
    names = dict(zip(paths, name_exports(paths), strict=True))
    backwards = dict(zip(paths[::-1], name_exports(paths[::-1]), strict=True))
    assert names == backwards
    assert len({name.casefold() for name in names.values()}) == len(paths)


@pytest.mark.parametrize(
    "hostile",
    [
        "../../etc/pa sswd",
        "a/=cmd|calc",
        "a/<b>x",
        "a/.hidden",
        "a/-rf",
        "a/..",
        "a/\n",
        "/",
        "a/é",
    ],
)
def test_a_hostile_name_stays_one_visible_folder(hostile: str) -> None:
    (name,) = name_exports([hostile])
    assert Path(name).name == name
    assert name[0] not in ".-=" and name.isprintable()
    assert not set(name) & set("/\\<>|;&= ")


def test_an_export_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(CallError, match=r"link is given twice \(.*\); name it once"):
        name_exports([tmp_path, tmp_path / "link"])


def test_two_exports_that_no_name_tells_apart_are_refused() -> None:
    with pytest.raises(
        CallError, match=r"/x/a b and /x/a_b would be written to the folder x-a_b of --out"
    ):
        name_exports(["/x/a b", "/x/a_b"])


def test_no_export_is_called_like_the_record_beside_the_folders(tmp_path: Path) -> None:
    (tmp_path / "each.json").mkdir()
    (name,) = name_exports([tmp_path / "each.json"])
    assert name == f"{tmp_path.name}-each.json"


def test_the_password_of_a_database_is_in_no_name_and_in_no_text() -> None:
    url = "postgresql://reader:secret@host/trial?schema=sdtm"
    assert name_exports([url, "duckdb:///data/trial.duckdb"]) == ["trial_schema_sdtm", "trial"]
    assert "secret" not in shown(url)


def test_many_names_are_counted_in_a_sentence() -> None:
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"
    assert listed("ab") == "a, b"
