"""Pages about what is recommended: placements, leaderboard, preview. Contexts only, no HTTP."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.terms import METHODS, SUBJECTS, in_words
from recommendations.listing import Filters
from recommendations.models import PlacementRule, RecommenderVersion
from recommendations.preview import BESIDE_PRODUCTS, FOR_CUSTOMERS, Preview, preview
from recommendations.rules import rows_in_force
from recommendations.scoreboard import (
    NO_VERDICT,
    SUBJECT_OF,
    Row,
    Verdict,
    boards,
    last_contest,
    metric_names,
    verdict,
)
from recommendations.selectors import live_versions
from sales.models import Customer, Order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

Place = PlacementRule.Place
Placement = RecommenderVersion.Placement
# Lists without a training of their own, and whose version they are made of.
MADE_OF: dict[str, str] = {
    Place.SESSION: Placement.SIMILAR,
    Place.CART: Placement.TOGETHER,
    Place.EMAIL: Placement.FOR_YOU,
}
CHECKS: "dict[str, StrOrPromise]" = {
    "empty": _("Too many customers would get an empty list."),
    "coverage": _("The lists show less than half as many products as before."),
    "overlap": _("The lists have almost nothing in common with those before."),
    "dominance": _("One product stands in nearly every list."),
}
MOST_SKUS = 20
MOST_SHOWN = 10


@dataclass(frozen=True)
class Card:
    """One list of the shop: what serves it, since when, what waits, and is it worth it?"""

    place: str
    title: "StrOrPromise"
    live: RecommenderVersion | None
    verdict: Verdict
    rules: int
    held: RecommenderVersion | None = None
    has_contest: bool = False

    @property
    def model(self) -> "StrOrPromise":
        return in_words(METHODS, self.live.model) if self.live else ""

    @property
    def reasons(self) -> list["StrOrPromise"]:
        """Why the newest version waits."""
        return [CHECKS.get(name, name) for name in self.held.held] if self.held else []


def placements() -> dict[str, Any]:
    """Every list of the shop, and what the last contest says about those it decides."""
    live = {version.placement: version for version in live_versions()}
    held = _waiting(live)
    rules = Counter(placement for placement, *_rest in rows_in_force(timezone.localdate()))
    contest = last_contest()
    found = boards(contest.scores.order_by("pk")) if contest else {}
    verdicts: dict[str, Verdict] = {
        place: verdict(found.get(name, [])) for place, name in SUBJECT_OF.items()
    }
    cards = [
        Card(
            place,
            title,
            live.get(MADE_OF.get(place, place)),
            verdicts.get(place, NO_VERDICT),
            rules[place] + rules[Place.EVERYWHERE],
            held.get(place),
            place in SUBJECT_OF,
        )
        for place, title in Place.choices
        if place
    ]
    return {"cards": cards, "contest": contest, "is_trained": bool(live)}


def _waiting(live: dict[str, RecommenderVersion]) -> dict[str, RecommenderVersion]:
    """The newest version of each list that failed a check and is newer than the live one."""
    rows = RecommenderVersion.objects.filter(is_live=False).exclude(held=[]).defer("blob")
    found: dict[str, RecommenderVersion] = {}
    for version in rows.order_by("-pk"):
        served = live.get(version.placement)
        if served is None or version.as_of >= served.as_of:
            found.setdefault(version.placement, version)
    return found


@dataclass(frozen=True)
class Board:
    """The leaderboard of one objective."""

    title: "StrOrPromise"
    rows: list[Row]
    verdict: Verdict
    cases: int
    held_back_days: int


def leaderboard() -> dict[str, Any]:
    """All models of the last contest, best first, for both objectives."""
    contest = last_contest()
    found = boards(contest.scores.order_by("pk")) if contest else {}
    shown = [
        Board(in_words(SUBJECTS, name), rows, verdict(rows), *_size(rows))
        for name in SUBJECT_OF.values()
        if (rows := found.get(name))
    ]
    left_out = (contest.result or {}).get("left out for want of time", []) if contest else []
    return {
        "boards": shown,
        "contest": contest,
        "metrics": metric_names(),
        "left_out": [in_words(METHODS, name) for name in left_out],
    }


def _size(rows: list[Row]) -> tuple[int, int]:
    scores = [row.score for row in rows if row.score]
    return (scores[0].cases, scores[0].held_back_days) if scores else (0, 0)


def asked(given: "Mapping[str, Any]", *, may_see_customers: bool) -> dict[str, Any]:
    """What the preview is asked for; a link that names only a list gets an example to stand on.

    Without a list it is the newest buyer's, else the one that is for all.
    """
    wish = {name: given[name] for name in given}
    bought = Order.objects.filter(customer__isnull=False).select_related("customer")
    newest = bought.order_by("-placed_at").first()
    if not wish:
        place = Place.FOR_YOU if newest and may_see_customers else Place.POPULAR
        wish = {"placement": place, "n": MOST_SHOWN}
    if newest is None:
        return wish
    if wish.get("placement") in FOR_CUSTOMERS and may_see_customers and newest.customer:
        wish.setdefault("customer", newest.customer.number)
    if wish.get("placement") in BESIDE_PRODUCTS:
        skus = newest.lines.order_by("position").values_list("product__sku", flat=True)
        wish.setdefault("skus", skus.first() or "")
    return wish


class PreviewForm(forms.Form):
    """Which list, for whom, beside what, through which filters."""

    placement = forms.ChoiceField(
        label=_("list"), choices=[choice for choice in Place.choices if choice[0]]
    )
    customer = forms.CharField(label=_("customer number"), max_length=64, required=False)
    skus = forms.CharField(
        label=_("SKU"),
        max_length=500,
        required=False,
        help_text=_("Several with commas between."),
    )
    category = forms.CharField(label=_("category path"), max_length=500, required=False)
    price_min = forms.DecimalField(label=_("price from"), min_value=0, required=False)
    price_max = forms.DecimalField(label=_("price to"), min_value=0, required=False)
    n = forms.IntegerField(label=_("how many"), min_value=1, max_value=50, initial=MOST_SHOWN)

    def clean_skus(self) -> list[str]:
        given = self.cleaned_data["skus"].split(",")
        return [sku.strip() for sku in given if sku.strip()][:MOST_SKUS]

    def clean(self) -> dict[str, Any]:
        """Ask for what the list stands on."""
        found = super().clean() or {}
        placement, low, high = (found.get(name) for name in ("placement", "price_min", "price_max"))
        if placement in BESIDE_PRODUCTS and not found.get("skus"):
            self.add_error("skus", _("This list stands beside products: name at least one SKU."))
        number = found.get("customer")
        if placement in FOR_CUSTOMERS and not number:
            self.add_error("customer", _("This list is for one customer: give their number."))
        elif number and not Customer.objects.filter(number=number).exists():
            self.add_error("customer", _("No customer has this number."))
        if low is not None and high is not None and low > high:
            self.add_error("price_max", _("The highest price is below the lowest: swap them."))
        return found

    def made(self) -> Preview:
        """The list asked for; call when valid."""
        asked = self.cleaned_data
        filters = Filters(
            category=asked["category"], price_min=asked["price_min"], price_max=asked["price_max"]
        )
        return preview(
            asked["placement"],
            customer=asked["customer"],
            skus=asked["skus"],
            n=asked["n"],
            filters=filters,
        )
