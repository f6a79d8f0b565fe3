"""A price changes together with its history, or not at all."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import PriceChange, Product
from suggestions.actors import Actor
from suggestions.models import Suggestion


class PriceMovedError(Exception):
    """The price is no longer the one the caller saw: somebody else changed it."""


def set_price(
    *,
    product_id: int,
    price: Decimal,
    expected_current: Decimal | None,
    source: PriceChange.Source,
    actor: Actor,
    suggestion: Suggestion | None = None,
) -> PriceChange:
    """Ask ``price`` from now on, and write it into the price history.

    Raises PriceMovedError, with nothing changed, where the current price is not
    ``expected_current`` (None: no price yet), and Product.DoesNotExist for an unknown product.
    """
    with transaction.atomic():
        seen = Product.objects.filter(pk=product_id, price=expected_current)
        if expected_current is None:
            seen = Product.objects.filter(pk=product_id, price__isnull=True)
        if seen.update(price=price) != 1:
            current = Product.objects.get(pk=product_id).price
            raise PriceMovedError(
                _("The price is %(current)s now, not %(expected)s; nothing was changed.")
                % {"current": current, "expected": expected_current}
            )
        return PriceChange.objects.create(
            product_id=product_id,
            price=price,
            previous=expected_current,
            effective_at=timezone.now(),
            source=source,
            actor_id=actor.user_id,
            suggestion=suggestion,
        )
