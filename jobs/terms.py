"""What methods, metrics and comparisons are called for people."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SUBJECTS: "dict[str, StrOrPromise]" = {
    "demand": _("Demand per product"),
    "for-you list": _("“For you” list"),
    "buy-again list": _("“Buy again” list"),
    "segments": _("Customer segments"),
    "units at a price": _("Units sold at a price"),
}
METRICS: "dict[str, StrOrPromise]" = {
    "wape": _("error as a share of sales (WAPE)"),
    "wape_of_sum": _("error of the four weeks' sum (WAPE)"),
    "rmsse": _("error beside yesterday's sales (RMSSE)"),
    "pinball": _("error of the range (pinball)"),
    "bias": _("bias, as a share of sales"),
    "ndcg@10": _("ranking of the first ten (NDCG)"),
    "recall@10": _("share of purchases in the first ten (recall)"),
    "hit_rate@10": _("lists with at least one purchase"),
    "coverage@10": _("share of the catalogue shown"),
    "share of next spend explained": _("share of next spend explained"),
}
METHODS: "dict[str, StrOrPromise]" = {
    "popularity": _("bestsellers"),
    "popularity over 30 days": _("bestsellers of 30 days"),
    "personal frequency": _("what the customer buys most"),
    "item cosine, last 60 days": _("bought by the same customers, 60 days"),
    "item cosine, last 120 days": _("bought by the same customers, 120 days"),
    "item cosine, all history": _("bought by the same customers, all history"),
    "blend for discovery": _("blend for new products"),
    "blend for repeats": _("blend for repeat purchases"),
    "seasonal_naive": _("the same day last week"),
    "ensemble": _("several methods together"),
    "naive": _("yesterday's sales again"),
    "moving_average_28": _("mean of 28 days"),
    "mean of 8 weeks": _("mean of 8 weeks"),
    "demand model": _("demand model"),
    "recent level moved by price": _("recent sales, moved by price"),
    "recent level moved by price and season": _("recent sales, moved by price and season"),
    "rfm segments": _("RFM segments"),
    "bands of past spend": _("bands of past spend"),
}
# Of each comparison the dashboard shows the first of these that was measured.
HEADLINES = ("ndcg@10", "wape_of_sum", "wape")


def in_words(terms: "dict[str, StrOrPromise]", name: str) -> "StrOrPromise":
    """The words for a name; the name itself where there are none."""
    return terms.get(name, name)
