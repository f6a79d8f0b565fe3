"""From ways to rank to the list shown: filters, fallbacks, facts of the products, reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from django.db.models import F, Q
from django.utils.translation import get_language
from numpy.typing import NDArray

from recommendations.algorithms.diversity import Rules, arrange, maximal_marginal_relevance
from recommendations.goods import Good, goods, on_sale, read
from recommendations.models import RecommenderVersion
from recommendations.ranking import NO_PAST, NONE, Past, Ranked, rank
from recommendations.rules import NO_RULES, HouseRules
from recommendations.shelf import (
    Live,
    Shelf,
    live,
    out_of_stock,
    rules_at,
    shelf,
    where_sold_out,
)
from recommendations.wording import Message, why

Placement = RecommenderVersion.Placement
SPARE = 20
SPARE_UNDER_CAP = 100
PINNED = "pinned"
NEWEST = "newest"
NOTHING = "none"
POPULAR_RECIPE = {"parts": [{"kind": "popularity", "weight": 1.0}]}


@dataclass(frozen=True)
class Filters:
    """What a list may hold.

    ``category``: path of a category, products below it included. ``exclude``: SKUs.
    ``exclude_seen``: leave out what the customer bought. ``in_stock``: leave out what was counted
    and is gone. ``personalized=False``: do not look at the customer. ``price_min`` and
    ``price_max``: the band, both included; products whose price is unknown are in none.
    """

    category: str = ""
    exclude: Sequence[str] = ()
    exclude_seen: bool = True
    in_stock: bool = True
    personalized: bool = True
    price_min: Decimal | None = None
    price_max: Decimal | None = None

    @property
    def has_band(self) -> bool:
        """Is there a condition on the price?"""
        return self.price_min is not None or self.price_max is not None

    def is_in_band(self, price: Decimal | None) -> bool:
        """Whether a price lies in the band asked for; an unknown one lies in none."""
        low, high = self.price_min, self.price_max
        if not self.has_band:
            return True
        return (
            price is not None and (low is None or price >= low) and (high is None or price <= high)
        )


EVERYTHING = Filters()


class Recommended(NamedTuple):
    """One product of a list; ``price`` is None where unknown, ``reason_sku`` "" where none."""

    product_id: int
    sku: str
    title: str
    price: Decimal | None
    score: float
    reason: Message
    reason_sku: str = ""


@dataclass(frozen=True)
class Answer:
    """A list and what made it: ``strategy`` is the placement or fallback of its first product."""

    strategy: str
    version: Live | None
    items: list[Recommended] = field(default_factory=list)

    def __iter__(self) -> Iterator[Recommended]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def skus(self) -> list[str]:
        return [item.sku for item in self.items]


class Pick(NamedTuple):
    """A product on its way into a list, before its facts are read."""

    product_id: int
    strategy: str
    score: float
    reason: Message
    reason_sku: str


Row = tuple[Pick, Good]


@dataclass(frozen=True)
class Source:
    """One way to rank: a version's arrays, a recipe, a past; ``within`` a category's path.

    ``why``: the reason to give in place of that of the recipe's part.
    """

    version: Live
    strategy: str
    recipe: dict[str, Any]
    past: Past = NO_PAST
    within: str = ""
    why: str = ""


@dataclass(frozen=True)
class Wish:
    """How many products, where, through which filters, and which are hidden besides."""

    n: int
    filters: Filters
    placement: str
    hidden: frozenset[int] = frozenset()
    rules: HouseRules = NO_RULES
    reads_chinese: bool = False


@dataclass(frozen=True)
class Plan:
    """How a list is to be made: the ways to rank, best first, before anything is ranked.

    ``may_vary`` is False for a customer who wants no list of their own: no experiment touches it.
    """

    wish: Wish
    sources: list[Source] = field(default_factory=list)
    version: Live | None = None
    may_vary: bool = True


def answer(plan: Plan) -> Answer:
    """Rank by one source after the other until the list is full, with the merchant's rules."""
    wish = under_rules(plan.wish)
    pins = _pinned(wish)
    rows: list[Row] = []
    chosen: list[Row] = []
    for source in with_popular(plan):
        rows += _rows(source, wish, {good.pk for _pick, good in rows})
        chosen = _arranged(rows, pins, wish)
        if len(chosen) >= wish.n:
            break
    else:
        chosen = _arranged(rows + _newest(wish, rows), pins, wish)
    made = [pick.strategy for pick, _good in chosen]
    strategy = next((name for name in made if name != PINNED), PINNED if made else NOTHING)
    items = [_shown(pick, good, wish) for pick, good in chosen]
    return Answer(strategy, plan.version, items)


def under_rules(wish: Wish) -> Wish:
    """A wish with the merchant's rules for its list, and the reader's language, asked once."""
    rules, language = rules_at(wish.placement), get_language() or ""
    hidden = wish.hidden | rules.blocked if rules.blocked else wish.hidden
    return replace(wish, rules=rules, hidden=hidden, reads_chinese=language.startswith("zh"))


def _pinned(wish: Wish) -> dict[int, Good]:
    """Products the merchant wants at a place and the customer may see."""
    if not wish.rules.pins:
        return {}
    gone = _gone(wish)
    wanted = {place: pk for place, pk in wish.rules.pins if pk not in gone}
    found = goods(wanted.values())
    pins = {place: found[pk] for place, pk in wanted.items() if pk in found}
    return {place: good for place, good in pins.items() if _is_free(good, wish)}


def _is_free(good: Good, wish: Wish) -> bool:
    return _is_shown(good, wish) and good.sku not in wish.filters.exclude


def _arranged(rows: list[Row], pins: dict[int, Good], wish: Wish) -> list[Row]:
    """The first n under the category cap, pins at their places; no category is no company."""
    if not pins and wish.rules.category_cap is None:
        return rows[: wish.n]
    given = {product.pk for product in pins.values()}
    free = [row for row in rows if row[1].pk not in given]
    scores = {product.pk: pick.score for pick, product in rows}
    fixed = [
        (Pick(one.pk, PINNED, scores.get(one.pk, 0.0), why(PINNED), ""), one)
        for one in pins.values()
    ]
    everyone = free + fixed
    category = np.array([product.category_id or -product.pk for _pick, product in everyone])
    places = {place: len(free) + index for index, place in enumerate(pins)}
    rules = Rules(pins=places, category_cap=wish.rules.category_cap)
    order = arrange(np.arange(len(free), dtype=np.int32), wish.n, rules, category)
    return [everyone[code] for code in order]


def with_popular(plan: Plan) -> list[Source]:
    """The plan's sources and, but for new arrivals, what is popular as the last."""
    everybody = live(Placement.POPULAR)
    if everybody is None or plan.wish.placement == Placement.NEW:
        return plan.sources
    return [*plan.sources, Source(everybody, Placement.POPULAR, POPULAR_RECIPE)]


def _varied(shelved: Shelf, ranked: list[Ranked], variety: float) -> list[Ranked]:
    """Products like those above them moved down: maximal marginal relevance."""
    if not variety or len(ranked) < 2:
        return ranked
    codes = np.array([one.code for one in ranked], np.int32)
    scores = np.array([one.score for one in ranked], np.float32)
    order = maximal_marginal_relevance(
        codes, scores, shelved.vectors, len(ranked), relevance=1 - variety
    )
    by_code = {one.code: one for one in ranked}
    return [by_code[code] for code in order.tolist()]


def _rows(source: Source, wish: Wish, known: set[int]) -> list[Row]:
    """A source's best products, each new one with its facts.

    First no more than are needed; where some are known already or no longer sold, some to spare.
    """
    shelved = shelf(source.version)
    hidden, boosts = _hidden(shelved, source, wish), _boosts(shelved, wish.rules)
    capped = wish.rules.category_cap is not None or bool(wish.rules.pins)
    sizes = [wish.n, wish.n + (SPARE_UNDER_CAP if capped else SPARE)]
    rows: list[Row] = []
    for places in sizes[1:] if wish.rules.variety else sizes:
        ranked = rank(
            shelved.arrays, source.recipe, source.past, hidden=hidden, places=places, rules=boosts
        )
        varied = _varied(shelved, ranked, wish.rules.variety)
        ids = shelved.arrays.product_ids[[one.code for one in varied]].tolist()
        found = goods(ids)
        rows = [
            (_pick(shelved, source, one, pk, wish), found[pk])
            for one, pk in zip(varied, ids, strict=True)
            if pk not in known and pk in found and _is_shown(found[pk], wish)
        ]
        if len(ranked) < places or (len(rows) >= wish.n - len(known) and not capped):
            break
    return rows


def _hidden(shelved: Shelf, source: Source, wish: Wish) -> "NDArray[np.bool_]":
    filters = wish.filters
    hidden = where_sold_out(source.version) if filters.in_stock else shelved.those_of(frozenset())
    if wish.hidden:
        hidden |= shelved.those_of(wish.hidden)
    hidden[[shelved.code_of_sku[sku] for sku in filters.exclude if sku in shelved.code_of_sku]] = (
        True
    )
    for path in filter(None, (filters.category, source.within)):
        hidden |= ~shelved.in_category(path)
    for path in wish.rules.blocked_paths:
        hidden |= shelved.in_category(path)
    if filters.has_band:
        hidden |= ~shelved.in_band(_float(filters.price_min), _float(filters.price_max))
    return hidden


def _float(price: Decimal | None) -> float | None:
    return None if price is None else float(price)


def _gone(wish: Wish) -> frozenset[int]:
    """Products that may not come, whatever ranks them."""
    return wish.hidden | (out_of_stock() if wish.filters.in_stock else frozenset())


def _boosts(shelved: Shelf, rules: HouseRules) -> Rules:
    """The factors by code; a product in a raised category and raised itself gets both."""
    factors: dict[int, float] = {}
    for path, factor in rules.path_boosts:
        for code in np.flatnonzero(shelved.in_category(path)).tolist():
            factors[code] = factors.get(code, 1.0) * factor
    for product, factor in rules.boosts:
        code = int(shelved.codes(np.array([product]))[0])
        factors[code] = factors.get(code, 1.0) * factor
    factors.pop(NONE, None)
    if rules.margin:
        for code in np.flatnonzero(shelved.margins).tolist():
            raised = 1 + rules.margin * float(shelved.margins[code])
            factors[code] = factors.get(code, 1.0) * raised
    return Rules(boosts=factors)


def _pick(shelved: Shelf, source: Source, one: Ranked, product_id: int, wish: Wish) -> Pick:
    kind = "category" if source.within else source.why or one.kind
    reason_title = _read(*shelved.titles[one.reason], wish) if one.reason != NONE else ""
    return Pick(
        product_id=product_id,
        strategy=source.strategy,
        score=one.score,
        reason=why(kind, reason_title),
        reason_sku=shelved.skus[one.reason] if one.reason != NONE else "",
    )


def _is_shown(good: Good, wish: Wish) -> bool:
    """Whether the category asked for holds it and no rule keeps it out."""
    path = wish.filters.category
    if path and not good.is_below(path):
        return False
    if not wish.filters.is_in_band(good.price):
        return False
    return not any(map(good.is_below, wish.rules.blocked_paths))


def _newest(wish: Wish, rows: list[Row]) -> list[Row]:
    """The products launched last, for a list that is too short."""
    gone, known = _gone(wish), {good.pk for _pick, good in rows}
    newest = on_sale().exclude(sku__in=wish.filters.exclude)
    if path := wish.filters.category:
        newest = newest.filter(_inside(path))
    if wish.filters.price_min is not None:
        newest = newest.filter(price__gte=wish.filters.price_min)
    if wish.filters.price_max is not None:
        newest = newest.filter(price__lte=wish.filters.price_max)
    for blocked in wish.rules.blocked_paths:
        newest = newest.exclude(_inside(blocked))
    newest = newest.order_by(F("launched_on").desc(nulls_last=True), "-created_at", "-pk")
    return [
        (Pick(good.pk, NEWEST, 0.0, why(NEWEST), ""), good)
        for good in read(newest[: wish.n + len(known) + SPARE])
        if good.pk not in known and good.pk not in gone
    ]


def _inside(path: str) -> Q:
    return Q(category__path=path) | Q(category__path__startswith=f"{path} > ")


def _read(english: str, chinese: str, wish: Wish) -> str:
    """A title for the reader, as ``in_language`` gives it."""
    return (chinese or english) if wish.reads_chinese else (english or chinese)


def _shown(pick: Pick, product: Good, wish: Wish) -> Recommended:
    return Recommended(
        product_id=product.pk,
        sku=product.sku,
        title=_read(product.title, product.title_zh, wish),
        price=product.price,
        score=pick.score,
        reason=pick.reason,
        reason_sku=pick.reason_sku,
    )
