"""Amounts as the columns of suggestions hold them."""

from decimal import Decimal

CENT = Decimal("0.01")
MOST_MONEY = Decimal("999999999999.99")


def as_money(amount: float) -> Decimal:
    """An amount in cents, no larger than its column: one mistyped price must not cost the night all
    its advice.
    """
    return max(min(Decimal(amount), MOST_MONEY), -MOST_MONEY).quantize(CENT)
