"""A price suggestion in words: stored messages, rendered in the reader's language."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_noop

from pricing.models import PriceSuggestion
from suggestions.money import rounded

if TYPE_CHECKING:
    from pricing.services.estimate import Estimates

Message = dict[str, object]
MOSTLY_OWN, PARTLY_OWN = 0.5, 0.2
NEAR = 0.995


def message(text: str, **params: object) -> Message:
    """Return a stored message; ``text`` is an English msgid with named places."""
    return {"text": text, "params": params}


@dataclass(frozen=True)
class Wording:
    """Words for one product's price; effects over ``days``, evidence from ``weeks`` weeks."""

    proposal: PriceSuggestion
    days: int
    weeks: int
    step: float

    def reason(self) -> list[Message]:
        """Return how customers react, what the move brings, and where that is known from."""
        detail = self.proposal
        low, high = sorted((abs(detail.elasticity_low), abs(detail.elasticity_high)))
        if detail.elasticity_high > 0:
            low = 0.0
        return [
            message(
                gettext_noop(
                    "When this price rises by %(step)s, about %(share)s fewer units sell "
                    "(between %(low)s and %(high)s)."
                ),
                step="1 %",
                share=f"{max(-detail.elasticity, 0.0):.1f} %",
                low=f"{low:.1f} %",
                high=f"{high:.1f} %",
            ),
            message(
                gettext_noop(
                    "At %(price)s instead of %(current)s %(currency)s, about %(units)s instead of "
                    "%(units_now)s units and a profit of %(profit)s instead of %(profit_now)s "
                    "%(currency)s are expected over %(days)s days."
                ),
                price=f"{detail.suggested_price:,.2f}",
                current=f"{detail.current_price:,.2f}",
                currency=settings.SHOP_CURRENCY,
                units=_count(detail.units),
                units_now=_count(detail.units_now),
                profit=rounded(detail.profit),
                profit_now=rounded(detail.profit_now),
                days=self.days,
            ),
            self._source(),
        ]

    def _source(self) -> Message:
        if self.proposal.own_weight >= MOSTLY_OWN:
            text = gettext_noop("This rests on this product's own %(weeks)s weeks of sales.")
        elif self.proposal.own_weight >= PARTLY_OWN:
            text = gettext_noop(
                "This rests partly on this product's own %(weeks)s weeks of sales, partly on how "
                "customers react to similar products."
            )
        else:
            text = gettext_noop(
                "The price of this product hardly ever moved in its %(weeks)s weeks of sales, so "
                "this rests on how customers react to similar products."
            )
        return message(text, weeks=self.weeks)

    def guardrails(self) -> list[Message]:
        """Return the limits that stopped the price."""
        detail, out = self.proposal, []
        moved = abs(detail.suggested_price - detail.current_price) / detail.current_price
        if self._optimum_is_beyond() and float(moved) > 0:
            out.append(
                message(
                    gettext_noop(
                        "The best price lies further; a price moves by at most %(step)s at once."
                    ),
                    step=f"{100 * self.step:.0f} %",
                )
            )
        if float(detail.suggested_price) * NEAR <= float(detail.floor_price):
            out.append(
                message(
                    gettext_noop("Kept above the floor of %(floor)s %(currency)s."),
                    floor=f"{detail.floor_price:,.2f}",
                    currency=settings.SHOP_CURRENCY,
                )
            )
        return out

    def _optimum_is_beyond(self) -> bool:
        """Whether cost + price / |elasticity|, best for the elasticity as estimated, is too far."""
        price = float(self.proposal.current_price)
        response = max(-self.proposal.elasticity, 0.05)
        best = float(self.proposal.unit_cost) + price / response
        return abs(best - price) > self.step * price

    def assumptions(self, estimates: "Estimates") -> list[Message]:
        """Return which figures are assumed rather than known, and what could not be shown."""
        detail, out = self.proposal, []
        if detail.cost_is_assumed:
            out.append(
                message(
                    gettext_noop(
                        "The cost of %(cost)s %(currency)s per unit, %(share)s of the price, is "
                        "assumed. With the true cost the best price may be another."
                    ),
                    cost=f"{detail.unit_cost:,.2f}",
                    currency=settings.SHOP_CURRENCY,
                    share=f"{100 * detail.unit_cost / detail.current_price:.0f} %",
                )
            )
        if estimates.naive_wins:
            out.append(
                message(
                    gettext_noop(
                        "On the last weeks held back, no demand model foretold sales better than "
                        "the mean of eight weeks, so that mean is taken as the level of demand."
                    )
                )
            )
        return out


def _count(units: float) -> str:
    return f"{units:,.0f}" if units >= 10 else f"{units:.1f}"
