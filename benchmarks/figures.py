"""A figure: one JSON line, and its row in the table of figures."""

import json
import sys
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Figure:
    """``better`` is "higher", "lower", "nearer 0" (the target is the largest distance allowed), or
    "within 0.015 of 0.9"; ``target`` is what the figure should reach.
    """

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
        match self.better.split():
            case ["higher"]:
                return self.value >= self.target
            case ["nearer", centre]:
                return abs(self.value - float(centre)) <= self.target
            case ["within", width, "of", centre]:
                return abs(self.value - float(centre)) <= float(width)
            case _:
                return self.value <= self.target

    @property
    def wish(self) -> str:
        """The target in words."""
        if self.target is None:
            return ""
        signs = {"higher": "≥", "lower": "≤"}
        if self.better in signs:
            return f"{signs[self.better]} {self.target:.4g}"
        return self.better if self.better.startswith("within") else f"± {self.target:.4g}"


def table(figures: list[Figure]) -> str:
    """A Markdown table; figures that miss their target are marked."""
    head = "| figure | value | target | rivals | 95 % interval |\n|---|---:|---:|---|---|\n"
    return head + "".join(_row(figure) for figure in figures)


def _row(figure: Figure) -> str:
    rivals = ", ".join(f"{name} {value:.4g}" for name, value in figure.rivals.items())
    interval = "" if figure.interval is None else "{:.4g} – {:.4g}".format(*figure.interval)
    missed = " **missed**" if figure.is_met is False else ""
    return (
        f"| `{figure.name}` | {figure.value:.4g} {figure.unit}{missed} | {figure.wish} | {rivals} "
        f"| {interval} |\n"
    )
