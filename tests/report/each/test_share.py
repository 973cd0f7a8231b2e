import pytest

from oncorules.engine.memory import bytes_of
from oncorules.errors import CallError
from oncorules.report.each.share import part_of_engine, share


@pytest.mark.parametrize(
    ("exports", "jobs", "threads"),
    [(20, 4, (1, 1, 1, 1)), (2, 8, (4, 4)), (3, 8, (3, 3, 2)), (5, 1, (1,)), (1, 4, (4,))],
)
def test_all_threads_are_given_out(exports: int, jobs: int, threads: tuple[int, ...]) -> None:
    assert share(exports, jobs).threads == threads
    assert sum(threads) == jobs


def test_memory_is_divided_by_those_that_run_at_a_time() -> None:
    assert share(20, 4, "4GB").memory == "1000000000B"
    assert share(20, 4).memory is None


def test_fewer_run_at_a_time_where_memory_is_short() -> None:
    shared = share(20, 8, "1GB")
    assert shared.threads == (4, 4)
    assert bytes_of(shared.memory or "") == 500_000_000
    assert share(20, 8, "100MB").threads == (8,)


def test_no_jobs_and_no_size_are_refused() -> None:
    with pytest.raises(CallError, match="the number of jobs is 0; give 1 to 256"):
        share(2, 0)
    with pytest.raises(CallError, match='memory "lots" is not a size'):
        share(2, 1, "lots")


def test_the_parts_of_what_the_engine_would_take_are_no_more_than_the_whole() -> None:
    whole, part = (bytes_of(part_of_engine(parts)) for parts in (1, 4))
    assert 0 <= whole - 4 * part < 4
