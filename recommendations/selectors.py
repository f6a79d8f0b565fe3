"""The lists: for a customer, beside a product or a cart, after a visit, for everybody.

Every list falls back from its own strategy to what is popular, then to what is new, then to
nothing; unknown customers and products, empty shops and missing models are no errors. A warm
process asks the database for the customer's history (one query, where there is a customer); the
products it is about to show it knows (``goods``). Only a list that is still too short asks for the
newest products.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from django.db.models import QuerySet

from catalog.models import Product
from recommendations.history import NO_HISTORY, History, history_of
from recommendations.listing import (
    EVERYTHING,
    NEWEST,
    POPULAR_RECIPE,
    Answer,
    Filters,
    Plan,
    Recommended,
    Source,
    Wish,
    answer,
)
from recommendations.models import RecommenderVersion
from recommendations.ranking import NONE, Past, basket, visit
from recommendations.shelf import Live, Shelf, live, shelf

Placement = RecommenderVersion.Placement
CART = "cart"
SESSION = "session"


def recommend_for_customer(number: str, n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """The for-you list; with ``exclude_seen=False`` the buy-again list, where repeats count."""
    return answer(customer_plan(number, n, filters))


def similar_products(sku: str, n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """What customers of a product also bought, then what is popular in its category."""
    return answer(visit_plan([sku], n, filters, Placement.SIMILAR))


def for_session(skus: Sequence[str], n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """What goes with the products of a visit (oldest first); those are left out."""
    return answer(visit_plan(skus, n, filters, SESSION))


def bought_together(sku: str, n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """What is in the same baskets as a product, then what its customers also bought."""
    return answer(basket_plan([sku], n, filters, Placement.TOGETHER))


def cart_add_ons(skus: Sequence[str], n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """What goes best with all of a cart together; what is in the cart is left out."""
    return answer(basket_plan(skus, n, filters, CART))


def trending(n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """What sells more this week than the weeks before let expect."""
    return answer(everybodys_plan(n, filters, Placement.TRENDING))


def new_arrivals(n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """New products, those with most customers first, then those launched last."""
    return answer(everybodys_plan(n, filters, Placement.NEW))


def popular(n: int = 10, filters: Filters = EVERYTHING) -> Answer:
    """What sells best of late, the same for everybody."""
    return answer(everybodys_plan(n, filters, Placement.POPULAR))


def customer_plan(
    number: str,
    n: int,
    filters: Filters,
    version: Live | None = None,
    read: Callable[[str], History] = history_of,
    place: str = "",
) -> Plan:
    """Of a customer who is unknown or wants no lists of their own: what is popular.

    ``version`` makes it in place of the live one; ``read`` gives the history of a number;
    ``place``: whose rules hold, where it is not the list of that name.
    """
    placement = Placement.FOR_YOU if filters.exclude_seen else Placement.BUY_AGAIN
    version = version or live(placement)
    history = read(number) if version and filters.personalized else NO_HISTORY
    if version is None or not history.is_personalised or not len(history):
        may_vary = filters.personalized and history.is_personalised
        wish = Wish(n, filters, place or placement)
        return Plan(wish, [], live(Placement.POPULAR), may_vary=may_vary)
    bought = history.bought().tolist() if filters.exclude_seen else []
    past = _known(shelf(version), history)
    sources = [Source(version, placement, version.recipe, past)] if len(past.codes) else []
    return Plan(Wish(n, filters, place or placement, frozenset(bought)), sources, version)


def visit_plan(
    skus: Sequence[str], n: int, filters: Filters, strategy: str, version: Live | None = None
) -> Plan:
    """By the neighbours of what was seen, then by what is popular in its last category."""
    version = version or live(Placement.SIMILAR)
    wish = _beside(skus, n, filters, strategy)
    sources = _visited(version, skus, strategy) if version and filters.personalized else []
    return Plan(wish, sources, version, may_vary=filters.personalized)


def basket_plan(
    skus: Sequence[str], n: int, filters: Filters, strategy: str, version: Live | None = None
) -> Plan:
    """By what shares baskets with the products, then as after a visit of them."""
    version, similar = version or live(Placement.TOGETHER), live(Placement.SIMILAR)
    sources = []
    if version and filters.personalized:
        codes = _codes(shelf(version), skus)
        if codes:
            past = basket(codes)
            sources.append(Source(version, strategy, version.recipe, past, why="together"))
    if similar and filters.personalized:
        sources += _visited(similar, skus, Placement.SIMILAR)
    wish = _beside(skus, n, filters, strategy)
    return Plan(wish, sources, version or similar, may_vary=filters.personalized)


def everybodys_plan(n: int, filters: Filters, placement: str, version: Live | None = None) -> Plan:
    """The same for everybody: by one score per product."""
    wish, served = Wish(n, filters, placement), version or live(placement)
    if served is None or (version is None and placement == Placement.POPULAR):
        return Plan(wish, [], served)
    why = NEWEST if placement == Placement.NEW else placement
    return Plan(wish, [Source(served, placement, POPULAR_RECIPE, why=why)], served)


def lists_for_product(product: Product, n: int = 10) -> dict[str, Answer]:
    """The lists a product's page shows: what goes with it, and what is popular beside it."""
    path = product.category.path if product.category else ""
    return {
        "similar": similar_products(product.sku, n),
        "popular": popular(n, Filters(category=path, exclude=[product.sku])),
    }


def lists_for_customer(number: str, n: int = 10) -> dict[str, Answer]:
    """The lists a customer's page shows."""
    return {
        "for_you": recommend_for_customer(number, n),
        "buy_again": recommend_for_customer(number, n, Filters(exclude_seen=False)),
    }


def remembered_history() -> Callable[[str], History]:
    """``history_of``, read once however often one request asks."""
    return cache(history_of)


def live_versions() -> "QuerySet[RecommenderVersion]":
    """The versions that are served, without their arrays."""
    return RecommenderVersion.objects.filter(is_live=True).defer("blob").order_by("placement")


def _beside(skus: Sequence[str], n: int, filters: Filters, strategy: str) -> Wish:
    return Wish(n, replace(filters, exclude=[*filters.exclude, *skus]), strategy)


def _codes(shelved: Shelf, skus: Sequence[str]) -> list[int]:
    return [shelved.code_of_sku[sku] for sku in skus if sku in shelved.code_of_sku]


def _visited(version: Live, skus: Sequence[str], strategy: str) -> list[Source]:
    shelved = shelf(version)
    codes = _codes(shelved, skus)
    if not codes:
        return []
    sources = [Source(version, strategy, version.recipe, visit(codes))]
    if cold := version.recipe.get("cold"):
        sources.append(Source(version, "content", {"parts": cold}, visit(codes)))
    path = str(shelved.paths[codes[-1]])
    if path:
        sources.append(Source(version, "category", POPULAR_RECIPE, within=path))
    return sources


def _known(shelved: Shelf, history: History) -> Past:
    """The part of a history that the version knows, by its codes."""
    codes = shelved.codes(history.product_ids)
    known = codes != NONE
    return Past(
        codes[known],
        history.ages[known],
        history.weights[known],
        history.is_purchase[known],
        history.idle_days,
    )


__all__ = [
    "EVERYTHING",
    "Answer",
    "Filters",
    "Recommended",
    "basket_plan",
    "bought_together",
    "cart_add_ons",
    "customer_plan",
    "everybodys_plan",
    "for_session",
    "lists_for_customer",
    "lists_for_product",
    "live_versions",
    "new_arrivals",
    "popular",
    "recommend_for_customer",
    "remembered_history",
    "similar_products",
    "trending",
    "visit_plan",
]
