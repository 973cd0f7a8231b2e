"""Time `oncorules --help` as a whole process, and list the heavy libraries that it imports.

```text
python benchmarks/start.py
```
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

HEAVY = ("pandas", "pandera", "lifelines", "matplotlib", "polars", "duckdb", "sqlglot", "pyarrow")
LIMIT = 0.5  # seconds


def time_help(repeat: int = 5) -> list[float]:
    """Return the wall seconds of several starts."""
    walls = []
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "oncorules", "--help"], check=True, stdout=subprocess.DEVNULL
        )
        walls.append(time.perf_counter() - start)
    return walls


def find_heavy() -> list[str]:
    """Return the heavy libraries that `--help` imports."""
    code = (
        "import sys\nfrom oncorules.cli.main import main\n"
        "sys.argv = ['oncorules', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [name for name in HEAVY if f"'{name}'" in done.stderr.splitlines()[-1]]


def main() -> None:
    """Print the figures; end with 1 when a promise is broken."""
    walls, heavy = time_help(), find_heavy()
    middle = statistics.median(walls)
    print(f"oncorules --help: median {middle:.3f} s of {len(walls)}, imports {heavy or 'none'}")
    raise SystemExit(int(middle > LIMIT or bool(heavy)))


if __name__ == "__main__":
    main()
