"""What each kind of job is called for people."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STEP_NAMES: "dict[str, StrOrPromise]" = {
    "recommendations.train": _("Learn what to recommend"),
    "recommendations.refresh": _("Add new purchases to recommendations"),
    "inventory.forecast_demand": _("Forecast demand"),
    "inventory.learn_service_levels": _("Learn service levels from the past"),
    "inventory.suggest_restock": _("Suggest what to reorder"),
    "inventory.suggest_adjustments": _("Suggest what to move, hold less of or clear"),
    "inventory.replay_stock": _("Replay restock policies"),
    "pricing.suggest_prices": _("Suggest prices"),
    "crm.segment_customers": _("Group customers into segments"),
}
RUN_NAMES: "dict[str, StrOrPromise]" = {"nightly": _("nightly run")}


def run_name(name: str) -> "StrOrPromise":
    """The words for a run's name; the name itself where it has none."""
    return RUN_NAMES.get(name, name)


def step_name(kind: str) -> "StrOrPromise":
    """The words for a kind of job; the kind itself where it has none."""
    return STEP_NAMES.get(kind, kind)
