"""Writes to the catalogue."""

from catalog.services.clearance import ask_clearance
from catalog.services.prices import PriceMovedError, set_price

__all__ = ["PriceMovedError", "ask_clearance", "set_price"]
