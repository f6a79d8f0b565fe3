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
    "mrr@10": _("place of the first purchase (MRR)"),
    "mrr@20": _("place of the first purchase in twenty (MRR)"),
    "ndcg@20": _("ranking of the first twenty (NDCG)"),
    "recall@20": _("share of purchases in the first twenty (recall)"),
    "hit_rate@20": _("lists of twenty with at least one purchase"),
    "novelty@10": _("novelty of what is shown, in bits"),
    "revenue@10": _("later spend on the first ten, per customer"),
    "share of next spend explained": _("share of next spend explained"),
}
METHODS: "dict[str, StrOrPromise]" = {
    "popularity": _("bestsellers"),
    "popularity over 30 days": _("bestsellers of 30 days"),
    "personal frequency": _("what the customer buys most"),
    "popularity over 2 days": _("bestsellers of 2 days"),
    "personal frequency, lately": _("what the customer bought most lately"),
    "personal frequency, always": _("what the customer always bought most"),
    "item cosine": _("bought by the same customers"),
    "item cosine, last year": _("bought by the same customers, last year"),
    "item tf-idf": _("bought by the same customers, TF-IDF"),
    "item bm25": _("bought by the same customers, BM25"),
    "item pearson": _("bought alike, Pearson"),
    "item phi": _("bought alike, phi"),
    "item euclidean": _("bought alike, Euclidean distance"),
    "item adjusted cosine": _("bought alike, adjusted cosine"),
    "rp3beta": _("walks over customers and products (RP3β)"),
    "ease": _("linear model of all products (EASE)"),
    "ease, all history": _("linear model of all products (EASE), all history"),
    "slim": _("sparse linear model (SLIM)"),
    "ials": _("hidden tastes (iALS)"),
    "sequential rules": _("what is bought soon after what"),
    "last visits": _("what follows the last visits"),
    "content": _("same category, brand and price"),
    "description words": _("alike by the words of their descriptions"),
    "description characters": _("alike by the characters of their descriptions"),
    "user phi": _("customers with the same taste, phi"),
    "user cosine": _("customers with the same taste, cosine"),
    "user pearson": _("customers with the same taste, Pearson"),
    "user euclidean": _("customers with the same taste, Euclidean distance"),
    "blend": _("blend of several models"),
    "rank fusion": _("ranks of several models, added up"),
    "learned ranker": _("trees over several models"),
    "seasonal_naive": _("the same day last week"),
    "ensemble": _("several methods together"),
    "naive": _("yesterday's sales again"),
    "moving_average_28": _("mean of 28 days"),
    "mean of 8 weeks": _("mean of 8 weeks"),
    "boosted": _("boosted trees"),
    "shared baskets": _("bought in the same baskets"),
    "this week beside the month before": _("this week beside the month before"),
    "first customers": _("new products by their first customers"),
    "demand model": _("demand model"),
    "recent level moved by price": _("recent sales, moved by price"),
    "recent level moved by price and season": _("recent sales, moved by price and season"),
    "rfm segments": _("RFM segments"),
    "bands of past spend": _("bands of past spend"),
}
# Of each comparison the dashboard shows the first of these that was measured.
HEADLINES = ("ndcg@10", "wape_of_sum", "wape")


def to_three_digits(value: float) -> str:
    """A score to the digits that count: ``0.148``, ``3.71``, ``96.9``, ``1,383``."""
    decimals = max(0, 3 - len(f"{abs(value):.0f}")) if abs(value) >= 1 else 3
    return f"{value:,.{decimals}f}".replace("-", "−")


def in_words(terms: "dict[str, StrOrPromise]", name: str) -> "StrOrPromise":
    """The words for a name; the name itself where there are none."""
    return terms.get(name, name)
