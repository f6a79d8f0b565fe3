"""The part of a recommendation id that says what an experiment did to the list.

``e12a1``: arm 1 of experiment 12. ``e12t05a3``: interleaved; the bits say which team put a product
there. ``e12x10_30_05a3``: 10 products drawn at random from the best 30; the bits say which of them
the list would have shown anyway. ``e12g10_30``: not drawn, though it might have been.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recommendations.algorithms.marks import read_bit, write_bits

_TAG = re.compile(
    r"e(?P<experiment>\d{1,18})(?:a(?P<arm>\d{1,3})|t(?P<teams>[0-9a-f]{2,40})"
    r"|x(?P<places>\d{1,3})_(?P<pool>\d{1,3})_(?P<bits>[0-9a-f]{2,40})"
    r"|g(?P<greedy_places>\d{1,3})_(?P<greedy_pool>\d{1,3}))"
)


@dataclass(frozen=True)
class Tag:
    """What a tag says: one of ``arm``, ``teams`` (interleaved), ``places`` and ``pool`` (explored).

    ``bits`` is empty for a list that was not drawn at random.
    """

    experiment: int
    arm: int | None = None
    teams: str = ""
    places: int = 0
    pool: int = 0
    bits: str = ""

    def team(self, sku: str) -> int:
        """Which ranker put the product into an interleaved list."""
        return int(read_bit(self.teams, sku))

    def is_greedy(self, sku: str) -> bool:
        """Whether the list would have held the product without the draw."""
        return not self.bits or read_bit(self.bits, sku)


def arm_tag(experiment: int, arm: int) -> str:
    return f"e{experiment}a{arm}"


def team_tag(experiment: int, teams: Mapping[str, bool]) -> str:
    return f"e{experiment}t{write_bits(teams)}"


def drawn_tag(experiment: int, pool: int, greedy: Mapping[str, bool]) -> str:
    """``greedy`` holds the products shown, True where they would be there anyway."""
    return f"e{experiment}x{len(greedy)}_{pool}_{write_bits(greedy)}"


def undrawn_tag(experiment: int, places: int, pool: int) -> str:
    return f"e{experiment}g{places}_{pool}"


def read_tag(text: str) -> Tag | None:
    """What a tag says; None for anything else."""
    found = _TAG.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    experiment = int(part["experiment"])
    if part["arm"]:
        return Tag(experiment, arm=int(part["arm"]))
    if part["teams"]:
        return Tag(experiment, teams=part["teams"])
    places, pool = part["places"] or part["greedy_places"], part["pool"] or part["greedy_pool"]
    return Tag(experiment, places=int(places), pool=int(pool), bits=part["bits"] or "")
