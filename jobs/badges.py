"""Small coloured words for states: one look everywhere."""

from typing import TYPE_CHECKING, Literal

from django.utils.html import format_html

if TYPE_CHECKING:
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

Tone = Literal["good", "bad", "warn", "busy", "plain", "accent"]


def badge(text: "StrOrPromise", tone: Tone = "plain", icon: str = "") -> "SafeString":
    """A pill in one of six tones, with a Material symbol before the word where one is given."""
    symbol = (
        format_html('<span class="material-symbols-outlined" aria-hidden="true">{}</span>', icon)
        if icon
        else ""
    )
    return format_html('<span class="zg-badge zg-{}">{}{}</span>', tone, symbol, text)


def from_to(old: str, new: str) -> "SafeString":
    """``¥12.00 → ¥12.90``."""
    return format_html(
        '<span class="zg-change"><span>{}</span> <span class="zg-arrow">→</span> <b>{}</b></span>',
        old,
        new,
    )


JOB_TONES: dict[str, Tone] = {
    "queued": "plain",
    "running": "busy",
    "done": "good",
    "failed": "bad",
}
JOB_ICONS = {
    "queued": "hourglass_empty",
    "running": "progress_activity",
    "done": "check",
    "failed": "error",
}
