r"""Time `oncorules validate` beside other validation engines, in one run, on the same files.

```text
python benchmarks/peers_validation.py --peers PATH/validation_peers.py --rows 1000000
python benchmarks/peers_validation.py --peers PATH/validation_peers.py --rows 10000000 \
    --formats parquet
```

The peers' script generates the data and runs each peer (`gen` and `one`); `lab-checks.yaml` says
the same thirteen checks as rules. Every measurement is a whole process: start, imports, reading,
checks, findings. Peak memory is that process's alone. At the end the findings of oncorules are
compared with those of the hand-written DuckDB query key for key.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
PACK = HERE / "lab-checks.yaml"
OURS = {"oncorules sql": "sql", "oncorules pandera": "pandera", "oncorules none": "none"}


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, required=True, help="the peers' script")
    parser.add_argument("--data", type=Path, default=Path("benchmark-data"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--error-rates", default="0.001,0.05")
    parser.add_argument("--formats", default="parquet,csv")
    parser.add_argument("--engines", default="duckdb,polars_tuned,dataframely,pandera_polars")
    parser.add_argument("--ours", default=",".join(OURS))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--results", type=Path, help="write the measurements here as JSON lines")
    return parser.parse_args()


def load_peers(path: Path) -> ModuleType:
    """Return the peers' script as a module, to ask its hand-written query for the keys."""
    spec = importlib.util.spec_from_file_location("peers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(command: list[str]) -> dict[str, Any]:
    """Return wall seconds and peak megabytes of one command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {code}: {said[-500:]}")
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "mb": usage.ru_maxrss / 1024}


def make_data(options: argparse.Namespace, rate: str) -> dict[str, Path]:
    """Generate the peers' files when they are not there, and return a folder for each format."""
    files = load_peers(options.peers).paths(
        argparse.Namespace(dir=options.data, rows=options.rows, error_rate=float(rate))
    )
    if not files["parquet"].exists():
        size = ["--dir", str(options.data), "--rows", str(options.rows), "--error-rate", rate]
        subprocess.run([sys.executable, str(options.peers), "gen", *size], check=True)
    folders = {}
    for form in options.formats.split(","):
        folder = options.data / f"{form}_{options.rows}_{rate}"
        folder.mkdir(exist_ok=True)
        for name, file in (("lab", files[form]), ("subjects", files[f"dm_{form}"])):
            link = folder / f"{name}.{form}"
            if not link.exists():
                os.link(file, link)
        folders[form] = folder
    return folders


def our_command(folder: Path, structure: str, out: Path | None) -> list[str]:
    """Return the command that validates a folder."""
    extra = ["--out", str(out)] if out else []
    return [
        *(sys.executable, "-m", "oncorules", "validate", str(folder), "--pack", str(PACK)),
        *("--structure", structure, "--fail-on", "never", "--quiet", *extra),
    ]


def our_keys(folder: Path) -> dict[str, list[int]]:
    """Return the record keys of every failing row, per check, from the written findings."""
    import pyarrow.parquet as parquet

    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            our_command(folder, "none", Path(out)), check=True, stdout=subprocess.DEVNULL
        )
        table = parquet.read_table(Path(out) / "findings.parquet", columns=["rule_id", "key"])
    keys: dict[str, list[int]] = {}
    for rule, key in zip(table["rule_id"].to_pylist(), table["key"].to_pylist(), strict=True):
        keys.setdefault(rule, []).append(int(json.loads(key)["LBSEQ"]))
    return {rule: sorted(found) for rule, found in keys.items()}


def compare_keys(options: argparse.Namespace, rate: str, form: str, folder: Path) -> str:
    """Return how many findings are equal, key for key, or stop at the first check that differs."""
    peers = load_peers(options.peers)
    size = argparse.Namespace(dir=options.data, rows=options.rows, error_rate=float(rate))
    theirs = peers.ENGINES["duckdb"](peers.paths(size), form, peers.Clock())
    ours = our_keys(folder)
    total = 0
    for check, keys in theirs.items():
        rule = next(name for name in (*ours, "") if name.startswith(check[:3].upper()) or not name)
        if sorted(keys.tolist()) != ours.get(rule, []):
            raise SystemExit(f"{check}: {len(keys)} keys by hand, {len(ours.get(rule, []))} ours")
        total += len(keys)
    return f"{total:,} findings of {len(theirs)} checks equal, key for key"


def main() -> None:
    """Run everything and print one table per size, format and error rate."""
    options = read_arguments()
    for rate in options.error_rates.split(","):
        folders = make_data(options, rate)
        for form, folder in folders.items():
            rows = run_one(options, rate, form, folder)
            print_table(options, rate, form, rows)
            # In a process of its own: a child is born with the memory of its parent counted.
            with multiprocessing.get_context("spawn").Pool(1) as apart:
                print(apart.apply(compare_keys, (options, rate, form, folder)), flush=True)


def run_one(
    options: argparse.Namespace, rate: str, form: str, folder: Path
) -> dict[str, list[dict[str, Any]]]:
    """Return the measurements of every engine; the engines take turns."""
    size = ["--dir", str(options.data), "--rows", str(options.rows), "--error-rate", rate]
    peers = [sys.executable, str(options.peers), "one", *size]
    commands = {
        engine: [*peers, "--engine", engine, "--format", form]
        for engine in options.engines.split(",")
    }
    commands |= {name: our_command(folder, OURS[name], None) for name in options.ours.split(",")}
    with tempfile.TemporaryDirectory() as out:
        commands["oncorules sql --out"] = our_command(folder, "sql", Path(out))
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in commands}
        for _ in range(options.repeat):
            for name, command in commands.items():
                row = measure(command)
                rows[name].append(row)
                if options.results:
                    said = {"engine": name, "rows": options.rows, "rate": rate, "format": form}
                    with options.results.open("a") as lines:
                        lines.write(json.dumps(said | row) + "\n")
    return rows


def print_table(
    options: argparse.Namespace, rate: str, form: str, rows: dict[str, list[dict[str, Any]]]
) -> None:
    """Print medians, and how they stand to the hand-written DuckDB query."""
    hand = statistics.median(row["wall_s"] for row in rows.get("duckdb", [{"wall_s": 0.0}]))
    print(f"\n{options.rows:,} rows, {form}, {float(rate):.1%} faulty rows per check\n")
    print("| whole process | median s | min s | max s | x duckdb | CPU s | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for name, found in rows.items():
        walls = [row["wall_s"] for row in found]
        middle = statistics.median(walls)
        ratio = f"{middle / hand:.2f}" if hand else "-"
        cpu = statistics.median(row["cpu_s"] for row in found)
        peak = max(row["mb"] for row in found)
        print(
            f"| {name} | {middle:.2f} | {min(walls):.2f} | {max(walls):.2f} | {ratio} "
            f"| {cpu:.2f} | {peak:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
