"""Run benchmarks and rewrite their sections of ``docs/benchmarks.md``; without names, all."""

import argparse
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from benchmarks.figures import Figure, table

AREAS = ("foundation", "faults", "recommendations", "forecasting", "inventory", "pricing", "web")
KNOWN = {field.name for field in fields(Figure)}
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Figures

Each table is what one command printed, on a machine of two cores; times are noisy, so trust ratios
and counts. A figure that misses its target is marked and stays. `make bench` runs everything and
rewrites this page; `python -m benchmarks pricing` rewrites one section. Data are found by path:
`../shared/data`, or the folder that `ZHANGGUI_DATA` names.
"""


def sections() -> dict[str, str]:
    """The page's sections by area, as they are now."""
    if not PAGE.exists():
        return {}
    parts = PAGE.read_text("utf-8").split("\n## ")[1:]
    return {part.split("`")[1].split(".")[1].split()[0]: f"\n## {part}" for part in parts}


def run(area: str) -> str:
    """Run one area, pass its lines on, and return its section."""
    command = [sys.executable, "-m", f"benchmarks.{area}", "--json"]
    figures = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            if line.startswith("{"):
                given = json.loads(line)
                figures.append(Figure(**{name: given[name] for name in KNOWN & given.keys()}))
    if process.returncode:
        sys.stderr.write(f"benchmarks.{area} ended with {process.returncode}\n")
    return f"\n## `python -m benchmarks.{area} --json`\n\n{table(figures)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="*", default=AREAS, metavar="AREA", help=", ".join(AREAS))
    for area in parser.parse_args().areas:
        page = sections() | {area: run(area)}
        PAGE.write_text(HEAD + "".join(page[name] for name in AREAS if name in page), "utf-8")


if __name__ == "__main__":
    main()
