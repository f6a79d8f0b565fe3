"""What a trained recommender is made of, as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.terms import METHODS, in_words
from recommendations.models import RecommenderVersion

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WAYS: "dict[str, StrOrPromise]" = {
    "trees": _("Trees learned from past lists decide how much each model counts where."),
    "ranks": _("The models' ranks are added up."),
    "": _("The models' scores are added up by weight."),
}


@dataclass(frozen=True)
class Ingredient:
    """One model of a team; ``half_life_days`` None: the whole history counts alike."""

    name: "StrOrPromise"
    weight: float | None
    half_life_days: float | None


def ingredients(version: RecommenderVersion) -> list[Ingredient]:
    """The models a version is made of; weights only where they are what decides."""
    fusion = version.recipe.get("fusion", "")
    parts: list[Mapping[str, Any]] = version.recipe.get("parts", [])
    return [
        Ingredient(
            in_words(METHODS, part.get("lists") or part.get("table") or version.model),
            None if fusion == "trees" else part.get("weight"),
            part.get("half_life_days"),
        )
        for part in parts
    ]


def recipe_table(version: RecommenderVersion) -> SafeString:
    """A table of the ingredients, under a line that says how they are put together."""
    found = ingredients(version)
    way = WAYS.get(version.recipe.get("fusion", ""), "") if len(found) > 1 else ""
    days = gettext("%(days)s days")
    rows = format_html_join(
        "",
        '<tr><td>{}</td><td class="zg-r">{}</td><td class="zg-r">{}</td></tr>',
        (
            (
                one.name,
                "" if one.weight is None else f"{one.weight:.3g}",
                days % {"days": f"{one.half_life_days:g}"} if one.half_life_days else "–",
            )
            for one in found
        ),
    )
    head = (gettext("Model"), gettext("Weight"), gettext("A purchase counts half after"))
    return format_html(
        '<p class="zg-hint">{}</p><table class="zg-table"><thead><tr><th>{}</th>'
        '<th class="zg-r">{}</th><th class="zg-r">{}</th></tr></thead><tbody>{}</tbody></table>',
        way,
        *head,
        rows,
    )
