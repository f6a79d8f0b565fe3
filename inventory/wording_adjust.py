"""Balance, tighten and clearance suggestions in words: stored messages."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from inventory.models import BalanceSuggestion, ClearanceSuggestion, TightenSuggestion
from inventory.wording import message, percent
from suggestions.money import rounded

Words = dict[str, Any]


def balance_words(detail: BalanceSuggestion, source: str, target: str, effect: float) -> Words:
    """Return why to move how many units."""
    return {
        "reason": [
            message(
                gettext_noop(
                    "%(source)s has %(source_units)s units, enough for %(source_days)s days; "
                    "%(target)s has %(target_units)s, enough for %(target_days)s days."
                ),
                source=source,
                target=target,
                source_units=f"{detail.source_units:,}",
                target_units=f"{detail.target_units:,}",
                source_days=f"{detail.source_cover_days:,.0f}",
                target_days=f"{detail.target_cover_days:,.0f}",
            ),
            message(
                gettext_noop(
                    "Moving %(quantity)s units saves about %(margin)s %(currency)s of margin "
                    "before a delivery could come, and costs no purchase."
                ),
                quantity=f"{detail.quantity:,}",
                margin=rounded(effect),
                currency=settings.SHOP_CURRENCY,
            ),
        ],
        "assumptions": [
            message(
                gettext_noop(
                    "Demand of a place is taken from orders of the channel named like it; "
                    "other orders are shared evenly."
                )
            )
        ],
    }


def tighten_words(detail: TightenSuggestion) -> Words:
    """Return what holding less frees and what it risks."""
    return {
        "reason": [
            message(
                gettext_noop(
                    "Ordering up to %(then)s units instead of %(now)s lowers the cover from "
                    "%(cover_now)s to %(cover_then)s days and the chance of lasting from "
                    "%(level_now)s to %(level_then)s."
                ),
                now=f"{detail.up_to_now:,}",
                then=f"{detail.up_to_then:,}",
                cover_now=f"{detail.cover_now_days:,.0f}",
                cover_then=f"{detail.cover_then_days:,.0f}",
                level_now=percent(detail.level_now),
                level_then=percent(detail.level_then),
            ),
            message(
                gettext_noop(
                    "That frees %(money)s %(currency)s and saves %(saved)s %(currency)s of holding "
                    "a year; it puts %(risk)s %(currency)s of margin a year at risk."
                ),
                money=rounded(detail.money_freed),
                saved=rounded(detail.holding_saved),
                risk=rounded(detail.risk_taken),
                currency=settings.SHOP_CURRENCY,
            ),
        ],
        "assumptions": [],
    }


def clearance_words(detail: ClearanceSuggestion, *, cost_is_assumed: bool) -> Words:
    """Return how much lies too long and what it ties up."""
    assumed = message(
        gettext_noop("The cost of %(cost)s %(currency)s per unit is assumed."),
        cost=f"{detail.unit_cost:,.2f}",
        currency=settings.SHOP_CURRENCY,
    )
    return {
        "reason": [
            message(
                gettext_noop(
                    "%(on_hand)s units are on hand; about %(pace)s a day are asked for. "
                    "%(surplus)s units are more than %(days)s days will sell."
                ),
                on_hand=f"{detail.on_hand:,}",
                pace=f"{detail.daily_demand:,.2f}",
                surplus=f"{detail.surplus:,}",
                days=detail.keep_days,
            ),
            *([_spoils(detail)] if detail.expiring else []),
            message(
                gettext_noop(
                    "They tie up %(money)s %(currency)s; holding them until they sell costs about "
                    "%(held)s %(currency)s more. Approved, pricing is asked to sell them off."
                ),
                money=rounded(detail.money_tied),
                held=rounded(detail.holding_saved),
                currency=settings.SHOP_CURRENCY,
            ),
        ],
        "assumptions": [
            *([assumed] if cost_is_assumed else []),
            *([_recovered()] if detail.expiring else []),
        ],
    }


def _spoils(detail: ClearanceSuggestion) -> Words:
    return message(
        gettext_noop(
            "About %(units)s units will pass the shelf life of %(days)s days before they sell: "
            "%(money)s %(currency)s at cost."
        ),
        units=f"{detail.expiring:,}",
        days=detail.shelf_life_days,
        money=rounded(detail.expiring_cost),
        currency=settings.SHOP_CURRENCY,
    )


def _recovered() -> Words:
    return message(
        gettext_noop(
            "What would spoil is assumed to bring back half its cost when sold off in time."
        )
    )
