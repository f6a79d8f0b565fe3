"""A restock suggestion in words: stored messages, rendered in the reader's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_noop

from inventory.models import RestockSuggestion
from suggestions.money import rounded

Message = dict[str, object]
LONG_COVER_DAYS = 180


def message(text: str, **params: object) -> Message:
    """Return a stored message; ``text`` is an English msgid with named places."""
    return {"text": text, "params": params}


def percent(share: float) -> str:
    """Return a share as a merchant writes it: 37 %, 0.4 %."""
    value = 100 * share
    return f"{value:.0f} %" if value >= 1 or value == 0 else f"{value:.1f} %"


@dataclass(frozen=True)
class Wording:
    """Words for one product's order as of a day."""

    detail: RestockSuggestion
    as_of: date
    effect: Decimal

    def reason(self) -> list[Message]:
        """Return why to order, why that much, and what waiting costs."""
        detail = self.detail
        waiting = [self._waiting()] if detail.waiting_cost >= 1 else []
        cheaper = [self._cheaper(detail.plain_quantity)] if detail.plain_quantity else []
        learned = [self._learned()] if detail.learned_class else []
        return [*self._why(), *cheaper, *learned, *waiting]

    def _learned(self) -> Message:
        return message(
            gettext_noop(
                "Its class %(name)s is kept at a service level of %(level)s: of the levels tried "
                "on the shop's own past, it cost least in stock held and margin lost."
            ),
            name=self.detail.learned_class,
            level=f"{100 * self.detail.service_level:g} %",
        )

    def _cheaper(self, plain: int) -> Message:
        return message(
            gettext_noop(
                "Raised from %(plain)s units to the price break: each costs %(cost)s instead of "
                "%(before)s %(currency)s, which saves %(saved)s %(currency)s on the whole line. "
                "Holding what is beyond the need costs about %(held)s %(currency)s."
            ),
            plain=f"{plain:,}",
            cost=f"{self.detail.unit_cost:,.2f}",
            before=f"{self.detail.unit_cost_of(plain):,.2f}",
            saved=rounded(self.detail.break_saving),
            held=f"{self.detail.break_holding:,.2f}",
            currency=settings.SHOP_CURRENCY,
        )

    def _waiting(self) -> Message:
        return message(
            gettext_noop(
                "Ordered by %(order_by)s it comes in time, as expected; ordered one review later "
                "it costs about %(margin)s %(currency)s of margin."
            ),
            order_by=self.detail.order_by.isoformat(),
            margin=rounded(self.detail.waiting_cost),
            currency=settings.SHOP_CURRENCY,
        )

    def _why(self) -> list[Message]:
        detail = self.detail
        return [
            self._stock(),
            message(
                gettext_noop(
                    "A delivery takes %(lead)s days. Over the %(days)s days this order must last, "
                    "about %(mean)s units will be asked for, in eight of ten cases between "
                    "%(low)s and %(high)s."
                ),
                lead=detail.lead_days,
                days=detail.protection_days,
                mean=f"{detail.demand_mean:,.0f}",
                low=f"{detail.demand_q10:,.0f}",
                high=f"{detail.demand_q90:,.0f}",
            ),
            message(
                gettext_noop(
                    "Without an order the chance of running out before a delivery is %(risk)s. "
                    "Ordering %(quantity)s units for %(cost)s %(currency)s saves about "
                    "%(margin)s %(currency)s of margin."
                ),
                risk=percent(detail.stockout_risk),
                quantity=f"{detail.quantity:,}",
                cost=rounded(detail.quantity * detail.unit_cost),
                margin=rounded(self.effect),
                currency=settings.SHOP_CURRENCY,
            ),
        ]

    def _stock(self) -> Message:
        params = {
            "on_hand": f"{self.detail.on_hand:,}",
            "on_order": f"{self.detail.on_order:,}",
        }
        if self.detail.on_hand_is_assumed:
            return message(
                gettext_noop(
                    "Stock was never counted; about %(on_hand)s units are assumed to be on hand. "
                    "%(on_order)s are on order."
                ),
                **params,
            )
        if self.detail.run_out_on is None:
            return message(
                gettext_noop("%(on_hand)s units are on hand and %(on_order)s on order."), **params
            )
        return message(
            gettext_noop(
                "%(on_hand)s units are on hand and %(on_order)s on order; at the expected pace "
                "they last until %(run_out)s."
            ),
            **params,
            run_out=self.detail.run_out_on.isoformat(),
        )

    def guardrails(self, missing: int) -> list[Message]:
        """Return what shaped the quantity beyond the ``missing`` units."""
        detail, out = self.detail, []
        if detail.on_hand_is_assumed:
            out.append(
                message(
                    gettext_noop(
                        "No safety stock is ordered before stock is counted: the order only "
                        "fills up to the expected demand."
                    )
                )
            )
        if detail.full_quantity is not None:
            out.append(
                message(
                    gettext_noop(
                        "Cut from %(full)s units, so that all orders together stay within budget "
                        "and room."
                    ),
                    full=f"{detail.full_quantity:,}",
                )
            )
        out += self._bounds(missing)
        if detail.minimum_quantity > missing:
            out.append(
                message(
                    gettext_noop("Raised to the supplier's minimum of %(minimum)s units."),
                    minimum=f"{detail.minimum_quantity:,}",
                )
            )
        if detail.pack_size > 1:
            out.append(
                message(
                    gettext_noop("Rounded up to whole packs of %(pack)s units."),
                    pack=f"{detail.pack_size:,}",
                )
            )
        if self._days_covered > LONG_COVER_DAYS:
            out.append(
                message(
                    gettext_noop("At the expected pace this order alone lasts %(days)s days."),
                    days=f"{self._days_covered:,.0f}",
                )
            )
        return out

    def _bounds(self, missing: int) -> list[Message]:
        """Return what shelf life and room made of the ``missing`` units."""
        detail, out = self.detail, []
        if detail.room is not None and missing > detail.room:
            out.append(
                message(
                    gettext_noop("Kept to the room there will be: %(room)s units."),
                    room=f"{detail.room:,}",
                )
            )
        if detail.spoiling:
            out.append(
                message(
                    gettext_noop(
                        "The least one may order is more than sells within the shelf life of "
                        "%(days)s days: about %(units)s units will spoil, and their cost is taken "
                        "off what the order saves."
                    ),
                    days=detail.shelf_life_days,
                    units=f"{detail.spoiling:,}",
                )
            )
        elif detail.sells_in_time is not None and missing > detail.sells_in_time:
            out.append(
                message(
                    gettext_noop(
                        "Kept to what sells within the shelf life of %(days)s days: about "
                        "%(units)s units."
                    ),
                    days=detail.shelf_life_days,
                    units=f"{detail.sells_in_time:,}",
                )
            )
        return out

    @property
    def _days_covered(self) -> float:
        detail = self.detail
        return detail.quantity * detail.protection_days / max(detail.demand_mean, 1e-9)

    def assumptions(self) -> list[Message]:
        """Return which figures are assumed rather than known."""
        detail, out = self.detail, []
        if detail.on_hand_is_assumed:
            out.append(
                message(
                    gettext_noop(
                        "Stock was never counted: %(units)s units on hand are assumed from the "
                        "days of sales set for such products. Count before you order."
                    ),
                    units=f"{detail.on_hand:,}",
                )
            )
        if detail.lead_is_assumed:
            out.append(
                message(
                    gettext_noop("The lead time of %(days)s days is assumed."),
                    days=detail.lead_days,
                )
            )
        if detail.cost_is_assumed:
            out.append(
                message(
                    gettext_noop("The cost of %(cost)s %(currency)s per unit is assumed."),
                    cost=f"{detail.unit_cost:,.2f}",
                    currency=settings.SHOP_CURRENCY,
                )
            )
        return out
