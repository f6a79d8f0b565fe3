"""What the first visitor of a web process would otherwise wait for."""

import numpy as np

from recommendations.ranking import NO_PAST, rank
from recommendations.selectors import popular
from recommendations.shelf import live_everywhere, shelf


def warm() -> None:
    """Read the live versions and rank once by each; then rules and stock, for a list."""
    for version in live_everywhere():
        shelved = shelf(version)
        nothing = np.zeros(len(shelved.skus), np.bool_)
        rank(shelved.arrays, version.recipe, NO_PAST, hidden=nothing, places=1)
    popular(1)
