"""Ask an approved price from now on."""

from decimal import Decimal

from catalog.models import PriceChange
from catalog.services.prices import PriceMovedError, set_price
from pricing.models import PriceSuggestion
from suggestions.actors import Actor
from suggestions.kinds import WorldMovedError
from suggestions.models import Suggestion


def apply_price(suggestion: Suggestion, actor: Actor) -> PriceChange:
    """Set the approved price; WorldMovedError where the price is no longer the one advised on."""
    detail = PriceSuggestion.objects.get(suggestion=suggestion)
    try:
        return set_price(
            product_id=detail.product_id,
            price=Decimal(str(suggestion.value)),
            expected_current=detail.current_price,
            source=PriceChange.Source.SUGGESTION,
            actor=actor,
            suggestion=suggestion,
        )
    except PriceMovedError as moved:
        raise WorldMovedError(str(moved)) from moved
