"""How one suggestion reads in a cell."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jobs.badges import Tone, badge, from_to
from suggestions.kinds import Kind, kinds
from suggestions.models import Suggestion
from suggestions.money import signed_money, with_unit

if TYPE_CHECKING:
    from decimal import Decimal

RISK_TONES: dict[int, Tone] = {1: "good", 2: "warn", 3: "bad"}
RISK_ICONS = {1: "shield", 2: "warning", 3: "local_fire_department"}
STATE_TONES: dict[str, Tone] = {
    "open": "accent",
    "approved": "busy",
    "applied": "good",
    "measured": "good",
    "rejected": "bad",
}
SUBJECT_PAGES = {
    "product": "admin:catalog_product_change",
    "customer": "admin:sales_customer_change",
}
SEGMENT_MEMBERS = "admin:crm_segmentmember_changelist"


def kind_of(suggestion: Suggestion) -> Kind | None:
    """The registered kind; None for rows of a kind this installation no longer knows."""
    return kinds().get(suggestion.kind)


def kind_badge(name: str) -> SafeString:
    kind = kinds().get(name)
    return badge(kind.label, "plain", kind.icon) if kind else badge(name)


def subject(suggestion: Suggestion) -> str:
    """The subject's name in the reader's language."""
    reads_chinese = (get_language() or "").startswith("zh")
    return (suggestion.subject_zh if reads_chinese else "") or suggestion.subject


def subject_url(suggestion: Suggestion) -> str | None:
    """Where the subject can be looked at: a product's page, the customers of a segment."""
    room, _colon, pk = suggestion.subject_key.partition(":")
    if room == "segment":
        return f"{reverse(SEGMENT_MEMBERS)}?suggestion={suggestion.pk}"
    return reverse(SUBJECT_PAGES[room], args=[pk]) if room in SUBJECT_PAGES else None


def value_text(suggestion: Suggestion, value: "Decimal | None") -> str:
    kind = kind_of(suggestion)
    return with_unit(value, suggestion.unit, decimals=kind.decimals if kind else 2)


def new_value(suggestion: Suggestion) -> "Decimal":
    """The value staff chose, else the computed one."""
    chosen = suggestion.chosen_value
    return suggestion.suggested_value if chosen is None else chosen


def change_arrow(suggestion: Suggestion) -> SafeString:
    """``¥12.00 → ¥12.90`` or ``Order 260 pcs``, the chosen value where staff edited it."""
    kind, value = kind_of(suggestion), value_text(suggestion, new_value(suggestion))
    verb = kind.verb if kind else ""
    if verb or suggestion.current_value is None:
        return format_html('<span class="zg-change">{} <b>{}</b></span>', verb, value)
    return from_to(value_text(suggestion, suggestion.current_value), value)


def effect_cell(suggestion: Suggestion) -> SafeString:
    """The expected effect above its interval and days."""
    days = ngettext("%(n)s day", "%(n)s days", suggestion.effect_days) % {
        "n": suggestion.effect_days
    }
    return format_html(
        '<span class="zg-num {}"><b>{}</b><small>{} … {} · {}</small></span>',
        "zg-gain" if suggestion.effect >= 0 else "zg-loss",
        signed_money(suggestion.effect),
        signed_money(suggestion.effect_low),
        signed_money(suggestion.effect_high),
        days,
    )


def risk_badge(suggestion: Suggestion) -> SafeString:
    return badge(
        suggestion.get_risk_display(),
        RISK_TONES.get(suggestion.risk, "plain"),
        RISK_ICONS.get(suggestion.risk, ""),
    )


def state_badge(state: str) -> SafeString:
    return badge(Suggestion.State(state).label, STATE_TONES.get(state, "plain"))


def age(suggestion: Suggestion) -> str:
    """How long it waits, in days: ``today``, ``3 days``."""
    days = (timezone.localdate() - timezone.localdate(suggestion.created_at)).days
    if days <= 0:
        return _("today")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
