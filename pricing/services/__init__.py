"""What pricing does: suggest prices, and change one when a suggestion is approved."""

from pricing.services.apply import apply_price
from pricing.services.suggest import suggest_prices

__all__ = ["apply_price", "suggest_prices"]
