"""What a list would show, why, and what kept other products out of it: for people, not shoppers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from recommendations.listing import (
    EVERYTHING,
    Answer,
    Filters,
    Plan,
    answer,
    under_rules,
    with_popular,
)
from recommendations.models import PlacementRule, RecommenderVersion
from recommendations.ranking import rank
from recommendations.selectors import basket_plan, customer_plan, everybodys_plan, visit_plan
from recommendations.shelf import out_of_stock, shelf

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Placement = RecommenderVersion.Placement
Place = PlacementRule.Place
LOOKED_AT = 30
FOR_CUSTOMERS = (Place.FOR_YOU, Place.BUY_AGAIN, Place.EMAIL)
BESIDE_PRODUCTS = (Place.SIMILAR, Place.TOGETHER, Place.CART, Place.SESSION)
SAME_FOR_ALL = (Place.POPULAR, Place.TRENDING, Place.NEW)
REASONS: "dict[str, StrOrPromise]" = {
    "bought": _("The customer has it already."),
    "asked": _("It is what the list stands beside."),
    "stock": _("Out of stock."),
    "off sale": _("Not on sale."),
    "blocked": _("Kept out by one of your rules."),
    "category": _("Not in the category asked for."),
    "price": _("Outside the price band asked for."),
}


@dataclass(frozen=True)
class Removed:
    """A product that would have come, its score, and what kept it out."""

    product: Product
    score: float
    reason: "StrOrPromise"


@dataclass(frozen=True)
class Preview:
    """The list and what its filters removed from the models' first choices."""

    answer: Answer
    removed: Sequence[Removed] = ()


def preview(
    placement: str,
    *,
    customer: str = "",
    skus: Sequence[str] = (),
    n: int = 10,
    filters: Filters = EVERYTHING,
) -> Preview:
    """A list as the storefront gets it, and what was taken out of the models' first thirty."""
    plan = plan_of(placement, customer=customer, skus=skus, n=n, filters=filters)
    return Preview(answer(plan), removed_from(plan))


def plan_of(
    placement: str, *, customer: str, skus: Sequence[str], n: int, filters: Filters
) -> Plan:
    """How a list of any placement is made."""
    if placement == Place.EMAIL:
        return customer_plan(customer, n, filters, place=Place.EMAIL)
    if placement in FOR_CUSTOMERS:
        wanted = replace(filters, exclude_seen=placement == Place.FOR_YOU)
        return customer_plan(customer, n, wanted)
    if placement in (Place.TOGETHER, Place.CART):
        return basket_plan(skus, n, filters, placement)
    if placement in BESIDE_PRODUCTS:
        return visit_plan(skus, n, filters, placement)
    return everybodys_plan(n, filters, placement)


def removed_from(plan: Plan) -> list[Removed]:
    """Products among the first source's best that may not be shown, best first."""
    sources = with_popular(plan)
    if not sources:
        return []
    source = sources[0]
    shelved = shelf(source.version)
    nothing = np.zeros(len(shelved.skus), np.bool_)
    ranked = rank(shelved.arrays, source.recipe, source.past, hidden=nothing, places=LOOKED_AT)
    ids = [int(shelved.arrays.product_ids[one.code]) for one in ranked]
    products = Product.objects.select_related("category").in_bulk(ids)
    scores = {pk: one.score for pk, one in zip(ids, ranked, strict=True)}
    why = {pk: _why_removed(products[pk], plan) for pk in ids if pk in products}
    return [
        Removed(products[pk], scores[pk], REASONS[reason]) for pk, reason in why.items() if reason
    ]


def _why_removed(product: Product, plan: Plan) -> str:
    """The first condition that keeps a product out; "" where none does."""
    wish = under_rules(plan.wish)
    filters, path = wish.filters, product.category.path if product.category else ""
    conditions = {
        "off sale": not product.is_active or product.kind != Product.Kind.PRODUCT,
        "blocked": product.pk in wish.rules.blocked
        or any(_is_in(path, blocked) for blocked in wish.rules.blocked_paths),
        "bought": product.pk in plan.wish.hidden,
        "asked": product.sku in filters.exclude,
        "stock": filters.in_stock and product.pk in out_of_stock(),
        "category": bool(filters.category) and not _is_in(path, filters.category),
        "price": not filters.is_in_band(product.price),
    }
    return next((name for name, holds in conditions.items() if holds), "")


def _is_in(path: str, category: str) -> bool:
    return path == category or path.startswith(f"{category} > ")
