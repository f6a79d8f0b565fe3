"""Which segment a customer should be in, and the customers each suggestion would move."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.TextChoices):
    """The named segments, best first."""

    CHAMPIONS = "champions", _("Champions")
    LOYAL = "loyal", _("Loyal")
    PROMISING = "promising", _("New or promising")
    NEEDS_ATTENTION = "needs_attention", _("Needs attention")
    ABOUT_TO_SLEEP = "about_to_sleep", _("About to sleep")
    AT_RISK = "at_risk", _("At risk")
    HIBERNATING = "hibernating", _("Hibernating")
    LOST = "lost", _("Lost")


class SegmentSuggestion(models.Model):
    """Put these customers into one segment."""

    suggestion = models.OneToOneField(
        "suggestions.Suggestion",
        models.CASCADE,
        primary_key=True,
        related_name="segment",
        verbose_name=_("suggestion"),
    )
    segment = models.CharField(_("segment"), max_length=40, choices=Segment)
    customers = models.PositiveIntegerField(_("customers who would move in"))
    share_of_revenue = models.FloatField(
        _("share of revenue"), help_text=_("Of all known customers' net spend so far.")
    )
    expected_spend = models.DecimalField(
        _("expected spend"),
        max_digits=14,
        decimal_places=2,
        null=True,
        help_text=_("Of these customers together over the next days, from what the segment spent."),
    )
    expected_spend_low = models.DecimalField(
        _("expected spend, low"), max_digits=14, decimal_places=2, null=True
    )
    expected_spend_high = models.DecimalField(
        _("expected spend, high"), max_digits=14, decimal_places=2, null=True
    )

    class Meta:
        verbose_name = _("segment suggestion")
        verbose_name_plural = _("segment suggestions")

    def __str__(self) -> str:
        return self.segment


class SegmentMember(models.Model):
    """A customer a suggestion would move, and the figures that say so."""

    suggestion = models.ForeignKey(
        SegmentSuggestion, models.CASCADE, related_name="members", verbose_name=_("suggestion")
    )
    customer = models.ForeignKey(
        "sales.Customer", models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    previous_segment = models.CharField(_("segment before"), max_length=40, blank=True)
    recency_days = models.PositiveIntegerField(_("days since the last order"))
    frequency = models.PositiveIntegerField(_("orders"))
    monetary = models.DecimalField(_("spent"), max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["-monetary", "pk"]
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "customer"], name="one_row_per_suggestion_and_customer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.recency_days} d, {self.frequency} ×"
