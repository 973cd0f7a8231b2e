import pytest

from oncorules.engine.memory import bytes_of
from oncorules.errors import CallError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("64MB", 64_000_000),
        ("2GB", 2_000_000_000),
        ("1.5 GiB", 1_610_612_736),
        ("500000000B", 500_000_000),
    ],
)
def test_a_size_is_a_number_with_a_unit(text: str, size: int) -> None:
    assert bytes_of(text) == size


@pytest.mark.parametrize("text", ["2", "2 gigs", "1PB", "", "-1GB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(CallError, match="is not a size; write it like 500MB or 2GB"):
        bytes_of(text)


def test_a_size_in_which_no_row_has_room_is_refused() -> None:
    with pytest.raises(CallError, match='memory "1000B" is too little to work with'):
        bytes_of("1000B")
