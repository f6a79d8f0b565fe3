"""What templates of every room need: amounts, stored messages, charts."""

import json
from decimal import Decimal

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString

from jobs.badges import Tone, badge
from jobs.step_names import step_name
from jobs.terms import to_three_digits
from suggestions import money as amounts
from suggestions.kinds import Chart
from suggestions.models import say

register = template.Library()


@register.filter
def money(amount: Decimal | float | None, decimals: int = 2) -> str:
    return "–" if amount is None else amounts.money(amount, decimals=decimals)


@register.filter
def signed_money(amount: Decimal | float | None) -> str:
    return "–" if amount is None else amounts.signed_money(amount)


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    return "–" if value is None else amounts.number(value, decimals=decimals)


@register.filter
def figure(value: float | None) -> str:
    """A score to three digits that count."""
    return "–" if value is None else to_three_digits(value)


@register.filter
def unit(name: str) -> str:
    return amounts.unit_in_words(name)


@register.filter
def share(value: float | None) -> str:
    """A ratio as a signed percentage: 0.123 is ``+12.3 %``."""
    if value is None:
        return "–"
    sign = "+" if value > 0 else ""
    return f"{sign}{amounts.number(value * 100, decimals=0 if abs(value) >= 1 else 1)} %"


@register.filter
def percent_of(value: float | None) -> str:
    """A ratio as a plain percentage: 0.963 is ``96.3 %``."""
    return "–" if value is None else f"{amounts.number(value * 100, decimals=1)} %"


@register.filter
def in_words(message: dict[str, object]) -> str:
    return say(message)


@register.filter
def step(kind: str) -> str:
    return str(step_name(kind))


@register.simple_tag
def pill(text: str, tone: Tone = "plain", icon: str = "") -> SafeString:
    return badge(text, tone, icon)


@register.filter
def pretty_json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


@register.inclusion_tag("suggestions/chart.html")
def chart(chart: Chart, height: int = 260) -> dict[str, object]:
    """A canvas that ``static/zhanggui/charts.js`` draws."""
    spec = {"type": chart.type, "labels": chart.labels, "datasets": chart.datasets}
    return {
        "title": chart.title,
        "height": height,
        "is_empty": not chart.labels,
        "spec": json.dumps(spec, cls=DjangoJSONEncoder),
    }
