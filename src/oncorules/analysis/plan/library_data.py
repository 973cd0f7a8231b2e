"""Real rows that come with an installed library, as an export in a folder."""

from __future__ import annotations

import csv
from importlib.resources import files

from oncorules.analysis.plan.model import Data
from oncorules.data.private import PrivateFolder
from oncorules.errors import DataError


def write_library_data(data: Data) -> PrivateFolder:
    """Return a folder with one CSV file, which goes when nobody holds on to it any more.

    Raises:
        DataError: the library has no such file.
    """
    parts = data.file.split("/")
    source = files(data.package).joinpath(*parts)
    if ".." in parts or not source.is_file():
        raise DataError(f"{data.package} has no file {data.file}; is another version installed?")
    rows = list(csv.reader(source.read_text("utf-8").splitlines(), delimiter=data.separator))
    folder = PrivateFolder()
    with (folder.path / f"{data.table.lower()}.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        for number, row in enumerate(rows):
            first = [data.number_rows if number == 0 else str(number)] if data.number_rows else []
            writer.writerow([*first, *row])
    return folder
