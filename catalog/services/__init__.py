"""Writes to the catalogue."""

from catalog.services.prices import PriceMovedError, set_price

__all__ = ["PriceMovedError", "set_price"]
