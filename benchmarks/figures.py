"""A figure: one JSON line, and its row in the table of figures."""

import json
import sys
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Figure:
    """``better`` is "higher" or "lower"; ``target`` is what the figure should reach."""

    name: str
    value: float
    unit: str = ""
    better: str = "lower"
    target: float | None = None
    rivals: dict[str, float] = field(default_factory=dict)
    interval: tuple[float, float] | None = None
    seconds: float | None = None

    def emit(self) -> None:
        """Print the figure as one JSON line."""
        sys.stdout.write(json.dumps(asdict(self)) + "\n")
        sys.stdout.flush()

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.better == "higher" else self.value <= self.target


def table(figures: list[Figure]) -> str:
    """A Markdown table; figures that miss their target are marked."""
    head = "| figure | value | target | rivals | 95 % interval |\n|---|---:|---:|---|---|\n"
    return head + "".join(_row(figure) for figure in figures)


def _row(figure: Figure) -> str:
    rivals = ", ".join(f"{name} {value:.4g}" for name, value in figure.rivals.items())
    sign = "≥" if figure.better == "higher" else "≤"
    target = "" if figure.target is None else f"{sign} {figure.target:.4g}"
    interval = "" if figure.interval is None else "{:.4g} – {:.4g}".format(*figure.interval)
    missed = " **missed**" if figure.is_met is False else ""
    return (
        f"| `{figure.name}` | {figure.value:.4g} {figure.unit}{missed} | {target} | {rivals} "
        f"| {interval} |\n"
    )
