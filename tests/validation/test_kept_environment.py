"""What a library changes in the environment while it is imported does not stay."""

import subprocess
import sys

import pytest

CODE = """
import os
before = dict(os.environ)
import oncorules.validation.MODULE
assert "pandera" in __import__("sys").modules
changed = {name for name in os.environ if os.environ[name] != before.get(name)}
# polars tells its allocator what to do; nobody else reads that.
print(changed - {"_RJEM_MALLOC_CONF"} | set(before) - set(os.environ))
"""


@pytest.mark.parametrize("module", ["structure_pandera", "structure_schema"])
def test_checking_structure_leaves_the_environment_of_the_process_as_it_was(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE.replace("MODULE", module)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"
