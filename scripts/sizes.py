"""Print how long files and functions are: information for whoever looks for a missing room."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

SKIPPED = ("migrations/", "tests/", "benchmarks/")


def tracked() -> list[Path]:
    """Python files under version control that are neither tests nor migrations."""
    listing = subprocess.run(
        ["git", "ls-files", "*.py"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [Path(name) for name in listing.split() if not any(part in name for part in SKIPPED)]


def functions(path: Path) -> list[tuple[int, str]]:
    """Length and name of each function in a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{path}:{node.name}")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def row(name: str, lengths: list[int]) -> str:
    """One line of the table: count, median, 95th percentile, longest."""
    ordered = sorted(lengths)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return (
        f"{name:<10}{len(ordered):>7}{statistics.median(ordered):>8.0f}{p95:>6}{ordered[-1]:>6}\n"
    )


def main() -> None:
    paths = [path for path in tracked() if path.stat().st_size]
    files = [(len(path.read_text("utf-8").splitlines()), str(path)) for path in paths]
    bodies = [entry for path in paths for entry in functions(path)]
    out = sys.stdout.write
    out(f"{'lines per':<10}{'count':>7}{'median':>8}{'p95':>6}{'max':>6}\n")
    out(row("file", [length for length, _ in files]))
    out(row("function", [length for length, _ in bodies]))
    for length, name in sorted(files)[-5:] + sorted(bodies)[-5:]:
        out(f"{length:>6}  {name}\n")


if __name__ == "__main__":
    main()
